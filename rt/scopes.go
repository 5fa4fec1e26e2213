package rt

import (
	"context"
	"errors"

	"github.com/greengen/greengen/rt/green"
)

// note takes down an error of the body or of a child. The first one cancels.
func (s *Scope) note(err error) {
	if err == nil {
		return
	}
	s.mu.lock()
	if s.ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(s.ctx)) || err == ErrKilled) {
		s.followed = true
	} else {
		s.errs = append(s.errs, err)
	}
	s.mu.unlock()
	s.end()
}

// end cancels the context and the children. Whoever waits for that is told at once: what
// context.AfterFunc calls comes later, when a hub's virtual time may have gone on.
func (s *Scope) end() {
	s.cancel()
	s.over.Set()
	s.cancelAll()
}

// cancelAll cancels the children, once. The context is done.
func (s *Scope) cancelAll() {
	s.mu.lock()
	told := s.told
	s.told = true
	s.mu.unlock()
	if told {
		return
	}
	for _, g := range s.group.list() {
		g.Cancel(context.Cause(s.ctx))
	}
}

// follow cancels the children when ctx, from outside, is done, and s.ctx with it. release
// ends a Hold: what waits for children may wait for that.
func (s *Scope) follow(ctx context.Context, release func()) (stop func()) {
	if ctx.Done() == nil {
		release()
		return direct(func() {})
	}
	w := cancelWatch{context.AfterFunc(s.ctx, s.cancelAll), release}
	return direct(w.stop)
}

// adopt takes a new member of the group as a child.
func (s *Scope) adopt(g *Greenlet) {
	g.onEnd(func() { s.noteEnd(g) })
	s.mu.lock()
	late := s.told
	s.mu.unlock()
	if late { // cancelAll may not have found it; if it did, that was before it ran
		g.Cancel(context.Cause(s.ctx))
	}
}

// noteEnd is note for a child that did not return.
func (s *Scope) noteEnd(g *Greenlet) { s.note(g.Err()) }

func (s *Scope) result() error {
	s.mu.lock()
	defer s.mu.unlock()
	if len(s.errs) == 0 && s.followed {
		return context.Cause(s.ctx)
	}
	return errors.Join(s.errs...)
}

// cancelWatch tells s.over when the scope is cancelled from outside.
type cancelWatch struct {
	unwatch func() bool
	release func()
}

func (s *Scope) watchCancel(release func()) cancelWatch {
	return cancelWatch{context.AfterFunc(s.ctx, s.over.Set), release}
}

func (w cancelWatch) stop() {
	w.unwatch()
	w.release()
}

// hold keeps the hub from taking its waits for a deadlock: in its twin.
func hold() (release func()) { return func() {} }

func hold_green(h *green.Hub) (release func()) {
	if h.Blocks() {
		return hold()
	}
	return HubOf(h).Hold()
}
