package callbacks

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

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

// OnceFunc is sync.OnceFunc.
//
//greengen:patch
func OnceFunc(f func()) func() {
	call := OnceValue(func() struct{} {
		f()
		return struct{}{}
	})
	return func() { call() }
}

// OnceValue is sync.OnceValue.
//
//greengen:patch
func OnceValue[T any](f func() T) func() T {
	var o sync.Once
	var result T
	var valid bool
	var raised any
	first := func() {
		defer func() {
			raised = recover()
			if !valid {
				panic(raised) // again, to keep the stack
			}
		}()
		result = f()
		f = nil // what it holds can go
		valid = true
	}
	return func() T {
		Once_Do(&o, first)
		if !valid {
			panic(raised)
		}
		return result
	}
}

// OnceValues is sync.OnceValues.
//
//greengen:patch
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	call := OnceValue(func() pair[T1, T2] {
		r1, r2 := f()
		return pair[T1, T2]{r1, r2}
	})
	return func() (T1, T2) {
		p := call()
		return p.r1, p.r2
	}
}

type pair[T1, T2 any] struct {
	r1 T1
	r2 T2
}
