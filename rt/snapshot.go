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
	Goroutine uint64 `json:"goroutine"` // that runs it
	Silent    bool   `json:"silent"`    // it did not answer: it is held by a greenlet
	Stack     string `json:"stack,omitempty"`
	Stats     Stats  `json:"stats"`     // of a silent one nothing is known, nor of its greenlets
	Greenlets []Info `json:"greenlets"` // that have not ended, the oldest first
}

// Snapshot returns what h is doing. Only from the hub's goroutine.
func (h *Hub) Snapshot() Snapshot {
	return Snapshot{Hub: h.id, Goroutine: h.goid.Load(), Stats: h.Stats(), Greenlets: h.Greenlets()}
}

// Snapshots asks all hubs that run what they are doing, the oldest first, and
// waits for their answers, for at most patience altogether. Of a hub that does not
// answer it gives the stack of its goroutine. Safe from any goroutine.
func Snapshots(patience time.Duration) []Snapshot {
	own := self().goid
	var asked []*Hub
	var answers []chan Snapshot
	for _, h := range allHubs() {
		c := make(chan Snapshot, 1)
		if h.goid.Load() == own {
			c <- h.Snapshot()
		} else if !h.post(post{fn: func() { c <- h.Snapshot() }}) {
			continue // it ended
		}
		asked, answers = append(asked, h), append(answers, c)
	}
	limit := time.NewTimer(patience)
	defer limit.Stop()
	list := make([]Snapshot, len(asked))
	for i, h := range asked {
		list[i] = answer(h, answers[i], limit)
	}
	return list
}

// answer waits for what h says until the limit passed, once for all hubs.
func answer(h *Hub, c chan Snapshot, limit *time.Timer) Snapshot {
	select {
	case s := <-c:
		return s
	default:
	}
	select {
	case s := <-c:
		return s
	case <-limit.C:
		limit.Reset(0) // also for the next ones
	}
	id := h.goid.Load()
	return Snapshot{Hub: h.id, Goroutine: id, Silent: true, Stack: goroutineStack(id)}
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
