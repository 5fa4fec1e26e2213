package net

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// serveBy makes the Server that does the work, to which a datagram is a conn.
func (s *PacketServer) serveBy(serve func(context.Context, net.Conn)) *Server {
	s.once.Do(func() {
		s.server.Pool, s.server.StopTimeout, s.server.OnError = s.Pool, s.StopTimeout, s.OnError
		s.server.HandlerContext = serve
	})
	return &s.server
}

// packetListener is a socket as a net.Listener of exchanges. It is closed when it is
// stopped and the last of them has ended.
type packetListener struct {
	net.PacketConn
	buf []byte // of the one who accepts

	mu      sync.Mutex // guards what follows
	stopped bool
	under   int // way: exchanges that have not ended
}

func newPacketListener(c net.PacketConn, size int) *packetListener {
	if size <= 0 {
		size = 8 << 10
	}
	return &packetListener{PacketConn: c, buf: make([]byte, size)}
}

// Addr implements net.Listener.
func (l *packetListener) Addr() net.Addr { return l.LocalAddr() }

// SetDeadline is for reads: handlers go on writing.
func (l *packetListener) SetDeadline(t time.Time) error { return l.SetReadDeadline(t) }

// stop says whether the caller is to close the socket.
func (l *packetListener) stop() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.stopped
	l.stopped = true
	return !was && l.under == 0
}

// exchange is a datagram, and the way to answer it, as a net.Conn.
type exchange struct {
	l     *packetListener
	from  net.Addr
	p     []byte
	ended bool // guarded by l.mu
}

func (l *packetListener) exchange(from net.Addr, p []byte) *exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.under++
	return &exchange{l: l, from: from, p: p}
}

// end says whether the caller is to close the socket.
func (x *exchange) end() bool {
	x.l.mu.Lock()
	defer x.l.mu.Unlock()
	if x.ended {
		return false
	}
	x.ended = true
	x.l.under--
	return x.l.stopped && x.l.under == 0
}

var errExchange = errors.New("rt/net: a datagram is no stream")

// Handlers get the socket and the datagram: what a stream has fails.
func (x *exchange) Read([]byte) (int, error)         { return 0, errExchange }
func (x *exchange) Write([]byte) (int, error)        { return 0, errExchange }
func (x *exchange) LocalAddr() net.Addr              { return x.l.LocalAddr() }
func (x *exchange) RemoteAddr() net.Addr             { return x.from }
func (x *exchange) SetDeadline(time.Time) error      { return errExchange }
func (x *exchange) SetReadDeadline(time.Time) error  { return errExchange }
func (x *exchange) SetWriteDeadline(time.Time) error { return errExchange }
