package rt

import "unsafe"

// spot has the two queues of an address: first those of the places that are Unpacked, then the
// packed greenlets, then the other places.
type spot struct {
	key     unsafe.Pointer
	next    *spot      // in its bucket, or on the free list
	ext     *spotExt   // nil: nothing
	queue   [2]*Place  // the first ones: prev of each is the last one
	bundles [2]*bundle // the same
	lately  bool       // in lot.lately
	open    bool       // it is a channel, and was not closed when somebody began to wait
	room    uint8      // of the channel: unknown, no buffer, a buffer
}

// spotExt is what ends the waits at few spots.
type spotExt struct {
	unhear func() bool // of the context whose end does
	alarm  *timer      // of the timer whose channel it is
}

func (s *spot) more() *spotExt {
	if s.ext == nil {
		s.ext = &spotExt{}
	}
	return s.ext
}

func (s *spot) empty() bool {
	return s.queue[Takes] == nil && s.queue[Gives] == nil && s.bundles[Takes] == nil && s.bundles[Gives] == nil
}

// putFirst puts p before the other places.
func (s *spot) putFirst(p *Place) {
	if first := s.queue[p.Side]; first != nil {
		p.prev, first.prev = first.prev, p
		p.next = first
	} else {
		p.prev = p
	}
	s.queue[p.Side] = p
}

// putLast puts p behind the other places.
func (s *spot) putLast(p *Place) {
	first := s.queue[p.Side]
	if first == nil {
		p.prev = p
		s.queue[p.Side] = p
		return
	}
	last := first.prev
	p.prev, last.next, first.prev = last, p, p
}

// unlink takes p out of its queue.
func (s *spot) unlink(p *Place) {
	first, next := s.queue[p.Side], p.next
	switch {
	case p == first:
		s.queue[p.Side] = next
		if next != nil {
			next.prev = p.prev
		}
	case next != nil:
		p.prev.next, next.prev = next, p.prev
	default:
		p.prev.next, first.prev = nil, p.prev
	}
	p.prev, p.next = nil, nil
}
