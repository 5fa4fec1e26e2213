package http

import (
	"bufio"
	"context"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

// Server serves HTTP/1.1. Its fields are to be set before the first Serve; those that
// net/http's Server has mean the same here. It must not be copied. All methods are safe
// from any goroutine, but Shutdown from that of the handlers' hub only by its twin.
type Server struct {
	Addr    string       // for ListenAndServe; "" is ":http"
	Handler http.Handler // nil: http.DefaultServeMux

	ReadTimeout       time.Duration // for a request with its body
	ReadHeaderTimeout time.Duration // 0: ReadTimeout
	WriteTimeout      time.Duration // from the end of a request's header
	IdleTimeout       time.Duration // between requests; 0: ReadTimeout
	MaxHeaderBytes    int           // 0: http.DefaultMaxHeaderBytes

	BaseContext func(net.Listener) context.Context
	ConnContext func(ctx context.Context, c net.Conn) context.Context
	ConnState   func(net.Conn, http.ConnState) // must not block

	// DisableGeneralOptionsHandler hands requests of "OPTIONS *" to Handler.
	DisableGeneralOptionsHandler bool

	// Pool is how many conns of a listener there are at once: further ones wait in its
	// backlog. 0: no limit.
	Pool int
	// Access is told of each request that was answered. It must not block.
	Access func(Answered)
	// ErrorLog is for errors of Accept, panics of handlers, and misuse by these. nil: log's.
	ErrorLog *log.Logger

	state   serverState
	std     *http.Server // whose conns these are, see standIn
	onlyOne atomic.Bool  // request on each conn
}

// Answered is a request that was answered.
type Answered struct {
	Request *http.Request
	Status  int
	Bytes   int64         // of the body that the handler wrote
	Took    time.Duration // since the header was read
}

// ListenAndServe is Serve of Addr.
//
//greengen:patch
func (s *Server) ListenAndServe() error {
	if s.state.isClosed() {
		return http.ErrServerClosed
	}
	addr := s.Addr
	if addr == "" {
		addr = ":http"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return s.Serve(l)
}

// Serve answers the requests of l's conns until the Server is closed, then it returns
// http.ErrServerClosed, or until l is broken. It closes l. It may be called for several
// listeners.
//
//greengen:patch
func (s *Server) Serve(l net.Listener) error { return s.serveFrom(l, nil) }

// serveFrom is Serve, for the standIn of net/http's if f is not nil.
//
//greengen:patch
func (s *Server) serveFrom(l net.Listener, f *front) error {
	ctx := s.base(l)
	server := &rtnet.Server{Pool: s.Pool, OnError: s.failed}
	server.Handler = func(c net.Conn) {
		if f != nil && isTLS(c) {
			server.Release(c)
			f.pass(c)
			return
		}
		s.serve(ctx, server, c)
	}
	if !s.state.begin(server) {
		l.Close()
		return http.ErrServerClosed
	}
	err := server.Serve(&listener{l, s})
	if b, ok := err.(*acceptError); ok {
		return b.error
	}
	if err == rtnet.ErrServerClosed {
		err = http.ErrServerClosed
	}
	return err
}

// listener is one that Serve accepts from: it tries again after errors that may pass.
type listener struct {
	net.Listener
	s *Server
}

// temporary is an error of net's, without its name, which is deprecated for this.
type temporary interface {
	Timeout() bool
	Temporary() bool
}

// Accept implements net.Listener.
//
//greengen:patch
func (l *listener) Accept() (net.Conn, error) {
	for delay := 5 * time.Millisecond; ; delay = min(2*delay, time.Second) {
		c, err := l.Listener.Accept()
		if err == nil {
			return c, nil
		}
		if e, ok := err.(temporary); !ok || !e.Temporary() || l.s.state.isClosed() {
			return nil, &acceptError{err}
		}
		l.s.logf("http: Accept error: %v; retrying in %v", err, delay)
		time.Sleep(delay)
	}
}

// acceptError is an error that ends Serve: rt/net's Server takes it for net.ErrClosed.
type acceptError struct{ error }

func (*acceptError) Is(target error) bool { return target == net.ErrClosed }

// failed is told of handlers' panics.
func (s *Server) failed(err error) {
	if p, ok := err.(*rtnet.HandlerPanic); ok && p.Value != http.ErrAbortHandler {
		s.logf("http: panic serving %v: %v\n%s", p.Conn.RemoteAddr(), p.Value, p.Stack)
	}
}

func (s *Server) base(l net.Listener) context.Context {
	if s.BaseContext == nil {
		return context.Background()
	}
	ctx := s.BaseContext(l)
	if ctx == nil {
		panic("BaseContext returned a nil context")
	}
	return ctx
}

// Close closes the listeners and all conns, but those that were hijacked.
//
//greengen:patch
func (s *Server) Close() (err error) {
	err = s.stop()
	s.closeConns()
	return err
}

// stop closes the listeners.
//
//greengen:patch
func (s *Server) stop() (err error) {
	for _, server := range s.state.close() {
		if e := server.Close(); err == nil {
			err = e
		}
	}
	return err
}

//greengen:patch
func (s *Server) closeConns() {
	for _, c := range s.state.conns() {
		c.rwc.Close()
	}
}

// Shutdown closes the listeners and the idle conns, and waits for the others, each of which
// is closed after its answer, and for 5 s, as net/http, for those that have not asked for
// anything yet. If ctx is done before, they are closed, too, and handlers that
// are still there a second later are killed, unless there are some with hijacked conns; then
// it returns the cause of ctx's end. For hijacked conns it does not wait.
//
//greengen:patch
func (s *Server) Shutdown(ctx context.Context) (err error) {
	err = s.stop()
	s.state.interruptIdle(time.Now())
	defer hold()()
	var over rt.Event
	defer context.AfterFunc(ctx, over.Set)()
	rt.Wait(-1, 1, &s.state.quiet, &over)
	if s.state.away() > 0 { // whom server would wait for, and kill
		if s.state.quiet.IsSet() {
			return err
		}
		s.closeConns()
		s.state.quiet.WaitTimeout(time.Second)
		return context.Cause(ctx)
	}
	for _, server := range s.state.close() {
		if e := server.Shutdown(ctx); err == nil {
			err = e
		}
	}
	return err
}

// hold keeps a hub from taking the waits of Shutdown for a deadlock.
//
//greengen:patch
func hold() (release func()) {
	if h := rt.CurrentHub(); h != nil {
		return h.Hold()
	}
	return func() {}
}

// serve answers the requests of a conn.
//
//greengen:patch
func (s *Server) serve(base context.Context, server *rtnet.Server, rwc net.Conn) {
	c := &conn{s: s, server: server, rwc: rwc, hub: rt.CurrentHub()}
	ctx := c.context(base)
	s.state.add(c)
	defer s.state.drop(c)
	s.changed(c, http.StateNew)
	defer c.ended()
	c.r = bufio.NewReader(rwc)
	for first := true; c.await(first) && c.answer(ctx); first = false {
	}
}

// ending says whether each conn is closed after its answer.
func (s *Server) ending() bool { return s.onlyOne.Load() || s.state.isClosed() }

func (s *Server) changed(c *conn, to http.ConnState) {
	if s.ConnState != nil {
		s.ConnState(c.rwc, to)
	}
}

func (s *Server) logf(format string, args ...any) {
	if s.ErrorLog != nil {
		s.ErrorLog.Printf(format, args...)
	} else {
		log.Printf(format, args...)
	}
}

func (s *Server) maxHeader() int {
	n := s.MaxHeaderBytes
	if n <= 0 {
		n = http.DefaultMaxHeaderBytes
	}
	return n + 4096 // as much more as net/http grants
}

// within returns when d from now ends, the zero Time if d is no limit.
func within(d time.Duration) (t time.Time) {
	if d > 0 {
		t = time.Now().Add(d)
	}
	return t
}

// first returns the first one that is set.
func first(ds ...time.Duration) time.Duration {
	for _, d := range ds {
		if d != 0 {
			return d
		}
	}
	return 0
}
