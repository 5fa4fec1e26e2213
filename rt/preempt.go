package rt

import (
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// slice is how long a greenlet may run until its loops give way, at least; up to
// twice as long. Go preempts goroutines after the same time.
const slice = 10 * time.Millisecond

// idleSlices is how many slices a hub must have slept through until its monitor
// rests: a timer that is set would hide a deadlock from Go's detector.
const idleSlices = 5

// monitor tells a hub's loops, from a goroutine of its own, that time is up.
type monitor struct {
	resting atomic.Bool
	wake    chan struct{} // one token: leave the rest
	over    chan struct{}
}

// startMonitor is for hubs of programs whose loops ask.
func (h *Hub) startMonitor() {
	if !green.NeedsPreempt() && !h.config.takeover || h.config.poller != nil {
		return
	}
	h.taken.wanted = !raceDetector
	h.monitor = &monitor{wake: make(chan struct{}, 1), over: make(chan struct{})}
	go h.monitor.run(h)
}

func (m *monitor) run(h *Hub) {
	tick := time.NewTicker(slice)
	defer tick.Stop()
	for asleep, stuck := 0, 0; ; {
		select {
		case <-tick.C:
		case <-m.over:
			return
		}
		if h.sleeping.Load() == awake {
			asleep = 0
			h.Spend()
			if !h.taken.wanted || !h.taken.stuck() {
				stuck = 0
			} else if stuck++; stuck >= stuckSlices {
				h.seize()
				stuck = 0
			}
			continue
		}
		if asleep++; asleep < idleSlices {
			continue
		}
		tick.Stop()
		m.resting.Store(true)
		if h.sleeping.Load() == awake { // else the hub wakes it up
			m.resume()
		}
		select {
		case <-m.wake:
		case <-m.over:
			return
		}
		asleep = 0
		tick.Reset(slice)
	}
}

// resume ends the monitor's rest. Safe from any goroutine.
func (m *monitor) resume() {
	if m != nil && m.resting.Load() && m.resting.CompareAndSwap(true, false) {
		m.wake <- struct{}{}
	}
}

func (m *monitor) stop() {
	if m != nil {
		close(m.over)
	}
}
