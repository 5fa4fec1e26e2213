package io

import (
	"io"
	"sync"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

//go:generate go run github.com/greengen/greengen/cmd/greengen

func init() {
	Extend((*io.PipeReader)(nil), &Methods{
		Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
			return transferPipe(h, pipeRead, r.(*io.PipeReader), p)
		},
		Close: func(h *green.Hub, c any) (error, *green.Frame) {
			return closePipe(h, pipeCloseRead, c.(*io.PipeReader))
		},
	})
	Extend((*io.PipeWriter)(nil), &Methods{
		Write: func(h *green.Hub, w any, p []byte) (int, error, *green.Frame) {
			return transferPipe(h, pipeWrite, w.(*io.PipeWriter), p)
		},
		WriteString: func(h *green.Hub, w any, s string) (int, error, *green.Frame) {
			return transferPipe(h, pipeWrite, w.(*io.PipeWriter), []byte(s))
		},
		Close: func(h *green.Hub, c any) (error, *green.Frame) {
			return closePipe(h, pipeCloseWrite, c.(*io.PipeWriter))
		},
	})
}

// transferPipe calls the twin of fn.
func transferPipe[P any](h *green.Hub, fn func(P, []byte) (int, error), x P, b []byte) (int, error, *green.Frame) {
	twin, env, _ := green.Lookup(fn)
	return green.As[func(*green.Hub, unsafe.Pointer, P, []byte) (int, error, *green.Frame)](twin)(h, env, x, b)
}

// closePipe calls the twin of fn.
func closePipe[P any](h *green.Hub, fn func(P) error, x P) (error, *green.Frame) {
	twin, env, _ := green.Lookup(fn)
	return green.As[func(*green.Hub, unsafe.Pointer, P) (error, *green.Frame)](twin)(h, env, x)
}

// onceError keeps the first error. Nobody has its lock for long: greenlets take it as
// goroutines do.
type onceError struct {
	sync.Mutex // guards err
	err        error
}

func (e *onceError) set(err error) {
	e.Lock()
	defer e.Unlock()
	if e.err == nil {
		e.err = err
	}
}

func (e *onceError) get() error {
	e.Lock()
	defer e.Unlock()
	return e.err
}
