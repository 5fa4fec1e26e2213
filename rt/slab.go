package rt

import (
	"slices"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// slab heads an array of greenlets, which are allocated together. A hub finds its greenlets
// by their slabs, and a greenlet finds its hub in the head: neither costs a word of each.
type slab struct {
	hub    *Hub
	at     int32 // in hub.slabs, if listed
	alive  uint8 // greenlets that have not ended, or are in Hub.spare
	born   uint8 // greenlets that were handed out
	listed bool  // in hub.slabs
}

// manyGreenlets take 2,032 bytes, which with the word that Go adds fill a size class.
type manyGreenlets struct {
	slab
	gs [42]Greenlet
}

// oneGreenlet is made off the hub.
type oneGreenlet struct {
	slab
	g Greenlet
}

const (
	slabHead     = unsafe.Offsetof(manyGreenlets{}.gs)
	greenletSize = unsafe.Sizeof(Greenlet{})
)

// greenlet is where the greenlet of that number is. It is one of those which were handed out.
func (s *slab) greenlet(i int) *Greenlet {
	return (*Greenlet)(unsafe.Add(unsafe.Pointer(s), slabHead+uintptr(i)*greenletSize))
}

// slab is that of g, nil if g is on a goroutine. Safe from any goroutine.
func (g *Greenlet) slab() *slab {
	if g.pos == 0 {
		return nil
	}
	return (*slab)(unsafe.Add(unsafe.Pointer(g), -int(slabHead+uintptr(g.pos-1)*greenletSize)))
}

// home returns the hub that runs g, nil for one on a goroutine. Safe from any goroutine.
func (g *Greenlet) home() *Hub {
	if g.pos == 0 {
		return nil
	}
	return g.slab().hub
}

// newGreenlet takes one from the hub's slab.
func (h *Hub) newGreenlet() *Greenlet {
	s := h.slab
	if s == nil || int(s.born) == len(manyGreenlets{}.gs) {
		s = &(&manyGreenlets{slab: slab{hub: h}}).slab
		h.slab = s
	}
	g := s.greenlet(int(s.born))
	s.born++
	g.pos = s.born
	return g
}

// lives notes that g does not count as ended.
func (h *Hub) lives(g *Greenlet) {
	s := g.slab()
	switch {
	case !s.listed:
		h.list(s)
	case s.alive == 0:
		h.idleSlabs--
	}
	s.alive++
	h.living++
}

// died is the opposite.
func (h *Hub) died(g *Greenlet) {
	s := g.slab()
	s.alive--
	h.living--
	if s.alive == 0 {
		h.idleSlabs++
		if n := len(h.slabs); h.idleSlabs > max(64, n/32, (n-len(h.freeSlabs))/2) { // a sweep looks at all n
			h.sweep()
		}
	}
}

// dropSpare forgets the greenlets that were kept to be used again.
func (h *Hub) dropSpare() {
	for g := h.spare; g != nil; g = (*Greenlet)(g.wait) {
		h.living++
		h.died(g)
	}
	h.spare = nil
}

// sweep forgets the slabs whose greenlets have all ended: those that somebody has live on.
func (h *Hub) sweep() {
	for i, s := range h.slabs {
		if s != nil && s.alive == 0 {
			s.listed = false
			h.slabs[i] = nil
		}
	}
	for n := len(h.slabs); n > 0 && h.slabs[n-1] == nil; n-- {
		h.slabs = h.slabs[:n-1]
	}
	h.freeSlabs = h.freeSlabs[:0]
	for i, s := range slices.Backward(h.slabs) { // the first ones are used first
		if s == nil {
			h.freeSlabs = append(h.freeSlabs, int32(i))
		}
	}
	h.idleSlabs = 0
}

// list gives s a place among the hub's slabs, where it stays: see number.
func (h *Hub) list(s *slab) {
	s.listed = true
	if n := len(h.freeSlabs); n > 0 {
		s.at = h.freeSlabs[n-1]
		h.freeSlabs = h.freeSlabs[:n-1]
		h.slabs[s.at] = s
		return
	}
	s.at = int32(len(h.slabs))
	h.slabs = append(h.slabs, s)
}

// number is a greenlet of a hub, which has not ended, in half the bytes of its address: where
// its slab is, and it is there.
type number uint32

const (
	numberBits = 6                      // for the place in the slab
	maxPlace   = 1<<(32-numberBits) - 1 // of a slab whose greenlets have numbers
)

func (g *Greenlet) number() number {
	return number(g.slab().at)<<numberBits | number(g.pos-1)
}

func (h *Hub) numbered(n number) *Greenlet {
	return h.slabs[n>>numberBits].greenlet(int(n % (1 << numberBits)))
}

// each calls f with all greenlets that have not ended.
func (h *Hub) each(f func(*Greenlet)) {
	for _, s := range h.slabs {
		if s == nil {
			continue
		}
		for i := range int(s.born) {
			if g := s.greenlet(i); g.state != ended {
				f(g)
			}
		}
	}
}

// The kinds of those waiters that are most.
const (
	inLot = 1 + iota // a *Waiting
	reads            // a *readWait
)

// Greenlet.wait is the data of a waiter, Greenlet.kind says of which type: a byte takes the
// place of a word.
var waiterTypes = [...]unsafe.Pointer{
	typeOf((*Waiting)(nil)), typeOf((*readWait)(nil)), typeOf((*bundle)(nil)), typeOf((*timer)(nil)),
	typeOf((*waitEntry)(nil)), typeOf((*joining)(nil)), typeOf((*job)(nil)), typeOf((*CondWait)(nil)),
	typeOf((*writeWait)(nil)), typeOf((*otherWait)(nil)), typeOf((*readiness)(nil)), typeOf((*draining)(nil)),
	typeOf((*yielding)(nil)), typeOf((*asking)(nil)), typeOf(never("")),
}

func typeOf(w waiter) unsafe.Pointer { return (*iface)(unsafe.Pointer(&w)).typ }

// waiter returns what g waits for, nil: nothing.
func (g *Greenlet) waiter() (w waiter) {
	if g.kind > 0 {
		*(*iface)(unsafe.Pointer(&w)) = iface{waiterTypes[g.kind-1], g.wait}
	}
	return w
}

func (g *Greenlet) waitFor(w waiter) {
	i := (*iface)(unsafe.Pointer(&w))
	g.wait, g.kind = i.val, kindOf(i.typ)
}

func kindOf(typ unsafe.Pointer) uint8 {
	for k, t := range waiterTypes {
		if t == typ {
			return uint8(k + 1)
		}
	}
	panic("rt: a waiter of unknown type")
}

// The code of functions is kept as its distance from here: half a word is enough within a
// program.
var codeBase = codeOf(green.Func(begin))

func (g *Greenlet) setCode(code uintptr) {
	d := int64(code - codeBase)
	if g.fn = int32(d); int64(g.fn) != d {
		g.setFar(code)
	}
}

// setFar is setCode for the code of a plugin, or none.
func (g *Greenlet) setFar(code uintptr) {
	g.fn = 0
	if code != 0 {
		g.more().code = code
	}
}

// code is that of g's function, for its name.
func (g *Greenlet) code() uintptr {
	if g.fn == 0 {
		if x := g.ext.Load(); x != nil {
			return x.code
		}
		return 0
	}
	return codeBase + uintptr(g.fn)
}
