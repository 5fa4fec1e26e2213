//go:build linux

package net

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	gio "github.com/greengen/greengen/rt/io"
)

// A Cancel ends a read, a write, an accept and a dial, which are fine afterwards.
func TestCancel(t *testing.T) {
	var p pair
	var l net.Listener
	var g *rt.Greenlet
	cause := errors.New("cause")
	told := 0
	fails := func(op string) func(error) {
		return func(err error) {
			told++
			var e *net.OpError
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, cause)
			require.Equal(t, op, e.Op)
			require.False(t, e.Timeout())
		}
	}
	cancels := func(steps ...Step) Step {
		return func(h *green.Hub) *green.Frame {
			return Run(h,
				On(func(h *green.Hub) { g = rt.Spawn_green(h, Task(steps...)) }),
				func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, time.Millisecond) },
				On(func(h *green.Hub) { g.Cancel_green(h, cause) }),
				func(h *green.Hub) *green.Frame { return g.Join_green(h) },
			)
		}
	}
	silent := full(t)
	buf := make([]byte, 8)
	big := make([]byte, 16<<20)
	reads := read(&p.b, buf, func(n int, err error) {
		require.Zero(t, n)
		fails("read")(err)
	})
	writes := Call2(func(h *green.Hub) (int, error, *green.Frame) { return p.b.(*Conn).Write_green(h, big) },
		func(n int, err error) {
			require.Positive(t, n)
			fails("write")(err)
		})
	accepts := Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) { return l.(*Listener).Accept_green(h) },
		func(_ net.Conn, err error) { fails("accept")(err) })
	require.NoError(t, rt.Run(Task(
		connect(t, "tcp", &p),
		cancels(reads),
		write(t, &p.a, []byte("x")), // who is told before it waits gets what is there first
		cancels(
			func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, 2*time.Millisecond) },
			read(&p.b, buf, func(n int, err error) {
				require.NoError(t, err)
				require.Equal(t, 1, n)
			}),
			reads,
		),
		cancels(writes),
		Call2(func(h *green.Hub) (net.Listener, error, *green.Frame) { return Listen_green(h, "tcp", "127.0.0.1:0") },
			func(x net.Listener, err error) {
				require.NoError(t, err)
				l = x
			}),
		cancels(accepts),
		Do(func() { require.NoError(t, l.Close()) }),
		cancels(Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) { return Dial_green(h, "tcp", silent) },
			func(_ net.Conn, err error) { fails("dial")(err) })),
		shut(&p.a), shut(&p.b),
	)))
	require.Equal(t, 5, told)
}

// A copy that must let others run, and has been cancelled, fails then.
func TestCancelOfAnEagerCopy(t *testing.T) {
	cause := errors.New("cause")
	for k := range 20 {
		var p, q pair
		var g *rt.Greenlet
		buf := make([]byte, 8)
		failed := false
		require.NoError(t, rt.Run(Task(
			connect(t, "tcp", &p), connect(t, "tcp", &q),
			write(t, &p.a, []byte("x")),
			read(&p.b, buf, func(n int, err error) { require.NoError(t, err) }), // all of it
			On(func(h *green.Hub) {
				g = rt.Spawn_green(h, Task(
					On(func(h *green.Hub) {
						g.Cancel_green(h, cause)
						for range k {
							rt.HubOf(h).Eager()
						}
					}),
					Call2(func(h *green.Hub) (int64, error, *green.Frame) { return gio.Copy_green(h, q.a, p.b) },
						func(_ int64, err error) {
							require.ErrorIs(t, err, cause)
							failed = true
						}),
				))
			}),
			func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, 5*time.Millisecond) },
			Do(func() {
				for _, c := range []net.Conn{p.a, p.b, q.a, q.b} {
					c.Close()
				}
			}),
			func(h *green.Hub) *green.Frame { return g.Join_green(h) },
		)))
		require.True(t, failed, "after %d operations", k)
	}
}
