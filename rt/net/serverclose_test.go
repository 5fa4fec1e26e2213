package net_test

import (
	"errors"
	"net"
	"runtime"
	"sync"
	"testing"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
	rtnet "github.com/greengen/greengen/rt/net"
	"github.com/stretchr/testify/require"
)

// plenty has always another conn, and may be closed once.
type plenty struct {
	mu     sync.Mutex
	few    bool // that is, none
	n      int
	closed bool
}

func (l *plenty) accepts() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

func (l *plenty) Accept() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	for l.few && !l.closed {
		l.mu.Unlock()
		runtime.Gosched()
		l.mu.Lock()
	}
	if l.closed {
		return nil, net.ErrClosed
	}
	c, peer := net.Pipe()
	peer.Close()
	return c, nil
}

func (l *plenty) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	l.closed = true
	return nil
}

func (l *plenty) Addr() net.Addr { return &net.TCPAddr{} }

// withTags is a listener that == panics for.
type withTags struct {
	net.Listener
	tags []string
}

// Serve and Close close a listener once between them, and it is closed when either returns.
func TestServerClosesOnce(t *testing.T) {
	onHub := func(s *rtnet.Server, l net.Listener) (err error) {
		e := rt.Run(greentest.Task(greentest.Call1(
			func(h *green.Hub) (error, *green.Frame) { return s.Serve_green(h, l) },
			func(served error) { err = served })))
		return errors.Join(e, err)
	}
	tagged := func(s *rtnet.Server, l net.Listener) error { return s.Serve(withTags{l, nil}) }
	for name, serves := range map[string][]func(*rtnet.Server, net.Listener) error{
		"goroutine":       {(*rtnet.Server).Serve},
		"hub":             {onHub},
		"not comparable":  {tagged},
		"the same, twice": {(*rtnet.Server).Serve, (*rtnet.Server).Serve},
	} {
		t.Run(name, func(t *testing.T) {
			for range 500 {
				l := &plenty{few: len(serves) > 1}
				s := &rtnet.Server{Handler: func(net.Conn) {}}
				served := make(chan error)
				for _, serve := range serves {
					go func() { served <- serve(s, l) }()
				}
				for l.accepts() < len(serves) {
					runtime.Gosched()
				}
				require.NoError(t, s.Close())
				for range serves {
					require.ErrorIs(t, <-served, rtnet.ErrServerClosed)
					require.ErrorIs(t, l.Close(), net.ErrClosed)
				}
			}
		})
	}
}
