//go:build linux

package net

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// full is the address of a listener that accepts nobody more: dials wait.
func full(t *testing.T) string {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	t.Cleanup(func() { syscall.Close(fd) })
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	require.NoError(t, syscall.Listen(fd, 0))
	sa, err := syscall.Getsockname(fd)
	require.NoError(t, err)
	a, _ := addrOf(sa)
	addr := a.std("").String()
	for {
		c, err := net.DialTimeout("tcp", addr, 50*time.Millisecond)
		if err != nil {
			return addr
		}
		t.Cleanup(func() { c.Close() })
	}
}

func dialStep(d *net.Dialer, ctx *context.Context, network, addr string, then func(net.Conn, error)) Step {
	return Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
		return Dialer_DialContext_green(h, d, *ctx, network, addr)
	}, then)
}

// The errors are those of std for the same dial.
func TestDialContext(t *testing.T) {
	addr := full(t)
	done, cancelDone := context.WithCancel(context.Background())
	cancelDone()
	for _, c := range []struct {
		name string
		d    net.Dialer
		ctx  func() (context.Context, context.CancelFunc)
	}{
		{"cancelled before", net.Dialer{}, func() (context.Context, context.CancelFunc) { return done, func() {} }},
		{"cancelled meanwhile", net.Dialer{Timeout: time.Minute}, func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(10*time.Millisecond, cancel)
			return ctx, cancel
		}},
		{"deadline of the context", net.Dialer{}, func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.Background(), 10*time.Millisecond)
		}},
		{"timeout", net.Dialer{Timeout: 10 * time.Millisecond}, func() (context.Context, context.CancelFunc) {
			return context.Background(), func() {}
		}},
		{"deadline", net.Dialer{Deadline: time.Now().Add(-time.Second)}, func() (context.Context, context.CancelFunc) {
			return context.Background(), func() {}
		}},
		{"by std", net.Dialer{Timeout: 10 * time.Millisecond, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}},
			func() (context.Context, context.CancelFunc) { return context.Background(), func() {} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := c.ctx()
			_, want := c.d.DialContext(ctx, "tcp", addr)
			cancel()
			require.Error(t, want)
			others := 0
			var g *rt.Greenlet
			hub(t,
				spawn(&g, Loop(func() bool { return others < 0 }, yield, Do(func() { others++ }))),
				Do(func() { ctx, cancel = c.ctx() }),
				dialStep(&c.d, &ctx, "tcp", addr, func(c net.Conn, err error) {
					require.Nil(t, c)
					if c, ok := want.(*net.OpError); ok && c.Source != nil {
						require.Error(t, err) // a port of its own
					} else {
						require.EqualError(t, err, want.Error())
					}
					// Std's timeouts are of two kinds, by chance.
					require.Equal(t, errors.Is(want, context.Canceled), errors.Is(err, context.Canceled))
					require.Equal(t, want.(net.Error).Timeout(), err.(net.Error).Timeout())
					cancel()
				}),
				Do(func() { others = -1 << 60 }),
				join(&g))
		})
	}
}

// A context that ends later leaves the conn alone.
func TestDialContextDoneAfterwards(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	d := net.Dialer{KeepAlive: time.Minute}
	hub(t,
		dialStep(&d, &ctx, "tcp", l.Addr().String(), func(c net.Conn, err error) {
			require.NoError(t, err)
			idle, err := syscall.GetsockoptInt(c.(*Conn).desc.FD(), syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE)
			require.NoError(t, err)
			require.Equal(t, 60, idle)
			cancel()
			_, err = c.Write([]byte("x"))
			require.NoError(t, err)
			require.NoError(t, c.Close())
		}))
}

// What std dialled, here because of the local address, and since a name may have
// addresses of both families, is the hub's conn all the same.
func TestDialedByStd(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	ctx := context.Background()
	var plain net.Dialer
	bound := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}}
	then := func(c net.Conn, err error) {
		require.NoError(t, err)
		require.IsType(t, &Conn{}, c)
		require.Equal(t, l.Addr().String(), c.RemoteAddr().String())
		require.NoError(t, c.Close())
	}
	hub(t,
		dialStep(&bound, &ctx, "tcp", l.Addr().String(), then),
		dialStep(&plain, &ctx, "tcp", "localhost:"+port, then),
		dialStep(&plain, &ctx, "tcp4", "localhost:"+port, then))
}

func TestListenConfig(t *testing.T) {
	lc := net.ListenConfig{KeepAlive: -1}
	hub(t, Call2(func(h *green.Hub) (net.Listener, error, *green.Frame) {
		return ListenConfig_Listen_green(h, &lc, context.Background(), "tcp", "127.0.0.1:0")
	}, func(l net.Listener, err error) {
		require.NoError(t, err)
		require.IsType(t, &Listener{}, l)
		on, err := syscall.GetsockoptInt(l.(*Listener).desc.FD(), syscall.SOL_SOCKET, syscall.SO_KEEPALIVE)
		require.NoError(t, err)
		require.Zero(t, on)
		require.NoError(t, l.Close())
	}))
}
