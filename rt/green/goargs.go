package green

import "unsafe"

// What a go statement has evaluated lies in memory of the hub's until the greenlet
// begins, which takes it out: nothing is allocated. No kind of frame, but as frames are
// kept to be used again.
type (
	goArgs1[A any] struct {
		Frame
		a A
	}
	goArgs2[A, B any] struct {
		Frame
		a A
		b B
	}
	goArgs3[A, B, C any] struct {
		Frame
		a A
		b B
		c C
	}
	goArgs4[A, B, C, D any] struct {
		Frame
		a A
		b B
		c C
		d D
	}
)

// Go1 is a go statement with one operand: fn gets it from Args1, and calls a twin. In blocking mode
// it starts a goroutine.
func Go1[A any](h *Hub, fn func(*Hub, unsafe.Pointer) *Frame, a A) {
	p := FrameOf[goArgs1[A]](reuses(h))
	p.a = a
	launch(h, fn, unsafe.Pointer(p))
}

// Go2 is Go1 with two operands.
func Go2[A, B any](h *Hub, fn func(*Hub, unsafe.Pointer) *Frame, a A, b B) {
	p := FrameOf[goArgs2[A, B]](reuses(h))
	p.a, p.b = a, b
	launch(h, fn, unsafe.Pointer(p))
}

// Go3 is Go1 with three operands.
func Go3[A, B, C any](h *Hub, fn func(*Hub, unsafe.Pointer) *Frame, a A, b B, c C) {
	p := FrameOf[goArgs3[A, B, C]](reuses(h))
	p.a, p.b, p.c = a, b, c
	launch(h, fn, unsafe.Pointer(p))
}

// Go4 is Go1 with four operands.
func Go4[A, B, C, D any](h *Hub, fn func(*Hub, unsafe.Pointer) *Frame, a A, b B, c C, d D) {
	p := FrameOf[goArgs4[A, B, C, D]](reuses(h))
	p.a, p.b, p.c, p.d = a, b, c, d
	launch(h, fn, unsafe.Pointer(p))
}

// Args1 takes the operand of a Go1. The first thing that its fn does.
func Args1[A any](h *Hub, p unsafe.Pointer) A {
	x := (*goArgs1[A])(p)
	a := x.a
	Recycle(reuses(h), x)
	return a
}

// Args2 is Args1 for a Go2.
func Args2[A, B any](h *Hub, p unsafe.Pointer) (A, B) {
	x := (*goArgs2[A, B])(p)
	a, b := x.a, x.b
	Recycle(reuses(h), x)
	return a, b
}

// Args3 is Args1 for a Go3.
func Args3[A, B, C any](h *Hub, p unsafe.Pointer) (A, B, C) {
	x := (*goArgs3[A, B, C])(p)
	a, b, c := x.a, x.b, x.c
	Recycle(reuses(h), x)
	return a, b, c
}

// Args4 is Args1 for a Go4.
func Args4[A, B, C, D any](h *Hub, p unsafe.Pointer) (A, B, C, D) {
	x := (*goArgs4[A, B, C, D])(p)
	a, b, c, d := x.a, x.b, x.c, x.d
	Recycle(reuses(h), x)
	return a, b, c, d
}

// reuses returns h, nil in blocking mode: then memory is Go's.
func reuses(h *Hub) *Hub {
	if h.Blocks() {
		return nil
	}
	h.Back()
	return h
}

func launch(h *Hub, fn func(*Hub, unsafe.Pointer) *Frame, args unsafe.Pointer) {
	if h.Blocks() {
		go fn(Blocking(), args)
		return
	}
	w := Func(fn)
	h.Ops.Launch(w, args, *(*uintptr)(w))
}
