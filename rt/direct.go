package rt

import (
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// directEnv is the environment of a func that direct made.
type directEnv struct {
	green.Env
	fn func()
}

// direct returns a func that calls fn, which never blocks: also from green code,
// which would hand an unknown func to a worker.
//
//go:noinline
func direct(fn func()) func() {
	e := &directEnv{fn: fn}
	e.Twin = green.Func(directTwin)
	f := func() { e.fn() }
	green.Bind(green.Func(f), unsafe.Pointer(e))
	return f
}

func directTwin(_ *green.Hub, env unsafe.Pointer) *green.Frame {
	(*directEnv)(env).fn()
	return nil
}
