package io

import (
	"io"
	"os"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	gos "github.com/greengen/greengen/rt/os"
)

// extendFile is for files in interfaces. Copies of them are loops, see standard.
func extendFile() {
	Extend((*os.File)(nil), &Methods{
		Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
			return gos.File_Read_green(h, r.(*os.File), p)
		},
		Write: func(h *green.Hub, w any, p []byte) (int, error, *green.Frame) {
			return gos.File_Write_green(h, w.(*os.File), p)
		},
		WriteString: func(h *green.Hub, w any, s string) (int, error, *green.Frame) {
			return gos.File_WriteString_green(h, w.(*os.File), s)
		},
		Close: func(h *green.Hub, c any) (error, *green.Frame) {
			return gos.File_Close_green(h, c.(*os.File))
		},
	})
}

// TrierOf returns r as a Trier, if it is one, or a file or conn of std's that the hub can wait
// for. Only from the hub's goroutine.
func TrierOf(r io.Reader) (Trier, bool) {
	if f, ok := r.(*os.File); ok {
		return (*gos.Stream)(f), gos.HubWaits(f)
	}
	if t, ok := r.(Trier); ok {
		return t, true
	}
	if m := methods(r); m.Trier != nil {
		return m.Trier(r)
	}
	return nil, false
}

// quick reports whether reading from r, or writing to it, takes no longer than a disk does.
func quick(x any) bool {
	switch x := x.(type) {
	case *os.File:
		return !gos.MayWait(x)
	case *io.LimitedReader:
		return quick(x.R)
	}
	return rt.PlainWriter(x)
}

// File_ReadFrom_green is (*os.File).ReadFrom: for what only a disk has to do with, on a worker,
// where the kernel copies. Only from the hub's goroutine.
func File_ReadFrom_green(h *green.Hub, f *os.File, r io.Reader) (int64, error, *green.Frame) {
	switch {
	case h.Blocks() || f == nil:
		n, err := f.ReadFrom(r)
		return n, err, nil
	case gos.IsClosed(f) && green.PlainType(r): // what std reads before it fails depends on r
		n, err := f.ReadFrom(r)
		return n, err, nil
	case gos.IsClosed(f):
	case !quick(f) || !quick(r):
		return Copy_green(h, f, r)
	}
	return 0, nil, green.Offload(h, "ReadFrom of *os.File", func() count64 {
		n, err := f.ReadFrom(r)
		return count64{n, err}
	})
}

// File_WriteTo_green is (*os.File).WriteTo, as File_ReadFrom_green. Only from the hub's
// goroutine.
func File_WriteTo_green(h *green.Hub, f *os.File, w io.Writer) (int64, error, *green.Frame) {
	switch {
	case h.Blocks() || f == nil:
		n, err := f.WriteTo(w)
		return n, err, nil
	case !quick(f) || !quick(w):
		return Copy_green(h, w, f)
	}
	return 0, nil, green.Offload(h, "WriteTo of *os.File", func() count64 {
		n, err := f.WriteTo(w)
		return count64{n, err}
	})
}

// Known reports whether Read of r, which may wait, needs no worker for itself. Safe from any
// goroutine.
func Known(r io.Reader) bool {
	switch r := r.(type) {
	case *os.File:
		return gos.MayWait(r)
	case *io.LimitedReader:
		return Known(r.R)
	case Reader:
		return true
	}
	return methods(r).Read != nil || green.PlainType(r)
}
