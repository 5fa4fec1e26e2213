package textproto

import (
	"bufio"
	"io"
	"net/textproto"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	gbufio "github.com/greengen/greengen/rt/bufio"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	gio "github.com/greengen/greengen/rt/io"
)

// pipe is a conn that others put text into.
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

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

// killed begins a call while only part of the text is there, byte by byte, and kills it;
// then another one begins, and gets the rest.
func killed(t *testing.T, text string, cut int, begin, next op, want got, check func(r *textproto.Reader)) {
	t.Helper()
	var p pipe
	var r *textproto.Reader
	var g *rt.Greenlet
	var lost, have got
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) {
			r = textproto.NewReader(gbufio.NewReader_green(h, &p))
			g = rt.Spawn_green(h, Task(begin.green(r, &lost)))
		}),
		yield,
		func(h *green.Hub) *green.Frame {
			var steps []Step
			for _, c := range text[:cut] {
				steps = append(steps, p.put(string(c)), yield, yield)
			}
			return Run(h, steps...)
		},
		Do(func() { require.False(t, g.Ready(), "%s of %q", begin.name, text[:cut]) }),
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		Do(func() { check(r) }),
		p.put(text[cut:]),
		func(h *green.Hub) *green.Frame { return next.green(r, &have)(h) },
	)))
	require.ErrorIs(t, g.Err(), rt.ErrKilled)
	require.Equal(t, want, have, "%s after %s of %q", next.name, begin.name, text[:cut])
}

// Who is killed before all is there has taken nothing.
func TestKilledBefore(t *testing.T) {
	for _, c := range []struct {
		op   int
		text string
	}{
		{0, "one line\r\n"}, {2, "a line\r\n  goes on\r\nx"}, {4, "K: v\r\n w\r\nL: x\r\n\r\n"},
		{7, "250 fine\r\n"}, {8, "250-a\r\n250-b\r\n250 c\r\n"},
	} {
		want := ops[c.op].plain(textproto.NewReader(bufio.NewReader(strings.NewReader(c.text))))
		for cut := range c.text {
			killed(t, c.text, cut, ops[c.op], ops[c.op], want, func(*textproto.Reader) {})
		}
	}
}

// Who is killed while it reads dots leaves a reader that knows where it is: what comes next
// is read behind the dot.
func TestKilledInDots(t *testing.T) {
	text := ".a\r\n..b\r\n\r\n"
	for cut := range len(text) + 1 {
		for _, begin := range []op{ops[5], dotOp(100, 1)} {
			killed(t, text+".\r\nnext\r\n", cut, begin, ops[0], got{"next", nil}, func(r *textproto.Reader) {
				require.True(t, reading(r))
			})
		}
	}
}

// stuck is a conn that takes nothing more while it is shut.
type stuck struct {
	strings.Builder
	shut bool
	open rt.Event
}

func (s *stuck) Write_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	if !s.shut {
		n, err := s.Write(p)
		return n, err, nil
	}
	_, c := s.open.WaitTimeout_green(h, -1)
	return 0, nil, c
}

// Who is killed while it writes dots leaves a writer that can be closed: its text ends.
func TestKilledWriting(t *testing.T) {
	text, kills := "a\n.\n", 0
	for cut := range len(text) * 4 {
		var s stuck
		var o io.WriteCloser
		var g *rt.Greenlet
		require.NoError(t, rt.Run(Task(
			On(func(h *green.Hub) {
				w := textproto.NewWriter(gbufio.NewWriterSize_green(h, &s, 7))
				o = w.DotWriter()
				s.shut = true
				g = rt.Spawn_green(h, Task(Call2(func(h *green.Hub) (int, error, *green.Frame) {
					return gio.Write(h, o, []byte(strings.Repeat(text, 4)[cut:]))
				}, func(int, error) {})))
			}),
			yield,
			func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
			Do(func() { s.shut = false }),
			Call1(func(h *green.Hub) (error, *green.Frame) { return gio.Close(h, o) }, func(err error) { require.NoError(t, err) }),
		)))
		if g.Err() == nil {
			continue // all had room
		}
		kills++
		require.True(t, strings.HasSuffix(s.String(), "\r\n.\r\n") || s.String() == ".\r\n", "%q", s.String())
	}
	require.Greater(t, kills, 5)
}
