package multipart

import (
	"mime/multipart"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// pipe is a conn that others put text into.
type pipe struct {
	text  string
	event rt.Event
}

func (p *pipe) Read([]byte) (int, error) { panic("read where it may block") }

func (p *pipe) Read_green(h *green.Hub, b []byte) (int, error, *green.Frame) {
	if p.text != "" {
		n := copy(b, p.text)
		p.text = p.text[n:]
		return n, nil, nil
	}
	_, c := p.event.WaitTimeout_green(h, -1)
	f := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		n := copy(b, p.text)
		p.text = p.text[n:]
		green.SlotOf[struct {
			R0 int
			R1 error
		}](h).R0 = n
		return hd.Parent
	})
	c.Parent = f
	return 0, nil, f
}

func (p *pipe) put(text string) Step {
	return func(h *green.Hub) *green.Frame {
		p.text += text
		c := p.event.Set_green(h)
		p.event.Clear()
		return c
	}
}

// Who is killed while it waits for a part, or for its text, has taken nothing that its call
// did not return: another goes on.
func TestKilled(t *testing.T) {
	text := bodies[7]
	whole := func() *session {
		return &session{r: multipart.NewReader(strings.NewReader(text), "b"), buf: make([]byte, 3)}
	}
	parts, first := whole(), whole()
	parts.plainly()
	for first.nextPlain(); !first.ended(); {
		first.sawRead(first.part.Read(first.buf))
	}
	for cut := range strings.LastIndex(text, "--b--") + 5 {
		require.Equal(t, parts.saw, interrupted(t, text, cut, func(s *session) Step { return s.greenly }).saw, cut)
		require.Equal(t, first.text, interrupted(t, text, cut, func(s *session) Step {
			return Loop(s.ended, func(h *green.Hub) *green.Frame {
				if s.part == nil {
					return s.next(h)
				}
				return s.read(h)
			})
		}).text, cut)
	}
}

// ended reports whether a part is over.
func (s *session) ended() bool {
	return len(s.saw) > 0 && strings.HasSuffix(s.saw[len(s.saw)-1], "EOF")
}

// interrupted does all of a session, and is killed after part of the text.
func interrupted(t *testing.T, text string, cut int, all func(*session) Step) *session {
	t.Helper()
	p := new(pipe)
	s := &session{r: multipart.NewReader(p, "b"), buf: make([]byte, 3)}
	var g *rt.Greenlet
	yield := func(h *green.Hub) *green.Frame { return rt.Yield_green(h) }
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) { g = rt.Spawn_green(h, Task(all(s))) }),
		yield, p.put(text[:cut]), yield, yield,
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		p.put(text[cut:]),
		all(s),
	)))
	return s
}
