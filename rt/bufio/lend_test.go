package bufio

import (
	"bufio"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// pipe is a Trier that others put text into.
type pipe struct {
	text  string
	event rt.Event
}

func (p *pipe) Read([]byte) (int, error) { panic("read where it may block") }

func (p *pipe) Read_green(*green.Hub, []byte) (int, error, *green.Frame) { panic("not tried") }

func (p *pipe) TryRead_green(_ *green.Hub, b []byte) (int, error, bool) {
	n := copy(b, p.text)
	p.text = p.text[n:]
	return n, nil, n > 0
}

func (p *pipe) WaitRead_green(h *green.Hub) (*green.Frame, bool) {
	_, c := p.event.WaitTimeout_green(h, -1)
	return c, true
}

func (p *pipe) put(text string) Step {
	return func(h *green.Hub) *green.Frame {
		p.text += text
		c := p.event.Set_green(h)
		p.event.Clear()
		return c
	}
}

func readLine(r **bufio.Reader, got *[]string) Step {
	return Call2(func(h *green.Hub) (string, error, *green.Frame) {
		return Reader_ReadString_green(h, *r, '\n')
	}, func(s string, _ error) { *got = append(*got, s) })
}

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

// While readers wait, their buffers are with those who read.
func TestBuffersAreLent(t *testing.T) {
	var a, b pipe
	var ra, rb *bufio.Reader
	var ga, gb *rt.Greenlet
	var got []string
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) {
			ra, rb = NewReader_green(h, &a), NewReader_green(h, &b)
			ga = rt.Spawn_green(h, Task(readLine(&ra, &got)))
			gb = rt.Spawn_green(h, Task(readLine(&rb, &got)))
		}),
		yield,
		Do(func() {
			require.True(t, isLent(ra) && isLent(rb))
			require.Equal(t, 4096, ra.Size())
		}),
		a.put("first"), yield,
		Do(func() {
			require.False(t, isLent(ra)) // it has something, and waits for the rest
			require.True(t, isLent(rb))
		}),
		b.put("second\nand "), yield, yield,
		a.put(" line\n"), yield, yield,
		func(h *green.Hub) *green.Frame { return rt.JoinAll_green(h, ga, gb) },
	)))
	require.Equal(t, []string{"second\n", "first line\n"}, got)
	require.Equal(t, 4, rb.Buffered())
	p, err := rb.Peek(4)
	require.NoError(t, err)
	require.Equal(t, "and ", string(p))
}

// Who is killed while its reader waits leaves that with a buffer of its own.
func TestKilledWithoutBuffer(t *testing.T) {
	var p pipe
	var r *bufio.Reader
	var g *rt.Greenlet
	var got []string
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) {
			r = NewReader_green(h, &p)
			g = rt.Spawn_green(h, Task(readLine(&r, &got)))
		}),
		yield,
		Do(func() { require.True(t, isLent(r)) }),
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		Do(func() { require.False(t, isLent(r)) }),
		p.put("later\n"),
		readLine(&r, &got),
	)))
	require.ErrorIs(t, g.Err(), rt.ErrKilled)
	require.Equal(t, []string{"later\n"}, got)
}

func isLent(r *bufio.Reader) bool {
	return unsafe.SliceData(*bufferOf(r)) == &noBuffer[0]
}

// readable is a pipe for plain code too.
type readable struct{ pipe }

func (p *readable) Read(b []byte) (int, error) {
	n, _, _ := p.TryRead_green(nil, b)
	return n, nil
}

// Who waited when its hub ended is no more: its reader can be read by plain code.
func TestBufferAfterTheHub(t *testing.T) {
	var pa, pb readable
	var ra, rb *bufio.Reader
	var got []string
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) {
			ra, rb = NewReader_green(h, &pa), NewReader_green(h, &pb)
			rt.Spawn_green(h, Task(readLine(&ra, &got)))
			rt.Spawn_green(h, Task(readLine(&rb, &got)))
		}),
		yield,
		Do(func() { require.True(t, isLent(ra) && isLent(rb)) }),
	)))
	pa.text, pb.text = "ah\n", "oh\n"
	for _, r := range []*bufio.Reader{ra, rb} {
		_, err := r.Peek(1)
		require.NoError(t, err)
		require.Equal(t, 4096, r.Size())
	}
	s, err := ra.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ah\n", s)
	s, err = rb.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "oh\n", s)
}
