package rt

import (
	"errors"
	"iter"
	"slices"
)

// ErrPoolFull is returned by TryGo.
var ErrPoolFull = errors.New("rt: pool full")

// Pool is a Group with room for a number of members. It must not be copied. Use
// NewPool.
type Pool struct {
	Group
	room   Semaphore
	inside map[owner]int      // who runs a member's function; guarded by mu
	takes  map[*Greenlet]bool // who has room; the same
}

// NewPool returns a Pool for n members at once; if n <= 0 it never admits one.
func NewPool(n int) *Pool { return &Pool{room: Semaphore{n: max(n, 0)}} }

// Go spawns fn as a member, and parks until there is room. First come, first
// served.
//
//greengen:patch
func (p *Pool) Go(fn func()) *Greenlet {
	p.room.Acquire()
	return p.admit(fn)
}

// TryGo spawns fn as a member if there is room, else it returns ErrPoolFull.
//
//greengen:patch
func (p *Pool) TryGo(fn func()) (*Greenlet, error) {
	if !p.room.TryAcquire() {
		return nil, ErrPoolFull
	}
	return p.admit(fn), nil
}

//greengen:patch
func (p *Pool) admit(fn func()) *Greenlet {
	g := New(func() {
		me := self()
		p.enter(me, 1)
		defer p.enter(me, -1)
		fn()
	})
	p.join(g)
	g.Start()
	return g
}

// Spawn is Go.
//
//greengen:patch
func (p *Pool) Spawn(fn func()) *Greenlet { return p.Go(fn) }

// Add makes g a member, and parks until there is room.
//
//greengen:patch
func (p *Pool) Add(g *Greenlet) {
	if !p.has(g) {
		p.room.Acquire()
		p.join(g)
	}
}

// TryAdd makes g a member if there is room, else it returns ErrPoolFull.
func (p *Pool) TryAdd(g *Greenlet) error {
	if p.has(g) {
		return nil
	}
	if !p.room.TryAcquire() {
		return ErrPoolFull
	}
	p.join(g)
	return nil
}

// Do runs fn as a member, and parks until it ended. A member itself just calls it:
// else a full Pool could wait for itself.
//
//greengen:patch
func (p *Pool) Do(fn func()) {
	if p.within(self()) {
		fn()
		return
	}
	p.Go(fn).Join()
}

// Free returns how many members could be admitted now.
func (p *Pool) Free() int { return p.room.Value() }

// result is what a member of a map computed.
type result[R any] struct {
	v   R
	err error
}

// submit runs f(v) as a member of p. inside: the caller is one itself, and just calls it.
//
//greengen:patch
func submit[T, R any](p *Pool, v T, f func(T) (R, error), inside bool) *Future[R] {
	r := &Future[R]{}
	if inside {
		r.resolve(f(v))
		return r
	}
	r.g = p.Go(func() { r.resolve(f(v)) })
	r.g.onEnd(func() { r.broken() })
	return r
}

// Map calls f for all of in, as members of p, and returns the results in the same
// order. It parks until all are done. The error is that of the first value whose f
// failed. A member itself, as in Do, calls f for one after the other. Safe from any
// goroutine.
//
//greengen:patch
func Map[T, R any](p *Pool, in []T, f func(T) (R, error)) ([]R, error) {
	var fs []*Future[R]
	inside := p.within(self())
	for _, v := range in {
		fs = append(fs, submit(p, v, f, inside))
	}
	out := make([]R, len(fs))
	var first error
	for i, r := range fs {
		v, err := r.Get()
		if err != nil && first == nil {
			first = err
		}
		out[i] = v
	}
	return out, first
}

// MapSeq calls f for the values of in, as members of p, and yields the results in
// the same order, those that failed with their errors. It is at most ahead values
// before its reader, Pool's size if ahead <= 0. When the reader leaves, what runs
// goes on. Safe from any goroutine.
//
//greengen:patch
func MapSeq[T, R any](p *Pool, ahead int, in iter.Seq[T], f func(T) (R, error)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var fs []*Future[R]
		n, inside := p.ahead(ahead), p.within(self())
		for v := range in {
			fs = append(fs, submit(p, v, f, inside))
			if len(fs) > n {
				r := fs[0]
				fs = slices.Delete(fs, 0, 1)
				if !yield(r.Get()) {
					return
				}
			}
		}
		for _, r := range fs {
			if !yield(r.Get()) {
				return
			}
		}
	}
}

// MapUnordered is MapSeq, but yields each result as soon as it is there. Safe from
// any goroutine.
//
//greengen:patch
func MapUnordered[T, R any](p *Pool, ahead int, in iter.Seq[T], f func(T) (R, error)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		out := NewQueue[result[R]](0)
		open, n, inside := 0, p.ahead(ahead), p.within(self())
		for v := range in {
			r := submit(p, v, f, inside)
			r.watch(func() { out.TryPut(result[R]{r.v, r.err}) })
			open++
			if open > n {
				got, _ := out.get(-1, false)
				open--
				if !yield(got.v, got.err) {
					return
				}
			}
		}
		for ; open > 0; open-- {
			got, _ := out.get(-1, false)
			if !yield(got.v, got.err) {
				return
			}
		}
	}
}
