package chans

import (
	"math/rand/v2"
	"reflect"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Case is one case of a select statement, made by RecvCase, DropCase or SendCase for one
// Select.
type Case struct {
	ch   unsafe.Pointer
	op   op
	of   whose
	send bool
}

func (c *Case) side() rt.Side {
	if c.send {
		return rt.Gives
	}
	return rt.Takes
}

// op is what a case does to its channel: of a static type for a receive, so that it costs
// no allocation; a *sending holds a value, and goes back to the hub's pools.
type op interface {
	try(h *rt.Hub, ch unsafe.Pointer, own bool) bool // do it, if it need not wait
	probe(p *rt.Place) (ok, done bool)               // the same at a place, whoever waits there
	elem() unsafe.Pointer                            // of what is sent
	native(ch unsafe.Pointer) reflect.SelectCase
	got(v reflect.Value) (elem unsafe.Pointer)       // what native received; not valid if the channel is closed
	take(h *green.Hub, elem unsafe.Pointer, ok bool) // what was received at a place becomes what Got returns
	save(h *green.Hub) (elem unsafe.Pointer)         // the opposite
	recycle(*green.Hub)
}

// receiving receives a T that the case's body gets by Got.
type receiving[T any] struct{}

// dropping receives a T that nobody wants.
type dropping[T any] struct{ receiving[T] }

// RecvCase is case v, ok = <-ch: Got and GotOk give them in the case's body. Only from the
// hub's goroutine.
func RecvCase[T any](_ *green.Hub, ch <-chan T) Case { return Case{ch: key(ch), op: receiving[T]{}} }

// RecvOwnCase is RecvCase for a channel of the program's own.
func RecvOwnCase[T any](_ *green.Hub, ch <-chan T) Case {
	return Case{ch: key(ch), op: receiving[T]{}, of: own}
}

// RecvHeardCase is RecvCase for one that others may receive from.
func RecvHeardCase[T any](_ *green.Hub, ch <-chan T) Case {
	return Case{ch: key(ch), op: receiving[T]{}, of: heard}
}

// DropCase is case <-ch. Only from the hub's goroutine.
func DropCase[T any](_ *green.Hub, ch <-chan T) Case { return Case{ch: key(ch), op: dropping[T]{}} }

// DropOwnCase is DropCase for a channel of the program's own.
func DropOwnCase[T any](_ *green.Hub, ch <-chan T) Case {
	return Case{ch: key(ch), op: dropping[T]{}, of: own}
}

// DropHeardCase is DropCase for one that others may receive from.
func DropHeardCase[T any](_ *green.Hub, ch <-chan T) Case {
	return Case{ch: key(ch), op: dropping[T]{}, of: heard}
}

// got is the slot of what a select received: not that of its index, which may be one[T].
type got[T any] struct{ v T }

// Got returns what the case of a RecvCase received that Select chose; it is called once,
// at once. Only from the hub's goroutine.
func Got[T any](h *green.Hub) T {
	s := green.SlotOf[got[T]](h)
	v := s.v
	*s = got[T]{} // it keeps nothing alive
	return v
}

// GotOk returns whether what Got returns was sent. Only from the hub's goroutine.
func GotOk(h *green.Hub) bool { return h.GotOk }

func (receiving[T]) try(h *rt.Hub, ch unsafe.Pointer, own bool) bool {
	v, ok, done := tryRecv[T](h, chanOf[T](ch), own)
	if done {
		green.SlotOf[got[T]](h.Hub).v, h.GotOk = v, ok
	}
	return done
}

func (dropping[T]) try(h *rt.Hub, ch unsafe.Pointer, own bool) bool {
	_, _, done := tryRecv[T](h, chanOf[T](ch), own)
	return done
}

// parcel is where a receive that waited finds its value: few of a select's cases need one.
type parcel[T any] struct {
	green.Frame // for the pool
	v           T
}

func parcelOf[T any](elem unsafe.Pointer) *parcel[T] {
	return (*parcel[T])(unsafe.Add(elem, -unsafe.Offsetof(parcel[T]{}.v)))
}

func (receiving[T]) probe(p *rt.Place) (ok, done bool) {
	select {
	case v, ok := <-chanOf[T](p.Key):
		p.Elem = unsafe.Pointer(&(&parcel[T]{v: v}).v)
		return ok, true
	default:
		return false, false
	}
}

func (receiving[T]) elem() unsafe.Pointer { return nil }

func (receiving[T]) native(ch unsafe.Pointer) reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(chanOf[T](ch))}
}

func (receiving[T]) got(v reflect.Value) unsafe.Pointer {
	var x parcel[T]
	if v.IsValid() {
		// Set, not Interface: a nil of an interface type has no dynamic value.
		reflect.ValueOf(&x.v).Elem().Set(v)
	}
	return unsafe.Pointer(&x.v)
}

func (receiving[T]) take(h *green.Hub, elem unsafe.Pointer, ok bool) {
	x := parcelOf[T](elem)
	green.SlotOf[got[T]](h).v, h.GotOk = x.v, ok
	green.Recycle(h, x)
}

func (dropping[T]) take(h *green.Hub, elem unsafe.Pointer, _ bool) {
	green.Recycle(h, parcelOf[T](elem))
}

func (receiving[T]) save(h *green.Hub) unsafe.Pointer {
	x := green.FrameOf[parcel[T]](h)
	x.v = Got[T](h)
	return unsafe.Pointer(&x.v)
}

func (dropping[T]) save(*green.Hub) unsafe.Pointer { return nil }

func (receiving[T]) recycle(*green.Hub) {}

type sending[T any] struct {
	green.Frame // for the pool
	v           T
}

// SendCase is case ch <- v. Only from the hub's goroutine.
func SendCase[T any](h *green.Hub, ch chan<- T, v T) Case {
	c := green.FrameOf[sending[T]](h)
	c.v = v
	return Case{ch: key(ch), op: c, send: true}
}

// SendOwnCase is SendCase for a channel of the program's own.
func SendOwnCase[T any](h *green.Hub, ch chan<- T, v T) Case {
	c := SendCase(h, ch, v)
	c.of = own
	return c
}

func (c *sending[T]) recycle(h *green.Hub) { green.Recycle(h, c) }

func (c *sending[T]) try(h *rt.Hub, ch unsafe.Pointer, own bool) bool {
	return trySend[T](h, chanOf[T](ch), c.v, own)
}

func (c *sending[T]) probe(p *rt.Place) (ok, done bool) {
	select {
	case chanOf[T](p.Key) <- c.v:
		return true, true
	default:
		return false, false
	}
}

func (c *sending[T]) elem() unsafe.Pointer { return unsafe.Pointer(&c.v) }

func (c *sending[T]) native(ch unsafe.Pointer) reflect.SelectCase {
	return reflect.SelectCase{
		Dir: reflect.SelectSend, Chan: reflect.ValueOf(chanOf[T](ch)), Send: reflect.ValueOf(&c.v).Elem(),
	}
}

func (c *sending[T]) got(reflect.Value) unsafe.Pointer      { return nil }
func (c *sending[T]) take(*green.Hub, unsafe.Pointer, bool) {}
func (c *sending[T]) save(*green.Hub) unsafe.Pointer        { return nil }

// index is where a select that waited says which case it did.
var index = green.SlotFor[one[int]]()

// Select does one of the cases and returns its index, -1 for the default case.
// Only from the hub's goroutine.
func Select(h *green.Hub, cases []Case, hasDefault bool) (int, *green.Frame) {
	if h.Blocks() {
		return block(h, cases, hasDefault), nil
	}
	hub := rt.HubOf(h)
	chosen := try(hub, cases)
	if chosen < 0 && !hasDefault {
		return 0, parkSelect(h, cases)
	}
	if hub.HasAfters() {
		for i := range cases {
			hub.TakeAfter(cases[i].ch)
		}
	}
	for i := range cases {
		if c := &cases[i]; c.send {
			c.op.recycle(h)
		}
	}
	if hub.Eager() {
		return chosen, nil
	}
	return chosen, yieldChosen(h, cases, chosen)
}

// chosenFrame is a select that is done, but yields.
type chosenFrame struct {
	green.FuncFrame
	op     op
	elem   unsafe.Pointer // nil: nothing was received
	chosen int
	ok     bool
}

func yieldChosen(h *green.Hub, cases []Case, chosen int) *green.Frame {
	f := green.FrameOf[chosenFrame](h)
	f.Resume, f.chosen, f.ok = resumeChosen, chosen, h.GotOk
	if chosen >= 0 {
		f.op = cases[chosen].op
		f.elem = f.op.save(h)
	}
	h.Back()
	h.Ops.Yield()
	return h.ParkAt(&f.Frame)
}

func resumeChosen(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*chosenFrame)(unsafe.Pointer(hd))
	if f.elem != nil {
		f.op.take(h, f.elem, f.ok)
	}
	index.Of(h).R0 = f.chosen
	return green.Recycle(h, f)
}

// try looks at the cases in random order, as Go does.
func try(h *rt.Hub, cases []Case) int {
	ours := rt.AmongOurselves()
	if n := len(cases); n <= 4 {
		order := h.Shuffle4(n)
		for range n {
			i := int(order & 3)
			if c := &cases[i]; ours && c.of == own { // without a call: most have to wait
				s := h.Known(c.ch)
				if s == nil {
					s = h.Spot(c.ch)
				}
				if (s == nil || !s.Idle(c.side())) && c.op.try(h, c.ch, true) {
					return i
				}
			} else if c.op.try(h, c.ch, c.of == own) {
				return i
			}
			order >>= 2
		}
		return -1
	}
	var few [16]uint16
	order := few[:0]
	for i := range cases {
		k := h.Below(i + 1)
		order = append(order, uint16(i))
		order[i], order[k] = order[k], uint16(i)
	}
	for _, i := range order {
		c := &cases[i]
		if ours && c.of == own {
			if s := h.Spot(c.ch); s != nil && s.Idle(c.side()) {
				continue
			}
		}
		if c.op.try(h, c.ch, c.of == own) {
			return int(i)
		}
	}
	return -1
}

// selectFrame is a greenlet that waits in a select: its places have what Case says.
type selectFrame struct {
	rt.Waiting
	ops []op
}

// Most selects have two cases: who waits for long in one should not pay for more.
type selectFrame2 struct {
	selectFrame
	few [2]op
	at  [2]rt.Place
}

type selectFrame4 struct {
	selectFrame
	few [4]op
	at  [4]rt.Place
}

func parkSelect(h *green.Hub, cases []Case) *green.Frame {
	var f *selectFrame
	var at []rt.Place
	switch n := len(cases); {
	case n == 0:
		return rt.Forever_green(h, "select (no cases)")
	case n <= 2:
		x := green.FrameOf[selectFrame2](h)
		f, x.ops, at = &x.selectFrame, x.few[:n], x.at[:n]
	case n <= 4:
		x := green.FrameOf[selectFrame4](h)
		f, x.ops, at = &x.selectFrame, x.few[:n], x.at[:n]
	default:
		f = green.FrameOf[selectFrame](h)
		f.ops, at = make([]op, n), make([]rt.Place, n)
	}
	hub, some := rt.HubOf(h), false
	for i := range cases {
		c, p := &cases[i], &at[i]
		f.ops[i] = c.op
		p.Key, p.Heard, p.Own, p.Case, p.Side = c.ch, c.of != others, c.of == own, uint16(i), c.side()
		p.When = hub.TakeAfter(c.ch)
		some = some || c.ch != nil
	}
	if !some {
		return rt.Forever_green(h, "select (nil chans)")
	}
	return f.park(hub, at)
}

// recycle gives f back as what it was taken.
func (f *selectFrame) recycle(h *green.Hub) *green.Frame {
	at := f.Places()
	for i := range at {
		if at[i].Side == rt.Gives {
			f.ops[i].recycle(h)
		}
	}
	switch n := len(f.ops); {
	case n <= 2:
		return green.Recycle(h, (*selectFrame2)(unsafe.Pointer(f)))
	case n <= 4:
		return green.Recycle(h, (*selectFrame4)(unsafe.Pointer(f)))
	}
	return green.Recycle(h, f)
}

func (f *selectFrame) park(h *rt.Hub, at []rt.Place) *green.Frame {
	for i := range at {
		if p := &at[i]; p.Side == rt.Gives {
			p.Elem = f.ops[i].elem()
		} else {
			p.Elem = nil
		}
	}
	return h.Wait(&f.Waiting, f, at)
}

// Continue implements rt.Native.
func (f *selectFrame) Continue(h *green.Hub) *green.Frame {
	at := f.Places()
	if f.Results() {
		if i := f.Index; at[i].Side == rt.Takes {
			f.ops[i].take(h, at[i].Elem, f.OK)
		}
	} else if f.Index = f.again(rt.HubOf(h), at); f.Index < 0 {
		return green.Parked
	}
	index.Of(h).R0 = int(f.Index)
	return f.recycle(h)
}

// again tries once more, and parks if it must.
func (f *selectFrame) again(h *rt.Hub, at []rt.Place) int32 {
	var few [4]Case
	cases := few[:0]
	for i, o := range f.ops {
		c := Case{ch: at[i].Key, op: o, send: at[i].Side == rt.Gives}
		if at[i].Own {
			c.of = own
		}
		cases = append(cases, c)
	}
	i := try(h, cases)
	if i < 0 {
		f.Index = -1 // as Wait wants to know
		f.park(h, at)
	}
	return int32(i)
}

// Native implements rt.Native.
func (f *selectFrame) Native(cancel <-chan struct{}) bool {
	at := f.Places()
	list := make([]reflect.SelectCase, 0, len(at)+1)
	for i, o := range f.ops {
		list = append(list, o.native(at[i].Key))
	}
	i, v, ok := reflect.Select(append(list, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(cancel)}))
	if i == len(at) {
		return false
	}
	if at[i].Side == rt.Takes {
		at[i].Elem = f.ops[i].got(ifSent(v, ok))
	}
	f.Index, f.OK = int32(i), ok
	return true
}

// ifSent returns v, which is made up if the channel is closed: then none.
func ifSent(v reflect.Value, ok bool) reflect.Value {
	if !ok {
		return reflect.Value{}
	}
	return v
}

// Probe implements rt.Prober.
func (f *selectFrame) Probe() (done, again bool) {
	defer func() { again = !done && recover() != nil }()
	at := f.Places()
	for i, k := 0, rand.IntN(len(at)); i < len(at) && !done; i++ {
		if n := (i + k) % len(at); f.IsFirst(n) {
			if ok, did := f.ops[n].probe(&at[n]); did {
				f.Index, f.OK, done = int32(n), ok, true
			}
		}
	}
	return done, false
}

func (f *selectFrame) String() string { return "select" }

// block is Select on a goroutine of its own.
func block(h *green.Hub, cases []Case, hasDefault bool) int {
	list := make([]reflect.SelectCase, 0, len(cases)+1)
	for _, c := range cases {
		rt.Announce(c.ch, hasDefault)
		list = append(list, c.op.native(c.ch))
	}
	if hasDefault {
		list = append(list, reflect.SelectCase{Dir: reflect.SelectDefault})
	}
	i, v, ok := reflect.Select(list)
	if i == len(cases) {
		return -1
	}
	if elem := cases[i].op.got(ifSent(v, ok)); elem != nil {
		cases[i].op.take(h, elem, ok)
	}
	return i
}
