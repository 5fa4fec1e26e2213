package main

import (
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// The functions of this file are twins as greengen emits them.

// body is the environment of a literal: func() { f() }.
type body struct {
	green.Env
	f func(h *green.Hub) *green.Frame
}

func bodyTwin(h *green.Hub, env unsafe.Pointer) *green.Frame { return (*body)(env).f(h) }

func (b *body) fn() func() {
	b.Twin = green.Func(bodyTwin)
	fn := func() { b.f(nil) }
	green.Bind(green.Func(fn), unsafe.Pointer(b))
	return fn
}

// deepFrame is the frame of:
//
//	func deep(d, n int) int {
//		if d > 1 {
//			return deep(d-1, n) + 1
//		}
//		for i := 0; i < n; i++ {
//			rt.Yield()
//		}
//		return n
//	}
type deepFrame struct {
	green.Frame
	n, i int
}

var (
	deepPool green.Pool[deepFrame]
	slotInt  = green.SlotFor[struct{ R0 int }]()
)

func deep_green(h *green.Hub, d, n int) (_r0 int, _c *green.Frame) {
	if d > 1 {
		v, c := deep_green(h, d-1, n)
		if c != nil {
			return 0, deepSave(h, c, 1, 0, 0)
		}
		return v + 1, nil
	}
	for i := 0; i < n; i++ {
		if c := rt.Yield_green(h); c != nil {
			return 0, deepSave(h, c, 2, n, i)
		}
	}
	return n, nil
}

//go:noinline
func deepSave(h *green.Hub, c *green.Frame, pc uint32, n, i int) *green.Frame {
	f := deepPool.New(h, deepResume, c)
	f.PC, f.n, f.i = pc, n, i
	return &f.Frame
}

func deepResume(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*deepFrame)(unsafe.Pointer(hd))
	if f.PC == 1 {
		slotInt.Of(h).R0++
		return deepPool.Put(h, f)
	}
	n := f.n
	for i := f.i + 1; i < n; i++ {
		if c := rt.Yield_green(h); c != nil {
			if c.Parent != hd {
				c.Parent = hd
			}
			f.i = i
			return green.Parked
		}
	}
	slotInt.Of(h).R0 = n
	return deepPool.Put(h, f)
}

// buffer has a method that seldom suspends:
//
//	func (b *buffer) next() (byte, error) {
//		if b.r == len(b.p) {
//			if err := b.fill(); err != nil {
//				return 0, err
//			}
//		}
//		c := b.p[b.r]
//		b.r++
//		return c, nil
//	}
type buffer struct {
	p []byte
	r int
}

//go:noinline
func (b *buffer) fill() error {
	b.r = 0
	return nil
}

//go:noinline
func (b *buffer) fill_green(h *green.Hub) (_r0 error, _c *green.Frame) {
	b.r = 0
	return nil, nil
}

//go:noinline
func (b *buffer) next() (byte, error) {
	if b.r == len(b.p) {
		if err := b.fill(); err != nil {
			return 0, err
		}
	}
	c := b.p[b.r]
	b.r++
	return c, nil
}

// never is for what never suspends.
func never(*green.Hub, *green.Frame) *green.Frame { panic("it has suspended") }

type nextFrame struct {
	green.Frame
	b *buffer
}

var nextPool green.Pool[nextFrame]

//go:noinline
func (b *buffer) next_green(h *green.Hub) (_r0 byte, _r1 error, _c *green.Frame) {
	if b.r == len(b.p) {
		err, c := b.fill_green(h)
		if c != nil {
			return 0, nil, nextSave(h, c, b)
		}
		if err != nil {
			return 0, err, nil
		}
	}
	c := b.p[b.r]
	b.r++
	return c, nil, nil
}

//go:noinline
func nextSave(h *green.Hub, c *green.Frame, b *buffer) *green.Frame {
	f := nextPool.New(h, never, c)
	f.PC, f.b = 1, b
	return &f.Frame
}

func (b *buffer) sum(n int) (s int) {
	for range n {
		v, err := b.next()
		if err != nil {
			break
		}
		s += int(v)
	}
	return s
}

type sumFrame struct {
	green.Frame
	b       *buffer
	n, i, s int
}

var sumPool green.Pool[sumFrame]

func (b *buffer) sum_green(h *green.Hub, n int) (s int, _c *green.Frame) {
	for i := range n {
		v, err, c := b.next_green(h)
		if c != nil {
			return 0, sumSave(h, c, b, n, i, s)
		}
		if err != nil {
			break
		}
		s += int(v)
	}
	return s, nil
}

//go:noinline
func sumSave(h *green.Hub, c *green.Frame, b *buffer, n, i, s int) *green.Frame {
	f := sumPool.New(h, never, c)
	f.PC, f.b, f.n, f.i, f.s = 1, b, n, i, s
	return &f.Frame
}

// parkFrame is the frame of a function with ten live words in all:
//
//	func hold(d int, a, b, c, x *int) { if d > 1 { hold(d-1, a, b, c, x) } else { select {} }; use(...) }
type parkFrame struct {
	green.Frame
	p [2]*int
	v [1]int
}

var parkPool green.Pool[parkFrame]

func hold_green(h *green.Hub, d int, p *int) *green.Frame {
	var c *green.Frame
	if d > 1 {
		c = hold_green(h, d-1, p)
	} else {
		c = rt.Forever_green(h, "bench")
	}
	if c != nil {
		f := parkPool.New(h, parkResume, c)
		f.PC, f.p, f.v = 1, [2]*int{p, p}, [1]int{d}
		return &f.Frame
	}
	return nil
}

func parkResume(h *green.Hub, hd *green.Frame) *green.Frame {
	return parkPool.Put(h, (*parkFrame)(unsafe.Pointer(hd)))
}
