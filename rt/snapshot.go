package rt

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// allHubs returns those that have not been closed, the oldest first.
func allHubs() []*Hub {
	hubs.Lock()
	defer hubs.Unlock()
	return slices.SortedFunc(maps.Keys(hubs.live), func(a, b *Hub) int { return cmp.Compare(a.id, b.id) })
}

// ID returns a number that no other hub of the program has, from 1 on. Safe from
// any goroutine.
func (h *Hub) ID() uint64 { return h.id }

// Snapshot is what a hub was doing at a moment.
type Snapshot struct {
	Hub       uint64 `json:"hub"`
	Goroutine uint64 `json:"goroutine"` // that runs it; 0: it waits for a RunOnce
	Silent    bool   `json:"silent"`    // it did not answer: it is held by a greenlet, or waits for a RunOnce
	Stack     string `json:"stack,omitempty"`
	Stats     Stats  `json:"stats"`               // of a silent one those of its last answer
	Greenlets []Info `json:"greenlets,omitempty"` // that have not ended, the oldest first; of a silent one none
}

// Snapshot returns what h is doing. Only from the hub's goroutine.
func (h *Hub) Snapshot() Snapshot {
	s := h.counters()
	s.Greenlets = h.Greenlets()
	return s
}

func (h *Hub) counters() Snapshot {
	return Snapshot{Hub: h.id, Goroutine: h.goid.Load(), Stats: h.Stats()}
}

// Snapshots asks all hubs that run what they are doing, the oldest first, and
// waits for their answers, for at most patience altogether. Of a hub that does not
// answer it gives the stack of its goroutine. Safe from any goroutine.
func Snapshots(patience time.Duration) []Snapshot { return ask(patience, (*Hub).Snapshot) }

// Counters is Snapshots without the greenlets, and past what the hubs that have
// ended counted. Safe from any goroutine.
func Counters(patience time.Duration) (live []Snapshot, past Stats) {
	live = ask(patience, (*Hub).counters)
	hubs.Lock()
	defer hubs.Unlock()
	live = slices.DeleteFunc(live, func(s Snapshot) bool { // past has those that ended since
		for h := range hubs.live {
			if h.id == s.Hub {
				return false
			}
		}
		return true
	})
	return live, hubs.past
}

// ask lets each hub's goroutine call what.
func ask(patience time.Duration, what func(*Hub) Snapshot) []Snapshot {
	own := self().goid
	var asked []*Hub
	var answers []chan Snapshot
	for _, h := range allHubs() {
		c := make(chan Snapshot, 1)
		if h.goid.Load() == own {
			c <- what(h)
		} else if !h.post(post{fn: func() { c <- what(h) }}) {
			continue // it ended
		}
		asked, answers = append(asked, h), append(answers, c)
	}
	limit := time.NewTimer(patience)
	defer limit.Stop()
	var list []Snapshot
	for i, h := range asked {
		if s, ok := h.answer(answers[i], limit); ok {
			list = append(list, s)
		}
	}
	return list
}

// answer waits for what h says until the limit passed, once for all hubs; !ok: it
// ended.
func (h *Hub) answer(c chan Snapshot, limit *time.Timer) (s Snapshot, ok bool) {
	answered := false
	select {
	case s, answered = <-c:
	default:
		select {
		case s, answered = <-c:
		case <-limit.C:
			limit.Reset(0) // also for the next ones
		}
	}
	hubs.Lock()
	if answered {
		h.told = s.Stats
	}
	told := h.told
	_, ok = hubs.live[h]
	hubs.Unlock()
	if answered || !ok {
		return s, answered
	}
	s = Snapshot{Hub: h.id, Goroutine: h.goid.Load(), Silent: true, Stats: told}
	if s.Goroutine != 0 {
		s.Stack = goroutineStack(s.Goroutine)
	}
	return s, true
}

// Snapshots_green is Snapshots for greenlets, on a worker: their own hub answers
// as well. Only from the hub's goroutine.
func Snapshots_green(h *green.Hub, patience time.Duration) ([]Snapshot, *green.Frame) {
	if h.Blocks() {
		return Snapshots(patience), nil
	}
	return nil, green.Offload(h, "rt.Snapshots", func() struct{ R0 []Snapshot } {
		return struct{ R0 []Snapshot }{Snapshots(patience)}
	})
}

// Counters_green is Counters for greenlets, on a worker. Only from the hub's goroutine.
func Counters_green(h *green.Hub, patience time.Duration) ([]Snapshot, Stats, *green.Frame) {
	if h.Blocks() {
		live, past := Counters(patience)
		return live, past, nil
	}
	return nil, Stats{}, green.Offload(h, "rt.Counters", func() (r struct {
		R0 []Snapshot
		R1 Stats
	}) {
		r.R0, r.R1 = Counters(patience)
		return r
	})
}

// goroutineStack returns the stack of a goroutine as Go prints it, "" if there is
// none of that number. It stops the program for a moment.
func goroutineStack(id uint64) string {
	buf := make([]byte, 64<<10)
	n := runtime.Stack(buf, true)
	for n == len(buf) && n < 64<<20 {
		buf = make([]byte, 4*len(buf))
		n = runtime.Stack(buf, true)
	}
	head := fmt.Appendf(nil, "goroutine %d ", id)
	for one := range bytes.SplitSeq(buf[:n], []byte("\n\n")) {
		if bytes.HasPrefix(one, head) {
			return string(bytes.TrimSpace(one)) + "\n"
		}
	}
	return ""
}
