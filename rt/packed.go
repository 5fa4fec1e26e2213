package rt

import (
	"slices"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// A greenlet that waits for good needs less than one that has just begun to: most that
// do are many, and nothing comes for long. Its frame goes back to the pool, and its
// place is a number in a run of those who wait at the same address in the same way.
// Whoever looks for the first one at the address (Hub.First) makes a frame again.

// Packer is a Native that can be packed while it waits at its one place.
type Packer interface {
	// Pack gives back the frame that the greenlet waits in. Only from the hub's goroutine.
	Pack(h *green.Hub) Packed
}

// Packed is how packed greenlets wait: a value of a type without size.
type Packed interface {
	// Unpack makes a frame again, of a wait at key. Only from the hub's goroutine.
	Unpack(h *green.Hub, key unsafe.Pointer) (w *Waiting, op Native, places []Place)
	// String is what the greenlets wait for.
	String() string
}

// bundle is some packed greenlets, in the order they came. Those of a spot's side are linked;
// next of the last one is nil, prev of the first one is the last one.
type bundle struct {
	at         *spot
	prev, next *bundle
	typ        unsafe.Pointer // of the Packed
	side       Side
	n, room    uint8
}

// The room of bundles: they fill size classes of Go's. One at an address is what is usual.
type (
	bundle2 struct {
		bundle
		gs [2]number
	}
	bundle22 struct {
		bundle
		gs [22]number
	}
	bundle244 struct {
		bundle
		gs [244]number
	}
)

// places has r's greenlets, and the room for more.
func (r *bundle) places() []number {
	switch at := unsafe.Pointer(r); r.room {
	case 2:
		return (*bundle2)(at).gs[:]
	case 22:
		return (*bundle22)(at).gs[:]
	default:
		return (*bundle244)(at).gs[:]
	}
}

// bundle makes one that comes after another, nil: none.
func (l *lot) bundle(after *bundle) (r *bundle) {
	switch {
	case after == nil && l.bundles != nil:
		r = l.bundles
		l.bundles, r.next = r.next, nil
	case after == nil:
		r = &new(bundle2).bundle
		r.room = 2
	case after.room == 2:
		r = &new(bundle22).bundle
		r.room = 22
	default:
		r = &new(bundle244).bundle
		r.room = 244
	}
	return r
}

func (r *bundle) packed() (p Packed) {
	*(*iface)(unsafe.Pointer(&p)) = iface{r.typ, unsafe.Pointer(r)} // no size: nobody reads it
	return p
}

// pack packs the greenlet of w, which is in the lot, neither young nor kept. false: it
// cannot be.
func (h *Hub) pack(w *Waiting) bool {
	op, ok := w.op.(Packer)
	g := w.g
	if !ok || w.n != 1 || g.at != unsafe.Pointer(&w.Frame) || g.slab().at > maxPlace {
		return false
	}
	p := w.place(0)
	s, side := p.at, p.Side
	if p.When != 0 || p.Unpacked || s.queue[side] != p { // not behind all that are packed
		return false
	}
	s.unlink(p)
	p.at = nil
	w.state = atRest
	parent := w.Parent
	how := op.Pack(h.Hub) // w is no more
	typ := (*iface)(unsafe.Pointer(&how)).typ
	var last *bundle
	if first := s.bundles[side]; first != nil {
		last = first.prev
	}
	if last == nil || last.n == last.room || last.typ != typ {
		r := h.lot.bundle(last)
		r.at, r.side, r.typ = s, side, typ
		s.addBundle(r)
		last = r
	}
	last.places()[last.n] = g.number()
	last.n++
	h.packed++
	h.packs++
	g.at = unsafe.Pointer(parent)
	g.waitFor(last)
	return true
}

// unpack gives the packed greenlet that has waited longest on a side of s a frame again.
func (h *Hub) unpack(s *spot, side Side) {
	r := s.bundles[side]
	g := h.numbered(r.places()[0])
	w, op, places := r.packed().Unpack(h.Hub, s.key)
	h.dropPacked(r, 0)
	w.Resume, w.op, w.places, w.n, w.g = Continue, op, unsafe.SliceData(places), 1, g
	w.Parent = (*green.Frame)(g.at)
	g.at = unsafe.Pointer(&w.Frame)
	g.waitFor(w)
	p := &places[0]
	p.w, p.at, p.Unpacked = w, s, true
	s.putFirst(p)
	w.state = isKept
	h.kept.add(w)
}

// unpackAll makes all greenlets that are packed kept ones, before those that are.
func (h *Hub) unpackAll() {
	if h.packed == 0 {
		return
	}
	rest := h.kept
	h.kept = ageList{}
	defer func() {
		for w := rest.head; w != nil; w = rest.head {
			rest.remove(w)
			h.kept.add(w)
		}
	}()
	for _, s := range h.lot.buckets {
		for ; s != nil; s = s.next {
			for side := range s.bundles {
				s.unpackSide(h, Side(side))
			}
		}
	}
}

// unpackSide keeps their order: each is put before those that were never packed, behind
// those that were unpacked before.
func (s *spot) unpackSide(h *Hub, side Side) {
	var old []*Place // unpacked before: they have waited longest
	for p := s.queue[side]; p != nil && p.Unpacked; p = s.queue[side] {
		s.unlink(p)
		old = append(old, p)
	}
	var ps []*Place
	for s.bundles[side] != nil {
		h.unpack(s, side)
		p := s.queue[side]
		s.unlink(p)
		ps = append(ps, p)
	}
	ps = append(old, ps...)
	for _, p := range slices.Backward(ps) {
		s.putFirst(p)
	}
}

// dropPacked takes the greenlet at i out of r.
func (h *Hub) dropPacked(r *bundle, i int) {
	gs := r.places()
	copy(gs[i:r.n], gs[i+1:r.n])
	r.n--
	h.packed--
	if r.n > 0 {
		return
	}
	r.at.removeBundle(r)
	if r.room == 2 {
		r.at, r.typ = nil, nil
		r.next, h.lot.bundles = h.lot.bundles, r
	}
}

func (s *spot) addBundle(r *bundle) {
	first := s.bundles[r.side]
	if first == nil {
		r.prev = r
		s.bundles[r.side] = r
		return
	}
	r.prev = first.prev
	r.prev.next = r
	first.prev = r
}

func (s *spot) removeBundle(r *bundle) {
	first := s.bundles[r.side]
	switch {
	case r == first:
		s.bundles[r.side] = r.next
		if r.next != nil {
			r.next.prev = r.prev
		}
	case r.next != nil:
		r.prev.next, r.next.prev = r.next, r.prev
	default:
		r.prev.next, first.prev = nil, r.prev
	}
	r.prev, r.next = nil, nil
}

// cancel implements waiter.
func (r *bundle) cancel(g *Greenlet) bool {
	s := r.at // before r is used again
	g.home().dropPacked(r, slices.Index(r.places()[:r.n], g.number()))
	if s.empty() {
		g.home().lot.emptied(s)
	}
	return true
}

func (r *bundle) String() string { return r.packed().String() }
