package rt

import (
	"context"

	"github.com/greengen/greengen/rt/green"
)

// Context returns a context that is done when the current greenlet is cancelled, with
// what it was cancelled with as context.Cause, or has ended. It is the same one for the
// life of the greenlet. On a goroutine it is context.Background: nobody can cancel
// that. Safe from any goroutine.
func Context() context.Context { return context.Background() }

// Context_green is Context for greenlets. Only from the hub's goroutine.
func Context_green(h *green.Hub) context.Context {
	if h.Blocks() {
		return Context()
	}
	return HubOf(h).running().known().context()
}

// cancellation is the polite way to end a greenlet, in its ext.
type cancellation struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	fails  error // what the next wait that can fail fails with; for the hub's goroutine
}

// context is for the hub's goroutine.
func (g *Greenlet) context() context.Context {
	c := g.cancellation()
	if c.ctx == nil {
		c.ctx, c.cancel = context.WithCancelCause(context.Background())
		g.onEnd(func() { c.cancel(nil) })
	}
	return c.ctx
}

// cancellation is for the hub's goroutine.
func (g *Greenlet) cancellation() *cancellation {
	x := g.more()
	if x.polite == nil {
		x.polite = &cancellation{}
	}
	return x.polite
}

// Cancel asks g to come to an end, where Kill makes it: g's Context is done, and one
// wait of g fails with cause (nil: context.Canceled), the one that it is in or the next:
// a read, write, accept or dial of a conn that package rt/net made, in a *net.OpError,
// WaitRead and WaitWrite, or Get and Put of a Future and a Queue. What needs no wait is done
// first. No other wait is cut short, such as for files, for conns of std's own and for
// channels, nor one of a greenlet on a goroutine. Cancel does not wait for g. Safe from any
// goroutine but that of g's hub.
func (g *Greenlet) Cancel(cause error) { g.cancelFrom(nil, cause) }

// Cancel_green is Cancel for greenlets. Only from the hub's goroutine.
func (g *Greenlet) Cancel_green(h *green.Hub, cause error) {
	if h.Blocks() {
		g.Cancel(cause)
		return
	}
	g.cancelFrom(HubOf(h), cause)
}

// cancelFrom cancels g from the goroutine of hub, nil for any other goroutine.
func (g *Greenlet) cancelFrom(hub *Hub, cause error) {
	if cause == nil {
		cause = context.Canceled
	}
	switch home := g.home(); {
	case home == nil || g.isDone():
	case home == hub:
		hub.cancelBy(g, cause)
	default:
		home.Post(func() { home.cancelBy(g, cause) })
	}
}

// failing is a waiter whose greenlet, readied after a cancel, looks for a cancellation
// itself before it waits again.
type failing interface {
	waiter
	fails() bool
}

func (w *readWait) fails() bool  { return true }
func (w *writeWait) fails() bool { return true }
func (w *otherWait) fails() bool { return true }
func (w *readiness) fails() bool { return w.file == nil }
func (e *waitEntry) fails() bool { return e.may }

// cancelBy cancels g. Only from the goroutine of g's hub.
func (h *Hub) cancelBy(g *Greenlet, cause error) {
	if g.state == ended {
		return
	}
	c := g.cancellation()
	if c.fails == nil { // the first one that g has not been told of
		c.fails = cause
	}
	g.context()
	c.cancel(cause)
	if g.state != parked {
		return
	}
	if w, ok := g.waiter().(failing); ok && w.fails() && w.cancel(g) {
		h.ready(g)
	}
}

// Cancelled returns, once, what the current greenlet was cancelled with: for whoever
// can fail, before it waits. nil: it was not. Only from the hub's goroutine.
func (h *Hub) Cancelled() error {
	if !h.Cancels() {
		return nil
	}
	c := h.cur.ext.Load().polite
	err := c.fails
	c.fails = nil
	return err
}

// Cancels reports whether Cancelled is going to return an error. Only from the hub's
// goroutine.
func (h *Hub) Cancels() bool {
	if h.cur == nil {
		return false
	}
	x := h.cur.ext.Load()
	return x != nil && x.polite != nil && x.polite.fails != nil
}

// cancelled is Hub.Cancelled of the caller's greenlet.
func cancelled() error { return nil }

func cancelled_green(h *green.Hub) error {
	if h.Blocks() {
		return nil
	}
	return HubOf(h).Cancelled()
}

// cancelledOr returns what the caller's greenlet was cancelled with, else err.
func cancelledOr(err error) error { return err }

func cancelledOr_green(h *green.Hub, err error) error {
	if c := cancelled_green(h); c != nil {
		return c
	}
	return err
}
