package bufio

import (
	"bufio"
	"io"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
)

// transfer is the state of Reader.WriteTo and Writer.ReadFrom: it moves bytes
// from r to w until r ends.
type transfer struct {
	r     *bufio.Reader // or
	from  io.Reader     // ... with tmp
	to    io.Writer     // or
	w     *bufio.Writer
	tmp   []byte
	n     int64
	state uint8
	idle  uint8 // how many reads in a row gave neither data nor err
	exact bool  // err is the result, io.EOF too
	err   error
}

// What a transfer does next; the results of the call come to took, of handing to handed.
const (
	reading = iota
	writing
	flushing
	handing
	over
)

type transferFrame struct {
	green.FuncFrame
	transfer
}

var transfers green.Pool[transferFrame]

// Reader_WriteTo_green is (*bufio.Reader).WriteTo. Only from the hub's goroutine.
func Reader_WriteTo_green(h *green.Hub, r *bufio.Reader, w io.Writer) (int64, error, *green.Frame) {
	if h.Blocks() {
		n, err := r.WriteTo(w)
		return n, err, nil
	}
	s := transfer{r: r, to: w}
	return s.begin(h)
}

// Writer_ReadFrom_green is (*bufio.Writer).ReadFrom. Only from the hub's goroutine.
func Writer_ReadFrom_green(h *green.Hub, w *bufio.Writer, r io.Reader) (int64, error, *green.Frame) {
	if h.Blocks() {
		n, err := w.ReadFrom(r)
		return n, err, nil
	}
	if _, err := w.Write(nil); err != nil {
		return 0, err, nil // a write failed before
	}
	s := transfer{from: r, w: w}
	return s.begin(h)
}

func (s *transfer) begin(h *green.Hub) (int64, error, *green.Frame) {
	if c := s.loop(h); c != nil {
		f := transfers.Get(h)
		f.Resume, f.PC, f.transfer = resumeTransfer, 1, *s
		c.Parent = &f.Frame
		return 0, nil, &f.Frame
	}
	return s.n, s.result(), nil
}

func (s *transfer) result() error {
	if s.err == io.EOF && !s.exact {
		return nil
	}
	return s.err
}

// rest returns whose WriteTo or ReadFrom does the rest: as soon as the buffer is empty.
func (s *transfer) rest() (dst io.Writer, src io.Reader, ok bool) {
	if s.r == nil {
		if dst = beneath(s.w); dst == nil || placeErr < 0 || s.w.Buffered() > 0 {
			return nil, nil, false
		}
		if k, ok := dst.(*sink); ok {
			dst = k.w
		}
		return dst, s.from, gio.HandsOn(dst, nil)
	}
	rd := under(s.r)
	if k, ok := rd.(*source); ok {
		if rd = k.rd; k.left != nil {
			return nil, nil, false
		}
	}
	return s.to, rd, rd != nil && s.r.Buffered() == 0 && gio.HandsOn(s.to, rd)
}

// hand lets the other method do the rest.
func (s *transfer) hand(h *green.Hub, dst io.Writer, src io.Reader) (int64, error, *green.Frame) {
	s.state, s.exact = handing, true
	if s.r == nil {
		return gio.ReadFrom(h, dst, src)
	}
	return gio.Copy_green(h, dst, src)
}

func (s *transfer) handed(n int64, err error) {
	s.n += n
	s.err, s.state = err, over
	if s.r == nil && err != nil {
		*(*error)(unsafe.Add(unsafe.Pointer(s.w), placeErr)) = err // for good, as std has it
	}
}

func (s *transfer) loop(h *green.Hub) *green.Frame {
	for s.state != over {
		if s.state == reading {
			if dst, src, ok := s.rest(); ok {
				n, err, c := s.hand(h, dst, src)
				if c != nil {
					return c
				}
				s.handed(n, err)
				break
			}
		}
		var n int
		var err error
		var c *green.Frame
		switch {
		case s.state == flushing:
			err, c = Writer_Flush_green(h, s.w)
		case s.state == reading && s.r != nil:
			s.tmp, err, c = Reader_Peek_green(h, s.r, max(s.r.Buffered(), 1))
			n = len(s.tmp)
		case s.state == reading && s.w.Available() == 0:
			s.state = flushing
			continue
		case s.state == reading:
			s.tmp = s.w.AvailableBuffer()
			s.tmp = s.tmp[:cap(s.tmp)]
			n, err, c = gio.Read(h, s.from, s.tmp)
		default:
			n, err, c = gio.Write(h, s.to, s.tmp)
		}
		if c != nil {
			return c
		}
		s.took(n, err)
	}
	return nil
}

// took goes on with the results of the call that was under way.
func (s *transfer) took(n int, err error) {
	switch {
	case s.state == flushing:
		s.state = reading
		if err != nil {
			s.err = err
		}
		s.stop(nil)
	case s.state == writing:
		s.n += int64(n)
		s.r.Discard(n)
		s.state = reading
		if err == nil && n < len(s.tmp) {
			err = io.ErrShortWrite
		}
		s.stop(err)
	case s.r != nil:
		if n > 0 { // an error after data comes again
			s.tmp, _ = s.r.Peek(s.r.Buffered())
			s.state = writing
			return
		}
		s.stop(err)
	default:
		s.w.Write(s.tmp[:n]) // in place, it fits
		s.n += int64(n)
		if s.idle++; n > 0 {
			s.idle = 0
		} else if err == nil && s.idle == mostIdle {
			err = io.ErrNoProgress
		}
		s.stop(err)
		if err == io.EOF && s.w.Available() == 0 {
			s.state = flushing // as std does, so that the buffer is not full
		}
	}
}

// stop ends the transfer if there is an error.
func (s *transfer) stop(err error) {
	if s.err == nil {
		s.err = err
	}
	if s.err != nil {
		s.state = over
	}
}

func resumeTransfer(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*transferFrame)(ptr(hd))
	switch {
	case f.state == handing:
		r := slotN64.Take(h)
		f.handed(r.R0, r.R1)
	case f.state == flushing:
		f.took(0, slotErr.Take(h).R0)
	case f.state == reading && f.r != nil:
		r := slotBytes.Take(h)
		f.took(len(r.R0), r.R1)
	default:
		r := slotN.Take(h)
		f.took(r.R0, r.R1)
	}
	if c := f.loop(h); c != nil {
		c.Parent = hd
		return green.Parked
	}
	*slotN64.Of(h) = count64{f.n, f.result()}
	return transfers.Put(h, f)
}
