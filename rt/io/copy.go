package io

import (
	"errors"
	"io"
	"os"
	"sync"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

var errInvalidWrite = errors.New("invalid write result")

// copying is the state of Copy. reading says which call is under way.
type copying struct {
	dst     io.Writer
	src     io.Reader
	trier   Trier // src, if it can be asked without waiting and the buffer is ours
	pump    Pump  // src, if it is one and buf is a gulp
	buf     []byte
	n       int   // what the last read gave
	readErr error // with it
	written int64
	err     error
	reading bool
	waits   bool // for src, without a buffer
	done    bool
	lent    bool // buf is from a pool
	gulps   bool // buf is a gulp, when there is one
}

// A copy reads as much at once as std's, which a Writer can see, but from one ByteStream
// to another more: 64 KiB are read by one call, and as that is less than there is room
// for, nobody asks whether there is more.
type (
	sip  [32 << 10]byte
	gulp [72 << 10]byte
)

var (
	sips  = sync.Pool{New: func() any { return new(sip) }}
	gulps = sync.Pool{New: func() any { return new(gulp) }}
)

// ByteStream is a Reader or Writer of bytes without borders, as a TCP conn is: nobody can
// tell in how many parts they are read or written.
type ByteStream interface {
	// ByteStream does nothing.
	ByteStream()
}

type copyFrame struct {
	green.FuncFrame
	copying
}

var copies green.Pool[copyFrame]

// idleFrame is the frame of a copy that waits for its source, without a buffer: as
// most do, most of the time.
type idleFrame struct {
	green.Frame
	dst     io.Writer
	src     io.Reader
	written int64
}

var idles green.Pool[idleFrame]

// Copy_green is io.Copy. Only from the hub's goroutine.
func Copy_green(h *green.Hub, dst io.Writer, src io.Reader) (int64, error, *green.Frame) {
	return copyBuffer(h, dst, src, nil)
}

// CopyBuffer_green is io.CopyBuffer. Only from the hub's goroutine.
func CopyBuffer_green(h *green.Hub, dst io.Writer, src io.Reader, buf []byte) (int64, error, *green.Frame) {
	if buf != nil && len(buf) == 0 {
		panic("empty buffer in CopyBuffer")
	}
	return copyBuffer(h, dst, src, buf)
}

// HandsOn reports whether a copy is one call of src's WriteTo or dst's ReadFrom.
func HandsOn(dst io.Writer, src io.Reader) bool {
	if _, ok := src.(io.WriterTo); ok && (methods(src).WriteTo != nil || isFile(src) || !standard(src)) {
		return true
	}
	_, ok := dst.(io.ReaderFrom)
	return ok
}

// ReadFrom is the ReadFrom of a dst that HandsOn has found. Only from the hub's goroutine.
func ReadFrom(h *green.Hub, dst io.Writer, src io.Reader) (int64, error, *green.Frame) {
	if g, ok := dst.(readerFrom); ok {
		return g.ReadFrom_green(h, src)
	}
	if m := methods(dst); m.ReadFrom != nil {
		return m.ReadFrom(h, dst, src)
	}
	if f, ok := dst.(*os.File); ok {
		return File_ReadFrom_green(h, f, src)
	}
	read := func() count64 {
		n, err := dst.(io.ReaderFrom).ReadFrom(src)
		return count64{n, err}
	}
	switch {
	case rt.PlainWriter(dst) && green.PlainType(src):
		r := read()
		return r.R0, r.R1, nil
	case standard(dst):
		return copyLoop(h, dst, src, nil)
	}
	return 0, nil, green.Offload(h, "ReadFrom of "+typeName(dst), read)
}

func copyBuffer(h *green.Hub, dst io.Writer, src io.Reader, buf []byte) (int64, error, *green.Frame) {
	if h.Blocks() || rt.PlainWriter(dst) && green.PlainType(src) {
		n, err := io.CopyBuffer(dst, src, buf)
		return n, err, nil
	}
	if g, ok := src.(writerTo); ok {
		return g.WriteTo_green(h, dst)
	}
	if m := methods(src); m.WriteTo != nil {
		return m.WriteTo(h, src, dst)
	}
	if _, ok := src.(io.WriterTo); ok && !standard(src) {
		return 0, nil, copyOffloaded(h, dst, src, buf)
	}
	if g, ok := dst.(readerFrom); ok {
		return g.ReadFrom_green(h, src)
	}
	if m := methods(dst); m.ReadFrom != nil {
		return m.ReadFrom(h, dst, src)
	}
	if _, ok := dst.(io.ReaderFrom); ok && !standard(dst) {
		return 0, nil, copyOffloaded(h, dst, src, buf)
	}
	return copyLoop(h, dst, src, buf)
}

func copyOffloaded(h *green.Hub, dst io.Writer, src io.Reader, buf []byte) *green.Frame {
	return green.Offload(h, "io.Copy of "+typeName(src)+" to "+typeName(dst), func() count64 {
		n, err := io.CopyBuffer(dst, src, buf)
		return count64{n, err}
	})
}

func copyLoop(h *green.Hub, dst io.Writer, src io.Reader, buf []byte) (int64, error, *green.Frame) {
	s := copying{dst: dst, src: src, buf: buf, reading: true}
	if buf == nil {
		s.begin()
	}
	if c := s.loop(h); c != nil {
		f := s.frame(h)
		c.Parent = f
		return 0, nil, f
	}
	return s.written, s.err, nil
}

// frame returns the frame to park with.
func (s *copying) frame(h *green.Hub) *green.Frame {
	switch {
	case s.pump != nil && s.waits:
		f := pumps.Take(h, resumePump)
		f.PC, f.dst, f.src, f.written = 1, s.dst, s.pump, s.written
		return &f.Frame
	case s.waits:
		f := idles.Take(h, resumeIdle)
		f.PC, f.dst, f.src, f.written = 1, s.dst, s.src, s.written
		return &f.Frame
	}
	f := copies.Get(h)
	f.Resume, f.PC, f.copying = resumeCopy, 1, *s
	return &f.Frame
}

// begin is for a copy with a buffer of ours.
func (s *copying) begin() {
	if t, ok := TrierOf(s.src); ok {
		s.trier = t
		if _, s.gulps = t.(ByteStream); s.gulps {
			if _, s.gulps = s.dst.(ByteStream); s.gulps {
				s.pump, _ = t.(Pump)
			}
		}
	}
	s.borrow()
}

// borrow takes a buffer from all copies, giveBack returns it: a copy that waits for
// its source has none.
func (s *copying) borrow() {
	switch {
	case s.buf != nil:
		return
	case s.gulps:
		s.buf = gulps.Get().(*gulp)[:]
	default:
		s.buf = sips.Get().(*sip)[:]
	}
	s.lent = true
}

func (s *copying) giveBack() {
	switch {
	case !s.lent:
		return
	case s.gulps:
		gulps.Put((*gulp)(s.buf))
	default:
		sips.Put((*sip)(s.buf))
	}
	s.buf, s.lent = nil, false
}

// sipsOnly is for a copy whose dst is slow: it keeps its buffer for long.
func (s *copying) sipsOnly() {
	if s.gulps {
		s.giveBack()
		s.gulps, s.pump = false, nil
	}
}

// try reads without waiting, or waits without a buffer. false: it can do neither.
func (s *copying) try(h *green.Hub) (c *green.Frame, ok bool) {
	s.borrow()
	n, err, ok := s.trier.TryRead_green(h, s.buf)
	if ok {
		s.took(n, err)
		return nil, true
	}
	c, ok = s.trier.WaitRead_green(h)
	if ok && c != nil {
		s.giveBack()
		s.waits = true
	}
	return c, ok
}

func (s *copying) loop(h *green.Hub) *green.Frame {
	for !s.done {
		var n int
		var err error
		var c *green.Frame
		if s.reading && s.trier != nil {
			var ok bool
			if c, ok = s.try(h); c != nil {
				return c
			} else if ok {
				continue
			}
		}
		if s.reading {
			n, err, c = Read(h, s.src, s.buf)
		} else {
			n, err, c = Write(h, s.dst, s.buf[:s.n])
		}
		if c != nil {
			return c
		}
		s.took(n, err)
	}
	s.giveBack()
	return nil
}

// took goes on with the results of the call that was under way.
func (s *copying) took(n int, err error) {
	if s.reading {
		s.n, s.readErr = n, err
		if n > 0 {
			s.reading = false
			return
		}
	} else {
		s.reading = true
		if n < 0 || s.n < n {
			n = 0
			if err == nil {
				err = errInvalidWrite
			}
		}
		s.written += int64(n)
		if err == nil && n != s.n {
			err = io.ErrShortWrite
		}
		if err != nil {
			s.err, s.done = err, true
			return
		}
	}
	if s.readErr != nil {
		s.done = true
		if s.readErr != io.EOF {
			s.err = s.readErr
		}
	}
}

func resumeCopy(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*copyFrame)(ptr(hd))
	r := slotN.Take(h)
	wrote := !f.reading
	f.took(r.R0, r.R1)
	if wrote {
		f.sipsOnly()
	}
	c := f.loop(h)
	if c == nil {
		*slotN64.Of(h) = count64{f.written, f.err}
		return copies.Put(h, f)
	}
	if !f.waits {
		c.Parent = hd
		return green.Parked
	}
	c.Parent = f.frame(h)
	c.Parent.Parent = copies.Put(h, f)
	return green.Parked
}

func resumeIdle(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*idleFrame)(ptr(hd))
	s := copying{dst: f.dst, src: f.src, written: f.written, reading: true}
	s.begin()
	c := s.loop(h)
	if c == nil {
		*slotN64.Of(h) = count64{s.written, s.err}
		return idles.Put(h, f)
	}
	if s.waits && s.pump == nil {
		f.written = s.written
		c.Parent = hd
		return green.Parked
	}
	c.Parent = s.frame(h)
	c.Parent.Parent = idles.Put(h, f)
	return green.Parked
}

type copyNFrame struct {
	green.FuncFrame
	n int64
}

var copyNs green.Pool[copyNFrame]

// CopyN_green is io.CopyN. Only from the hub's goroutine.
func CopyN_green(h *green.Hub, dst io.Writer, src io.Reader, n int64) (int64, error, *green.Frame) {
	written, err, c := Copy_green(h, dst, io.LimitReader(src, n))
	if c == nil {
		return written, copiedN(n, written, err), nil
	}
	f := copyNs.Get(h)
	f.Resume, f.PC, f.n = resumeCopyN, 1, n
	c.Parent = &f.Frame
	return 0, nil, &f.Frame
}

func copiedN(n, written int64, err error) error {
	switch {
	case written == n:
		return nil
	case written < n && err == nil:
		return io.EOF // src stopped early
	}
	return err
}

func resumeCopyN(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*copyNFrame)(ptr(hd))
	r := slotN64.Of(h)
	r.R1 = copiedN(f.n, r.R0, r.R1)
	return copyNs.Put(h, f)
}
