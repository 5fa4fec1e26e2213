package io

import (
	"bytes"
	"io"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

//go:generate go run github.com/greengen/greengen/cmd/greengen

func init() {
	extendJoined()
	extendFile()
	extendMemory()
	extendNopCloser()
	Extend((*io.SectionReader)(nil), &Methods{
		Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
			return transfer(h, readSection, r.(*io.SectionReader), p)
		},
	})
	Extend((*io.PipeReader)(nil), &Methods{
		Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
			return transfer(h, pipeRead, r.(*io.PipeReader), p)
		},
		Close: func(h *green.Hub, c any) (error, *green.Frame) {
			return closePipe(h, pipeCloseRead, c.(*io.PipeReader))
		},
	})
	Extend((*io.PipeWriter)(nil), &Methods{
		Write: func(h *green.Hub, w any, p []byte) (int, error, *green.Frame) {
			return transfer(h, pipeWrite, w.(*io.PipeWriter), p)
		},
		WriteString: func(h *green.Hub, w any, s string) (int, error, *green.Frame) {
			return transfer(h, pipeWrite, w.(*io.PipeWriter), []byte(s))
		},
		Close: func(h *green.Hub, c any) (error, *green.Frame) {
			return closePipe(h, pipeCloseWrite, c.(*io.PipeWriter))
		},
	})
}

// extendMemory is for those that say all they have in one Write.
func extendMemory() {
	Extend((*bytes.Reader)(nil), &Methods{WriteTo: func(h *green.Hub, r any, w io.Writer) (int64, error, *green.Frame) {
		return writeTo(h, writeBytes, r.(*bytes.Reader), w)
	}})
	Extend((*strings.Reader)(nil), &Methods{WriteTo: func(h *green.Hub, r any, w io.Writer) (int64, error, *green.Frame) {
		return writeTo(h, writeStrings, r.(*strings.Reader), w)
	}})
	Extend((*bytes.Buffer)(nil), &Methods{WriteTo: func(h *green.Hub, r any, w io.Writer) (int64, error, *green.Frame) {
		return writeTo(h, writeBuffer, r.(*bytes.Buffer), w)
	}})
}

// writeTo calls the twin of f.
func writeTo[T any](h *green.Hub, f func(T, io.Writer) (int64, error), x T, w io.Writer) (int64, error, *green.Frame) {
	twin, env, _ := green.Lookup(f)
	return green.As[func(*green.Hub, unsafe.Pointer, T, io.Writer) (int64, error, *green.Frame)](twin)(h, env, x, w)
}

// extendJoined is for what MultiReader, MultiWriter and TeeReader return, if that is as
// joined.go says.
func extendJoined() {
	if r := io.MultiReader(); mirrors[joined](r) {
		Extend(r, &Methods{
			Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
				return transfer(h, readJoined, (*joined)(dataOf(r)), p)
			},
			WriteTo: func(h *green.Hub, r any, w io.Writer) (int64, error, *green.Frame) {
				return writeTo(h, writeJoined, (*joined)(dataOf(r)), w)
			},
		})
	}
	if w := io.MultiWriter(); mirrors[spread](w) {
		Extend(w, &Methods{
			Write: func(h *green.Hub, w any, p []byte) (int, error, *green.Frame) {
				return transfer(h, writeSpread, (*spread)(dataOf(w)), p)
			},
			WriteString: func(h *green.Hub, w any, s string) (int, error, *green.Frame) {
				return transfer(h, writeSpreadSt, (*spread)(dataOf(w)), s)
			},
		})
	}
	if r := io.TeeReader(nil, nil); mirrors[teeing](r) {
		Extend(r, &Methods{
			Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
				return transfer(h, readTee, (*teeing)(dataOf(r)), p)
			},
		})
	}
}

// mirrors reports whether x is a pointer to a struct as T is.
func mirrors[T any](x any) bool {
	t := reflect.TypeOf(x)
	return t != nil && t.Kind() == reflect.Pointer && alike(t.Elem(), reflect.TypeFor[T]())
}

// dataOf returns the pointer that x is.
func dataOf(x any) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&x))[1] }

// drained is a reader that has ended.
type drained struct{}

func (drained) Read([]byte) (int, error) { return 0, io.EOF }

// short is what a writer returns for a write that was not whole.
func short(n int, err error) (int, error) {
	if err == nil {
		err = io.ErrShortWrite
	}
	return n, err
}

// transfer calls the twin of fn.
func transfer[P, B any](h *green.Hub, fn func(P, B) (int, error), x P, b B) (int, error, *green.Frame) {
	twin, env, _ := green.Lookup(fn)
	return green.As[func(*green.Hub, unsafe.Pointer, P, B) (int, error, *green.Frame)](twin)(h, env, x, b)
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
