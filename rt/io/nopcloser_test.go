package io

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func TestNopClosersAreKnown(t *testing.T) {
	require.NotNil(t, methods(io.NopCloser(nil)).Read)
	require.NotNil(t, methods(io.NopCloser(new(strings.Reader))).WriteTo)
}

func TestNopCloserEqualsStd(t *testing.T) {
	make := func() io.Reader { return io.NopCloser(io.NopCloser(slow{r: strings.NewReader("text")})) }
	require.Equal(t, steps(t, make(), false), steps(t, make(), true))
	whole := func() io.Reader { return io.NopCloser(io.MultiReader(parts()...)) }
	require.Equal(t, steps(t, whole(), false), steps(t, whole(), true))
	var want, got strings.Builder
	n, err := whole().(io.WriterTo).WriteTo(&want)
	hub(t, Call2(func(h *green.Hub) (int64, error, *green.Frame) { return Copy_green(h, &got, whole()) }, func(m int64, e error) {
		require.Equal(t, n, m)
		require.Equal(t, err, e)
	}), Call1(func(h *green.Hub) (error, *green.Frame) { return Close(h, whole().(io.Closer)) }, func(err error) { require.NoError(t, err) }))
	require.Equal(t, want.String(), got.String())
}

// Who is killed while it reads takes nothing along, and a limit counts what was read.
func TestKilledAtANopCloser(t *testing.T) {
	r, w := io.Pipe()
	l := &io.LimitedReader{R: io.NopCloser(r), N: 100}
	p := make([]byte, 8)
	var reader, writer *rt.Greenlet
	wrote, read := 0, -1
	gets := Call2(func(h *green.Hub) (int, error, *green.Frame) { return LimitedReader_Read_green(h, l, p) }, func(k int, _ error) { read = k })
	used := ^uint64(0)
	hub(t,
		spawn(&reader, gets), yield, killed(&reader),
		spawn(&writer, puts(w, "whole", &wrote)), gets, ended(&writer),
		On(func(h *green.Hub) { used = h.Offloads }))
	require.Equal(t, "whole", string(p[:read]))
	require.EqualValues(t, 95, l.N)
	require.Zero(t, used)
}

func TestSectionEqualsStd(t *testing.T) {
	const text = "0123456789"
	for _, at := range [][2]int64{{0, 10}, {2, 5}, {8, 1 << 62}, {3, 0}, {0, -1}, {12, 3}} {
		make := func() *io.SectionReader {
			return io.NewSectionReader(strings.NewReader(text), at[0], at[1])
		}
		require.Equal(t, steps(t, make(), false), steps(t, make(), true))
		for from := int64(-1); from < 9; from++ {
			want, got := [3]byte{}, [3]byte{}
			n, err := make().ReadAt(want[:], from)
			s := make()
			hub(t, Call2(func(h *green.Hub) (int, error, *green.Frame) { return SectionReader_ReadAt_green(h, s, got[:], from) }, func(m int, e error) {
				require.Equal(t, n, m)
				require.Equal(t, err, e)
			}))
			require.Equal(t, want, got)
		}
	}
}
