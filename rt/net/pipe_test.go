//go:build linux

package net

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	gio "github.com/greengen/greengen/rt/io"
)

func pipeRead(c *net.Conn, p []byte, n *int, err *error) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return gio.Read(h, *c, p) }, func(k int, e error) { *n, *err = k, e })
}

func pipeWrite(c *net.Conn, s string, n *int, err *error) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return gio.Write(h, *c, []byte(s)) }, func(k int, e error) { *n, *err = k, e })
}

func makePipe(a, b *net.Conn) Step { return On(func(h *green.Hub) { *a, *b = Pipe_green(h) }) }

func kill(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Kill_green(h) }
}

// Who is killed takes nothing along, and leaves the pipe to others: those who wait for
// something to read, or for their turn, too.
func TestKilledAtAPipe(t *testing.T) {
	var a, b net.Conn
	var g [4]*rt.Greenlet
	var n [4]int
	var err [4]error
	p, q := make([]byte, 4), make([]byte, 4)
	used := ^uint64(0)
	hub(t, makePipe(&a, &b),
		spawn(&g[0], pipeRead(&a, p, &n[0], &err[0])), spawn(&g[1], pipeRead(&a, q, &n[1], &err[1])), yield,
		kill(&g[0]), spawn(&g[2], pipeWrite(&b, "whole", &n[2], &err[2])), join(&g[1]),
		Do(func() { require.Equal(t, "whol", string(q[:n[1]])) }),
		kill(&g[2]), // the rest is not read
		spawn(&g[0], pipeWrite(&b, "lost", &n[0], &err[0])), spawn(&g[1], pipeWrite(&b, "one", &n[1], &err[1])),
		spawn(&g[2], pipeWrite(&b, "gone", &n[2], &err[2])), spawn(&g[3], pipeWrite(&b, "two", &n[3], &err[3])), yield,
		kill(&g[2]), kill(&g[0]), // one waits for its turn
		pipeRead(&a, p, &n[0], &err[0]), Do(func() { require.Equal(t, "one", string(p[:n[0]])) }),
		pipeRead(&a, p, &n[0], &err[0]), Do(func() { require.Equal(t, "two", string(p[:n[0]])) }),
		join(&g[1]), join(&g[3]), On(func(h *green.Hub) { used = h.Offloads }))
	require.Zero(t, used)
	require.Equal(t, [2]int{3, 3}, [2]int{n[1], n[3]})
	l := a.(*pipe).in
	require.Nil(t, l.writer)
	require.Empty(t, l.readers)
	require.Equal(t, 1, l.turn.Value())
}

// A Cancel ends a read and a write, which keeps what was read of it.
func TestCancelAtAPipe(t *testing.T) {
	var a, b net.Conn
	var g *rt.Greenlet
	var n, k int
	var err, none error
	cause := errors.New("cause")
	p := make([]byte, 2)
	hub(t, makePipe(&a, &b),
		spawn(&g, pipeRead(&a, p, &n, &err)), yield, On(func(h *green.Hub) { g.Cancel_green(h, cause) }), join(&g),
		Do(func() {
			var op *net.OpError
			require.ErrorAs(t, err, &op)
			require.Equal(t, "read pipe: cause", err.Error())
		}),
		spawn(&g, pipeWrite(&a, "text", &n, &err)), pipeRead(&b, p, &k, &none), yield,
		On(func(h *green.Hub) { g.Cancel_green(h, cause) }), join(&g))
	require.Equal(t, 2, n)
	require.ErrorIs(t, err, cause)
	require.Equal(t, "te", string(p))
}

// Hubs and goroutines share a pipe, deadlines come and go: all that is written is read.
func TestPipeShared(t *testing.T) {
	var a, b net.Conn
	hub(t, makePipe(&a, &b))
	const each = 150
	var wg sync.WaitGroup
	var sum [6]int
	for i := range 3 {
		wg.Go(func() {
			p := make([]byte, 1+i)
			for {
				n, err := b.Read(p)
				sum[i] += n
				if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
					return
				}
			}
		})
		wg.Go(func() {
			p := make([]byte, 2+i)
			n, ended := 0, false
			var err error
			rt.Run(Task(Loop(func() bool { return ended }, pipeRead(&b, p, &n, &err), Do(func() {
				sum[3+i] += n
				ended = err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
			}))))
		})
	}
	var writers sync.WaitGroup
	for range 3 {
		writers.Go(func() {
			for range each {
				n, err := a.Write([]byte("12345"))
				if n != 5 || err != nil {
					t.Error(n, err)
				}
			}
		})
		writers.Go(func() {
			left, n := each, 0
			var err error
			rt.Run(Task(Loop(func() bool { return left == 0 }, pipeWrite(&a, "12345", &n, &err), Do(func() {
				left--
				if n != 5 || err != nil {
					t.Error(n, err)
				}
			}))))
		})
	}
	stop := make(chan bool)
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				b.SetReadDeadline(time.Now().Add(time.Duration(i%3) * 50 * time.Microsecond))
				time.Sleep(100 * time.Microsecond)
			}
		}
	})
	writers.Wait()
	close(stop)
	a.Close()
	wg.Wait()
	total := 0
	for _, n := range sum {
		total += n
	}
	require.Equal(t, 6*each*5, total)
	_, err := b.Read(nil)
	require.Equal(t, io.EOF, err)
	require.IsType(t, pipeAddr, a.LocalAddr())
}
