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
	inside map[owner]int // who runs a member's function; guarded by mu
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
	p.Add(g)
	g.onEnd(func() { p.leave() })
	g.Start()
	return g
}

func (p *Pool) leave() { p.room.Release() }

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

func (p *Pool) enter(me owner, n int) {
	p.mu.lock()
	defer p.mu.unlock()
	if p.inside == nil {
		p.inside = map[owner]int{}
	}
	p.inside[me] += n
	if p.inside[me] == 0 {
		delete(p.inside, me)
	}
}

func (p *Pool) within(me owner) bool {
	p.mu.lock()
	defer p.mu.unlock()
	return p.inside[me] > 0
}

// Free returns how many members could be admitted now.
func (p *Pool) Free() int { return p.room.Value() }

// result is what a member of a map computed.
type result[R any] struct {
	v   R
	err error
}

// submit runs f(v) as a member of p.
//
//greengen:patch
func submit[T, R any](p *Pool, v T, f func(T) (R, error)) *Future[R] {
	r := &Future[R]{}
	r.g = p.Go(func() { r.resolve(f(v)) })
	r.g.onEnd(func() { r.broken() })
	return r
}

// Map calls f for all of in, as members of p, and returns the results in the same
// order. It parks until all are done. The error is that of the first value whose f
// failed. Safe from any goroutine.
//
//greengen:patch
func Map[T, R any](p *Pool, in []T, f func(T) (R, error)) ([]R, error) {
	var fs []*Future[R]
	for _, v := range in {
		fs = append(fs, submit(p, v, f))
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
		n := p.ahead(ahead)
		for v := range in {
			fs = append(fs, submit(p, v, f))
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
		open, n := 0, p.ahead(ahead)
		for v := range in {
			r := submit(p, v, f)
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

func (p *Pool) ahead(n int) int {
	if n > 0 {
		return n
	}
	p.mu.lock()
	defer p.mu.unlock()
	return max(len(p.members)+p.room.Value(), 1)
}
