//go:build linux

package net_test

import (
	"errors"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
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

// HUB.md 108.
func TestScenario108ServerEchoesThenCloses(t *testing.T) {
	both(t, talk.EchoThenClose, talk.EchoThenClose_green,
		"handler",
		"panicking: EOF",
		"hello <nil>",
		"still there <nil>",
		"close: <nil>",
		"serve: rt/net: server closed",
		"refused: true",
		"again: rt/net: server closed")
}

// HUB.md 109.
func TestScenario109ServerWithPool(t *testing.T) {
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

// HUB.md 110, 112: a handler without its conn ends by itself.
func TestScenario110_112ServerStops(t *testing.T) {
	both(t,
		func(log *talk.Log) { talk.Stop(false, log) },
		func(h *green.Hub, log *talk.Log) *green.Frame { return talk.Stop_green(h, false, log) },
		"hello <nil>",
		"read fails: true",
		"cleaned up",
		"shutdown: context deadline exceeded",
		"serve: rt/net: server closed")
}

// HUB.md 110: one that does not is killed, on a hub; a goroutine stays.
func TestScenario110ServerKills(t *testing.T) {
	var log talk.Log
	require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame { return talk.Stop_green(h, true, &log) })))
	require.Equal(t, []string{
		"hello <nil>",
		"cleaned up",
		"shutdown: context deadline exceeded",
		"serve: rt/net: server closed",
	}, log.Lines())

	var left talk.Log
	talk.Stop(true, &left)
	require.Equal(t, []string{
		"hello <nil>",
		"shutdown: context deadline exceeded",
		"serve: rt/net: server closed",
	}, left.Lines())
}

// HUB.md 110: handlers of a server that is closed end by themselves.
func TestScenario110HandlersOutliveClose(t *testing.T) {
	both(t, talk.Left, talk.Left_green,
		"one <nil>",
		"close: <nil>",
		"serve: rt/net: server closed",
		"two <nil>",
		"cleaned up",
		"no handler: <nil>")
}

func TestServerStopsGracefully(t *testing.T) {
	both(t, talk.Graceful, talk.Graceful_green,
		"one <nil>",
		"serve: rt/net: server closed",
		"two <nil>",
		"shutdown: <nil>")
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

// HUB.md 113.
func TestScenario113ServerBacksOff(t *testing.T) {
	refused := errors.New("no descriptors")
	const ms = time.Millisecond
	for _, run := range []func(f *talk.Failing, log *talk.Log){
		talk.Refused,
		func(f *talk.Failing, log *talk.Log) {
			require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame { return talk.Refused_green(h, f, log) })))
		},
	} {
		var log talk.Log
		f := &talk.Failing{Errs: []error{refused, refused, refused, nil, refused}, Last: syscall.EBADF}
		run(f, &log)
		require.Equal(t, []string{"no descriptors", "no descriptors", "no descriptors", "no descriptors",
			"serve: bad file descriptor"}, log.Lines())
		want := []time.Duration{0, 10 * ms, 30 * ms, 70 * ms, 70 * ms, 80 * ms}
		require.Len(t, f.At, len(want))
		for i, at := range want {
			require.GreaterOrEqual(t, f.At[i], at, "Accept %d", i)
			require.Less(t, f.At[i], at+time.Second, "Accept %d", i)
		}
	}
}

// HUB.md 113: the waits double up to a second, and begin anew after a conn.
func TestScenario113BackoffIsBounded(t *testing.T) {
	refused := errors.New("no descriptors")
	var errs []error
	var want []time.Duration
	at := time.Duration(0)
	for _, waits := range [][]int{{10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000, 0}, {10, 20}} {
		for _, ms := range waits {
			want = append(want, at)
			if at += time.Duration(ms) * time.Millisecond; ms == 0 {
				errs = append(errs, nil)
			} else {
				errs = append(errs, refused)
			}
		}
	}
	var log talk.Log
	f := &talk.Failing{Errs: errs, Last: syscall.EBADF}
	require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame { return talk.Refused_green(h, f, &log) }), rt.WithVirtualTime()))
	require.Equal(t, append(want, at), f.At)
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
