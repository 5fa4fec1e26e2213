//go:build linux

package net

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// written is what a WriteTo returned, and left.
type written struct {
	n    int64
	text string
	left int
}

func writtenTo(t *testing.T, w io.Writer, asGreenlet bool) (r written) {
	v := net.Buffers{[]byte("one "), nil, []byte("two")}
	note := func(n int64, err error) {
		r.n, r.left = n, len(v)
		if err != nil {
			r.text = err.Error()
		}
	}
	if !asGreenlet {
		note(v.WriteTo(w))
		return r
	}
	hub(t, Call2(func(h *green.Hub) (int64, error, *green.Frame) { return Buffers_WriteTo_green(h, &v, w) }, note))
	return r
}

// The results are std's, whatever the conn, and one datagram is one.
func TestBuffersEqualStd(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		a, b := stdPair(t, network)
		same := func() {
			require.Equal(t, writtenTo(t, a, false), writtenTo(t, a, true), network)
		}
		same()
		p := make([]byte, 14)
		_, err := io.ReadFull(b, p)
		require.NoError(t, err)
		require.Equal(t, "one twoone two", string(p))
		StdConn_SetWriteDeadline_green(nil, a, time.Unix(1, 0)) // as green code does
		same()
		a.Close()
		same()
	}
	a, b := udpPair(t)
	for _, w := range []io.Writer{a, struct{ *net.UDPConn }{a}, &struct{ *net.UDPConn }{a}} {
		for _, asGreenlet := range []bool{false, true} {
			require.Equal(t, written{n: 7}, writtenTo(t, w, asGreenlet))
			p := make([]byte, 20)
			n, err := b.Read(p)
			require.NoError(t, err)
			require.Equal(t, "one two", string(p[:n]))
		}
	}
	for _, none := range []io.Writer{&net.UnixConn{}, &net.TCPConn{}} {
		require.Equal(t, writtenTo(t, none, false), writtenTo(t, none, true))
	}
}
