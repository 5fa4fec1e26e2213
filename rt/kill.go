package rt

import (
	"time"

	"github.com/greengen/greengen/rt/green"
)

// Kill makes g unwind with ErrKilled, running its deferred calls, and waits for
// its end. If g has not started it never runs. A g on a goroutine cannot be
// stopped: Kill only waits. Safe from any goroutine but that of g's hub.
func (g *Greenlet) Kill() {
	g.KillAsync()
	g.Join()
}

// Kill_green is Kill for greenlets; killing oneself unwinds at once. Only from
// the hub's goroutine.
func (g *Greenlet) Kill_green(h *green.Hub) *green.Frame { return g.KillWith_green(h, ErrKilled) }

// KillWith is Kill with an error of its own. Safe from any goroutine but that
// of g's hub.
func (g *Greenlet) KillWith(err error) {
	g.killFrom(nil, err)
	g.Join()
}

// KillWith_green is KillWith for greenlets. Only from the hub's goroutine.
func (g *Greenlet) KillWith_green(h *green.Hub, err error) *green.Frame {
	if h.Blocks() {
		g.KillWith(err)
		return nil
	}
	hub := HubOf(h)
	if g == hub.cur {
		panic(&green.Unwind{Err: err})
	}
	g.killFrom(hub, err)
	return g.Join_green(h)
}

// KillAsync is Kill without waiting. Safe from any goroutine but that of g's hub.
func (g *Greenlet) KillAsync() { g.killFrom(nil, ErrKilled) }

// KillAsync_green is KillAsync for greenlets: g does not unwind before the
// caller parks. Only from the hub's goroutine.
func (g *Greenlet) KillAsync_green(h *green.Hub) {
	if h.Blocks() {
		g.KillAsync()
		return
	}
	g.killFrom(HubOf(h), ErrKilled)
}

// KillTimeout is Kill, but waits at most d, without limit if d < 0; it reports whether g
// ended. Safe from any goroutine but that of g's hub.
func (g *Greenlet) KillTimeout(d time.Duration) bool { return g.KillWithTimeout(ErrKilled, d) }

// KillWithTimeout is KillTimeout with an error of its own; 0 does not wait. Safe from any
// goroutine but that of g's hub.
func (g *Greenlet) KillWithTimeout(err error, d time.Duration) bool {
	g.killFrom(nil, err)
	return g.JoinTimeout(d)
}

// KillTimeout_green is KillTimeout for greenlets. Only from the hub's goroutine.
func (g *Greenlet) KillTimeout_green(h *green.Hub, d time.Duration) (bool, *green.Frame) {
	return g.KillWithTimeout_green(h, ErrKilled, d)
}

// KillWithTimeout_green is KillWithTimeout for greenlets; that of oneself unwinds when it
// parks next if d is 0, else at once. Only from the hub's goroutine.
func (g *Greenlet) KillWithTimeout_green(h *green.Hub, err error, d time.Duration) (bool, *green.Frame) {
	if h.Blocks() {
		return g.KillWithTimeout(err, d), nil
	}
	hub := HubOf(h)
	if g == hub.cur && d != 0 {
		panic(&green.Unwind{Err: err})
	}
	g.killFrom(hub, err)
	if d == 0 {
		return g.isDone(), nil
	}
	return g.JoinTimeout_green(h, d)
}

// killFrom kills g from the goroutine of hub, nil for any other goroutine.
func (g *Greenlet) killFrom(hub *Hub, err error) {
	switch {
	case g.isDone():
	case g.home() == nil:
		g.neverStart(err)
	case g.home() == hub:
		hub.killBy(g, err)
	default:
		g.home().Post(func() { g.home().killBy(g, err) })
	}
}

// parkedLate delivers a kill that waited for its victim to park.
func (h *Hub) parkedLate(g *Greenlet) {
	if g.flags&killLater == 0 {
		return
	}
	g.flags &^= killLater
	h.interrupt(g)
}

// interrupt makes a greenlet that does not run unwind, as soon as its waiter lets
// it go.
func (h *Hub) interrupt(g *Greenlet) {
	switch {
	case g.flags&shielded != 0 && !g.doomed():
		g.flags |= killLater
	case g.state != parked:
		g.flags |= killed
	case g.waiter().cancel(g):
		g.flags |= killed
		h.ready(g)
	default:
		g.flags |= killHeld
	}
}

// doomed reports whether what kills g is that nothing else can ever happen.
func (g *Greenlet) doomed() bool {
	_, ok := g.ext.Load().kill.(*DeadlockError)
	return ok
}

// Shield makes kills wait while the current greenlet, which has just parked, does what
// its callers count on, or ends that. Only from the hub's goroutine.
func (h *Hub) Shield(on bool) {
	if on {
		h.cur.flags |= shielded
	} else {
		h.cur.flags &^= shielded
	}
}
