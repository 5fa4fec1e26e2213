package rt

import (
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// Waiting is the wait of one greenlet at one or more addresses: of channels, of
// locks. It is the frame that the wait's primitive parks in. All its methods and
// fields are for the hub's goroutine, but while it waits natively.
//
// Whoever acts on the address on the same hub looks for those who wait there
// first (Hub.First), and serves one of them directly. Others, who know nothing
// of this hub, cannot do that: hence a wait that takes long is handed to a worker
// goroutine, which waits natively in its place.
type Waiting struct {
	green.FuncFrame
	Index int32  // the Case of the place that was served, -1: try again
	epoch uint32 // when it began
	OK    bool   // what the server says: the value was sent, not made up by a close
	Flag  bool   // for the primitive
	state uint8
	n     uint32 // places

	op         Native
	g          *Greenlet
	places     *Place   // the first one
	prev, next *Waiting // in Hub.young or Hub.kept
	native     *native  // since a worker waits
}

// native is what a Waiting needs once a worker waits in the place of its greenlet.
type native struct {
	cancelled chan struct{}
	raised    any // by the operation
	failed    bool
	killed    bool // raise the kill unless the operation was done
	done      bool // the operation was
}

// Places returns where w waits. Only from the hub's goroutine, but while it waits natively.
func (w *Waiting) Places() []Place { return unsafe.Slice(w.places, w.n) }

// Native is what a Waiting waits for.
type Native interface {
	// Native does the operation on a worker goroutine. It returns false if
	// cancel was closed before the operation was done.
	Native(cancel <-chan struct{}) bool
	// Continue is the Resume of the frame: see Continue.
	Continue(h *green.Hub) *green.Frame
	// String is what the greenlet waits for, as Go's traces call it.
	String() string
}

// Continue is the Resume of each Waiting. It hands on to its Native: a func value of a
// generic type's method would have to be made for each wait, with the type in it.
func Continue(h *green.Hub, f *green.Frame) *green.Frame { return (*Waiting)(ptr(f)).op.Continue(h) }

// Undoer is a Native whose operation cannot be broken off, but undone: a kill
// does not wait for it.
type Undoer interface {
	// Undo takes the operation back. On the hub's goroutine.
	Undo()
}

// The states of a Waiting.
const (
	atRest   = iota
	isYoung  // in the lot
	isKept   // in the lot, for as long as it takes
	isNative // a worker waits
	isLeft   // a worker waits, for nobody any more
)

// Side tells those who wait for the two ends of an address apart.
type Side uint8

// Takes waits to receive, or for a lock; Gives waits to send.
const (
	Takes Side = iota
	Gives
)

// Place is where a Waiting waits.
type Place struct {
	Key   unsafe.Pointer // the address
	Elem  unsafe.Pointer // where the value goes to, or comes from
	When  int64          // not 0: its channel is that of a timer, which is due then, by Clock
	Case  uint16         // what Waiting.Index becomes when it is served here
	Side  Side
	Heard bool // those who may end the wait from elsewhere tell: see Announce
	Own   bool // and so do all others who act on it

	Unpacked bool // it has waited longer than all at the address that are packed

	w          *Waiting
	at         *spot
	prev, next *Place
}

// Waiting returns who waits at p.
func (p *Place) Waiting() *Waiting { return p.w }

// lot finds the spots by address: a hash table with chaining. It keeps no
// address alive by itself, but for a moment; whoever waits does.
type lot struct {
	buckets []*spot // a power of two of them
	n       int     // spots where somebody waits
	free    *spot
	// Those where somebody waited lately stay in the table while the hub is busy: soon
	// somebody will wait there again.
	lately  [8]*spot
	at      int
	bundles *bundle   // with room for one, to be used again
	front   [64]*spot // by slot: those that were asked for last
}

// slot is where the front of a lot has key's spot. Channels lie 96 bytes apart.
func slot(key unsafe.Pointer) uintptr {
	x := uintptr(key)
	return (x>>5 ^ x>>11) % uintptr(len(lot{}.front))
}

// known returns the spot of key if it is in front, else nil: then find may know more.
func (l *lot) known(key unsafe.Pointer) *spot {
	if s := l.front[slot(key)]; s != nil && s.key == key {
		return s
	}
	return nil
}

func (l *lot) bucket(key unsafe.Pointer) **spot {
	x := uintptr(key)
	x ^= x>>4 ^ x>>9 ^ x>>17
	return &l.buckets[x&uintptr(len(l.buckets)-1)]
}

// find returns the spot of key, nil if nobody has waited there lately.
func (l *lot) find(key unsafe.Pointer) *spot {
	if len(l.buckets) == 0 {
		return nil
	}
	s := *l.bucket(key)
	for s != nil && s.key != key {
		s = s.next
	}
	if s != nil {
		l.front[slot(key)] = s
	}
	return s
}

func (l *lot) make(key unsafe.Pointer) *spot {
	if l.n+len(l.lately) >= len(l.buckets) {
		l.grow()
	}
	b := l.bucket(key)
	for s := *b; s != nil; s = s.next {
		if s.key == key {
			l.front[slot(key)] = s
			return s
		}
	}
	s := l.free
	if s == nil {
		s = &spot{}
	} else {
		l.free = s.next
	}
	s.key, s.open, s.room, s.next = key, false, 0, *b
	*b, l.front[slot(key)] = s, s
	return s
}

func (l *lot) grow() {
	old := l.buckets
	l.buckets = make([]*spot, max(64, 2*len(old)))
	l.move(old)
}

// move puts the spots of another table into this one.
func (l *lot) move(old []*spot) {
	for _, s := range old {
		for s != nil {
			next := s.next
			b := l.bucket(s.key)
			s.next, *b = *b, s
			s = next
		}
	}
}

// emptied is for when the last one has left s.
func (l *lot) emptied(s *spot) {
	l.n--
	if !s.lately || s.ext != nil {
		l.left(s)
	}
}

func (l *lot) left(s *spot) {
	if x := s.ext; x != nil {
		if x.unhear != nil {
			x.unhear()
		}
		if x.alarm != nil {
			x.alarm.stop()
		}
		s.ext = nil
	}
	if s.lately {
		return
	}
	l.forget(l.at)
	s.lately, l.lately[l.at] = true, s
	l.at = (l.at + 1) % len(l.lately)
}

// forget makes room in lately.
func (l *lot) forget(i int) {
	s := l.lately[i]
	if s == nil {
		return
	}
	s.lately, l.lately[i] = false, nil
	if !s.empty() {
		return
	}
	b := l.bucket(s.key)
	for *b != s {
		b = &(*b).next
	}
	*b = s.next
	s.key, s.next = nil, l.free // nor is it known any more
	l.free = s
}

// settle forgets all addresses where nobody waits.
func (l *lot) settle() {
	for i := range l.lately {
		l.forget(i)
	}
}

// Waits reports whether anybody waits in the lot at all.
func (h *Hub) Waits() bool { return h.lot.n != 0 }

// First returns who has waited longest at key, nil if nobody does.
func (h *Hub) First(key unsafe.Pointer, side Side) *Place {
	s := h.lot.known(key)
	if s == nil {
		if s = h.lot.find(key); s == nil {
			return nil
		}
	}
	p := s.queue[side]
	if s.bundles[side] != nil && (p == nil || !p.Unpacked) {
		h.unpack(s, side)
		p = s.queue[side]
	}
	return p
}

// Spot is where greenlets wait for a channel, or waited lately.
type Spot = spot

// Known returns the one of a channel that was looked for lately, nil: ask Spot. Only from
// the hub's goroutine.
func (h *Hub) Known(key unsafe.Pointer) *Spot { return h.lot.known(key) }

// Spot returns the one of a channel, nil: none. Only from the hub's goroutine.
func (h *Hub) Spot(key unsafe.Pointer) *Spot { return h.lot.find(key) }

// Idle reports whether who comes to a side of s' channel has to wait, if that is
// known: of the program's own channels, AmongOurselves. A context's Done is none of them.
func (s *spot) Idle(side Side) bool {
	other := side ^ (Takes ^ Gives)
	return s.open && s.queue[other] == nil && s.bundles[other] == nil && (s.room == noBuffer || s.idle(side))
}

// Vacant is Idle for who would rather ask a channel that has a buffer: of those it is false.
func (s *spot) Vacant(side Side) bool { return s.room != someBuffer && s.Idle(side) }

const (
	noBuffer = 1 + iota
	someBuffer
)

// idle asks the channel itself: len and cap are calls.
func (s *spot) idle(side Side) bool {
	ch := *(*chan struct{})(unsafe.Pointer(&s.key)) // of whatever: only its numbers are read
	if s.room == 0 {
		s.room = someBuffer
		if cap(ch) == 0 {
			s.room = noBuffer
		}
	}
	if side == Takes {
		return len(ch) == 0
	}
	return len(ch) == cap(ch)
}

// Shut says that the channel at key is closed.
func (h *Hub) Shut(key unsafe.Pointer) {
	if s := h.lot.find(key); s != nil {
		s.open = false
	}
}

// Serve ends the wait at p: its operation was done, or is before the greenlet runs.
func (h *Hub) Serve(p *Place, ok bool) {
	w := p.w
	w.Index, w.OK = int32(p.Case), ok
	if w.n == 1 && w.state == isYoung { // what is usual, without calls
		s := p.at
		s.unlink(p)
		p.at = nil
		if s.empty() {
			h.lot.emptied(s)
		}
		h.young.remove(w)
		w.state = atRest
	} else {
		h.unpark(w)
	}
	h.ready(w.g)
}

// Again ends the wait at p: the greenlet must try its operation again.
func (h *Hub) Again(p *Place) {
	h.retry(p.w)
}

func (h *Hub) retry(w *Waiting) {
	w.Index = -1
	h.unpark(w)
	h.ready(w.g)
}

// Wait parks the current greenlet at some addresses; w is the leaf. Those without an
// address are passed over. The places must stay where they are until it is resumed.
func (h *Hub) Wait(w *Waiting, op Native, places []Place) *green.Frame {
	w.Resume, w.op, w.places, w.n = Continue, op, unsafe.SliceData(places), uint32(len(places))
	if w.Index < 0 { // it tried again in vain
		h.vain++
		w.Index = 0
	}
	w.g = h.parkAs(inLot, unsafe.Pointer(w))
	w.state, w.epoch = isYoung, h.epoch
	for i := range places {
		p := &places[i]
		if p.Key == nil {
			continue
		}
		s := h.lot.known(p.Key)
		if s == nil {
			s = h.lot.make(p.Key)
		}
		if s.empty() {
			h.lot.n++
		}
		p.w, p.at, s.open = w, s, true
		s.putLast(p)
	}
	h.young.add(w)
	return h.ParkAt(&w.Frame)
}

// WaitAt is Wait at one place, which has an address: what is usual, without calls.
func (h *Hub) WaitAt(w *Waiting, op Native, p *Place) *green.Frame {
	w.Resume, w.op, w.places, w.n = Continue, op, p, 1
	if w.Index < 0 { // it tried again in vain
		h.vain++
		w.Index = 0
	}
	w.g = h.parkAs(inLot, unsafe.Pointer(w))
	w.state, w.epoch = isYoung, h.epoch
	s := h.lot.known(p.Key)
	if s == nil {
		s = h.lot.make(p.Key)
	}
	if s.empty() {
		h.lot.n++
	}
	p.w, p.at, s.open = w, s, true
	s.putLast(p)
	h.young.add(w)
	return h.ParkAt(&w.Frame)
}

// unpark takes w out of the lot.
func (h *Hub) unpark(w *Waiting) {
	for i := range w.n {
		p := w.place(i)
		if s := p.at; s != nil {
			s.unlink(p)
			p.at, p.Unpacked = nil, false
			if s.empty() {
				h.lot.emptied(s)
			}
		}
	}
	if w.state == isKept {
		h.kept.remove(w)
	} else {
		h.young.remove(w)
	}
	w.state = atRest
}

// cancel implements waiter.
func (w *Waiting) cancel(g *Greenlet) bool {
	if w.state != isNative {
		g.home().unpark(w)
		return true
	}
	if _, ok := w.op.(Undoer); ok {
		w.state = isLeft
		return true
	}
	if n := w.native; !n.killed {
		n.killed = true
		close(n.cancelled)
	}
	return false
}

func (w *Waiting) String() string { return w.op.String() }

func (w *Waiting) place(i uint32) *Place {
	return (*Place)(unsafe.Add(unsafe.Pointer(w.places), uintptr(i)*unsafe.Sizeof(Place{})))
}

// Results is the first thing that Native.Continue does: it raises what a
// native operation raised. It returns false if the operation must be tried again.
func (w *Waiting) Results() bool {
	if w.native != nil && w.native.failed {
		panic(w.native.raised)
	}
	return w.Index >= 0
}
