package bufio

import (
	"bufio"
	"bytes"
	"unicode/utf8"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// kind says which operation a readOp does.
type kind uint8

const (
	opRead kind = iota
	opByte
	opRune
	opSlice
	opLine
	opBytes
	opString
	opPeek
	opDiscard
	opAwait
	opTry
)

// readOp is one operation on a reader, with what it got so far.
type readOp struct {
	r     *bufio.Reader
	src   *source // nil: what r reads from never blocks
	kind  kind
	delim byte
	more  bool // result of ReadLine
	b     byte
	ch    rune
	n     int    // argument, later result; for ensureDelim what was searched
	done  int    // of Discard
	lent  bool   // the reader's buffer is
	state State  // result of Await
	p     []byte // argument or result
	err   error

	ask any // enough of Await, op of Try
}

type opFrame struct {
	green.FuncFrame
	readOp
}

var ops green.Pool[opFrame]

// waitFrame is the frame of an operation that has got nothing yet, as most that wait.
type waitFrame struct {
	green.Frame
	r     *bufio.Reader
	src   *source
	n     int
	kind  kind
	delim byte
	lent  bool
}

var waits green.Pool[waitFrame]

// begin runs o; !ok says that it might block, and has to be offloaded.
func (o *readOp) begin(h *green.Hub) (c *green.Frame, ok bool) {
	switch u := under(o.r).(type) {
	case nil:
		return nil, false
	case *source:
		o.src = u
	default:
		if !green.PlainType(u) {
			return nil, false
		}
	}
	if c = o.loop(h); c == nil {
		return nil, true
	}
	c.Parent = o.frame(h)
	return c.Parent, true
}

// frame returns the frame to park with.
func (o *readOp) frame(h *green.Hub) *green.Frame {
	if o.waits() {
		f := waits.Take(h, resumeWait)
		f.PC, f.r, f.src, f.kind, f.delim = 1, o.r, o.src, o.kind, o.delim
		f.keep(o)
		return &f.Frame
	}
	f := ops.Get(h)
	f.Resume, f.PC, f.Flags, f.readOp = resumeOp, 1, o.flags(), *o
	return &f.Frame
}

// waits reports whether o has got nothing yet.
func (o *readOp) waits() bool { return o.p == nil && o.done == 0 && o.kind < opAwait }

func (f *waitFrame) keep(o *readOp) { f.n, f.lent, f.Flags = o.n, o.lent, o.flags() }

func (o *readOp) loop(h *green.Hub) *green.Frame {
	if o.src == nil {
		o.attempt()
		return nil
	}
	for {
		o.restore()
		o.src.hub = h
		ok := o.attempt()
		o.src.hub = nil
		if ok {
			return nil
		}
		o.lend()
		if c := o.src.fill(h); c != nil {
			return c
		}
	}
}

func resumeWait(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*waitFrame)(ptr(hd))
	o := readOp{r: f.r, src: f.src, kind: f.kind, delim: f.delim, n: f.n, lent: f.lent}
	if h.Pending() {
		o.restore()
		h.Rethrow()
	}
	c := o.loop(h)
	switch {
	case c == nil:
		o.deliver(h)
		return waits.Put(h, f)
	case o.waits():
		f.keep(&o)
		c.Parent = hd
	default:
		c.Parent = o.frame(h)
		c.Parent.Parent = waits.Put(h, f)
	}
	return green.Parked
}

func resumeOp(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*opFrame)(ptr(hd))
	if h.Pending() {
		f.restore()
		h.Rethrow()
	}
	if c := f.loop(h); c != nil {
		f.Flags = f.flags()
		c.Parent = hd
		return green.Parked
	}
	f.deliver(h)
	return ops.Put(h, f)
}

// attempt does the operation; false: it would block, and took nothing but what
// o remembers.
func (o *readOp) attempt() bool {
	switch o.kind {
	case opRead:
		if o.src != nil && o.src.idle > 0 { // Read does not try again
			o.n, o.err, o.src.idle = 0, nil, 0
			return true
		}
		o.n, o.err = o.r.Read(o.p)
	case opByte:
		o.b, o.err = o.r.ReadByte()
	case opRune:
		if !o.ensureRune() {
			return false
		}
		o.ch, o.n, o.err = o.r.ReadRune()
	case opSlice:
		if !o.ensureDelim() {
			return false
		}
		o.p, o.err = o.r.ReadSlice(o.delim)
	case opLine:
		if !o.ensureDelim() {
			return false
		}
		o.p, o.more, o.err = o.r.ReadLine()
	case opBytes, opString:
		return o.collect()
	case opPeek:
		// Asked for more than its size, Peek would keep the private error.
		if size := o.r.Size(); o.src != nil && o.n > size && !o.peek(size) {
			return false
		}
		o.p, o.err = o.r.Peek(o.n)
	case opAwait:
		return o.await()
	case opTry:
		o.err = o.ask.(Op).Attempt()
	case opDiscard:
		o.discard()
	}
	return o.err != errWouldBlock
}

// discard is Discard, which alone fills an empty buffer though the reader keeps an error to be
// reported: errWouldBlock must not take that one's place.
func (o *readOp) discard() {
	var kept error
	if placeReadErr >= 0 {
		kept = *errorOf(o.r)
	}
	n, err := o.r.Discard(o.n - o.done)
	o.done += n
	o.err = err
	if err == errWouldBlock && kept != nil {
		*errorOf(o.r) = kept
	}
}

func errorOf(r *bufio.Reader) *error { return (*error)(unsafe.Add(unsafe.Pointer(r), placeReadErr)) }

// peek makes sure that n bytes are in the buffer, or that there is an error for
// the operation to find. false: it would block.
func (o *readOp) peek(n int) bool {
	_, err := peek(o.r, n)
	if err == errWouldBlock {
		return false
	}
	if err != nil && err != bufio.ErrBufferFull {
		o.src.fail(err) // Peek cleared it
	}
	return true
}

func (o *readOp) ensureRune() bool {
	for o.src != nil {
		n := o.r.Buffered()
		b, _ := peek(o.r, n)
		if n >= utf8.UTFMax || n > 0 && utf8.FullRune(b) || o.src.fails() {
			break
		}
		if !o.peek(n + 1) {
			return false
		}
	}
	return true
}

// ensureDelim makes sure that ReadSlice can end.
func (o *readOp) ensureDelim() bool {
	for o.src != nil {
		n := o.r.Buffered()
		b, _ := peek(o.r, n)
		if bytes.IndexByte(b[min(o.n, n):], o.delim) >= 0 || n == o.r.Size() || o.src.fails() {
			break
		}
		o.n = n // need not be searched again
		if !o.peek(n + 1) {
			return false
		}
	}
	return true
}

// collect is ReadBytes.
func (o *readOp) collect() bool {
	for {
		if !o.ensureDelim() {
			return false
		}
		b, err := o.r.ReadSlice(o.delim)
		o.p = append(o.p, b...)
		o.n = 0
		if err != bufio.ErrBufferFull {
			o.err = err
			return true
		}
	}
}

type (
	byteErr = struct {
		R0 byte
		R1 error
	}
	runeErr = struct {
		R0 rune
		R1 int
		R2 error
	}
	bytesErr = struct {
		R0 []byte
		R1 error
	}
	lineErr = struct {
		R0 []byte
		R1 bool
		R2 error
	}
	stringErr = struct {
		R0 string
		R1 error
	}
	count64 = struct {
		R0 int64
		R1 error
	}
)

var (
	slotByte   = green.SlotFor[byteErr]()
	slotRune   = green.SlotFor[runeErr]()
	slotBytes  = green.SlotFor[bytesErr]()
	slotLine   = green.SlotFor[lineErr]()
	slotString = green.SlotFor[stringErr]()
	slotN64    = green.SlotFor[count64]()
	slotState  = green.SlotFor[struct{ R0 State }]()
	slotBool   = green.SlotFor[struct{ R0 bool }]()
)

// text is p, which nobody else has, as a string.
func (o *readOp) text() string { return unsafe.String(unsafe.SliceData(o.p), len(o.p)) }

// deliver stores the results of an operation for its caller.
func (o *readOp) deliver(h *green.Hub) {
	switch o.kind {
	case opRead:
		*slotN.Of(h) = count{o.n, o.err}
	case opDiscard:
		*slotN.Of(h) = count{o.done, o.err}
	case opByte:
		*slotByte.Of(h) = byteErr{o.b, o.err}
	case opRune:
		*slotRune.Of(h) = runeErr{o.ch, o.n, o.err}
	case opAwait:
		slotState.Of(h).R0 = o.state
	case opTry:
		slotBool.Of(h).R0 = true
	case opLine:
		*slotLine.Of(h) = lineErr{o.p, o.more, o.err}
	case opString:
		*slotString.Of(h) = stringErr{o.text(), o.err}
	default:
		*slotBytes.Of(h) = bytesErr{o.p, o.err}
	}
}
