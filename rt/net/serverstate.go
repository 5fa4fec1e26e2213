package net

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"net"
	"reflect"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// ErrServerClosed is returned by Serve after a Close or Shutdown.
var ErrServerClosed = errors.New("rt/net: server closed")

// HandlerPanic is told to Server.OnError.
type HandlerPanic struct {
	Conn  net.Conn
	Value any
	Stack []byte
}

func (p *HandlerPanic) Error() string {
	return fmt.Sprintf("rt/net: panic serving %v: %v\n%s", p.Conn.RemoteAddr(), p.Value, p.Stack)
}

// The delays after failed Accepts.
const (
	firstDelay = 10 * time.Millisecond
	maxDelay   = time.Second
)

// serverState is what a Server keeps; nothing here blocks.
type serverState struct {
	mu       sync.Mutex
	begun    bool
	closed   bool
	paused   int // how often
	room     *rt.Semaphore
	servings []*serving
	conns    map[net.Conn]bool
	ctx      context.Context // of all handlers
	cancel   context.CancelCauseFunc
}

// begin is called with the lock held.
func (s *Server) begin() {
	x := &s.state
	if x.begun {
		return
	}
	x.begun = true
	x.ctx, x.cancel = context.WithCancelCause(context.Background())
	x.conns = map[net.Conn]bool{}
	switch {
	case s.Room != nil:
		x.room = s.Room
	case s.Pool > 0:
		x.room = rt.NewSemaphore(s.Pool)
	}
	if x.paused == 0 {
		s.open.Set()
	}
}

// serving is a Serve. Either that or Close closes its listener: who takes it from the list.
type serving struct {
	l      net.Listener
	closed rt.Event
}

// enter begins to serve l; nil: the Server is closed.
func (s *Server) enter(l net.Listener) *serving {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.begin()
	if s.state.closed {
		return nil
	}
	x := &serving{l: l}
	s.state.servings = append(s.state.servings, x)
	return x
}

// leave ends x, and says whether its listener is left to close.
func (s *Server) leave(x *serving) bool {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	i := slices.Index(s.state.servings, x)
	if i >= 0 {
		s.state.servings = slices.Delete(s.state.servings, i, i+1)
	}
	return i >= 0
}

// room is what is left of the Pool, nil: there is no limit.
func (s *Server) room() *rt.Semaphore { return s.state.room }

// pauses returns how often the Server was paused.
func (s *Server) pauses() int {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.state.paused
}

func (s *Server) maxAccept() int {
	if s.MaxAccept > 0 {
		return s.MaxAccept
	}
	return 100
}

func (s *Server) stopTimeout() time.Duration {
	if s.StopTimeout > 0 {
		return s.StopTimeout
	}
	return time.Second
}

// keep takes down a conn, and the greenlet of its handler, which is going to be started;
// false: the Server is closed, and who waits for its handlers does not wait for this one.
func (s *Server) keep(c net.Conn, handler *rt.Greenlet) bool {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	if s.state.closed {
		return false
	}
	s.state.conns[c] = true
	s.handlers.Add(handler)
	return true
}

// drop forgets c, and says whether it was there.
func (s *Server) drop(c net.Conn) (was bool) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	was = s.state.conns[c]
	delete(s.state.conns, c)
	return was
}

// close returns what is to be closed.
func (s *Server) close() (list []*serving) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.begin()
	s.state.closed = true
	list, s.state.servings = s.state.servings, nil
	return list
}

// served reports whether l is that of one of list. Types without == are served once at most.
func served(list []*serving, l net.Listener) bool {
	return reflect.ValueOf(l).Comparable() &&
		slices.ContainsFunc(list, func(x *serving) bool { return x.l == l })
}

// cancelAll tells the handlers of HandlerContext to end. It is after close.
func (s *Server) cancelAll() { s.state.cancel(ErrServerClosed) }

func (s *Server) conns() []net.Conn {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return slices.Collect(maps.Keys(s.state.conns))
}

// interrupt makes Accept return, where listeners have deadlines.
func (s *Server) interrupt() {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.open.Clear()
	s.state.paused++
	s.setDeadline(time.Unix(1, 0))
}

func (s *Server) goOn() {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.setDeadline(time.Time{})
	s.open.Set() // with the lock, as Clear: else one of both could win in half
}

func (s *Server) setDeadline(t time.Time) {
	for _, x := range s.state.servings {
		if d, ok := x.l.(interface{ SetDeadline(time.Time) error }); ok {
			d.SetDeadline(t) // fails if the listener is closed
		}
	}
}

func (s *Server) report(err error) {
	if s.OnError != nil {
		s.OnError(err)
		return
	}
	log.Print(err)
}

func (s *Server) panicked(c net.Conn, v any) {
	s.report(&HandlerPanic{Conn: c, Value: v, Stack: rt.Stack()})
}

// fatal reports whether the listener will never accept again.
func fatal(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.EBADF) ||
		errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSOCK)
}

// onDone sets e when ctx is done.
func onDone(ctx context.Context, e *rt.Event) (stop func() bool) {
	return context.AfterFunc(ctx, e.Set)
}

// hold keeps a hub from taking its waits for a deadlock: in its twin.
func hold() (release func()) { return func() {} }

func hold_green(h *green.Hub) (release func()) {
	if h.Blocks() {
		return hold()
	}
	return rt.HubOf(h).Hold()
}
