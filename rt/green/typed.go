package green

import "unsafe"

// typed is what a hub has for one type: generic code has no variables for each of
// its instances that could say where its slots and frames are.
type typed struct {
	word unsafe.Pointer // the type, nil in a free entry
	slot unsafe.Pointer
	free *Frame
}

// types is a hash table with linear probing, a power of two long, never full.
type types struct {
	entries []typed
	n       int
}

func (t *types) of(word unsafe.Pointer) *typed {
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

func (t *types) slot(word unsafe.Pointer) unsafe.Pointer { return t.of(word).slot }

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
	e := t.of(word)
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
func (t *types) keep(word unsafe.Pointer, f *Frame) {
	e := t.of(word)
	f.Parent = e.free
	e.free = f
}
