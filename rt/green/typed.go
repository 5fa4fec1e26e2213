package green

import "unsafe"

// typed is what a hub has for one type: generic code has no variables for each of
// its instances that could say where its slots and frames are.
type typed struct {
	word unsafe.Pointer // the type, nil in a free entry
	slot unsafe.Pointer
	free *Frame
}

// types is a hash table with linear probing, a power of two long, never full. Most types
// have a place of their own in front of it.
type types struct {
	front   [32]typed
	entries []typed
	n       int
}

func (t *types) of(word unsafe.Pointer) *typed {
	e := t.place(word)
	if e.word != word {
		e = t.behind(word)
	}
	return e
}

// place is where a type may be in front. It is inlined.
func (t *types) place(word unsafe.Pointer) *typed {
	return &t.front[(uintptr(word)>>5^uintptr(word)>>10)%uintptr(len(t.front))]
}

// behind is of for a type that is seen for the first time, or has no place in front.
//
//go:noinline
func (t *types) behind(word unsafe.Pointer) *typed {
	if e := t.place(word); e.word == nil {
		e.word = word
		return e
	}
	if e := t.find(word); e != nil && e.word != nil {
		return e
	}
	if 2*(t.n+1) > len(t.entries) {
		old := t.entries
		t.entries = make([]typed, max(16, 2*len(old)))
		for _, e := range old {
			if e.word != nil {
				*t.find(e.word) = e
			}
		}
	}
	t.n++
	e := t.find(word)
	e.word = word
	return e
}

// find returns the entry of word, or the free one where it belongs; nil of an
// empty table.
func (t *types) find(word unsafe.Pointer) *typed {
	mask := uintptr(len(t.entries) - 1)
	if mask+1 == 0 {
		return nil
	}
	for i := uintptr(word)>>5 ^ uintptr(word)>>11; ; i++ {
		if e := &t.entries[i&mask]; e.word == word || e.word == nil {
			return e
		}
	}
}

// drop forgets the frames that were kept for later.
func (t *types) drop() {
	for i := range t.front {
		t.front[i].free = nil
	}
	for i := range t.entries {
		t.entries[i].free = nil
	}
}

// typeWord returns the type word of v, the identity of its dynamic type.
func typeWord(v any) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&v)) }

// SlotOf is SlotFor and Of at once, for generic functions.
func SlotOf[T any](h *Hub) *T {
	if p := h.types.slot(typeWord((*T)(nil))); p != nil {
		return (*T)(p)
	}
	p := SlotFor[T]().Of(h)
	h.types.of(typeWord((*T)(nil))).slot = unsafe.Pointer(p)
	return p
}

// of is written out in slot, take and keep, since gc does not inline it: these are one call
// each in what is compiled anew for each type.

//go:noinline
func (t *types) slot(word unsafe.Pointer) unsafe.Pointer {
	e := t.place(word)
	if e.word != word {
		e = t.behind(word)
	}
	return e.slot
}

// TypeSlot is Slot for generic functions.
type TypeSlot[T any] struct{}

// Of is Slot.Of.
func (TypeSlot[T]) Of(h *Hub) *T { return SlotOf[T](h) }

// Take is Slot.Take.
func (TypeSlot[T]) Take(h *Hub) T {
	p := SlotOf[T](h)
	v := *p
	var zero T
	*p = zero
	return v
}

// FrameOf is Pool.Get for generic functions. All of a recycled frame is zero, but for its kind.
func FrameOf[T any](h *Hub) *T {
	if h == nil {
		return new(T)
	}
	if f := h.types.take(typeWord((*T)(nil))); f != nil {
		return (*T)(unsafe.Pointer(f))
	}
	return new(T)
}

// take returns a frame that was kept for later, nil if there is none.
func (t *types) take(word unsafe.Pointer) *Frame {
	e := t.place(word)
	if e.word != word {
		e = t.behind(word)
	}
	f := e.free
	if f != nil {
		e.free = f.Parent
		f.Parent = nil
	}
	return f
}

// NewOf is Pool.New for generic functions.
func NewOf[T any](h *Hub, resume func(*Hub, *Frame) *Frame, callee *Frame) *T {
	f := FrameOf[T](h)
	hd := (*Frame)(unsafe.Pointer(f))
	if hd.kind == 0 {
		hd.be(kindOf(typeWord((*T)(nil)), resume), resume)
	}
	callee.Parent = hd
	return f
}

// typeKinds are the kinds of the frames of generic functions, by type.
var typeKinds struct {
	spin
	ids map[unsafe.Pointer]uint32
}

func kindOf(typ unsafe.Pointer, resume func(*Hub, *Frame) *Frame) uint32 {
	typeKinds.lock()
	defer typeKinds.unlock()
	id, ok := typeKinds.ids[typ]
	if !ok {
		if typeKinds.ids == nil {
			typeKinds.ids = map[unsafe.Pointer]uint32{}
		}
		claim(&id)
		setKind(id, resume)
		typeKinds.ids[typ] = id
	}
	return id
}

// Recycle is Pool.Put for frames of FrameOf. Nothing else may point to f.
func Recycle[T any](h *Hub, f *T) *Frame {
	hd := (*Frame)(unsafe.Pointer(f))
	parent := hd.Parent
	if h == nil {
		return parent
	}
	kind := hd.kind
	var zero T
	*f = zero
	hd.kind = kind
	h.types.keep(typeWord((*T)(nil)), hd)
	return parent
}

// keep is for a later take.
//
//go:noinline
func (t *types) keep(word unsafe.Pointer, f *Frame) {
	e := t.place(word)
	if e.word != word {
		e = t.behind(word)
	}
	f.Parent = e.free
	e.free = f
}
