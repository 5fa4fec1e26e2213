package http

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// What follows stands in for net/http's own Server: its conns are served by a Server, on the
// hub of who called Serve. Two things stay with net/http. It counts the listeners, by way of
// a front, so that Shutdown and Close work whoever calls them; and it serves TLS, since the
// client may want HTTP/2. Then, and where there is no hub, all is as it was.

// standIn is the Server behind one of net/http's.
type standIn struct {
	ours    *Server
	giveUp  rt.Event // nobody waits for handlers any more
	wrapped sync.Once
}

// standIns has the *standIn of each *http.Server that serves, or has told something to it.
var standIns sync.Map

// standInOf returns that of srv, nil if there is none.
func standInOf(srv *http.Server) *standIn {
	s, _ := standIns.Load(srv)
	x, _ := s.(*standIn)
	return x
}

// standInFor returns that of srv, made if there is none.
func standInFor(srv *http.Server) *standIn {
	s := standInOf(srv)
	if s == nil {
		made, _ := standIns.LoadOrStore(srv, &standIn{ours: &Server{std: srv}})
		s = made.(*standIn)
	}
	return s
}

// configure takes over what srv says now. It must not change while srv serves.
//
//greengen:skip
func (s *standIn) configure(srv *http.Server) {
	s.wrapped.Do(func() {
		o := s.ours
		o.ReadTimeout, o.ReadHeaderTimeout = srv.ReadTimeout, srv.ReadHeaderTimeout
		o.WriteTimeout, o.IdleTimeout = srv.WriteTimeout, srv.IdleTimeout
		o.MaxHeaderBytes, o.ErrorLog = srv.MaxHeaderBytes, srv.ErrorLog
		o.ConnContext, o.ConnState = srv.ConnContext, srv.ConnState
		o.DisableGeneralOptionsHandler = srv.DisableGeneralOptionsHandler
		base := srv.BaseContext
		o.BaseContext = func(l net.Listener) context.Context {
			ctx := context.Background()
			if base != nil {
				if ctx = base(l); ctx == nil {
					panic("BaseContext returned a nil context")
				}
			}
			return context.WithValue(ctx, http.ServerContextKey, srv)
		}
		if base != nil {
			srv.BaseContext = func(l net.Listener) context.Context {
				if _, ok := l.(*front); ok {
					return context.Background() // net/http asks, too: the other answer counts
				}
				return base(l)
			}
		}
	})
}

// forget drops what is not needed any more: srv is closed, and nothing is served.
func (s *standIn) forget(srv *http.Server) {
	if s.ours.state.quiet.IsSet() {
		standIns.Delete(srv)
	}
}

// standsIn says whether a Server does what srv asks for.
func standsIn(srv *http.Server) bool {
	p := srv.Protocols
	return rt.CurrentHub() != nil && (p == nil || p.HTTP1() && !p.UnencryptedHTTP2())
}

// Server_Serve is (*http.Server).Serve.
//
//greengen:patch
func Server_Serve(srv *http.Server, l net.Listener) error {
	if !standsIn(srv) {
		return stdServe(srv, l)
	}
	s := standInFor(srv)
	s.configure(srv)
	f := newFront(s, l)
	f.start(srv)
	defer hold()()
	rt.Wait(-1, 1, &f.begun, &f.ended)
	if f.ended.IsSet() { // srv was closed before
		l.Close()
		s.forget(srv)
		return f.result
	}
	defer f.leave(nil) // if the greenlet is killed
	err := s.ours.serveFrom(l, f)
	if err == http.ErrServerClosed {
		return err
	}
	f.leave(err)
	f.ended.Wait()
	return f.result
}

// Server_ListenAndServe is (*http.Server).ListenAndServe.
//
//greengen:patch
func Server_ListenAndServe(srv *http.Server) error {
	if !standsIn(srv) {
		return stdListenAndServe(srv)
	}
	if s := standInOf(srv); s != nil && s.ours.state.isClosed() {
		return http.ErrServerClosed
	}
	addr := srv.Addr
	if addr == "" {
		addr = ":http"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return Server_Serve(srv, l)
}

// Serve is http.Serve.
//
//greengen:patch
func Serve(l net.Listener, handler http.Handler) error {
	return Server_Serve(&http.Server{Handler: handler}, l)
}

// ListenAndServe is http.ListenAndServe.
//
//greengen:patch
func ListenAndServe(addr string, handler http.Handler) error {
	return Server_ListenAndServe(&http.Server{Addr: addr, Handler: handler})
}

// Server_Shutdown is (*http.Server).Shutdown.
//
//greengen:patch
func Server_Shutdown(srv *http.Server, ctx context.Context) error {
	s := standInOf(srv)
	if s == nil {
		return stdShutdown(srv, ctx)
	}
	var over rt.Event
	defer context.AfterFunc(ctx, func() {
		s.giveUp.Set() // for the front: net/http's Shutdown waits for that, whatever ctx says
		over.Set()
	})()
	err := stdShutdown(srv, ctx)
	s.ours.stop() // net/http does not know a listener any more that broke
	s.ours.state.interruptIdle(time.Now())
	defer hold()()
	rt.Wait(-1, 1, &s.ours.state.quiet, &over)
	if !s.ours.state.quiet.IsSet() {
		return ctx.Err()
	}
	s.forget(srv)
	return err
}

// Server_Close is (*http.Server).Close.
//
//greengen:patch
func Server_Close(srv *http.Server) error {
	s := standInOf(srv)
	if s == nil {
		return stdClose(srv)
	}
	s.giveUp.Set()
	err := stdClose(srv)
	s.ours.stop()
	s.ours.closeConns()
	s.forget(srv)
	return err
}

// Server_SetKeepAlivesEnabled_green is (*http.Server).SetKeepAlivesEnabled for greenlets.
func Server_SetKeepAlivesEnabled_green(_ *green.Hub, srv *http.Server, on bool) {
	o := standInFor(srv).ours
	o.onlyOne.Store(!on)
	srv.SetKeepAlivesEnabled(on)
	if !on {
		o.state.interruptIdle(time.Time{})
	}
}

//greengen:offload
func stdServe(srv *http.Server, l net.Listener) error { return srv.Serve(l) }

//greengen:offload
func stdListenAndServe(srv *http.Server) error { return srv.ListenAndServe() }

//greengen:offload
func stdShutdown(srv *http.Server, ctx context.Context) error { return srv.Shutdown(ctx) }

//greengen:offload
func stdClose(srv *http.Server) error { return srv.Close() }

func isTLS(c net.Conn) bool {
	_, ok := c.(*tls.Conn)
	return ok
}
