package io

import (
	"io"
	"reflect"
	"strings"

	"github.com/greengen/greengen/rt/green"
)

// kept is what std keeps of a NopCloser.
type kept struct{ Reader io.Reader }

// extendNopCloser is for what NopCloser returns, of two types, if that is a kept.
func extendNopCloser() {
	for _, x := range []io.ReadCloser{io.NopCloser(nil), io.NopCloser(new(strings.Reader))} {
		if !alike(reflect.TypeOf(x), reflect.TypeFor[kept]()) {
			continue
		}
		m := &Methods{
			Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
				return Read(h, (*kept)(dataOf(r)).Reader, p)
			},
			Close: func(*green.Hub, any) (error, *green.Frame) { return nil, nil },
			Trier: func(r any) (Trier, bool) { return TrierOf((*kept)(dataOf(r)).Reader) },
		}
		if _, ok := x.(io.WriterTo); ok { // then what it has is one, which Copy calls
			m.WriteTo = func(h *green.Hub, r any, w io.Writer) (int64, error, *green.Frame) {
				return Copy_green(h, w, (*kept)(dataOf(r)).Reader)
			}
		}
		Extend(x, m)
	}
}
