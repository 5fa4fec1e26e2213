package fmt

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	rtnet "github.com/greengen/greengen/rt/net"
)

// scanned is a call of Fscan as a step, into a and b.
func scanned(r *io.Reader, a, b any, then func(int, error)) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return Fscan_green(h, *r, a, b) }, then)
}

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

// Who is killed while it scans has read what it has, and no more; another goes on there.
func TestKilledAtFscan(t *testing.T) {
	var g *rt.Greenlet
	var r io.Reader
	var w io.Writer
	var a, b int
	writes := func(s string) Step {
		return Call2(func(h *green.Hub) (int, error, *green.Frame) {
			return w.(interface {
				Write_green(*green.Hub, []byte) (int, error, *green.Frame)
			}).Write_green(h, []byte(s))
		}, func(n int, err error) { require.NoError(t, err) })
	}
	n, used := 0, ^uint64(0)
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) { r, w = rtnet.Pipe_green(h) }),
		On(func(h *green.Hub) {
			g = rt.Spawn_green(h, Task(scanned(&r, &a, &b, func(int, error) { t.Error("it was killed") })))
		}),
		yield, writes("12 3"), yield, func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		Do(func() { require.Equal(t, 12, a) }),
		On(func(h *green.Hub) {
			g = rt.Spawn_green(h, Task(scanned(&r, &a, &b, func(k int, err error) { n = k; require.NoError(t, err) })))
		}),
		yield, writes("45 6\n"), func(h *green.Hub) *green.Frame { return g.Join_green(h) },
		On(func(h *green.Hub) { used = h.Offloads }))))
	require.Equal(t, []int{2, 45, 6}, []int{n, a, b})
	require.Zero(t, used)
}

// endless is a reader with a twin that never waits.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	e.left--
	p[0] = 'x'
	return 1, nil
}

func (e *endless) Read_green(_ *green.Hub, p []byte) (int, error, *green.Frame) {
	n, err := e.Read(p)
	return n, err, nil
}

// What would be given again too often, since it comes byte by byte, a worker finishes.
func TestLongFscan(t *testing.T) {
	const long = 20000
	var s, rest string
	var r io.Reader = &endless{left: long}
	k, want := fmt.Fscan(&endless{left: long}, &s, &rest)
	used := ^uint64(0)
	require.NoError(t, rt.Run(Task(scanned(&r, &s, &rest, func(n int, err error) {
		require.Equal(t, k, n)
		require.Equal(t, want, err)
	}), On(func(h *green.Hub) { used = h.Offloads }))))
	require.Equal(t, strings.Repeat("x", long), s)
	require.EqualValues(t, 1, used)
}

// A buffer that has what is scanned is asked at once.
func TestFscanOfBuffer(t *testing.T) {
	var a, b int
	var r io.Reader = bufio.NewReader(&endless{})
	require.NoError(t, rt.Run(Task(scanned(&r, &a, &b, func(n int, err error) {
		require.Zero(t, n)
		require.Equal(t, io.EOF, err)
	}))))
	n, err := Fscan(strings.NewReader("1 2"), &a, &b)
	require.Equal(t, 2, n)
	require.NoError(t, err)
	n, err = Fscanf(strings.NewReader("3/4"), "%d/%d", &a, &b)
	require.Equal(t, "2 <nil> 3 4", fmt.Sprint(n, err, a, b))
}
