package binary

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	rtnet "github.com/greengen/greengen/rt/net"
)

// Who is killed while it reads leaves what has not come to others.
func TestKilledAtRead(t *testing.T) {
	var r io.ReadWriter
	var w io.ReadWriter
	var g *rt.Greenlet
	var x, y uint32
	reads := func(to *uint32) Step {
		return Call1(func(h *green.Hub) (error, *green.Frame) { return Read_green(h, r, binary.BigEndian, to) },
			func(err error) { require.NoError(t, err) })
	}
	writes := func(x any) Step {
		return Call1(func(h *green.Hub) (error, *green.Frame) { return Write_green(h, w, binary.BigEndian, x) },
			func(err error) { require.NoError(t, err) })
	}
	used := ^uint64(0)
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) { r, w = rtnet.Pipe_green(h) }),
		On(func(h *green.Hub) { g = rt.Spawn_green(h, Task(reads(&x))) }),
		writes(uint16(1)), func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		On(func(h *green.Hub) { g = rt.Spawn_green(h, Task(reads(&y))) }),
		writes([]uint16{2, 3}), func(h *green.Hub) *green.Frame { return g.Join_green(h) },
		On(func(h *green.Hub) { used = h.Offloads }))))
	require.Equal(t, []uint32{0, 2<<16 | 3}, []uint32{x, y})
	require.Zero(t, used)
}

// Varints end where std's do, at any cut.
func TestVarintsEqualStd(t *testing.T) {
	for _, text := range []string{"", "\x05rest", "\x80\x01", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"} {
		for cut := range len(text) + 1 {
			want, got := bytes.NewBufferString(text[:cut]), bytes.NewBufferString(text[:cut])
			n, err := binary.ReadUvarint(want)
			m, e := ReadUvarint(got)
			require.Equal(t, n, m)
			require.Equal(t, err, e)
			require.Equal(t, want.String(), got.String())
			k, err := binary.ReadVarint(bytes.NewBufferString(text[:cut]))
			l, e := ReadVarint(bytes.NewBufferString(text[:cut]))
			require.Equal(t, k, l)
			require.Equal(t, err, e)
		}
	}
}
