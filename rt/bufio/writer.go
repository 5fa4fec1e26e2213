package bufio

import (
	"bufio"
	"io"
	"unicode/utf8"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
)

// sink is what a writer made by green code writes to.
type sink struct {
	w       io.Writer
	capture bool   // a twin flushes: take p, and let the twin write it
	p       []byte // what was taken: bufio's own buffer
	err     error  // what a write failed with, for good
}

// Write is called by bufio. With plain callers it waits as w does.
func (s *sink) Write(p []byte) (int, error) {
	switch {
	case s.err != nil:
		return 0, s.err
	case s.capture:
		s.p = p
		return len(p), nil
	}
	return s.w.Write(p)
}

// NewWriter_green is bufio.NewWriter. Only from the hub's goroutine.
func NewWriter_green(h *green.Hub, w io.Writer) *bufio.Writer {
	return NewWriterSize_green(h, w, 4096)
}

// NewWriterSize_green is bufio.NewWriterSize. Only from the hub's goroutine.
func NewWriterSize_green(h *green.Hub, w io.Writer, size int) *bufio.Writer {
	if b, ok := w.(*bufio.Writer); ok && b.Size() >= size {
		return b
	}
	return bufio.NewWriterSize(wrapWriter(h, w), size)
}

// Writer_Reset_green is (*bufio.Writer).Reset. Only from the hub's goroutine.
func Writer_Reset_green(h *green.Hub, w *bufio.Writer, to io.Writer) {
	if b, ok := to.(*bufio.Writer); ok && b == w {
		w.Reset(to) // does nothing
		return
	}
	w.Reset(wrapWriter(h, to))
}

func wrapWriter(h *green.Hub, w io.Writer) io.Writer {
	if h.Blocks() || w == nil || rt.PlainWriter(w) {
		return w
	}
	return &sink{w: w}
}

// writeOp is one operation on a writer: write p, if need be flush.
type writeOp struct {
	w      *bufio.Writer
	s      *sink
	p      []byte
	n      int
	err    error
	direct []byte // under way: a write past the buffer
	flight []byte // under way: a flush
	flush  bool   // the operation is a flush
	str    bool   // the operation is WriteString
	only   bool   // the result is the error alone
}

type writeFrame struct {
	green.FuncFrame
	writeOp
}

var (
	writes  green.Pool[writeFrame]
	slotErr = green.SlotFor[struct{ R0 error }]()
)

// begin runs o; !ok says that it might block, and has to be offloaded.
func (o *writeOp) begin(h *green.Hub) (c *green.Frame, ok bool) {
	s, ok := beneath(o.w).(*sink)
	if !ok {
		return nil, false
	}
	o.s = s
	if c = o.loop(h); c == nil {
		return nil, true
	}
	f := writes.Get(h)
	f.Resume, f.PC, f.writeOp = resumeWrite, 1, *o
	c.Parent = &f.Frame
	return &f.Frame, true
}

func resumeWrite(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*writeFrame)(ptr(hd))
	r := slotN.Take(h)
	f.wrote(r.R0, r.R1)
	if c := f.loop(h); c != nil {
		c.Parent = hd
		return green.Parked
	}
	if f.only {
		slotErr.Of(h).R0 = f.err
	} else {
		*slotN.Of(h) = count{f.n, f.err}
	}
	return writes.Put(h, f)
}

func (o *writeOp) loop(h *green.Hub) *green.Frame {
	for o.next() {
		var n int
		var err error
		var c *green.Frame
		switch {
		case o.flight != nil:
			n, err, c = gio.Write(h, o.s.w, o.flight)
		case o.str:
			n, err, c = gio.WriteString_green(h, o.s.w, string(o.direct))
		default:
			n, err, c = gio.Write(h, o.s.w, o.direct)
		}
		if c != nil {
			return c
		}
		o.wrote(n, err)
	}
	return nil
}

// next goes on until something must be written; false: the operation ended.
func (o *writeOp) next() bool {
	if o.err == nil {
		_, o.err = o.w.Write(nil) // bufio's own, if a write failed before
	}
	switch {
	case o.err != nil:
		return false
	case len(o.p) > o.w.Available():
		if o.w.Buffered() == 0 && o.mayDirect() {
			o.direct = o.p
			return true
		}
		k, err := o.w.Write(o.p[:o.w.Available()])
		o.n += k
		o.p = o.p[k:]
		o.err = err
		return err == nil && o.take()
	case len(o.p) > 0:
		k, err := o.w.Write(o.p)
		o.n += k
		o.p = nil
		o.err = err
	}
	return o.flush && o.w.Buffered() > 0 && o.take()
}

// mayDirect says whether a large write may pass by the buffer.
func (o *writeOp) mayDirect() bool {
	if !o.str {
		return true
	}
	_, ok := o.s.w.(io.StringWriter)
	return ok
}

// take moves the buffer's content to o.flight.
func (o *writeOp) take() bool {
	o.s.capture = true
	o.err = o.w.Flush()
	o.s.capture = false
	o.flight, o.s.p = o.s.p, nil
	return o.err == nil
}

// wrote goes on with the results of a write.
func (o *writeOp) wrote(n int, err error) {
	if o.flight == nil {
		o.n += n
		o.p = o.p[n:]
		o.direct = nil
		if err != nil {
			o.fail([]byte{0}, err)
		}
		return
	}
	rest := o.flight[n:]
	o.flight = nil
	if len(rest) > 0 && err == nil {
		err = io.ErrShortWrite
	}
	if err != nil {
		o.fail(rest, err)
	}
}

// fail makes err stick, with rest in the buffer as bufio would leave it.
func (o *writeOp) fail(rest []byte, err error) {
	if len(rest) == 0 {
		rest = []byte{0} // bufio notices an error only if it has something to write
	}
	o.w.Write(rest)
	o.s.err = err
	o.err = o.w.Flush()
}

// Writer_Write_green is (*bufio.Writer).Write. Only from the hub's goroutine.
func Writer_Write_green(h *green.Hub, w *bufio.Writer, p []byte) (int, error, *green.Frame) {
	if len(p) <= w.Available() || h.Blocks() {
		n, err := w.Write(p)
		return n, err, nil
	}
	return write(h, w, p, false)
}

func write(h *green.Hub, w *bufio.Writer, p []byte, str bool) (int, error, *green.Frame) {
	o := writeOp{w: w, p: p, str: str}
	c, ok := o.begin(h)
	if ok {
		return o.n, o.err, c
	}
	if plain(w) {
		n, err := w.Write(p)
		return n, err, nil
	}
	return 0, nil, green.Offload(h, "bufio.Writer.Write", func() count {
		n, err := w.Write(p)
		return count{n, err}
	})
}

// plain reports whether what w writes to never blocks.
func plain(w *bufio.Writer) bool {
	to := beneath(w)
	return to != nil && rt.PlainWriter(to)
}

// Writer_WriteString_green is (*bufio.Writer).WriteString. Only from the hub's goroutine.
func Writer_WriteString_green(h *green.Hub, w *bufio.Writer, s string) (int, error, *green.Frame) {
	if len(s) <= w.Available() || h.Blocks() {
		n, err := w.WriteString(s)
		return n, err, nil
	}
	return write(h, w, []byte(s), true)
}

// Writer_WriteByte_green is (*bufio.Writer).WriteByte. Only from the hub's goroutine.
func Writer_WriteByte_green(h *green.Hub, w *bufio.Writer, b byte) (error, *green.Frame) {
	if w.Available() > 0 || h.Blocks() {
		return w.WriteByte(b), nil
	}
	return writeByte(h, w, b)
}

func writeByte(h *green.Hub, w *bufio.Writer, b byte) (error, *green.Frame) {
	o := writeOp{w: w, p: []byte{b}, only: true}
	c, ok := o.begin(h)
	switch {
	case ok:
		return o.err, c
	case plain(w):
		return w.WriteByte(b), nil
	}
	return nil, green.Offload(h, "bufio.Writer.WriteByte", func() struct{ R0 error } {
		return struct{ R0 error }{w.WriteByte(b)}
	})
}

// Writer_WriteRune_green is (*bufio.Writer).WriteRune. Only from the hub's goroutine.
func Writer_WriteRune_green(h *green.Hub, w *bufio.Writer, r rune) (int, error, *green.Frame) {
	if w.Available() >= utf8.UTFMax || h.Blocks() {
		n, err := w.WriteRune(r)
		return n, err, nil
	}
	return write(h, w, utf8.AppendRune(nil, r), false)
}

// Writer_Flush_green is (*bufio.Writer).Flush. Only from the hub's goroutine.
func Writer_Flush_green(h *green.Hub, w *bufio.Writer) (error, *green.Frame) {
	if h.Blocks() || w.Buffered() == 0 || plain(w) {
		return w.Flush(), nil
	}
	o := writeOp{w: w, flush: true, only: true}
	c, ok := o.begin(h)
	if ok {
		return o.err, c
	}
	return nil, green.Offload(h, "bufio.Writer.Flush", func() struct{ R0 error } {
		return struct{ R0 error }{w.Flush()}
	})
}
