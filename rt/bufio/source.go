package bufio

import (
	"bufio"
	"errors"
	"io"
	"math"
	"sync"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/fields"
	gio "github.com/greengen/greengen/rt/io"
)

// errWouldBlock is seen by nobody else but an Op that Try calls.
var errWouldBlock = errors.New("rt/bufio: would block")

// source is what a reader made by green code reads from.
type source struct {
	rd   io.Reader
	hub  *green.Hub    // set while a twin runs an operation: do not wait
	lent *bufio.Reader // that has no buffer, nil: it has
	left *leftover     // nil: nothing
	want int32         // how much bufio asked for when it would have blocked, at most
	idle uint8         // how many reads in a row gave neither data nor err

	raises, raised bool // for scan: a read that would block panics, and has
}

// leftover is what few sources have for long: what fill got, and is not yet read.
type leftover struct {
	data []byte
	err  error // to be reported with the last of data
	bad  int   // what a read returned that cannot be: bufio says so
	room *room // nil: it is not in one
}

// room is what fill reads to, if bufio has not asked for more. It is used again when bufio
// has taken all out.
type room struct {
	leftover
	buf [4096]byte
}

var rooms = sync.Pool{New: func() any { return new(room) }}

// read is for when all of it has been.
func (x *leftover) read() {
	if r := x.room; r != nil {
		r.leftover = leftover{}
		rooms.Put(r)
	}
}

// mostIdle is how many reads in a row that give nothing bufio bears.
const mostIdle = 100

func (s *source) leave(data []byte, err error) {
	s.left = nil
	if len(data) > 0 || err != nil {
		s.left = &leftover{data: data, err: err}
	}
}

// fails reports whether there is an error to be reported.
func (s *source) fails() bool { return s.left != nil && s.left.err != nil }

// fail makes err the one to be reported.
func (s *source) fail(err error) {
	if s.left == nil {
		s.leave(nil, err)
		return
	}
	if s.left.err = err; err == nil && len(s.left.data) == 0 {
		s.left = nil
	}
}

// got takes what a read into buf, of r if that is not nil, gave. After as many empty ones as bufio
// bears it says so.
func (s *source) got(buf []byte, r *room, n int, err error) {
	switch {
	case n < 0 || n > len(buf):
		s.left = &leftover{bad: n} // bufio does not look at err then
		return
	case r != nil && n > 0:
		r.leftover = leftover{data: buf[:n], err: err, room: r}
		s.left = &r.leftover
	default:
		s.leave(buf[:n], err)
		if r != nil {
			rooms.Put(r)
		}
	}
	if n > 0 || err != nil {
		s.idle = 0
		return
	}
	if s.idle++; s.idle == mostIdle {
		s.idle = 0
		s.leave(nil, io.ErrNoProgress)
	}
}

// Read is called by bufio. With plain callers it waits as rd does.
func (s *source) Read(p []byte) (int, error) {
	if s.lent != nil && s.hub == nil {
		return s.readLent(p)
	}
	if x := s.left; x != nil {
		if x.bad != 0 {
			s.left = nil
			return x.bad, nil
		}
		n := copy(p, x.data)
		if x.data = x.data[n:]; len(x.data) > 0 {
			return n, nil
		}
		err := x.err
		s.left = nil
		x.read()
		return n, err
	}
	if s.hub == nil {
		return s.rd.Read(p)
	}
	if t, ok := gio.TrierOf(s.rd); ok {
		if n, err, ok := t.TryRead_green(s.hub, p); ok {
			return n, err
		}
	}
	s.want = int32(min(len(p), math.MaxInt32))
	if s.raises {
		s.raised = true
		panic(errWouldBlock)
	}
	return 0, errWouldBlock
}

type fillFrame struct {
	green.FuncFrame
	s    *source
	buf  []byte
	room *room
}

var (
	fills green.Pool[fillFrame]
	slotN = green.SlotFor[count]()
)

type count = struct {
	R0 int
	R1 error
}

func ptr(f *green.Frame) unsafe.Pointer { return unsafe.Pointer(f) }

// fill gets data or an error into s, or waits until there is some. It reads as
// much as bufio would have, so that rd sees the same calls.
func (s *source) fill(h *green.Hub) *green.Frame {
	if t, ok := gio.TrierOf(s.rd); ok {
		if c, ok := t.WaitRead_green(h); ok {
			return c
		}
	}
	var buf []byte
	var r *room
	if int(s.want) <= len(r.buf) {
		r = rooms.Get().(*room)
		buf = r.buf[:s.want]
	} else {
		buf = make([]byte, s.want)
	}
	n, err, c := gio.Read(h, s.rd, buf)
	if c == nil {
		s.got(buf, r, n, err)
		return nil
	}
	f := fills.Get(h)
	f.Resume, f.PC, f.s, f.buf, f.room = resumeFill, 1, s, buf, r
	c.Parent = &f.Frame
	return &f.Frame
}

func resumeFill(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*fillFrame)(ptr(hd))
	r := slotN.Take(h)
	f.s.got(f.buf, f.room, r.R0, r.R1)
	return fills.Put(h, f)
}

// place finds a field of bufio's; negative: it is not
// there any more, and all unknown readers are offloaded.
func place[T, S any](name string) int {
	var at uintptr
	if !fields.At[T, S](&at, name) {
		return -1
	}
	return int(at)
}

var (
	placeRd = place[io.Reader, bufio.Reader]("rd")
	placeWr = place[io.Writer, bufio.Writer]("wr")

	placeErr     = place[error, bufio.Writer]("err")
	placeReadErr = place[error, bufio.Reader]("err")

	// What UnreadByte and UnreadRune go by.
	placeByte = place[int, bufio.Reader]("lastByte")
	placeRune = place[int, bufio.Reader]("lastRuneSize")
)

// peek is r.Peek, after which UnreadByte and UnreadRune do what they did before, as after
// std's own reads into the buffer.
func peek(r *bufio.Reader, n int) ([]byte, error) {
	if placeByte < 0 || placeRune < 0 {
		return r.Peek(n)
	}
	lastByte := (*int)(unsafe.Add(unsafe.Pointer(r), placeByte))
	lastRune := (*int)(unsafe.Add(unsafe.Pointer(r), placeRune))
	b, size := *lastByte, *lastRune
	p, err := r.Peek(n)
	*lastByte, *lastRune = b, size
	return p, err
}

// under returns what r reads from, nil if unknown.
func under(r *bufio.Reader) io.Reader {
	if placeRd < 0 {
		return nil
	}
	return *(*io.Reader)(unsafe.Add(unsafe.Pointer(r), placeRd))
}

// beneath returns what w writes to, nil if unknown.
func beneath(w *bufio.Writer) io.Writer {
	if placeWr < 0 {
		return nil
	}
	return *(*io.Writer)(unsafe.Add(unsafe.Pointer(w), placeWr))
}

func wrapReader(h *green.Hub, rd io.Reader) io.Reader {
	if h.Blocks() || rd == nil || green.PlainType(rd) {
		return rd
	}
	return &source{rd: rd}
}

// NewReader_green is bufio.NewReader. Only from the hub's goroutine.
func NewReader_green(h *green.Hub, rd io.Reader) *bufio.Reader {
	return NewReaderSize_green(h, rd, 4096)
}

// NewReaderSize_green is bufio.NewReaderSize. Only from the hub's goroutine.
func NewReaderSize_green(h *green.Hub, rd io.Reader, size int) *bufio.Reader {
	if b, ok := rd.(*bufio.Reader); ok && b.Size() >= size {
		return b
	}
	from := wrapReader(h, rd)
	if src, ok := from.(*source); ok && placeBuf >= 0 && size <= mostLent {
		if _, ok := gio.TrierOf(src.rd); ok { // it will lend its buffer: most likely another one has
			r := bufio.NewReaderSize(src, 0)
			*bufferOf(r) = borrow(max(size, r.Size()))
			return r
		}
	}
	return bufio.NewReaderSize(from, size)
}

// Reader_Reset_green is (*bufio.Reader).Reset. Only from the hub's goroutine.
func Reader_Reset_green(h *green.Hub, r *bufio.Reader, rd io.Reader) {
	if b, ok := rd.(*bufio.Reader); ok && b == r {
		r.Reset(rd) // does nothing
		return
	}
	equip(r)
	r.Reset(wrapReader(h, rd))
}
