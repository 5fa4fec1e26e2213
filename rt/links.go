package rt

import (
	"sync/atomic"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// link is a function to be called at the end of a greenlet.
type link struct {
	of        *Greenlet
	fn        func()
	want      func(*Greenlet) bool
	cancelled atomic.Bool
	late      atomic.Bool
}

func always(*Greenlet) bool        { return true }
func succeeded(g *Greenlet) bool   { return g.Err() == nil || g.Killed() }
func failed(g *Greenlet) bool      { return !succeeded(g) }
func closedUnder(g *Greenlet) bool { return g.Err() == ErrHubClosed }

// OnDone spawns fn at the end of g, at once if it ended: on g's hub, in the order
// of the calls, or as a goroutine for one on a goroutine. fn may park. cancel
// takes it back, unless it runs already. The end of a hub is not that of its
// greenlets. Safe from any goroutine.
func (g *Greenlet) OnDone(fn func()) (cancel func()) { return g.link(fn, always) }

// OnSuccess is OnDone for a g that returned, or was killed without an error. Safe
// from any goroutine.
func (g *Greenlet) OnSuccess(fn func()) (cancel func()) { return g.link(fn, succeeded) }

// OnFailure is OnDone for a g that did not succeed. Safe from any goroutine.
func (g *Greenlet) OnFailure(fn func()) (cancel func()) { return g.link(fn, failed) }

// OnDone_green is OnDone for greenlets.
func (g *Greenlet) OnDone_green(_ *green.Hub, fn func()) (cancel func()) { return g.OnDone(fn) }

// OnSuccess_green is OnSuccess for greenlets.
func (g *Greenlet) OnSuccess_green(_ *green.Hub, fn func()) (cancel func()) { return g.OnSuccess(fn) }

// OnFailure_green is OnFailure for greenlets.
func (g *Greenlet) OnFailure_green(_ *green.Hub, fn func()) (cancel func()) { return g.OnFailure(fn) }

// AtEnd calls fn at the end of g, of a hub, on its goroutine; fn must not park. The end
// of a hub is not that of its greenlets. For packages below rt. Only from the hub's
// goroutine.
func (g *Greenlet) AtEnd(fn func()) {
	g.onEnd(func() {
		if !closedUnder(g) {
			fn()
		}
	})
}

// Repanics says that a panic which leaves g's function is reported as one that was
// recovered and raised again: std has a deferred call there. For packages below rt.
// Only from the hub's goroutine.
func (g *Greenlet) Repanics() { g.more().again = true }

func (g *Greenlet) repanics() bool {
	x := g.ext.Load()
	return x != nil && x.again
}

func (g *Greenlet) link(fn func(), want func(*Greenlet) bool) (cancel func()) {
	l := &link{of: g, fn: fn, want: want}
	l.late.Store(true) // until onEnd is over, fire may be called on this goroutine
	unlink := g.onEnd(l.fire)
	l.late.Store(false)
	return direct(func() {
		l.cancelled.Store(true)
		unlink()
	})
}

// fire is for the end of the greenlet.
func (l *link) fire() {
	switch g := l.of; {
	case closedUnder(g) || !l.want(g):
	case g.home() == nil:
		l.start(nil)
	case l.late.Load():
		g.home().Post(l.launch)
	default:
		l.launch()
	}
}

// start spawns a greenlet of h, nil: a goroutine. Safe from any goroutine.
func (l *link) start(h *Hub) {
	if h != nil {
		h.spawnOn(green.Func(linkTwin), unsafe.Pointer(l), codeOf(green.Func(l.fn)))
		return
	}
	go func() {
		if !l.cancelled.Load() {
			l.fn()
		}
	}()
}

// launch spawns the greenlet. On the hub's goroutine.
func (l *link) launch() {
	l.of.home().launch(green.Func(linkTwin), unsafe.Pointer(l), codeOf(green.Func(l.fn)))
}

// linkTwin is the twin of the greenlet that a link spawns; env is the link.
func linkTwin(h *green.Hub, env unsafe.Pointer) *green.Frame {
	l := (*link)(env)
	if l.cancelled.Load() {
		return nil
	}
	return call(h, l.fn)
}
