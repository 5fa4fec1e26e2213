package rt

import "runtime"

var nobodyElse bool

// NobodyElse says that only goroutines can wake a goroutine of this program, no
// timer and no signal. For init functions of woven programs.
func NobodyElse() { nobodyElse = true }

// alone reports whether there is nobody but this hub who could wake its greenlets.
func (h *Hub) alone() bool {
	if !nobodyElse {
		return false
	}
	own := 1 + h.workers.resting() + int(listeners.Load())
	if h.monitor != nil {
		own++
	}
	// A worker may be on its way out.
	for range 20 {
		if runtime.NumGoroutine() == own {
			return true
		}
		runtime.Gosched()
	}
	return false
}

// lookAgain lets all who wait in the lot try their operations again. It returns
// false if they did that already, and nothing else has run since.
func (h *Hub) lookAgain() bool {
	if h.Turn == h.lookedAt && h.vain == h.looked {
		return false
	}
	h.looked, h.vain = 0, 0
	h.unpackAll()
	for _, l := range []*ageList{&h.young, &h.kept} {
		for l.head != nil {
			h.retry(l.head)
			h.looked++
		}
	}
	h.lookedAt = h.Turn + h.looked
	return h.looked > 0
}

// resting returns how many workers have nothing to do.
func (w *workers) resting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.idle)
}
