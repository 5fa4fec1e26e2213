// Package callbacks has functions of std that call a function of the caller's,
// written anew in blocking Go: greengen makes their twins, as it does for users.
package callbacks

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

//go:generate go run github.com/greengen/greengen/cmd/greengen

// once is what a sync.Once is, in the releases that have one so.
type once struct {
	done uint32
	m    sync.Mutex
}

func (o *once) isDone() bool { return atomic.LoadUint32(&o.done) != 0 }
func (o *once) setDone()     { atomic.StoreUint32(&o.done, 1) }

// onceKnown says that a sync.Once is a once. It is found out by trying.
var onceKnown = func() bool {
	var o sync.Once
	if unsafe.Sizeof(o) != unsafe.Sizeof(once{}) {
		return false
	}
	in := (*once)(unsafe.Pointer(&o))
	known := !in.isDone()
	o.Do(func() { known = known && !in.isDone() && !in.m.TryLock() })
	return known && in.isDone() && in.m.TryLock()
}()

// Once_Do is (*sync.Once).Do.
//
//greengen:patch
func Once_Do(o *sync.Once, f func()) {
	if !onceKnown {
		do := o.Do // o.Do(f) would be this function
		do(f)
		return
	}
	if in := (*once)(unsafe.Pointer(o)); !in.isDone() {
		in.do(f)
	}
}

func (o *once) do(f func()) {
	o.m.Lock()
	defer o.m.Unlock()
	if !o.isDone() {
		defer o.setDone()
		f()
	}
}

// Map_Range is (*sync.Map).Range. It takes note of the keys first: the map may
// change while f is parked, as it may while others use it.
//
//greengen:patch
func Map_Range(m *sync.Map, f func(key, value any) bool) {
	var keys []any
	m.Range(func(key, _ any) bool {
		keys = append(keys, key)
		return true
	})
	for _, key := range keys {
		if value, ok := m.Load(key); ok && !f(key, value) {
			return
		}
	}
}
