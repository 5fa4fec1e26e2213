package chans

import (
	"math/rand/v2"
	"reflect"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Case is one case of a select statement, made by RecvCase or SendCase for one
// Select, which gives it back to the hub's pools.
type Case interface {
	try(*rt.Hub) bool // do it, if it need not wait
	probe() bool      // the same, whoever waits in the lot
	place() rt.Place
	served(ok bool) // after it was done at its place
	native() reflect.SelectCase
	announce(atOnce bool)
	got(v reflect.Value, ok bool) // what native received
	recycle(*green.Hub)
}

type recvCase[T any] struct {
	green.Frame // for the pool
	ch          <-chan T
	own         bool
	when        int64 // see rt.Place.When
	v           T
	dst         *T
	ok          *bool
}

// RecvCase is case *dst, *ok = <-ch; either pointer may be nil. The targets must
// be temporaries: they are written before the select returns. Only from the hub's
// goroutine.
func RecvCase[T any](h *green.Hub, ch <-chan T, dst *T, ok *bool) Case {
	c := green.FrameOf[recvCase[T]](h)
	c.ch, c.dst, c.ok = ch, dst, ok
	if !h.Blocks() {
		c.when = rt.HubOf(h).TakeAfter(key(ch))
	}
	return c
}

// RecvOwnCase is RecvCase for a channel of the program's own.
func RecvOwnCase[T any](h *green.Hub, ch <-chan T, dst *T, ok *bool) Case {
	c := green.FrameOf[recvCase[T]](h)
	c.ch, c.dst, c.ok, c.own = ch, dst, ok, true
	return c
}

func (c *recvCase[T]) recycle(h *green.Hub) { green.Recycle(h, c) }

func (c *recvCase[T]) try(h *rt.Hub) bool {
	v, ok, done := tryRecv(h, c.ch)
	if done {
		c.v = v
		c.served(ok)
	}
	return done
}

func (c *recvCase[T]) probe() bool {
	select {
	case v, ok := <-c.ch:
		c.v = v
		c.served(ok)
		return true
	default:
		return false
	}
}

func (c *recvCase[T]) place() rt.Place {
	return rt.Place{Key: key(c.ch), Elem: unsafe.Pointer(&c.v), Side: rt.Takes, Heard: c.own, When: c.when}
}

func (c *recvCase[T]) served(ok bool) {
	if c.dst != nil {
		*c.dst = c.v
	}
	if c.ok != nil {
		*c.ok = ok
	}
}

func (c *recvCase[T]) native() reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c.ch)}
}

func (c *recvCase[T]) announce(atOnce bool) { rt.Announce(key(c.ch), atOnce) }

func (c *recvCase[T]) got(v reflect.Value, ok bool) {
	var x T
	if ok {
		// Set, not Interface: a nil of an interface type has no dynamic value.
		reflect.ValueOf(&x).Elem().Set(v)
	}
	c.v = x
}

type sendCase[T any] struct {
	green.Frame // for the pool
	ch          chan<- T
	own         bool
	v           T
}

// SendCase is case ch <- v. Only from the hub's goroutine.
func SendCase[T any](h *green.Hub, ch chan<- T, v T) Case {
	c := green.FrameOf[sendCase[T]](h)
	c.ch, c.v = ch, v
	return c
}

// SendOwnCase is SendCase for a channel of the program's own.
func SendOwnCase[T any](h *green.Hub, ch chan<- T, v T) Case {
	c := green.FrameOf[sendCase[T]](h)
	c.ch, c.v, c.own = ch, v, true
	return c
}

func (c *sendCase[T]) recycle(h *green.Hub) { green.Recycle(h, c) }

func (c *sendCase[T]) try(h *rt.Hub) bool { return trySend(h, c.ch, c.v) }

func (c *sendCase[T]) probe() bool {
	select {
	case c.ch <- c.v:
		return true
	default:
		return false
	}
}

func (c *sendCase[T]) place() rt.Place {
	return rt.Place{Key: key(c.ch), Elem: unsafe.Pointer(&c.v), Side: rt.Gives, Heard: c.own}
}

func (c *sendCase[T]) served(bool) {}

func (c *sendCase[T]) native() reflect.SelectCase {
	return reflect.SelectCase{
		Dir: reflect.SelectSend, Chan: reflect.ValueOf(c.ch), Send: reflect.ValueOf(&c.v).Elem(),
	}
}

func (c *sendCase[T]) announce(atOnce bool) { rt.Announce(key(c.ch), atOnce) }

func (c *sendCase[T]) got(reflect.Value, bool) {}

// Select does one of the cases and returns its index, -1 for the default case.
// Only from the hub's goroutine.
func Select(h *green.Hub, cases []Case, hasDefault bool) (int, *green.Frame) {
	if h.Blocks() {
		return block(cases, hasDefault), nil
	}
	hub := rt.HubOf(h)
	chosen := try(hub, cases)
	if chosen < 0 && !hasDefault {
		return 0, parkSelect(h, cases)
	}
	recycle(h, cases)
	if hub.Eager() {
		return chosen, nil
	}
	return chosen, later(h, one[int]{chosen})
}

func recycle(h *green.Hub, cases []Case) {
	for _, c := range cases {
		c.recycle(h)
	}
}

// try looks at the cases in random order, as Go does.
func try(h *rt.Hub, cases []Case) int {
	switch len(cases) {
	case 0:
		return -1
	case 1:
		if cases[0].try(h) {
			return 0
		}
		return -1
	}
	var few [8]int
	order := few[:0]
	r := rand.Uint64()
	for i := range cases {
		if i%16 == 15 { // 16! < 1<<64: by now little of r is left
			r = rand.Uint64()
		}
		n := uint64(i + 1)
		order = append(order, i)
		k := r % n
		r /= n
		order[i], order[k] = order[k], i
	}
	for _, i := range order {
		if cases[i].try(h) {
			return i
		}
	}
	return -1
}

// selectFrame is a greenlet that waits in a select.
type selectFrame struct {
	rt.Waiting
	cases  []Case
	places []rt.Place
	probed bool // Probe did case Index
}

// Most selects have two cases: who waits for long in one should not pay for more.
type selectFrame2 struct {
	selectFrame
	cs [2]Case
	at [2]rt.Place
}

type selectFrame4 struct {
	selectFrame
	cs [4]Case
	at [4]rt.Place
}

func parkSelect(h *green.Hub, cases []Case) *green.Frame {
	if len(cases) == 0 {
		return rt.Forever_green(h, "select (no cases)")
	}
	var f *selectFrame
	switch n := len(cases); {
	case n <= 2:
		x := green.FrameOf[selectFrame2](h)
		f, x.cases, x.places = &x.selectFrame, x.cs[:0], x.at[:0]
	case n <= 4:
		x := green.FrameOf[selectFrame4](h)
		f, x.cases, x.places = &x.selectFrame, x.cs[:0], x.at[:0]
	default:
		f = green.FrameOf[selectFrame](h)
		f.cases, f.places = make([]Case, 0, n), make([]rt.Place, 0, n)
	}
	f.Resume = resumeSelect
	f.cases = append(f.cases, cases...) // the caller's need not escape
	return f.park(h)
}

// recycle gives f back as what it was taken.
func (f *selectFrame) recycle(h *green.Hub) *green.Frame {
	switch n := len(f.cases); {
	case n <= 2:
		return green.Recycle(h, (*selectFrame2)(unsafe.Pointer(f)))
	case n <= 4:
		return green.Recycle(h, (*selectFrame4)(unsafe.Pointer(f)))
	}
	return green.Recycle(h, f)
}

func (f *selectFrame) park(h *green.Hub) *green.Frame {
	f.places = f.places[:0]
	some := false
	for i, c := range f.cases {
		p := c.place()
		p.Case = i
		f.places = append(f.places, p)
		some = some || p.Key != nil
	}
	if !some {
		return rt.Forever_green(h, "select (nil chans)")
	}
	return rt.HubOf(h).Wait(&f.Waiting, f, f.places)
}

func resumeSelect(h *green.Hub, f *green.Frame) *green.Frame {
	w := (*selectFrame)(unsafe.Pointer(f))
	if w.Results() {
		if !w.probed {
			w.cases[w.Index].served(w.OK)
		}
	} else if w.Index = try(rt.HubOf(h), w.cases); w.Index < 0 {
		w.park(h)
		return green.Parked
	}
	green.SlotOf[one[int]](h).R0 = w.Index
	recycle(h, w.cases)
	return w.recycle(h)
}

// Native implements rt.Native.
func (f *selectFrame) Native(cancel <-chan struct{}) bool {
	i, v, ok := reflect.Select(append(natives(f.cases),
		reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(cancel)}))
	if i == len(f.cases) {
		return false
	}
	f.cases[i].got(v, ok)
	f.Index, f.OK = i, ok
	return true
}

// Probe implements rt.Prober.
func (f *selectFrame) Probe() (done, again bool) {
	defer func() { again = !done && recover() != nil }()
	n := len(f.cases)
	for i, k := 0, rand.IntN(n); i < n && !done; i++ {
		if at := (i + k) % n; f.IsFirst(at) && f.cases[at].probe() {
			f.Index, f.probed, done = at, true, true
		}
	}
	return done, false
}

func (f *selectFrame) String() string { return "select" }

// block is Select on a goroutine of its own.
func block(cases []Case, hasDefault bool) int {
	for _, c := range cases {
		c.announce(hasDefault)
	}
	list := natives(cases)
	if hasDefault {
		list = append(list, reflect.SelectCase{Dir: reflect.SelectDefault})
	}
	i, v, ok := reflect.Select(list)
	if i == len(cases) {
		return -1
	}
	cases[i].got(v, ok)
	cases[i].served(ok)
	return i
}

func natives(cases []Case) []reflect.SelectCase {
	rs := make([]reflect.SelectCase, len(cases), len(cases)+1)
	for i, c := range cases {
		rs[i] = c.native()
	}
	return rs
}
