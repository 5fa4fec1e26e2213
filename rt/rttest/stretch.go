package rttest

import (
	"testing"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// stretch measures how long a greenlet holds its hub at a stretch. It is the Tracer of
// that hub, beside the one that was there.
type stretch struct {
	hub    *rt.Hub // nil on a goroutine
	g      *rt.Greenlet
	next   rt.Tracer // who was there
	runs   bool
	from   time.Time
	most   time.Duration
	yields int
}

func begin() *stretch { return &stretch{} }

func begin_green(h *green.Hub) *stretch {
	if h.Blocks() {
		return begin()
	}
	w := &stretch{hub: rt.HubOf(h), g: rt.Current_green(h), runs: true, from: time.Now()}
	w.next = w.hub.SetTracer(w)
	return w
}

// Run implements rt.Tracer. A hub does not tell of the stop of a greenlet that ran when it
// got the tracer: what happens next does.
func (w *stretch) Run(now int64, g *rt.Greenlet) {
	w.stop()
	if g == w.g {
		w.runs, w.from = true, time.Now()
	}
	if w.next != nil {
		w.next.Run(now, g)
	}
}

// Stop implements rt.Tracer.
func (w *stretch) Stop(now int64, g *rt.Greenlet, wait string) {
	w.stop()
	if w.next != nil {
		w.next.Stop(now, g, wait)
	}
}

// Poll implements rt.Tracer.
func (w *stretch) Poll(from, to int64, h *rt.Hub) {
	w.stop()
	if w.next != nil {
		w.next.Poll(from, to, h)
	}
}

func (w *stretch) stop() {
	if w.runs {
		w.runs = false
		w.yields++
		w.most = max(w.most, time.Since(w.from))
	}
}

// end says what is wrong; returned: f did so, else nobody asked it to wait.
func (w *stretch) end(t testing.TB, d time.Duration, returned bool) {
	t.Helper()
	if w.hub == nil {
		return
	}
	most := w.most
	if w.runs {
		most = max(most, time.Since(w.from))
	}
	w.hub.SetTracer(w.next)
	if returned && w.yields == 0 {
		t.Errorf("the hub was held for %v: no other greenlet could run", most)
	} else if d > 0 && most > d {
		t.Errorf("the hub was held for %v at a stretch, longer than %v", most, d)
	}
}
