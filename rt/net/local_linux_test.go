package net

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// Addresses without a host, and those that stand for any one, lead to this system, without
// a worker; the conn tells the peer's as net's does.
func TestDialLocal(t *testing.T) {
	for _, c := range []struct {
		listen, network, host string
		offloads              uint64
	}{
		{"127.0.0.1", "tcp", "", 0},
		{"127.0.0.1", "tcp4", "", 0},
		{"127.0.0.1", "tcp", "0.0.0.0", 0},
		{"::1", "tcp6", "", 0},
		{"::1", "tcp6", "::", 0},
		{"::1", "tcp", "::1", 0},
		{"::1", "tcp", "::", 1}, // std tries 0.0.0.0 as well
	} {
		l, err := net.Listen("tcp", net.JoinHostPort(c.listen, "0"))
		if err != nil {
			t.Logf("skipped, no %s here: %v", c.listen, err)
			continue
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		address := net.JoinHostPort(c.host, port)
		want, err := net.Dial(c.network, address)
		require.NoError(t, err, address)
		used := ^uint64(0)
		hub(t, Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
			return Dial_green(h, c.network, address)
		}, func(conn net.Conn, err error) {
			require.NoError(t, err, address)
			require.Equal(t, want.RemoteAddr().String(), conn.RemoteAddr().String(), address)
			require.NoError(t, conn.Close())
		}), On(func(h *green.Hub) { used = h.Offloads }))
		require.Equal(t, c.offloads, used, address)
		require.NoError(t, want.Close())
		require.NoError(t, l.Close())
	}
}

// The name of a socket may be abstract.
func TestDialAbstract(t *testing.T) {
	l, err := net.Listen("unix", "@greengen-"+t.Name())
	require.NoError(t, err)
	defer l.Close()
	want, err := net.Dial("unix", l.Addr().String())
	require.NoError(t, err)
	defer want.Close()
	hub(t, Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
		return Dial_green(h, "unix", l.Addr().String())
	}, func(conn net.Conn, err error) {
		require.NoError(t, err)
		require.Equal(t, want.RemoteAddr(), conn.RemoteAddr())
		require.Equal(t, want.LocalAddr(), conn.LocalAddr())
		require.NoError(t, conn.Close())
	}))
}
