package rt

import (
	"errors"

	"github.com/greengen/greengen/rt/green"
)

// Waitable is what Wait and Completed can wait for: a Greenlet, an Event, a Future,
// a Semaphore or a Group.
type Waitable interface {
	// Ready reports whether a wait would not park. Safe from any goroutine.
	Ready() bool
	// watch calls f once it is ready, at once if it is, on whatever goroutine, maybe
	// with locks held: f must neither park nor use the same primitive. stop ends that.
	watch(f func()) (stop func())
}

// is is errors.Is, but nothing is nil.
func is(err, target error) bool { return target != nil && errors.Is(err, target) }

// observers are told, once each, when a primitive is ready. Its mutex guards them.
type observers struct{ list []*func() }

// add tells f of the next tell, or now.
func (o *observers) add(mu *mutex, now bool, f func()) (stop func()) {
	if now {
		f()
		return func() {}
	}
	p := &f
	o.list = append(o.list, p)
	return func() {
		mu.lock()
		defer mu.unlock()
		for i, q := range o.list {
			if q == p {
				o.list = append(o.list[:i:i], o.list[i+1:]...)
				return
			}
		}
	}
}

func (o *observers) tell() {
	list := o.list
	o.list = nil
	for _, f := range list {
		(*f)()
	}
}

func (f *Future[T]) watch(fn func()) (stop func()) {
	f.mu.lock()
	defer f.mu.unlock()
	return f.seen.add(&f.mu, f.done, fn)
}

// OnDone spawns fn when there is a result, soon if there is one: on the hub of the caller,
// as a goroutine if that is on one. fn may park. cancel takes it back, unless it runs
// already.
func (f *Future[T]) OnDone(fn func()) (cancel func()) { return f.link(nil, fn) }

// OnDone_green is OnDone for greenlets. Only from the hub's goroutine.
func (f *Future[T]) OnDone_green(h *green.Hub, fn func()) (cancel func()) {
	if h.Blocks() {
		return f.OnDone(fn)
	}
	return f.link(HubOf(h), fn)
}

func (f *Future[T]) link(h *Hub, fn func()) (cancel func()) {
	l := &link{fn: fn}
	unlink := f.watch(func() { l.start(h) })
	return direct(func() {
		l.cancelled.Store(true)
		unlink()
	})
}

// broken is for the end of the greenlet: there is a result already if all went well.
func (f *Future[T]) broken() {
	err := f.g.Err()
	if err == nil {
		err = ErrGoexit
	}
	f.Fail(err)
}

func (e *Event) watch(f func()) (stop func()) {
	e.mu.lock()
	defer e.mu.unlock()
	return e.seen.add(&e.mu, e.set, f)
}

func (s *Semaphore) watch(f func()) (stop func()) {
	s.mu.lock()
	defer s.mu.unlock()
	return s.seen.add(&s.mu, s.n > 0, f)
}
