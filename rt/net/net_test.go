//go:build linux

package net

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	gio "github.com/greengen/greengen/rt/io"
)

// pair has the two ends of a conn of the hub.
type pair struct {
	l    net.Listener
	a, b net.Conn // dialled, accepted
}

// connect makes a pair over network.
func connect(t *testing.T, network string, p *pair) Step {
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	var g *rt.Greenlet
	return func(h *green.Hub) *green.Frame {
		return Run(h,
			Call2(func(h *green.Hub) (net.Listener, error, *green.Frame) {
				return Listen_green(h, network, address)
			}, func(l net.Listener, err error) {
				require.NoError(t, err)
				p.l = l
			}),
			On(func(h *green.Hub) {
				g = rt.Spawn_green(h, Task(Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
					return p.l.(*Listener).Accept_green(h)
				}, func(c net.Conn, err error) {
					require.NoError(t, err)
					p.b = c
				})))
			}),
			Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
				return Dial_green(h, network, p.l.Addr().String())
			}, func(c net.Conn, err error) {
				require.NoError(t, err)
				p.a = c
			}),
			func(h *green.Hub) *green.Frame { return g.Join_green(h) },
			Do(func() { require.NoError(t, p.l.Close()) }),
		)
	}
}

func read(c *net.Conn, p []byte, then func(int, error)) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return gio.Read(h, *c, p) }, then)
}

func write(t *testing.T, c *net.Conn, p []byte) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return gio.Write(h, *c, p) },
		func(n int, err error) {
			require.NoError(t, err)
			require.Equal(t, len(p), n)
		})
}

func shut(c *net.Conn) Step { return Do(func() { (*c).Close() }) }

func spawn(g **rt.Greenlet, steps ...Step) Step {
	return On(func(h *green.Hub) { *g = rt.Spawn_green(h, Task(steps...)) })
}

func join(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Join_green(h) }
}

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

func hub(t *testing.T, steps ...Step) {
	t.Helper()
	require.NoError(t, rt.Run(Task(steps...)))
}

// HUB.md 98.
func TestCloseWakesTheReader(t *testing.T) {
	for name, close := range map[string]func(h *green.Hub, c *Conn) error{
		"green":     func(h *green.Hub, c *Conn) error { err, _ := c.Close_green(h); return err },
		"plain":     func(_ *green.Hub, c *Conn) error { return c.Close() },
		"elsewhere": func(_ *green.Hub, c *Conn) error { go c.Close(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			var p pair
			var g *rt.Greenlet
			hub(t,
				connect(t, "tcp", &p),
				spawn(&g, read(&p.b, make([]byte, 1), func(_ int, err error) {
					require.ErrorIs(t, err, net.ErrClosed)
					require.IsType(t, &net.OpError{}, err)
				})),
				yield,
				On(func(h *green.Hub) { require.NoError(t, close(h, p.b.(*Conn))) }),
				join(&g),
				Do(func() { require.ErrorIs(t, p.b.Close(), net.ErrClosed) }),
				shut(&p.a),
			)
		})
	}
}

// Goroutines and greenlets share a conn.
func TestPlainCallers(t *testing.T) {
	var p pair
	buf := make([]byte, 8)
	done := make(chan error, 1)
	hub(t,
		connect(t, "tcp", &p),
		Do(func() {
			require.Equal(t, p.a.LocalAddr().String(), p.b.RemoteAddr().String())
			require.Equal(t, p.b.LocalAddr(), p.a.RemoteAddr())
			go func() {
				b := make([]byte, 4)
				_, err := io.ReadFull(p.a, b)
				if err == nil {
					_, err = p.a.Write(append(b, '!'))
				}
				done <- err
			}()
		}),
		write(t, &p.b, []byte("ping")),
		read(&p.b, buf, func(n int, err error) {
			require.NoError(t, err)
			require.Equal(t, "ping!", string(buf[:n]))
		}),
		Do(func() { require.NoError(t, <-done) }),
		Do(func() { go p.a.Close() }),
		read(&p.b, buf, func(_ int, err error) { require.Equal(t, io.EOF, err) }),
		shut(&p.b),
	)
	_, err := p.b.Read(buf) // the hub is gone
	require.ErrorIs(t, err, net.ErrClosed)
}

// A conn outlives its hub.
func TestConnAfterTheHub(t *testing.T) {
	var p pair
	hub(t, connect(t, "tcp", &p))
	go p.a.Write([]byte("hello"))
	buf := make([]byte, 5)
	hub(t, read(&p.b, buf, func(n int, err error) { // another hub
		require.NoError(t, err)
		require.Equal(t, "hello", string(buf[:n]))
	}))
	require.NoError(t, p.a.Close())
	_, err := p.b.Read(buf)
	require.Equal(t, io.EOF, err)
	require.NoError(t, p.b.Close())
}

func TestDialErrorsEqualNet(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, c := range []struct{ network, address string }{
		{"tcp", l.Addr().String()},
		{"tcp", ":" + port}, {"tcp4", ":" + port}, {"tcp6", ":" + port}, {"tcp", "0.0.0.0:" + port}, {"tcp", "[::]:" + port},
		{"tcp", ":"}, {"tcp", ""}, {"tcp", ":nosuch"}, {"tcp", ":-1"},
		{"tcp", "localhost:" + port}, {"tcp", "[::1]:" + port}, {"tcp", "[::1%lo]:" + port}, {"tcp", "[fe80::1%nosuch]:" + port},
		{"tcp", "[fe80::1%lo]:" + port}, {"tcp", "[fe80::1%1]:" + port}, {"tcp", "[::ffff:127.0.0.1]:" + port},
		{"unix", "@greengen-none"}, {"unix", strings.Repeat("x", 200)},
		{"unix", filepath.Join(t.TempDir(), "none")},
		{"tcp", "127.0.0.1"},
		{"tcp", "127.0.0.1:99999"},
		{"tcp4", "[::1]:80"},
		{"nosuch", "x"},
		{"unix", ""},
	} {
		_, want := net.Dial(c.network, c.address)
		require.Error(t, want)
		hub(t, Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
			return Dial_green(h, c.network, c.address)
		}, func(conn net.Conn, err error) {
			require.Nil(t, conn)
			require.EqualError(t, err, want.Error())
			var op *net.OpError
			require.Equal(t, errors.As(want, &op), errors.As(err, &op))
			require.Equal(t, errors.Is(want, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNREFUSED))
		}))
	}
}

func TestDialByName(t *testing.T) {
	l, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	hub(t, Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
		return Dial_green(h, "tcp", net.JoinHostPort("localhost", port))
	}, func(c net.Conn, err error) {
		require.NoError(t, err)
		require.NoError(t, c.Close())
	}))
}

// A listener whose queue is full never answers.
func TestDialTimeout(t *testing.T) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	defer syscall.Close(fd)
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	require.NoError(t, syscall.Listen(fd, 0))
	sa, err := syscall.Getsockname(fd)
	require.NoError(t, err)
	a, _ := addrOf(sa)
	dial := func(then func(net.Conn, error)) Step {
		return Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
			return DialTimeout_green(h, "tcp", a.std("").String(), 30*time.Millisecond)
		}, then)
	}
	over := false
	hub(t, Loop(func() bool { return over }, dial(func(c net.Conn, err error) {
		if over = err != nil; !over {
			return // the queue has room yet
		}
		var e net.Error
		require.ErrorAs(t, err, &e)
		require.True(t, e.Timeout())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.EqualError(t, err, "dial tcp "+a.std("").String()+": i/o timeout")
	})))
}

func TestAcceptDeadlineAndClose(t *testing.T) {
	var l net.Listener
	accept := func(then func(net.Conn, error)) Step {
		return Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
			return l.(*Listener).Accept_green(h)
		}, then)
	}
	var g *rt.Greenlet
	hub(t,
		Call2(func(h *green.Hub) (net.Listener, error, *green.Frame) {
			return Listen_green(h, "tcp", "127.0.0.1:0")
		}, func(x net.Listener, err error) {
			require.NoError(t, err)
			l = x
			l.(*Listener).SetDeadline(time.Now().Add(5 * time.Millisecond))
		}),
		accept(func(_ net.Conn, err error) { require.ErrorIs(t, err, os.ErrDeadlineExceeded) }),
		Do(func() { l.(*Listener).SetDeadline(time.Time{}) }),
		spawn(&g, accept(func(_ net.Conn, err error) { require.ErrorIs(t, err, net.ErrClosed) })),
		yield,
		shut2(&l),
		join(&g),
	)
}

func shut2(l *net.Listener) Step { return Do(func() { (*l).Close() }) }

// Two greenlets read one conn: both get something, in the order they came.
func TestTwoReaders(t *testing.T) {
	var p pair
	var g1, g2 *rt.Greenlet
	var got []string
	reader := func(name string) Step {
		buf := make([]byte, 1)
		return read(&p.b, buf, func(n int, err error) {
			require.NoError(t, err)
			got = append(got, name+string(buf[:n]))
		})
	}
	hub(t,
		connect(t, "tcp", &p),
		spawn(&g1, reader("1")), spawn(&g2, reader("2")),
		yield,
		write(t, &p.a, []byte("ab")),
		join(&g1), join(&g2),
		shut(&p.a), shut(&p.b),
	)
	require.Equal(t, []string{"1a", "2b"}, got)
}
