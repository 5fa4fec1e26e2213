package io

import (
	"io"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

func ptr(f *green.Frame) unsafe.Pointer { return unsafe.Pointer(f) }

// full is the state of ReadAtLeast.
type full struct {
	r      io.Reader
	buf    []byte
	n, min int
	err    error
}

type fullFrame struct {
	green.FuncFrame
	full
}

var fulls green.Pool[fullFrame]

// ReadFull_green is io.ReadFull. Only from the hub's goroutine.
func ReadFull_green(h *green.Hub, r io.Reader, buf []byte) (int, error, *green.Frame) {
	return ReadAtLeast_green(h, r, buf, len(buf))
}

// ReadAtLeast_green is io.ReadAtLeast. Only from the hub's goroutine.
func ReadAtLeast_green(h *green.Hub, r io.Reader, buf []byte, min int) (int, error, *green.Frame) {
	if h.Blocks() {
		n, err := io.ReadAtLeast(r, buf, min)
		return n, err, nil
	}
	if len(buf) < min {
		return 0, io.ErrShortBuffer, nil
	}
	s := full{r: r, buf: buf, min: min}
	if c := s.loop(h); c != nil {
		f := fulls.Get(h)
		f.Resume, f.PC, f.full = resumeFull, 1, s
		c.Parent = &f.Frame
		return 0, nil, &f.Frame
	}
	return s.n, s.result(), nil
}

func (s *full) loop(h *green.Hub) *green.Frame {
	for s.n < s.min && s.err == nil {
		n, err, c := Read(h, s.r, s.buf[s.n:])
		if c != nil {
			return c
		}
		s.n += n
		s.err = err
	}
	return nil
}

func (s *full) result() error {
	switch {
	case s.n >= s.min:
		return nil
	case s.n > 0 && s.err == io.EOF:
		return io.ErrUnexpectedEOF
	}
	return s.err
}

func resumeFull(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*fullFrame)(ptr(hd))
	r := slotN.Take(h)
	f.n += r.R0
	f.err = r.R1
	if c := f.loop(h); c != nil {
		c.Parent = hd
		return green.Parked
	}
	*slotN.Of(h) = count{f.n, f.result()}
	return fulls.Put(h, f)
}

// all is the state of ReadAll.
type all struct {
	r   io.Reader
	b   []byte
	err error
}

type allFrame struct {
	green.FuncFrame
	all
}

type bytesErr = struct {
	R0 []byte
	R1 error
}

var (
	alls      green.Pool[allFrame]
	slotBytes = green.SlotFor[bytesErr]()
)

// ReadAll_green is io.ReadAll. Only from the hub's goroutine.
func ReadAll_green(h *green.Hub, r io.Reader) ([]byte, error, *green.Frame) {
	if h.Blocks() || green.PlainType(r) {
		b, err := io.ReadAll(r)
		return b, err, nil
	}
	s := all{r: r, b: make([]byte, 0, 512)}
	if c := s.loop(h); c != nil {
		f := alls.Get(h)
		f.Resume, f.PC, f.all = resumeAll, 1, s
		c.Parent = &f.Frame
		return nil, nil, &f.Frame
	}
	return s.b, s.result(), nil
}

func (s *all) loop(h *green.Hub) *green.Frame {
	for s.err == nil {
		if len(s.b) == cap(s.b) {
			s.b = append(s.b, 0)[:len(s.b)]
		}
		n, err, c := Read(h, s.r, s.b[len(s.b):cap(s.b)])
		if c != nil {
			return c
		}
		s.b = s.b[:len(s.b)+n]
		s.err = err
	}
	return nil
}

func (s *all) result() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}

func resumeAll(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*allFrame)(ptr(hd))
	r := slotN.Take(h)
	f.b = f.b[:len(f.b)+r.R0]
	f.err = r.R1
	if c := f.loop(h); c != nil {
		c.Parent = hd
		return green.Parked
	}
	*slotBytes.Of(h) = bytesErr{f.b, f.result()}
	return alls.Put(h, f)
}
