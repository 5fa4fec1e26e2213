package net

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
)

//go:generate go run github.com/greengen/greengen/cmd/greengen

// Server accepts conns, and serves each on a greenlet of its own, a goroutine where
// there is no hub. Its fields are to be set before the first Serve. It must not be
// copied. All methods are safe from any goroutine, but Shutdown from that of the
// handlers' hub only by its twin.
type Server struct {
	// Handler serves one conn, which is closed when it returns. A panic ends that
	// conn only, and is told to OnError as a *HandlerPanic.
	Handler func(c net.Conn)
	// HandlerContext is called instead of Handler if it is set. Shutdown cancels ctx,
	// with ErrServerClosed as its cause, so that the handler can come to an end.
	HandlerContext func(ctx context.Context, c net.Conn)
	// Pool is how many handlers there are at once: further clients wait in the
	// listener's backlog. 0: no limit.
	Pool int
	// Room is acquired from, in Pool's place, for each conn that is accepted, and given back
	// when its handler is done: Servers that have the same one share it. nil: Pool counts.
	// Listeners that share it, or Pool, may each have accepted one conn more, which waits.
	Room *rt.Semaphore
	// Hubs is how many hubs serve conns, each on a goroutine of its own: so many handlers run
	// in parallel, as goroutines do. A conn is for the hub that has the fewest, and stays
	// there. Only conns that rt/net accepts can be others' than that of the hub which called
	// Serve, and only on Linux. 0: GREENGEN_HUBS in the environment, else 1.
	Hubs int
	// MaxAccept is how many conns are accepted before others run. 0: 100.
	MaxAccept int
	// StopTimeout is how long Shutdown, when its context is done, lets handlers go on
	// without their conns until it kills them. 0: 1 s.
	StopTimeout time.Duration
	// OnError is told of each failed Accept that does not end Serve, and of handlers'
	// panics. It must not block. nil: they are logged.
	OnError func(err error)

	state    serverState
	handlers rt.Group
	own      atomic.Int64 // conns on the hub of Serve
	open     rt.Event     // not paused
	stopped  rt.Event
}

// Serve accepts conns of l until the Server is closed, then it returns
// ErrServerClosed, or until l is broken. When Accept fails otherwise, for want of
// descriptors for example, it tries again after 10 ms, then 20, up to 1 s. It closes l.
// It may be called for several listeners.
//
//greengen:patch
func (s *Server) Serve(l net.Listener) error {
	x := s.enter(l)
	if x == nil {
		l.Close()
		return ErrServerClosed
	}
	defer hold()()
	defer s.end(x)
	helpers := s.helpers()
	for _, b := range helpers {
		rt.Beside(func() { s.help(b) })
	}
	defer dismiss(helpers)
	delay := firstDelay
	for n := 1; ; n++ {
		pauses := s.pauses() // before admit: a Pause right after that is one, too
		if !s.admit(false) {
			break
		}
		c, err := l.Accept()
		if err == nil {
			delay = firstDelay
			s.start(c, helpers)
		} else {
			switch {
			case s.stopped.IsSet():
				return ErrServerClosed
			case fatal(err):
				return err
			case s.pauses() == pauses: // else a Pause interrupted it
				s.report(err)
				s.stopped.WaitTimeout(delay)
				delay = min(2*delay, maxDelay)
			}
		}
		if n%s.maxAccept() == 0 {
			rt.Yield()
		}
	}
	return ErrServerClosed
}

// help serves the conns that Serve, on another hub, gives to this one.
//
//greengen:patch
func (s *Server) help(b *helper) {
	for c := range b.conns.All() {
		err := arrive(c)
		if err != nil {
			s.report(err)
		}
		if err != nil || !s.launch(c, b) {
			c.Close()
			s.giveBack()
			s.left(b)
		}
	}
}

// take has b serve c; false: it cannot.
//
//greengen:patch
func (b *helper) take(c net.Conn) bool {
	if !depart(c) {
		return false
	}
	b.load.Add(1)
	_ = b.conns.Put(c) // it is open, and has no limit
	return true
}

// dismiss lets the helpers end once they have served what they got.
//
//greengen:patch
func dismiss(bs []*helper) {
	for _, b := range bs {
		b.conns.Close()
	}
}

// end leaves a Serve with its listener closed.
//
//greengen:patch
func (s *Server) end(x *serving) {
	if s.leave(x) {
		x.l.Close()
	} else {
		x.closed.Wait()
	}
}

// admit parks until the Server is not paused and has room for a handler, and takes that if
// takes is set; false: the Server is closed. Accept holds no room: a listener to which nobody
// comes would keep it from others.
//
//greengen:patch
func (s *Server) admit(takes bool) bool {
	for !s.stopped.IsSet() {
		room := s.room()
		switch {
		case !s.open.IsSet():
			rt.Wait(-1, 1, &s.stopped, &s.open)
		case room == nil, takes && room.TryAcquire(), !takes && room.Ready():
			return true
		default:
			rt.Wait(-1, 1, &s.stopped, room)
		}
	}
	return false
}

// start runs the handler of c, here or on a helper's hub. A conn that came in spite of a
// Pause waits, and so does one for which another listener's conn left no room.
//
//greengen:patch
func (s *Server) start(c net.Conn, helpers []*helper) {
	holds, given := false, false
	defer func() {
		if given {
			return
		}
		c.Close()
		if holds {
			s.giveBack()
		}
	}()
	if holds = s.admit(true); !holds {
		return
	}
	if b := s.least(helpers); b != nil && b.take(c) {
		given = true
		return
	}
	given = s.launch(c, nil)
}

// launch starts the handler of c on the caller's hub, that of b or, if that is nil, of Serve;
// false: the Server is closed.
//
//greengen:patch
func (s *Server) launch(c net.Conn, b *helper) bool {
	g := rt.New(func() { s.handle(c, b) })
	if !s.keep(c, g) {
		return false
	}
	if b == nil {
		s.own.Add(1)
	}
	g.Start()
	return true
}

//greengen:patch
func (s *Server) handle(c net.Conn, on *helper) {
	defer s.left(on)
	defer s.giveBack()
	defer func() {
		if s.drop(c) {
			c.Close()
		}
	}()
	defer func() {
		if v := recover(); v != nil {
			s.panicked(c, v)
		}
	}()
	if s.HandlerContext != nil {
		s.HandlerContext(s.state.ctx, c)
		return
	}
	s.Handler(c)
}

// Release leaves c to its handler, or to whoever has it from there: it is not closed when
// the handler returns, nor by Shutdown. Not to be called after that.
func (s *Server) Release(c net.Conn) { s.drop(c) }

// giveBack returns the room for a handler.
//
//greengen:patch
func (s *Server) giveBack() {
	if room := s.room(); room != nil {
		room.Release()
	}
}

// Close closes the listeners: every Serve returns. Handlers go on until they return.
// It returns the first error of a listener's Close.
//
//greengen:patch
func (s *Server) Close() error {
	list := s.close()
	s.stopped.Set()
	var first error
	for i, x := range list {
		if !served(list[:i], x.l) {
			if err := x.close(); first == nil {
				first = err
			}
		}
		x.closed.Set()
	}
	return first
}

// close lets Serve return even if the greenlet is killed meanwhile.
//
//greengen:patch
func (x *serving) close() error {
	defer x.closed.Set()
	return x.l.Close()
}

// Shutdown is Close, cancels the context of HandlerContext, and waits for the handlers. If
// ctx is done before, their conns are closed; those that are there StopTimeout later are
// killed, which a goroutine cannot be: it is left behind. Then Shutdown returns the cause of
// ctx's end.
//
//greengen:patch
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.Close()
	s.cancelAll()
	var over rt.Event
	stop := onDone(ctx, &over)
	defer stop()
	defer hold()()
	rt.Wait(-1, 1, &s.handlers, &over)
	if s.handlers.Len() == 0 {
		return err
	}
	for _, c := range s.conns() {
		c.Close()
	}
	if !s.handlers.JoinTimeout(s.stopTimeout()) {
		s.handlers.KillTimeout(s.stopTimeout())
	}
	return context.Cause(ctx)
}

// Wait parks until there are no handlers.
//
//greengen:patch
func (s *Server) Wait() { s.handlers.Join() }

// Pause stops accepting: clients wait in the listeners' backlogs. Handlers go on.
//
//greengen:patch
func (s *Server) Pause() { s.interrupt() }

// Resume undoes Pause.
//
//greengen:patch
func (s *Server) Resume() { s.goOn() }
