package rt

import "github.com/greengen/greengen/rt/green"

// Waits without a limit, whose twins are tail calls: who waits needs no frame for them. They
// drop a bool, which a caller of what has no results never looks for.

// Acquire takes 1, and parks until there is that much.
func (s *Semaphore) Acquire() { s.AcquireTimeout(-1) }

// Acquire_green is Acquire for greenlets.
func (s *Semaphore) Acquire_green(h *green.Hub) *green.Frame {
	s.mu.take_green(h)
	if s.takes() {
		return nil
	}
	_, c := s.waits.waits_green(h, s, &s.mu, -1, false)
	return c
}

// Wait parks until the flag is set.
func (e *Event) Wait() { e.WaitTimeout(-1) }

// Wait_green is Wait for greenlets.
func (e *Event) Wait_green(h *green.Hub) *green.Frame {
	e.mu.take_green(h)
	if isSet, others := e.isSet(); others {
		return Yield_green(h)
	} else if isSet {
		return nil
	}
	_, c := e.waits.waits_green(h, e, &e.mu, -1, false)
	return c
}

// Wait parks until there is a result.
func (f *Future[T]) Wait() { f.WaitTimeout(-1) }

// Wait_green is Wait for greenlets.
func (f *Future[T]) Wait_green(h *green.Hub) *green.Frame {
	f.mu.take_green(h)
	if f.done {
		f.mu.unlock()
		return nil
	}
	_, c := f.waits.waits_green(h, f, &f.mu, -1, false)
	return c
}

// Join parks until the Group is empty: it waits for those who join meanwhile too.
func (p *Group) Join() { p.JoinTimeout(-1) }

// Join_green is Join for greenlets.
func (p *Group) Join_green(h *green.Hub) *green.Frame {
	p.mu.take_green(h)
	if len(p.members) == 0 {
		p.mu.unlock()
		return nil
	}
	_, c := p.empty.waits_green(h, p, &p.mu, -1, false)
	return c
}
