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
	if s.ctx.Err() != nil && (errors.Is(err, context.Canceled) || err == ErrKilled) {
		s.followed = true
	} else {
		s.errs = append(s.errs, err)
	}
	s.mu.unlock()
	s.end()
}

// end cancels the context. Whoever waits for that is told at once: what
// context.AfterFunc calls comes later, when a hub's virtual time may have gone on.
func (s *Scope) end() {
	s.cancel()
	s.over.Set()
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
