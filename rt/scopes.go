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
	s.cancel()
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

// onCancel sets e when the scope is cancelled. release is called by stop.
func (s *Scope) onCancel(e *Event, release func()) (stop func()) {
	unwatch := context.AfterFunc(s.ctx, e.Set)
	return func() {
		unwatch()
		release()
	}
}

// hold keeps the hub from taking its waits for a deadlock: in its twin.
func hold() (release func()) { return func() {} }

func hold_green(h *green.Hub) (release func()) {
	if h.Blocks() {
		return hold()
	}
	return HubOf(h).Hold()
}
