package net

import (
	"bytes"
	"context"
	"net"
	"sync"
	"time"
)

// PacketServer serves each datagram of its sockets on a greenlet of its own, a goroutine
// where there is no hub. Its fields are to be set before the first Serve. It must not be
// copied. All methods are safe from any goroutine, but Shutdown from that of the handlers'
// hub only by its twin.
type PacketServer struct {
	// Handler serves p, which came from from and is the handler's to keep. Answers go out by
	// c.WriteTo. A panic ends the handler only, and is told to OnError as a *HandlerPanic.
	Handler func(c net.PacketConn, from net.Addr, p []byte)
	// HandlerContext is called instead of Handler if it is set. Shutdown cancels ctx, with
	// ErrServerClosed as its cause.
	HandlerContext func(ctx context.Context, c net.PacketConn, from net.Addr, p []byte)
	// Pool is how many handlers there are at once: further datagrams wait in the socket's
	// buffer, or are lost, as ever. 0: no limit.
	Pool int
	// MaxSize is how many bytes of a datagram are read: the rest is lost. 0: 8 KiB.
	MaxSize int
	// StopTimeout is as in Server.
	StopTimeout time.Duration
	// OnError is told of each failed read that does not end Serve, and of handlers' panics.
	// It must not block. nil: they are logged.
	OnError func(err error)

	once   sync.Once
	server Server
}

// Serve reads datagrams of c until the PacketServer is closed, then it returns
// ErrServerClosed, or until c is broken. When a read fails otherwise it tries again after
// 10 ms, then 20, up to 1 s. c is closed when the last handler has returned. Serve may be
// called for several sockets.
//
//greengen:patch
func (s *PacketServer) Serve(c net.PacketConn) error {
	return s.inner().Serve(newPacketListener(c, s.MaxSize))
}

// Close stops reading: every Serve returns. Handlers go on until they return, and can
// answer. It returns the first error of a socket's Close.
//
//greengen:patch
func (s *PacketServer) Close() error { return s.inner().Close() }

// Shutdown is Close, cancels the context of HandlerContext, and waits for the handlers. If
// ctx is done before, the sockets are closed; what then goes on is as of Server.Shutdown.
//
//greengen:patch
func (s *PacketServer) Shutdown(ctx context.Context) error { return s.inner().Shutdown(ctx) }

// Wait parks until there are no handlers.
//
//greengen:patch
func (s *PacketServer) Wait() { s.inner().Wait() }

// Pause stops reading: datagrams wait in the sockets' buffers. Handlers go on.
//
//greengen:patch
func (s *PacketServer) Pause() { s.inner().Pause() }

// Resume undoes Pause.
//
//greengen:patch
func (s *PacketServer) Resume() { s.inner().Resume() }

//greengen:patch
func (s *PacketServer) inner() *Server { return s.serveBy(s.serve) }

//greengen:patch
func (s *PacketServer) serve(ctx context.Context, c net.Conn) {
	x := c.(*exchange)
	if s.HandlerContext != nil {
		s.HandlerContext(ctx, x.l.PacketConn, x.from, x.p)
		return
	}
	s.Handler(x.l.PacketConn, x.from, x.p)
}

// Accept reads a datagram.
//
//greengen:patch
func (l *packetListener) Accept() (net.Conn, error) {
	n, from, err := l.PacketConn.ReadFrom(l.buf)
	if err != nil {
		return nil, err
	}
	return l.exchange(from, bytes.Clone(l.buf[:n])), nil
}

// Close stops reading; it closes the socket if no handler needs that.
//
//greengen:patch
func (l *packetListener) Close() error {
	if l.stop() {
		return l.PacketConn.Close()
	}
	return l.SetDeadline(time.Unix(1, 0))
}

// Close says that the handler has ended, or is not waited for any longer.
//
//greengen:patch
func (x *exchange) Close() error {
	if x.end() {
		return x.l.PacketConn.Close()
	}
	return nil
}
