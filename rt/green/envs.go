package green

import (
	"sync/atomic"
	"unsafe"
)

// Envs starts greenlets by one literal, without parameters and results, whose func value
// is never made: nobody but its activations has their environments, so that one is used
// again when its activation has ended. T is the environment. It begins with an Env whose
// Twin, which nobody looks for, links those that are free; in use it points to the envs.
type Envs[T any] struct{ envs }

// envs is what does not depend on the type: see refill.
type envs struct {
	id   uint32
	twin unsafe.Pointer // the word of the literal's
	wipe unsafe.Pointer // that of a func(*Env), which makes one zero
}

// Go is a go statement: twin is the word of the literal's twin, v what it captures.
func (p *Envs[T]) Go(h *Hub, twin unsafe.Pointer, v T) {
	if h.Blocks() {
		goBlocking(twin, v)
		return
	}
	h.Back()
	e := p.take(h)
	if e == nil {
		e = p.refill(h, twin, Func(wipe[T]), unsafe.Sizeof(v), slab[T])
	}
	*(*T)(unsafe.Pointer(e)) = v
	e.Twin = unsafe.Pointer(&p.envs)
	h.Ops.Launch(Func(runEnv), unsafe.Pointer(e), *(*uintptr)(twin))
}

// goBlocking is apart since v escapes.
func goBlocking[T any](twin unsafe.Pointer, v T) {
	go As[func(*Hub, unsafe.Pointer) *Frame](twin)(Blocking(), unsafe.Pointer(&v))
}

func wipe[T any](e *Env) {
	var zero T
	*(*T)(unsafe.Pointer(e)) = zero
}

// take returns an environment that was used before, nil if there is none.
func (p *envs) take(h *Hub) *Env {
	id := atomic.LoadUint32(&p.id)
	if id == 0 || int(id) >= len(h.pools) || h.pools[id] == nil {
		return nil
	}
	e := h.pools[id]
	h.pools[id] = e.Parent
	return (*Env)(unsafe.Pointer(e))
}

func (p *envs) refill(h *Hub, twin, wipe unsafe.Pointer, size uintptr, slab func(n int) *Frame) *Env {
	if atomic.LoadPointer(&p.wipe) == nil {
		atomic.StorePointer(&p.twin, twin)
		atomic.StorePointer(&p.wipe, wipe)
	}
	return (*Env)(unsafe.Pointer(refill(h, &p.id, size, slab)))
}

// runEnv is the twin that greenlets of Envs start with.
func runEnv(h *Hub, env unsafe.Pointer) *Frame {
	e := (*Env)(env)
	twin := atomic.LoadPointer(&(*envs)(e.Twin).twin)
	c := As[func(*Hub, unsafe.Pointer) *Frame](twin)(h, env)
	if c == nil { // as free does, with a call less
		p := (*envs)(e.Twin)
		As[func(*Env)](atomic.LoadPointer(&p.wipe))(e)
		keep(h, &p.id, (*Frame)(env))
	}
	return c
}

// free is for when the activation that has e has ended.
func (e *Env) free(h *Hub) {
	p := (*envs)(e.Twin)
	As[func(*Env)](atomic.LoadPointer(&p.wipe))(e)
	keep(h, &p.id, (*Frame)(unsafe.Pointer(e)))
}

// PutEnv is Put for a literal that an Envs starts; e is its environment.
func (p *Pool[T]) PutEnv(h *Hub, f *T, e *Env) *Frame {
	if e.Twin != nil { // not in blocking mode
		e.free(h)
	}
	return p.Put(h, f)
}
