package rt

import (
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/poll"
)

// Tracer is told what a hub does: for the life of a greenlet Run and Stop in turns,
// from the moment that it was set. All calls come from the goroutine that has the hub,
// now is Hub.Now; they must neither park nor make a greenlet ready.
type Tracer interface {
	// Run says that g runs from now on.
	Run(now int64, g *Greenlet)
	// Stop says that g ran until now: it waits for something, or for its turn
	// ("runnable"), or it has ended (""). One that is killed may end while it waits.
	Stop(now int64, g *Greenlet, wait string)
	// Poll says that the hub looked for events, or slept until there were some.
	Poll(from, to int64, h *Hub)
}

// stuckAway is what a greenlet waits for that the hub goes on without.
const stuckAway = "stuck in plain code"

// WithTracer gives the hub a Tracer, in addition to others.
func WithTracer(t Tracer) Option { return func(c *Config) { c.tracers = append(c.tracers, t) } }

// SetTracer replaces the hub's Tracer, nil: none, and returns the one it had. A hub
// without one pays nothing for it; one with a Tracer reads the clock twice a switch.
// Only from the hub's goroutine.
func (h *Hub) SetTracer(t Tracer) (old Tracer) {
	old = h.tracer
	h.tracer, h.traced = t, nil
	h.left = 1 // the loop looks for it once a batch
	return old
}

// tracers are several.
type tracers []Tracer

func (ts tracers) Run(now int64, g *Greenlet) {
	for _, t := range ts {
		t.Run(now, g)
	}
}

func (ts tracers) Stop(now int64, g *Greenlet, wait string) {
	for _, t := range ts {
		t.Stop(now, g, wait)
	}
}

func (ts tracers) Poll(from, to int64, h *Hub) {
	for _, t := range ts {
		t.Poll(from, to, h)
	}
}

// tracedBatch is what turns does between two calls of turn, in a hub with a tracer.
// It reports whether the hub went on elsewhere. parent is the frame's that runs.
func (h *Hub) tracedBatch(x *green.Hub, parent **green.Frame) (lost bool) {
	for h.left = h.batch; h.left > 0; h.left-- {
		g := h.runq.pop()
		if g == nil {
			break
		}
		x.Turn++
		h.cur = g
		f := h.enter(g)
		if f == skip {
			h.traceEnd(g)
			continue
		}
		g.state = running
		h.traceRun(g)
		for f != nil && f != green.Parked {
			*parent = f.Parent
			x.Above = uintptr(ptr(f.Parent))
			f = f.How()(x, f)
		}
		if x.Away.Load() != green.Attached && h.resign(x, g, f) {
			return true
		}
		if f == nil {
			h.ended(g, nil)
		} else {
			x.Suspensions++
			h.leave(g, x)
		}
		h.traceStop(g)
	}
	return false
}

func (h *Hub) traceRun(g *Greenlet) {
	if h.tracer == nil {
		return
	}
	now := h.poller.Now()
	if h.traced != nil { // the hub went on without it
		h.tracer.Stop(now, h.traced, stuckAway)
	}
	h.traced = g
	h.tracer.Run(now, g)
}

// traceStop is for a greenlet that has run, or unwound.
func (h *Hub) traceStop(g *Greenlet) {
	if h.tracer == nil || h.traced != g {
		return
	}
	h.traced = nil
	h.tracer.Stop(h.poller.Now(), g, g.waitsFor())
}

// traceEnd is for a greenlet that ended, or came back, while it did not seem to run.
func (h *Hub) traceEnd(g *Greenlet) {
	switch {
	case h.tracer == nil:
	case h.traced == g:
		h.traceStop(g)
	default:
		h.tracer.Stop(h.poller.Now(), g, g.waitsFor())
	}
}

// waitsFor is Info.Wait of a greenlet that does not run, "" if it ended.
func (g *Greenlet) waitsFor() string {
	switch {
	case g.state == ended:
		return ""
	case g.kind > 0:
		return g.waiter().String()
	}
	return "runnable"
}

// wait is Poller.Wait, of which the tracer is told.
func (h *Hub) wait(timeout int64, fds bool) []poll.Event {
	if h.tracer == nil {
		return h.poller.Wait(timeout, fds)
	}
	from := h.poller.Now()
	evs := h.poller.Wait(timeout, fds)
	h.tracer.Poll(from, h.poller.Now(), h)
	return evs
}
