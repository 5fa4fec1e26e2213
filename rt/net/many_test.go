//go:build linux

package net

import (
	"bufio"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	gbufio "github.com/greengen/greengen/rt/bufio"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// echo serves one conn with bufio both ways, line by line.
func echo(c net.Conn) []Step {
	var r *bufio.Reader
	var w *bufio.Writer
	over := false
	var line string
	return []Step{
		On(func(h *green.Hub) { r, w = gbufio.NewReader_green(h, c), gbufio.NewWriter_green(h, c) }),
		Loop(func() bool { return over },
			Call2(func(h *green.Hub) (string, error, *green.Frame) {
				return gbufio.Reader_ReadString_green(h, r, '\n')
			}, func(s string, err error) { line, over = s, err != nil }),
			Call2(func(h *green.Hub) (int, error, *green.Frame) {
				return gbufio.Writer_WriteString_green(h, w, line)
			}, func(int, error) {}),
			Call1(func(h *green.Hub) (error, *green.Frame) { return gbufio.Writer_Flush_green(h, w) },
				func(error) {})),
		shut(&c),
	}
}

// HUB.md 108, as far as there is a server: many conns at once, none is left.
func TestManyConns(t *testing.T) {
	const conns, rounds = 300, 5
	var l net.Listener
	var gs []*rt.Greenlet
	answers, before := 0, 0
	client := func(id int) []Step {
		var c net.Conn
		var r *bufio.Reader
		steps := []Step{
			Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
				return Dial_green(h, "tcp", l.Addr().String())
			}, func(x net.Conn, err error) {
				require.NoError(t, err)
				c = x
			}),
			On(func(h *green.Hub) { r = gbufio.NewReader_green(h, c) }),
		}
		for i := range rounds {
			msg := fmt.Sprintf("%d of %d\n", i, id)
			steps = append(steps, write2(t, &c, msg),
				Call2(func(h *green.Hub) (string, error, *green.Frame) {
					return gbufio.Reader_ReadString_green(h, r, '\n')
				}, func(s string, err error) {
					require.NoError(t, err)
					require.Equal(t, msg, s)
					answers++
				}))
		}
		return append(steps, shut(&c))
	}
	hub(t,
		Call2(func(h *green.Hub) (net.Listener, error, *green.Frame) {
			return Listen_green(h, "tcp", "127.0.0.1:0")
		}, func(x net.Listener, err error) {
			require.NoError(t, err)
			l = x
		}),
		On(func(h *green.Hub) {
			before = rt.HubOf(h).Stats().Alive
			accepted := 0
			var c net.Conn
			gs = append(gs, rt.Spawn_green(h, Task(Loop(func() bool { return accepted == conns },
				Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
					return l.(*Listener).Accept_green(h)
				}, func(x net.Conn, err error) {
					require.NoError(t, err)
					accepted++
					c = x
				}),
				On(func(h *green.Hub) { gs = append(gs, rt.Spawn_green(h, Task(echo(c)...))) })))))
			for id := range conns {
				gs = append(gs, rt.Spawn_green(h, Task(client(id)...)))
			}
		}),
		func(h *green.Hub) *green.Frame { return rt.JoinAll_green(h, gs...) },
		func(h *green.Hub) *green.Frame { return rt.JoinAll_green(h, gs...) }, // those that came later
		Do(func() { l.Close() }),
		On(func(h *green.Hub) {
			s := rt.HubOf(h).Stats()
			require.Equal(t, before, s.Alive)
			require.Zero(t, s.Offloads)
		}),
	)
	require.Equal(t, conns*rounds, answers)
}

func write2(t *testing.T, c *net.Conn, s string) Step {
	return func(h *green.Hub) *green.Frame { return write(t, c, []byte(s))(h) }
}
