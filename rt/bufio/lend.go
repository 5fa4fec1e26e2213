package bufio

import (
	"bufio"
	"sync"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
)

// A reader that is empty and waits for its source needs no buffer: most conns wait
// most of the time. While a twin is parked there, the reader has a part of noBuffer
// in its place, of the same length, that nobody looks at, and others use the buffer.

const mostLent = 64 << 10

var noBuffer [mostLent]byte

var placeBuf = place[[]byte, bufio.Reader]("buf")

// lenders have a *sync.Pool of buffers for each size.
var lenders sync.Map

func lender(size int) *sync.Pool {
	if p, ok := lenders.Load(size); ok {
		return p.(*sync.Pool)
	}
	p, _ := lenders.LoadOrStore(size, &sync.Pool{New: func() any { return unsafe.SliceData(make([]byte, size)) }})
	return p.(*sync.Pool)
}

func bufferOf(r *bufio.Reader) *[]byte { return (*[]byte)(unsafe.Add(unsafe.Pointer(r), placeBuf)) }

// lend takes the buffer of a reader that is going to wait.
func (o *readOp) lend() {
	if _, ok := gio.TrierOf(o.src.rd); !ok || placeBuf < 0 || o.r.Buffered() > 0 || o.r.Size() > mostLent {
		return
	}
	b := bufferOf(o.r)
	lender(len(*b)).Put(unsafe.SliceData(*b))
	*b = noBuffer[:len(*b):len(*b)]
	o.lent, o.src.lent = true, o.r
}

// restore gives the reader a buffer again, if it has none: also that of another who
// waited, whose hub has ended.
func (o *readOp) restore() {
	o.lent = false
	if o.src != nil && o.src.lent != nil {
		o.src.lent = nil
		equip(o.r)
	}
}

// equip gives r a buffer if it has none.
func equip(r *bufio.Reader) {
	if placeBuf < 0 {
		return
	}
	if b := bufferOf(r); unsafe.SliceData(*b) == &noBuffer[0] {
		*b = borrow(len(*b))
	}
}

func borrow(size int) []byte { return unsafe.Slice(lender(size).Get().(*byte), size) }

// readLent is Read of a plain caller, whose reader has no buffer, as who waited is no
// more. p is most likely a part of noBuffer, and bufio looks into the new buffer next.
func (s *source) readLent(p []byte) (int, error) {
	r := s.lent
	s.lent = nil
	b := bufferOf(r)
	at := uintptr(unsafe.Pointer(unsafe.SliceData(p))) - uintptr(unsafe.Pointer(&noBuffer[0]))
	equip(r)
	if at < mostLent {
		p = (*b)[at:][:len(p)]
	}
	return s.Read(p)
}

// flags makes an unwinding come by, if there is a buffer to be restored.
func (o *readOp) flags() uint16 {
	if o.lent {
		return green.FlagDefers
	}
	return 0
}
