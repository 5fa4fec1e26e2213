package green

import (
	"sync/atomic"
	"unsafe"
)

// Frame heads every frame: one suspended activation of a green function. Those of the same
// function are of the same kind, which says how an activation is continued: see Frame.How.
type Frame struct {
	Parent *Frame // who called; the free list's link while unused
	PC     uint32 // resume block, 1..n; PCDefers while deferred calls run
	Flags  uint16
	kind   uint16 // 0: it is a FuncFrame
}

// FuncFrame heads a frame of kind 0, which says by itself how it is continued. All frames
// without a kind that are resumed are such ones.
type FuncFrame struct {
	Frame
	// Resume continues the activation. It returns Parked if its greenlet
	// gave up control again, else the frame to resume next: the parent, or
	// nil when the root completed.
	Resume func(h *Hub, f *Frame) *Frame
}

// NewFrame returns a frame without data, at its first resume block.
func NewFrame(resume func(h *Hub, f *Frame) *Frame) *Frame {
	return &(&FuncFrame{Frame{PC: 1}, resume}).Frame
}

// FlagDefers marks a frame that must see a panic which passes through it.
const FlagDefers = 1

// PCDefers is the pc of a function that suspended in one of its deferred calls.
const PCDefers = 1<<32 - 1

// Parked is what Resume returns when the greenlet gave up control.
var Parked = &new(FuncFrame).Frame

// Pool hands out frames of one type. The zero value is ready.
type Pool[T any] struct{ id uint32 }

// slab is how many bytes of frames are allocated at a time, at most: a size class of
// Go's, without the word that it adds.
const slab = 2<<10 - 8

// Get returns a zeroed frame, without a kind: a FuncFrame. A pool is for Get or for New.
// T must begin with a Frame.
func (p *Pool[T]) Get(h *Hub) *T {
	if id := atomic.LoadUint32(&p.id); h != nil && id != 0 && int(id) < len(h.pools) {
		if f := h.pools[id]; f != nil {
			h.pools[id] = f.Parent
			f.Parent = nil
			return (*T)(unsafe.Pointer(f))
		}
	}
	return p.refill(h)
}

// New takes a frame for an activation that is suspended: resume, the same one for all
// frames of the pool, continues it when that of callee has ended.
func (p *Pool[T]) New(h *Hub, resume func(*Hub, *Frame) *Frame, callee *Frame) *T {
	if id := atomic.LoadUint32(&p.id); h != nil && id != 0 && int(id) < len(h.pools) {
		if f := h.pools[id]; f != nil {
			h.pools[id] = f.Parent
			f.Parent = nil
			callee.Parent = f
			return (*T)(unsafe.Pointer(f))
		}
	}
	return p.first(h, resume, callee)
}

// Take is New for a callee that is not known yet.
func (p *Pool[T]) Take(h *Hub, resume func(*Hub, *Frame) *Frame) *T {
	var callee Frame
	return p.New(h, resume, &callee)
}

// first is New without a frame to be used again.
func (p *Pool[T]) first(h *Hub, resume func(*Hub, *Frame) *Frame, callee *Frame) *T {
	id := claim(&p.id)
	setKind(id, resume)
	t := p.refill(h)
	f := (*Frame)(unsafe.Pointer(t))
	callee.Parent = f
	f.be(id, resume)
	if h != nil {
		for f = h.pools[id]; f != nil; f = f.Parent {
			f.be(id, resume)
		}
	}
	return t
}

func (p *Pool[T]) refill(h *Hub) *T {
	if h == nil {
		return new(T)
	}
	id := claim(&p.id)
	for int(id) >= len(h.pools) {
		h.pools = append(h.pools, nil)
	}
	// Double per refill up to slab: a function that suspends once pays for one frame.
	var none T
	n := int(h.made(id, uint8(min(max(slab/unsafe.Sizeof(none), 1), 127))))
	fs := make([]T, n)
	for i := 1; i < n; i++ {
		f := (*Frame)(unsafe.Pointer(&fs[i]))
		f.Parent = h.pools[id]
		h.pools[id] = f
	}
	return &fs[0]
}

// Put takes back a frame whose activation ended, and returns its parent. The frame keeps
// its kind.
func (p *Pool[T]) Put(h *Hub, f *T) *Frame {
	hd := (*Frame)(unsafe.Pointer(f))
	parent := hd.Parent
	id := atomic.LoadUint32(&p.id)
	if h == nil || id == 0 || int(id) >= len(h.pools) {
		return parent
	}
	kind := hd.kind
	var zero T
	*f = zero
	hd.Parent, hd.kind = h.pools[id], kind
	h.pools[id] = hd
	return parent
}

// Slot is the place in each hub for results of signature T, a struct.
type Slot[T any] struct{ id uint32 }

// SlotFor returns the slot of T: the same one in every package.
func SlotFor[T any]() Slot[T] {
	return Slot[T]{slotID(typeWord((*T)(nil)))}
}

// Of returns h's slot. A resume body stores its results there just before it
// returns its parent, and the parent reads them first thing.
func (s Slot[T]) Of(h *Hub) *T {
	if int(s.id) < len(h.slots) {
		if p := h.slots[s.id]; p != nil {
			return (*T)(p)
		}
	}
	for int(s.id) >= len(h.slots) {
		h.slots = append(h.slots, nil)
	}
	p := new(T)
	h.slots[s.id] = unsafe.Pointer(p)
	return p
}

// Take returns what the slot holds, and clears it, so that it keeps nothing alive.
func (s Slot[T]) Take(h *Hub) T {
	p := s.Of(h)
	v := *p
	var zero T
	*p = zero
	return v
}
