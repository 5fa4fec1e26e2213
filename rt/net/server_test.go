//go:build linux

package net_test

import (
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/talk"
	rtnet "github.com/greengen/greengen/rt/net"
)

// both runs what talk has on goroutines and on a hub; want is what the log has then.
func both(t *testing.T, plain func(*talk.Log), twin func(*green.Hub, *talk.Log) *green.Frame, want ...string) {
	t.Helper()
	t.Run("plain", func(t *testing.T) {
		var log talk.Log
		plain(&log)
		require.Equal(t, want, log.Lines())
	})
	t.Run("green", func(t *testing.T) {
		fds := 0
		for i := range 3 {
			var log talk.Log
			require.NoError(t, rt.Run(Task(
				func(h *green.Hub) *green.Frame { return twin(h, &log) },
				yield, yield, // whoever is about to end does
				On(func(h *green.Hub) {
					s := rt.HubOf(h).Stats()
					require.Equal(t, [...]int{1, 0, 0, 0}, [...]int{s.Alive, s.Timers, s.DescWaits, s.Holds},
						"left: greenlets, timers, waits for descriptors, holds")
				}))))
			require.Equal(t, want, log.Lines())
			if i == 0 {
				fds = openFDs(t) // what the tests before left may have been closed
			}
			require.LessOrEqual(t, openFDs(t), fds, "descriptors")
		}
	})
}

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

// openFDs counts the program's sockets: pipes are kept for later, by std as by rt/io.
func openFDs(t *testing.T) (n int) {
	t.Helper()
	es, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	for _, e := range es {
		to, _ := os.Readlink("/proc/self/fd/" + e.Name())
		if strings.HasPrefix(to, "socket:") {
			n++
		}
	}
	return n
}

// HUB.md 109.
func TestServerWithPool(t *testing.T) {
	for _, clients := range []int{6, 100} {
		both(t,
			func(log *talk.Log) { log.Add("at once:", talk.Pooled(clients, log)) },
			func(h *green.Hub, log *talk.Log) *green.Frame {
				return Run(h, Call1(func(h *green.Hub) (int, *green.Frame) { return talk.Pooled_green(h, clients, log) },
					func(most int) { log.Add("at once:", most) }))
			},
			"at once: 2")
	}
}

// Clients of a paused server are served later.
func TestServerPauses(t *testing.T) {
	both(t, talk.Paused, talk.Paused_green,
		"handler",
		"before <nil>",
		"no answer: true",
		"handler",
		"meanwhile <nil>",
		"serve: rt/net: server closed")
}

// A killed Serve gives back what it holds.
func TestServerKilled(t *testing.T) {
	var log talk.Log
	require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame { return talk.Killed_green(h, &log) })))
	require.Equal(t, []string{"hello <nil>", "held back: EOF", "hello <nil>"}, log.Lines())
}

// A Pause at any moment is no error of Accept: a race that took some thousand rounds.
func TestServerPausedAgainAndAgain(t *testing.T) {
	var errs atomic.Int32
	s := &rtnet.Server{Handler: func(net.Conn) {}, OnError: func(error) { errs.Add(1) }}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error)
	go func() { served <- s.Serve(l) }()
	for range 4 {
		go func() {
			for {
				c, err := net.Dial("tcp", l.Addr().String())
				if err != nil {
					return
				}
				c.Close()
			}
		}()
	}
	for range 3000 {
		s.Pause()
		time.Sleep(50 * time.Microsecond)
		s.Resume()
		time.Sleep(50 * time.Microsecond)
	}
	require.NoError(t, s.Close())
	require.ErrorIs(t, <-served, rtnet.ErrServerClosed)
	require.Zero(t, errs.Load())
}
