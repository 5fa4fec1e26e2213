package rt

import (
	"math/bits"
	"slices"
)

// timers are those of a hub, by their time, which is cut into grains of 4 µs. A later one
// than those of the present grain is in a slot of a wheel: of the highest digit, of 6 bits, in
// which its grain differs from the present one. When that time comes, what is in the
// slot goes to lower wheels, and in the end is sorted and becomes the run, which is to fire.
// Timers that are started then and belong to the present grain, or the past, are in a heap.
// So most, which are stopped long before they fire, are put into a slice and taken out
// again, however many there are.
// (G. Varghese, T. Lauck: Hashed and Hierarchical Timing Wheels, 1987.)
//
// Invariants: what is in the run or the heap is before all that is on wheels; on a lower wheel is
// what comes before all on a higher one, and on each wheel slots are in order.
type timers struct {
	run    []entry // sorted; without a timer: it was stopped
	ran    int     // how many of the run are over
	heap   entries
	wheels [9]*wheel // nil: never used
	used   uint      // a bit for each wheel that has timers
	grain  int64     // the present one
	n      int       // all timers
	seq    uint64
	unrefs int        // timers that nobody needs to fire
	spare  [4][]entry // large ones that slots left
}

const (
	grainBits = 12
	digitBits = 6

	inHeap = -1 // timer.slot
	inRun  = -2
)

// wheel has timers by one digit of their grain.
type wheel struct {
	used  uint64 // a bit for each slot that has timers
	slots [1 << digitBits]wheelSlot
}

type wheelSlot struct {
	list  []entry
	first int64 // no timer of the list is due before
}

// refs reports whether some timer must fire.
func (w *timers) refs() bool { return w.n > w.unrefs }

// add starts t. now is at most the time of the clock.
func (w *timers) add(t *timer, when, now int64) {
	if w.used == 0 {
		w.grain = max(w.grain, now>>grainBits)
	}
	w.seq++
	w.n++
	w.put(entry{when, w.seq, t})
}

func (w *timers) put(e entry) {
	grain := e.when >> grainBits
	if grain <= w.grain {
		e.t.slot = inHeap
		w.heap.add(e)
		return
	}
	level := uint(bits.Len64(uint64(grain^w.grain))-1) / digitBits
	digit := uint64(grain) >> (level * digitBits) % (1 << digitBits)
	x := w.wheels[level]
	if x == nil {
		x = new(wheel)
		w.wheels[level] = x
	}
	s := &x.slots[digit]
	n := len(s.list)
	e.t.slot, e.t.pos = int16(level<<digitBits|uint(digit)), int32(n)
	if n == 0 {
		if level > 0 && cap(s.list) == 0 {
			s.list = w.takeSpare()
		}
		s.first = e.when
		x.used |= 1 << digit
		w.used |= 1 << level
	}
	s.first = min(s.first, e.when)
	s.list = append(s.list, e)
}

// remove takes t out, if it is in.
func (w *timers) remove(t *timer) {
	if t.pos < 0 {
		return
	}
	w.n--
	i := int(t.pos)
	t.pos = -1
	switch t.slot {
	case inHeap:
		w.heap.remove(i)
		return
	case inRun:
		w.run[i].t = nil
		return
	}
	s, level, digit := w.slotOf(t)
	last := len(s.list) - 1
	if i != last {
		s.list[i] = s.list[last]
		s.list[i].t.pos = int32(i)
	}
	s.list[last] = entry{}
	s.list = s.list[:last]
	if n := cap(s.list); n > fewTimers && last < n/8 { // each slot has its time of being the fullest
		s.list = append(make([]entry, 0, n/4), s.list...)
	}
	if last == 0 {
		w.emptied(level, digit)
	}
}

func (w *timers) emptied(level, digit int) {
	x := w.wheels[level]
	if x.used &^= 1 << digit; x.used == 0 {
		w.used &^= 1 << level
	}
}

// slotOf is where on the wheels t is.
func (w *timers) slotOf(t *timer) (s *wheelSlot, level, digit int) {
	level, digit = int(t.slot)>>digitBits, int(t.slot)%(1<<digitBits)
	return &w.wheels[level].slots[digit], level, digit
}

// when returns the time of a timer that is in.
func (w *timers) when(t *timer) int64 {
	switch t.slot {
	case inHeap:
		return w.heap[t.pos].when
	case inRun:
		return w.run[t.pos].when
	}
	s, _, _ := w.slotOf(t)
	return s.list[t.pos].when
}

// next returns a time before which no timer is due, -1 if there are none. It is the first
// one's, or, but for exact, that of one which was stopped.
func (w *timers) next(exact bool) int64 {
	if w.n == 0 {
		return -1
	}
	e := w.present()
	if e == nil && exact {
		w.advance(1<<63 - 1)
		e = w.present()
	}
	if e != nil {
		return e.when
	}
	s, _, _ := w.first()
	return s.first
}

// present returns the first timer of the run and the heap, nil: none.
func (w *timers) present() *entry {
	for w.ran < len(w.run) && w.run[w.ran].t == nil {
		w.ran++
	}
	switch {
	case w.ran == len(w.run):
		if len(w.heap) == 0 {
			return nil
		}
	case len(w.heap) == 0 || w.run[w.ran].before(&w.heap[0]):
		return &w.run[w.ran]
	}
	return &w.heap[0]
}

// first is the slot with the first timers of all wheels; there are some.
func (w *timers) first() (s *wheelSlot, level, digit int) {
	level = bits.TrailingZeros(w.used)
	x := w.wheels[level]
	digit = bits.TrailingZeros64(x.used)
	return &x.slots[digit], level, digit
}

// due returns the first timer if its time has come, else nil.
func (w *timers) due(now int64) *entry {
	e := w.present()
	if e == nil {
		if w.used == 0 {
			return nil
		}
		w.advance(now)
		if e = w.present(); e == nil {
			return nil
		}
	}
	if e.when <= now {
		return e
	}
	return nil
}

// advance makes a time the present one, but stops where it has found timers. Run and
// heap are over.
func (w *timers) advance(now int64) {
	to := now >> grainBits
	for w.used != 0 && len(w.heap) == 0 {
		s, level, digit := w.first()
		shift := level * digitBits
		begin := (w.grain>>shift>>digitBits<<digitBits | int64(digit)) << shift
		if begin > to {
			w.grain = max(w.grain, to)
			return
		}
		w.grain = begin
		w.emptied(level, digit)
		list := s.list
		if level == 0 {
			s.list = nil
			w.leave(s, w.run[:0])
			w.setRun(list)
			return
		}
		s.list = nil
		for _, e := range list {
			w.put(e)
		}
		clear(list)
		w.leave(s, list[:0])
	}
}

// fewTimers is up to how many a slot keeps room for, and insertion sorts.
const fewTimers = 32

func (w *timers) setRun(list []entry) {
	w.run, w.ran = list, 0
	if len(list) > fewTimers {
		slices.SortFunc(list, func(a, b entry) int {
			if a.before(&b) {
				return -1
			}
			return 1
		})
	} else {
		for i := 1; i < len(list); i++ {
			e, k := list[i], i
			for ; k > 0 && e.before(&list[k-1]); k-- {
				list[k] = list[k-1]
			}
			list[k] = e
		}
	}
	for i := range list {
		t := list[i].t
		t.slot, t.pos = inRun, int32(i)
	}
}

// takeSpare returns a list without entries, nil if there is none.
func (w *timers) takeSpare() (list []entry) {
	for i, x := range w.spare {
		if x != nil {
			w.spare[i] = nil
			return x
		}
	}
	return nil
}

// leave gives an empty list to a slot, or to those that need a large one.
func (w *timers) leave(s *wheelSlot, list []entry) {
	if cap(list) <= fewTimers {
		s.list = list
		return
	}
	for i, x := range w.spare {
		if x == nil {
			w.spare[i] = list
			return
		}
	}
}

// trim lets go of room that is not used.
func (w *timers) trim() {
	if w.ran == len(w.run) {
		w.run, w.ran = nil, 0
	}
	w.run = slices.Clip(slices.Clone(w.run))
	w.heap = slices.Clip(slices.Clone(w.heap))
	clear(w.spare[:])
	for level, x := range w.wheels {
		switch {
		case x == nil:
		case x.used == 0:
			w.wheels[level] = nil
		default:
			for i := range x.slots {
				s := &x.slots[i]
				s.list = slices.Clip(slices.Clone(s.list))
			}
		}
	}
}
