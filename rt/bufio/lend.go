package bufio

import (
	"bufio"
	"reflect"
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

var placeBuf = place(bufio.Reader{}, "buf", reflect.TypeFor[[]byte]())

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
	if _, ok := o.src.rd.(gio.Trier); !ok || placeBuf < 0 || o.r.Buffered() > 0 || o.r.Size() > mostLent {
		return
	}
	b := bufferOf(o.r)
	lender(len(*b)).Put(unsafe.SliceData(*b))
	*b = noBuffer[:len(*b):len(*b)]
	o.lent = true
}

// restore gives the reader a buffer again.
func (o *readOp) restore() {
	if !o.lent {
		return
	}
	o.lent = false
	b := bufferOf(o.r)
	*b = unsafe.Slice(lender(len(*b)).Get().(*byte), len(*b))
}

// flags makes an unwinding come by, if there is a buffer to be restored.
func (o *readOp) flags() uint32 {
	if o.lent {
		return green.FlagDefers
	}
	return 0
}
