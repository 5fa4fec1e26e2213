// Package chans has the channel operations of green code.
//
// Channels stay Go's own, so greenlets, goroutines and other hubs may share
// them. An operation is first tried without blocking. If it would block, a
// worker goroutine does it natively while the greenlet is parked; Go's channel
// then keeps FIFO order, wakes and its deadlock detector right.
//
// # Fairness
//
// Operations that need not wait give up control after some in one turn; so a
// loop around a select with a default cannot keep the hub for itself.
//
// # Limits
//
// A waiting greenlet costs a goroutine. A greenlet that is killed while it waits
// leaves its worker behind, which may still take or send one value.
package chans

import (
	"math/rand/v2"
	"reflect"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

type one[T any] = struct{ R0 T }

type two[T any] = struct {
	R0 T
	R1 bool
}

// What a greenlet waits for, as Go's own traces call it.
const (
	receive    = "chan receive"
	receiveNil = "chan receive (nil chan)"
	send       = "chan send"
	sendNil    = "chan send (nil chan)"
)

// resultFrame hands on results that were there at once, after a yield.
type resultFrame[R any] struct {
	green.Frame
	r R
}

// later yields, then returns r to the parent.
func later[R any](h *green.Hub, r R) *green.Frame {
	f := &resultFrame[R]{r: r}
	f.Resume = func(h *green.Hub, _ *green.Frame) *green.Frame {
		*green.SlotOf[R](h) = f.r
		return f.Parent
	}
	h.Ops.Yield()
	return h.ParkAt(&f.Frame)
}

// Recv is <-ch. Only from the hub's goroutine.
func Recv[T any](h *green.Hub, ch <-chan T) (v T, _ *green.Frame) {
	if h.Blocks() {
		return <-ch, nil
	}
	select {
	case v = <-ch:
		if rt.HubOf(h).Eager() {
			return v, nil
		}
		return v, later(h, one[T]{v})
	default:
		return v, recvSlow(h, ch)
	}
}

func recvSlow[T any](h *green.Hub, ch <-chan T) *green.Frame {
	if ch == nil {
		return rt.Forever_green(h, receiveNil)
	}
	return green.Offload(h, receive, func() one[T] { return one[T]{<-ch} })
}

// Recv2 is v, ok := <-ch. Only from the hub's goroutine.
func Recv2[T any](h *green.Hub, ch <-chan T) (v T, ok bool, _ *green.Frame) {
	if h.Blocks() {
		v, ok = <-ch
		return v, ok, nil
	}
	select {
	case v, ok = <-ch:
		if rt.HubOf(h).Eager() {
			return v, ok, nil
		}
		return v, ok, later(h, two[T]{v, ok})
	default:
		return v, false, recv2Slow(h, ch)
	}
}

func recv2Slow[T any](h *green.Hub, ch <-chan T) *green.Frame {
	if ch == nil {
		return rt.Forever_green(h, receiveNil)
	}
	return green.Offload(h, receive, func() two[T] {
		v, ok := <-ch
		return two[T]{v, ok}
	})
}

// Send is ch <- v. Only from the hub's goroutine.
func Send[T any](h *green.Hub, ch chan<- T, v T) *green.Frame {
	if h.Blocks() {
		ch <- v
		return nil
	}
	select {
	case ch <- v:
		if rt.HubOf(h).Eager() {
			return nil
		}
		return green.Yield(h)
	default:
		return sendSlow(h, ch, v)
	}
}

func sendSlow[T any](h *green.Hub, ch chan<- T, v T) *green.Frame {
	if ch == nil {
		return rt.Forever_green(h, sendNil)
	}
	return green.Offload(h, send, func() struct{} {
		ch <- v
		return struct{}{}
	})
}

// Case is one case of a select statement, made by RecvCase or SendCase.
type Case interface {
	try() bool // do it, if it need not wait
	native() reflect.SelectCase
	got(v reflect.Value, ok bool) // what native received
}

type recvCase[T any] struct {
	ch  <-chan T
	dst *T
	ok  *bool
}

// RecvCase is case *dst, *ok = <-ch; either pointer may be nil. The targets must
// be temporaries: they are written before the select returns. Safe from any goroutine.
func RecvCase[T any](ch <-chan T, dst *T, ok *bool) Case { return &recvCase[T]{ch, dst, ok} }

func (c *recvCase[T]) try() bool {
	select {
	case v, ok := <-c.ch:
		c.set(v, ok)
		return true
	default:
		return false
	}
}

func (c *recvCase[T]) set(v T, ok bool) {
	if c.dst != nil {
		*c.dst = v
	}
	if c.ok != nil {
		*c.ok = ok
	}
}

func (c *recvCase[T]) native() reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c.ch)}
}

func (c *recvCase[T]) got(v reflect.Value, ok bool) {
	var x T
	if ok {
		// Set, not Interface: a nil of an interface type has no dynamic value.
		reflect.ValueOf(&x).Elem().Set(v)
	}
	c.set(x, ok)
}

type sendCase[T any] struct {
	ch chan<- T
	v  T
}

// SendCase is case ch <- v. Safe from any goroutine.
func SendCase[T any](ch chan<- T, v T) Case { return &sendCase[T]{ch, v} }

func (c *sendCase[T]) try() bool {
	select {
	case c.ch <- c.v:
		return true
	default:
		return false
	}
}

func (c *sendCase[T]) native() reflect.SelectCase {
	return reflect.SelectCase{
		Dir: reflect.SelectSend, Chan: reflect.ValueOf(c.ch), Send: reflect.ValueOf(&c.v).Elem(),
	}
}

func (c *sendCase[T]) got(reflect.Value, bool) {}

// Select does one of the cases and returns its index, -1 for the default case.
// Only from the hub's goroutine.
func Select(h *green.Hub, cases []Case, hasDefault bool) (int, *green.Frame) {
	chosen := try(cases)
	switch {
	case h.Blocks():
		if chosen < 0 && !hasDefault {
			chosen = wait(cases)
		}
		return chosen, nil
	case chosen < 0 && !hasDefault:
		return 0, selectSlow(h, cases)
	case rt.HubOf(h).Eager():
		return chosen, nil
	}
	return chosen, later(h, one[int]{chosen})
}

// try looks at the cases in random order, as Go does.
func try(cases []Case) int {
	switch len(cases) {
	case 0:
		return -1
	case 1:
		if cases[0].try() {
			return 0
		}
		return -1
	}
	var few [8]int
	order := few[:0]
	for i := range cases {
		order = append(order, i)
		k := rand.IntN(i + 1)
		order[i], order[k] = order[k], i
	}
	for _, i := range order {
		if cases[i].try() {
			return i
		}
	}
	return -1
}

func selectSlow(h *green.Hub, cases []Case) *green.Frame {
	if len(cases) == 0 {
		return rt.Forever_green(h, "select (no cases)")
	}
	for _, c := range cases {
		if !c.native().Chan.IsNil() {
			return green.Offload(h, "select", func() one[int] { return one[int]{wait(cases)} })
		}
	}
	return rt.Forever_green(h, "select (nil chans)")
}

// wait blocks the goroutine until one of the cases is done.
func wait(cases []Case) int {
	rs := make([]reflect.SelectCase, len(cases))
	for i, c := range cases {
		rs[i] = c.native()
	}
	i, v, ok := reflect.Select(rs)
	cases[i].got(v, ok)
	return i
}
