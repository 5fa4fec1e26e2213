//go:build linux

package net_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/talk"
	rtnet "github.com/greengen/greengen/rt/net"
)

func TestDatagrams(t *testing.T) {
	want := []string{
		"5 hello true <nil>",
		"sent: 3 <nil>", "sent: 0 <nil>", "sent: 200 <nil>",
		"3 one true <nil>", "0  true <nil>", "100 \x00\x00\x00\x00\x00 true <nil>",
		"0 <nil> true",
		"late: true",
		"wrong address: true",
		"0 <nil> true",
		"again: true",
	}
	for _, c := range [][3]string{
		{"udp", "127.0.0.1:0", "127.0.0.1:0"},
		{"udp4", "127.0.0.1:0", "127.0.0.1:0"},
		{"udp6", "[::1]:0", "[::1]:0"},
	} {
		t.Run(c[0], func(t *testing.T) {
			both(t, func(log *talk.Log) { talk.Datagrams(c[0], c[1], c[2], log) },
				func(h *green.Hub, log *talk.Log) *green.Frame { return talk.Datagrams_green(h, c[0], c[1], c[2], log) },
				want...)
		})
	}
	t.Run("unixgram", func(t *testing.T) {
		dir := t.TempDir()
		both(t, func(log *talk.Log) { talk.UnixDatagrams(dir, log) },
			func(h *green.Hub, log *talk.Log) *green.Frame { return talk.UnixDatagrams_green(h, dir, log) },
			want...)
	})
}

func TestDatagramsFlood(t *testing.T) {
	dir := t.TempDir()
	both(t, func(log *talk.Log) { talk.Flood(dir, log) },
		func(h *green.Hub, log *talk.Log) *green.Frame { return talk.Flood_green(h, dir, log) }, "all")
}

// A socket for both families reaches IPv4, and needs no worker.
func TestDatagramsOfBothFamilies(t *testing.T) {
	to, err := net.ListenPacket("udp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer to.Close()
	offloads := uint64(1)
	var c net.PacketConn
	require.NoError(t, rt.Run(Task(
		Call2(func(h *green.Hub) (net.PacketConn, error, *green.Frame) {
			return rtnet.ListenPacket_green(h, "udp", ":0")
		}, func(x net.PacketConn, err error) {
			require.NoError(t, err)
			c = x
		}),
		Call2(func(h *green.Hub) (int, error, *green.Frame) {
			return c.(*rtnet.PacketConn).WriteTo_green(h, []byte("hello"), to.LocalAddr())
		}, func(n int, err error) {
			require.NoError(t, err)
			require.Equal(t, 5, n)
		}),
		On(func(h *green.Hub) { offloads = h.Offloads }))))
	buf := make([]byte, 10)
	n, _, err := to.ReadFrom(buf)
	require.NoError(t, err)
	require.Equal(t, "hello", string(buf[:n]))
	require.Zero(t, offloads)
	require.NoError(t, c.Close())
}
