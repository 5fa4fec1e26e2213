package rt

import (
	"os"
	"runtime/debug"

	"github.com/greengen/greengen/rt/green"
)

// PanicError is how a greenlet ended whose panic nobody recovered.
type PanicError struct {
	Value any
	Text  string // as Go prints it, with the stack
}

func (e *PanicError) Error() string { return e.Text }

// caught deals with a panic that left the frame which the hub resumed, or with
// a Goexit of foreign code if r is nil. parent is that frame's caller, x what the
// code ran with.
func (h *Hub) caught(x *green.Hub, r any, parent *green.Frame) (how int) {
	back := stays
	x.SetOngoing(nil)
	if x.Away.Load() != green.Attached {
		back = h.comeBack(x)
	}
	switch {
	case back == gone:
		return isLost
	case back == visits:
		if r == nil {
			if h.taken.holder.Load().main {
				defer func() { <-h.taken.ended }() // who called run goes on with its Goexit
			}
			r = h.Exiting()
		}
		defer h.depart(x)
		how = isLost
	case r == nil:
		// The goroutine is ending, and nothing can stop that.
		defer h.moveOn()
		r = h.Exiting()
	}
	g := h.cur
	h.unwind(x.NewPanic(r), parent)
	if g != nil {
		h.traceEnd(g)
	}
	return how
}

// unwind makes the current greenlet raise p in the nearest frame that has deferred
// calls, or ends it.
func (h *Hub) unwind(p *green.Panic, parent *green.Frame) {
	g := h.cur
	if g == nil {
		h.uncaught(nil, p)
		return
	}
	u, unwinds := p.IsUnwind()
	if p.Chain == nil && !unwinds {
		p.Chain, p.Behind = green.Places(parent)
	}
	if next := h.Raise(parent, p); next != nil {
		// First in the queue, but greenlets that the hub went on without may come
		// back and panic before: so the panic waits in the greenlet.
		g.more().raised = h.TakePending()
		g.flags |= raises
		g.at = ptr(next)
		g.state = queued
		h.runq.pushFront(g)
		return
	}
	if unwinds {
		h.ended(g, u)
		return
	}
	h.uncaught(g, p)
}

// moveOn runs the hub on a fresh goroutine while this one ends.
func (h *Hub) moveOn() {
	ended, main := h.taken.ended, h.taken.main
	if h.step != nil { // RunOnce waits for its round
		ended = make(chan struct{})
		go func() {
			defer close(ended)
			h.loop(true)
		}()
	} else {
		helpers.Add(1)
		go h.proceed()
	}
	if main { // who called run goes on with its Goexit
		<-ended
	}
}

// uncaught ends g, or the program. g is nil for a callback of the hub.
func (h *Hub) uncaught(g *Greenlet, p *green.Panic) {
	e := &PanicError{Value: p.Value, Text: panicText(g, p)}
	n := Panicked{Hub: h.id, Err: e}
	if g != nil {
		n.Greenlet = g.id()
	}
	notify(n)
	if h.config.OnPanic == nil {
		h.crash(e.Text)
	}
	if g != nil {
		h.endedBy(g, e)
	}
	h.tellOnPanic(g, e)
}

// tellOnPanic calls OnPanic. If that panics the hub goes on, as it was told to.
func (h *Hub) tellOnPanic(g *Greenlet, e *PanicError) {
	defer func() {
		if v := recover(); v != nil {
			os.Stderr.WriteString("greengen: panic in OnPanic: " + panicValue(v) + "\n" + string(debug.Stack()) + "greengen: it was to be told of " + e.Text)
		}
	}()
	h.config.OnPanic(g, e)
}
