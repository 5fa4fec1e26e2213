package rt

import (
	"context"
	"time"
)

// Scope has greenlets that end before it does. It is made by InScope.
type Scope struct {
	// Grace is how long children may take to end after they were cancelled, until
	// they are killed; 0: as long as they like. To be set before the first Go.
	Grace time.Duration

	ctx      context.Context
	cancel   context.CancelFunc
	over     Event // set when ctx is cancelled
	group    Group
	mu       mutex
	errs     []error
	followed bool // some ended because the context was cancelled
	told     bool // the children were cancelled
}

// InScope calls body, then waits for the greenlets that it started with s.Go, and
// those that these started. The first error, of body or a child, cancels s.Context, and
// with it the children: Greenlet.Cancel says what that ends. So does the end of ctx, and if
// the caller's greenlet unwinds. It returns all errors, joined, but those that say no more
// than that the context was cancelled by another. Safe from any goroutine.
//
//greengen:patch
func InScope(ctx context.Context, body func(s *Scope) error) (err error) {
	s := &Scope{}
	s.ctx, s.cancel = context.WithCancel(ctx)
	defer s.cancel()
	defer s.follow(ctx, hold())()
	unwinds := true
	defer func() {
		if unwinds {
			s.end()
			s.join()
		}
	}()
	s.note(body(s))
	s.join()
	unwinds = false
	return s.result()
}

// Context returns the context that is cancelled by the first error.
func (s *Scope) Context() context.Context { return s.ctx }

// Go spawns fn as a child. Safe from any goroutine.
//
//greengen:patch
func (s *Scope) Go(fn func(ctx context.Context) error) *Greenlet {
	g := New(func() { s.note(fn(s.ctx)) })
	s.group.Add(g)
	s.adopt(g)
	g.Start()
	return g
}

// join parks until there are no children. The scope's end, from outside too, starts
// their grace.
//
//greengen:patch
func (s *Scope) join() {
	if s.Grace <= 0 || s.group.Len() == 0 {
		s.group.Join()
		return
	}
	s.awaitEnd()
	if !s.group.JoinTimeout(s.Grace) {
		s.group.Kill()
	}
}

// awaitEnd parks until there are no children, or the scope is cancelled.
//
//greengen:patch
func (s *Scope) awaitEnd() {
	w := s.watchCancel(hold())
	defer w.stop()
	Wait(-1, 1, &s.over, &s.group)
}
