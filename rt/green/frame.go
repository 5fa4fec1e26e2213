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

// Park is for a resume body: the callee that goes on at block pc when it ends is suspended.
func (f *Frame) Park(pc uint32, callee *Frame) *Frame {
	callee.Parent = f
	f.PC = pc
	return Parked
}

// Pool hands out frames of one type. The zero value is ready.
type Pool[T any] struct{ id uint32 }

// most is how many bytes of frames are allocated at a time, at most: a size class of
// Go's, without the word that it adds.
const most = 2<<10 - 8

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
	return (*T)(unsafe.Pointer(refill(h, &p.id, unsafe.Sizeof(*new(T)), slab[T])))
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
	f := refill(h, &p.id, unsafe.Sizeof(*new(T)), slab[T])
	allKind(h, &p.id, f, resume, callee)
	return (*T)(unsafe.Pointer(f))
}

// Take is New for a callee that is not known yet.
func (p *Pool[T]) Take(h *Hub, resume func(*Hub, *Frame) *Frame) *T {
	var callee Frame
	return p.New(h, resume, &callee)
}

// slab makes n frames at a time.
func slab[T any](n int) *Frame { return (*Frame)(unsafe.Pointer(unsafe.SliceData(make([]T, n)))) }

// What follows knows the type of a pool's frames by their size and by slab only: what has
// a type parameter is compiled anew for each pool, in the package that has it.

// allKind makes f, and all that were made with it, frames of the kind that resume continues.
func allKind(h *Hub, pool *uint32, f *Frame, resume func(*Hub, *Frame) *Frame, callee *Frame) {
	id := claim(pool)
	setKind(id, resume)
	callee.Parent = f
	f.be(id, resume)
	if h != nil {
		for f = h.pools[id]; f != nil; f = f.Parent {
			f.be(id, resume)
		}
	}
}

// refill returns a zeroed frame, and puts others beside it into the pool.
func refill(h *Hub, pool *uint32, size uintptr, slab func(n int) *Frame) *Frame {
	if h == nil {
		return slab(1)
	}
	id := claim(pool)
	for int(id) >= len(h.pools) {
		h.pools = append(h.pools, nil)
	}
	// Double per refill up to most: a function that suspends once pays for one frame.
	n := int(h.made(id, uint8(min(max(most/size, 1), 127))))
	fs := slab(n)
	for i := 1; i < n; i++ {
		f := (*Frame)(unsafe.Add(unsafe.Pointer(fs), uintptr(i)*size))
		f.Parent = h.pools[id]
		h.pools[id] = f
	}
	return fs
}

// Put takes back a frame whose activation ended, and returns its parent. The frame keeps
// its kind.
func (p *Pool[T]) Put(h *Hub, f *T) *Frame {
	hd := (*Frame)(unsafe.Pointer(f))
	parent, kind := hd.Parent, hd.kind
	var zero T
	*f = zero
	hd.kind = kind
	keep(h, &p.id, hd)
	return parent
}

// keep puts a frame into its pool. Inlined, it would stand at each return of each twin.
//
//go:noinline
func keep(h *Hub, pool *uint32, f *Frame) {
	if id := atomic.LoadUint32(pool); h != nil && int(id) < len(h.pools) && id != 0 {
		f.Parent = h.pools[id]
		h.pools[id] = f
	}
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
	return s.fill(h)
}

// fill is Of for the first time.
//
//go:noinline
func (s Slot[T]) fill(h *Hub) *T {
	p := new(T)
	h.place(s.id, unsafe.Pointer(p))
	return p
}

// place makes p the slot of that id. Inlined, it would stand wherever results are given.
//
//go:noinline
func (h *Hub) place(id uint32, p unsafe.Pointer) {
	for int(id) >= len(h.slots) {
		h.slots = append(h.slots, nil)
	}
	h.slots[id] = p
}

// Take returns what the slot holds, and clears it, so that it keeps nothing alive.
func (s Slot[T]) Take(h *Hub) T {
	p := s.Of(h)
	v := *p
	var zero T
	*p = zero
	return v
}
