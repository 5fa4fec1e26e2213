// Package chans has the channel operations of green code.
//
// Channels stay Go's own, so greenlets of any hub, goroutines and untransformed
// code may share them in any mix.
//
// # Idea
//
// An operation is tried without blocking. If it would block, the greenlet waits
// in the hub's lot (rt.Waiting), a table by channel. Each operation of the hub
// looks there first and serves who has waited longest: between greenlets of one
// hub an operation costs no goroutine and no lock. Whoever is not of this hub
// does not see the lot. So a wait that takes long, or that nothing on the hub can
// end, is handed to a worker goroutine, which does the operation natively, as a
// party like any other; from then on Go's own channel sees to everything.
//
// In a woven program most channels are the program's own: nobody sends to, receives
// from or closes them but its own code, which announces that if it runs elsewhere
// (outside.go). The operations with Own in their names are for them: a wait stays in
// the lot, and costs no goroutine, however long it takes. Those with Heard are for
// channels of which others may receive: only who receives is told of all that ends his wait.
//
// # Order
//
// A value that lies in a channel was sent before any that is still in the hands
// of a greenlet, and a close comes before what is tried after it. Hence a sender
// that finds receivers in the lot first gives them what the channel holds, and
// then its own value; a receiver that took a value out of a buffer lets the
// senders of the lot fill it up.
//
// # Fairness
//
// Operations that need not wait give up control after some in one turn; so a
// loop around a select with a default cannot keep the hub for itself.
package chans

import (
	"unsafe"

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

// key is a channel's address in the lot.
func key[C any](ch C) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&ch)) }

// whose says who acts on a channel besides the program's own code, which announces it.
type whose uint8

const (
	others whose = iota // anybody may
	heard               // others receive from it at most
	own                 // nobody
)

// chanOf is the channel at an address.
func chanOf[T any](ch unsafe.Pointer) chan T { return *(*chan T)(unsafe.Pointer(&ch)) }

// both forgets a channel's direction, which only its static type has.
func both[C, T any](ch C) chan T { return *(*chan T)(unsafe.Pointer(&ch)) }

// resultFrame hands on results that were there at once, after a yield.
type resultFrame[R any] struct {
	green.FuncFrame
	r R
}

// later yields, then returns r to the parent.
func later[R any](h *green.Hub, r R) *green.Frame {
	f := &resultFrame[R]{r: r}
	f.Resume = func(h *green.Hub, _ *green.Frame) *green.Frame {
		*green.SlotOf[R](h) = f.r
		return f.Parent
	}
	h.Back()
	h.Ops.Yield()
	return h.ParkAt(&f.Frame)
}

// Recv is <-ch. Only from the hub's goroutine.
func Recv[T any](h *green.Hub, ch <-chan T) (T, *green.Frame) { return recv(h, ch, others) }

// RecvOwn is Recv from a channel of the program's own.
func RecvOwn[T any](h *green.Hub, ch <-chan T) (T, *green.Frame) { return recv(h, ch, own) }

// RecvHeard is Recv from one that others may receive from.
func RecvHeard[T any](h *green.Hub, ch <-chan T) (T, *green.Frame) { return recv(h, ch, heard) }

func recv[T any](h *green.Hub, ch <-chan T, of whose) (v T, _ *green.Frame) {
	if h.Blocks() {
		return <-Announced(ch), nil
	}
	hub := rt.HubOf(h)
	v, _, done := tryRecv(hub, ch, of == own)
	switch {
	case !done:
		return v, parkRecv(h, ch, of, false)
	case hub.Eager():
		return v, nil
	}
	return v, later(h, one[T]{v})
}

// Recv2 is v, ok := <-ch. Only from the hub's goroutine.
func Recv2[T any](h *green.Hub, ch <-chan T) (T, bool, *green.Frame) { return recv2(h, ch, others) }

// Recv2Own is Recv2 from a channel of the program's own.
func Recv2Own[T any](h *green.Hub, ch <-chan T) (T, bool, *green.Frame) { return recv2(h, ch, own) }

// Recv2Heard is Recv2 from one that others may receive from.
func Recv2Heard[T any](h *green.Hub, ch <-chan T) (T, bool, *green.Frame) {
	return recv2(h, ch, heard)
}

func recv2[T any](h *green.Hub, ch <-chan T, of whose) (v T, ok bool, _ *green.Frame) {
	if h.Blocks() {
		v, ok = <-Announced(ch)
		return v, ok, nil
	}
	hub := rt.HubOf(h)
	v, ok, done := tryRecv(hub, ch, of == own)
	switch {
	case !done:
		return v, false, parkRecv(h, ch, of, true)
	case hub.Eager():
		return v, ok, nil
	}
	return v, ok, later(h, two[T]{v, ok})
}

// tryRecv receives if it need not wait.
func tryRecv[T any](h *rt.Hub, ch <-chan T, own bool) (v T, ok, done bool) {
	ours := own && rt.AmongOurselves()
	if ours && h.Waits() { // if it has no buffer, it cannot have anything else
		if p := h.First(key(ch), rt.Gives); p != nil && cap(ch) == 0 {
			return accept[T](h, p), true, true
		}
	}
	if ours {
		if s := h.Known(key(ch)); s != nil && s.Vacant(rt.Takes) {
			return v, false, false
		}
	}
	select {
	case v, ok = <-ch:
		if h.Waits() {
			refill(h, both[<-chan T, T](ch), ok)
		}
		return v, ok, true
	default:
	}
	if ours || !h.Waits() { // of ours, senders wait only where there is something
		return v, false, false
	}
	p := h.First(key(ch), rt.Gives)
	if p == nil {
		return v, false, false
	}
	return accept[T](h, p), true, true
}

// accept takes what a sender of the lot has.
func accept[T any](h *rt.Hub, p *rt.Place) T {
	v := *(*T)(p.Elem)
	h.Serve(p, true)
	return v
}

// refill lets the senders of the lot use the place that a receiver made.
func refill[T any](h *rt.Hub, ch chan T, open bool) {
	for p := h.First(key(ch), rt.Gives); p != nil; p = h.First(key(ch), rt.Gives) {
		sent := false
		if open {
			sent, open = quietSend(ch, *(*T)(p.Elem))
		}
		switch {
		case sent:
			h.Serve(p, true)
		case !open: // it must panic by itself
			h.Again(p)
		default:
			return
		}
	}
}

// quietSend sends if it need not wait. open is false if ch is closed.
func quietSend[T any](ch chan<- T, v T) (sent, open bool) {
	defer func() {
		if !open {
			_ = recover() // send on closed channel
		}
	}()
	select {
	case ch <- v:
		return true, true
	default:
		return false, true
	}
}

// recvFrame is a greenlet that waits to receive. Flag says that the result is v, ok.
type recvFrame[T any] struct {
	rt.Waiting
	v  T
	at [1]rt.Place
}

func (f *recvFrame[T]) ch() chan T { return chanOf[T](f.at[0].Key) }

func parkRecv[T any](h *green.Hub, ch <-chan T, of whose, two bool) *green.Frame {
	if ch == nil {
		return rt.Forever_green(h, receiveNil)
	}
	f := green.FrameOf[recvFrame[T]](h)
	f.Flag = two
	p := &f.at[0]
	p.Key, p.Elem, p.Side, p.Heard, p.Own = key(ch), unsafe.Pointer(&f.v), rt.Takes, of != others, of == own
	hub := rt.HubOf(h)
	p.When = hub.TakeAfter(p.Key)
	return hub.WaitAt(&f.Waiting, f, p)
}

// again tries once more. It returns false if it parked again.
func (f *recvFrame[T]) again(h *green.Hub) bool {
	v, ok, done := tryRecv[T](rt.HubOf(h), f.ch(), f.at[0].Own)
	if !done {
		rt.HubOf(h).WaitAt(&f.Waiting, f, &f.at[0])
		return false
	}
	f.v, f.OK = v, ok
	return true
}

// Continue implements rt.Native.
func (f *recvFrame[T]) Continue(h *green.Hub) *green.Frame {
	if !f.Results() && !f.again(h) {
		return green.Parked
	}
	if f.Flag {
		*green.SlotOf[two[T]](h) = two[T]{f.v, f.OK}
	} else {
		green.SlotOf[one[T]](h).R0 = f.v
	}
	return green.Recycle(h, f)
}

// Native implements rt.Native.
func (f *recvFrame[T]) Native(cancel <-chan struct{}) bool {
	select {
	case f.v, f.OK = <-f.ch():
		return true
	case <-cancel:
		return false
	}
}

// Probe implements rt.Prober. Nobody in the lot can end the wait: he would have.
func (f *recvFrame[T]) Probe() (done, again bool) {
	if !f.IsFirst(0) {
		return false, false
	}
	select {
	case f.v, f.OK = <-f.ch():
		return true, false
	default:
		return false, false
	}
}

func (f *recvFrame[T]) String() string { return receive }

// Receivers that are packed: own channels are all that are kept.
type (
	packedRecv[T any]  struct{}
	packedRecv2[T any] struct{}
)

// Pack implements rt.Packer.
func (f *recvFrame[T]) Pack(h *green.Hub) rt.Packed {
	two := f.Flag
	green.Recycle(h, f)
	if two {
		return packedRecv2[T]{}
	}
	return packedRecv[T]{}
}

// Unpack implements rt.Packed.
func (packedRecv[T]) Unpack(h *green.Hub, key unsafe.Pointer) (*rt.Waiting, rt.Native, []rt.Place) {
	f := unpacked[T](h, key)
	return &f.Waiting, f, f.at[:]
}

// Unpack implements rt.Packed.
func (packedRecv2[T]) Unpack(h *green.Hub, key unsafe.Pointer) (*rt.Waiting, rt.Native, []rt.Place) {
	f := unpacked[T](h, key)
	f.Flag = true
	return &f.Waiting, f, f.at[:]
}

func unpacked[T any](h *green.Hub, key unsafe.Pointer) *recvFrame[T] {
	f := green.FrameOf[recvFrame[T]](h)
	f.at[0] = rt.Place{Key: key, Elem: unsafe.Pointer(&f.v), Side: rt.Takes, Heard: true}
	return f
}

func (packedRecv[T]) String() string  { return receive }
func (packedRecv2[T]) String() string { return receive }

// Send is ch <- v. Only from the hub's goroutine.
func Send[T any](h *green.Hub, ch chan<- T, v T) *green.Frame { return sends(h, ch, v, false) }

// SendOwn is Send to a channel of the program's own.
func SendOwn[T any](h *green.Hub, ch chan<- T, v T) *green.Frame { return sends(h, ch, v, true) }

func sends[T any](h *green.Hub, ch chan<- T, v T, own bool) *green.Frame {
	if h.Blocks() {
		Announced(ch) <- v
		return nil
	}
	hub := rt.HubOf(h)
	switch {
	case !trySend(hub, ch, v, own):
		return parkSend(h, ch, v, own)
	case hub.Eager():
		return nil
	}
	return green.Yield(h)
}

// trySend sends if it need not wait.
func trySend[T any](h *rt.Hub, ch chan<- T, v T, own bool) bool {
	if h.Waits() && handOver(h, ch, v, own) {
		return true
	}
	if own && rt.AmongOurselves() {
		if s := h.Known(key(ch)); s != nil && s.Vacant(rt.Gives) {
			return false
		}
	}
	select {
	case ch <- v:
		return true
	default:
		return false
	}
}

// handOver gives v to a receiver of the lot.
func handOver[T any](h *rt.Hub, ch chan<- T, v T, own bool) bool {
	for p := h.First(key(ch), rt.Takes); p != nil; p = h.First(key(ch), rt.Takes) {
		if !own || !rt.AmongOurselves() { // else it is empty, since somebody waits
			select {
			case x, ok := <-both[chan<- T, T](ch): // what was sent before
				give(h, p, x, ok)
				continue
			default:
			}
		}
		give(h, p, v, true)
		return true
	}
	return false
}

func give[T any](h *rt.Hub, p *rt.Place, v T, ok bool) {
	if p.Elem == nil { // of a select, see parcel
		p.Elem = unsafe.Pointer(&green.FrameOf[parcel[T]](h.Hub).v)
	}
	*(*T)(p.Elem) = v
	h.Serve(p, ok)
}

// sendFrame is a greenlet that waits to send.
type sendFrame[T any] struct {
	rt.Waiting
	v  T
	at [1]rt.Place
}

func (f *sendFrame[T]) ch() chan T { return chanOf[T](f.at[0].Key) }

func parkSend[T any](h *green.Hub, ch chan<- T, v T, own bool) *green.Frame {
	if ch == nil {
		return rt.Forever_green(h, sendNil)
	}
	f := green.FrameOf[sendFrame[T]](h)
	f.v = v
	p := &f.at[0]
	p.Key, p.Elem, p.Side, p.Heard, p.Own = key(ch), unsafe.Pointer(&f.v), rt.Gives, own, own
	return rt.HubOf(h).WaitAt(&f.Waiting, f, p)
}

// Continue implements rt.Native.
func (f *sendFrame[T]) Continue(h *green.Hub) *green.Frame {
	if !f.Results() && !trySend[T](rt.HubOf(h), f.ch(), f.v, f.at[0].Own) {
		rt.HubOf(h).WaitAt(&f.Waiting, f, &f.at[0])
		return green.Parked
	}
	return green.Recycle(h, f)
}

// Native implements rt.Native.
func (f *sendFrame[T]) Native(cancel <-chan struct{}) bool {
	select {
	case f.ch() <- f.v:
		return true
	case <-cancel:
		return false
	}
}

// Probe implements rt.Prober.
func (f *sendFrame[T]) Probe() (done, again bool) {
	if !f.IsFirst(0) {
		return false, false
	}
	sent, open := quietSend[T](f.ch(), f.v)
	return sent, !open // it must panic by itself
}

func (f *sendFrame[T]) String() string { return send }

// Close is close(ch): it also tells those who wait in the lot. Only from the
// hub's goroutine.
func Close[T any](h *green.Hub, ch chan<- T) {
	if h.Blocks() {
		CloseOutside(ch)
		return
	}
	close(ch)
	hub := rt.HubOf(h)
	hub.Shut(key(ch))
	if !hub.Waits() {
		return
	}
	c := both[chan<- T, T](ch)
	for p := hub.First(key(c), rt.Takes); p != nil; p = hub.First(key(c), rt.Takes) {
		v, ok := <-c // it never blocks: what is left, then zeros
		give(hub, p, v, ok)
	}
	refill(hub, c, false)
}
