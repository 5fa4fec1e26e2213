package multipart

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	gio "github.com/greengen/greengen/rt/io"
)

var errOdd = errors.New("odd")

// feed gives text up to cut, then the rest, size bytes at a time, and between the two an
// error if fails; then EOF. Its twin waits each time.
type feed struct {
	text  string
	cut   int
	size  int
	fails bool
	reads int
}

func (f *feed) Read(p []byte) (int, error) {
	f.reads++
	n := min(f.size, len(p), len(f.text))
	if f.cut > 0 {
		n = min(n, f.cut)
	} else if f.fails {
		f.fails = false
		return 0, errOdd
	} else if n == 0 {
		return 0, io.EOF
	}
	copy(p, f.text[:n])
	f.text, f.cut = f.text[n:], f.cut-n
	return n, nil
}

func (f *feed) Read_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	c := green.Yield(h)
	c.Parent = green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		n, err := f.Read(p)
		*green.SlotOf[struct {
			R0 int
			R1 error
		}](h) = struct {
			R0 int
			R1 error
		}{n, err}
		return hd.Parent
	})
	return 0, nil, c.Parent
}

// session is what a program does: it asks for parts and reads some of each.
type session struct {
	r     *multipart.Reader
	part  *multipart.Part
	saw   []string
	text  string // of all parts
	buf   []byte
	size  int // of a Read
	times int // how many of a part
	raw   bool
	turns int // each so many calls are plain, 0: none
	calls int
	over  bool
}

func (s *session) sawPart(p *multipart.Part, err error) {
	s.part, s.over = p, err != nil || len(s.saw) > 40
	if s.saw = append(s.saw, fmt.Sprintf("part %v", err)); p != nil {
		s.saw = append(s.saw, fmt.Sprintf("%q %q %q", p.Header, p.FormName(), p.FileName()))
	}
}

func (s *session) sawRead(n int, err error) {
	s.saw, s.text = append(s.saw, fmt.Sprintf("%q %v", s.buf[:n], err)), s.text+string(s.buf[:n])
}

func (s *session) plainly() {
	for !s.over {
		s.nextPlain()
		for i := 0; i < s.times && s.part != nil; i++ {
			s.sawRead(s.part.Read(s.buf))
		}
	}
}

func (s *session) nextPlain() {
	f := s.r.NextPart
	if s.raw {
		f = s.r.NextRawPart
	}
	s.sawPart(f())
}

// plainTurn reports whether plain code makes the next call.
func (s *session) plainTurn() bool {
	s.calls++
	return s.turns > 0 && s.calls%s.turns == 0
}

func (s *session) next(h *green.Hub) *green.Frame {
	if s.plainTurn() {
		s.nextPlain()
		return nil
	}
	f := Reader_NextPart
	if s.raw {
		f = Reader_NextRawPart
	}
	return Call2(func(h *green.Hub) (*multipart.Part, error, *green.Frame) {
		twin, env, _ := green.Lookup(f)
		return green.As[func(*green.Hub, unsafe.Pointer, *multipart.Reader) (*multipart.Part, error, *green.Frame)](twin)(h, env, s.r)
	}, s.sawPart)(h)
}

func (s *session) read(h *green.Hub) *green.Frame {
	switch {
	case s.part == nil:
		return nil
	case s.plainTurn():
		s.sawRead(s.part.Read(s.buf))
		return nil
	}
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return gio.Read(h, s.part, s.buf) }, s.sawRead)(h)
}

func (s *session) greenly(h *green.Hub) *green.Frame {
	steps := []Step{s.next}
	for range s.times {
		steps = append(steps, s.read)
	}
	return Loop(func() bool { return s.over }, steps...)(h)
}

func sessionOf(f *feed, turn int) *session {
	s := &session{r: multipart.NewReader(f, "b"), size: []int{100, 3, 1, 0}[turn%4], times: turn % 5, raw: turn%7 == 0}
	s.buf = make([]byte, s.size)
	return s
}

var bodies = []string{
	"", "--b--", "--b--\r\n", "--b\r\n\r\n--b--\r\n", "--b\r\n\r\nx\r\n--b--\r\n", "--b\n\nx\n--b\n\n--b--\n", "pre\r\n\r\n--b \t\r\nK: v\r\n\r\nx\r\n\r\n--b--x",
	"--b\r\nContent-Disposition: form-data; name=\"n\"; filename=\"/f/g\"\r\nK: v\r\n w\r\n\r\none\r\n--bc\r\n--\r\n--b\r\n\r\ntwo\r\n--b--\r\nafter",
	"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db=\r\nc =\t\r\nd=zz\r\n\r\n--b\r\nx: y\r\n\r\n--b--",
	"--b\r\nno colon\r\n\r\n--b--", "--b\r\n K: v\r\n\r\n--b--", "--b\r\nK\x01: v\r\n\r\nx\r\n--b--", "--b\r\n\r\nx\r\n--b\r\n\r\n\r\n--b--\r\n", "--b\r\n\r\n--b--\r\n--b--\r\n",
	"--b\r\n\r\nx\r\n--b-\r\n--b", "--b\r\n\r\n\r\n--b\r\n\r\n\r\n\r\n--b--", "no parts\r\n", "\r\n\r\n--b\n\r\nx\n--b--",
}

// Whatever comes in whatever pieces: twins return what std's methods return, and take turns
// with them.
func TestParts(t *testing.T) {
	bodies := append(bodies, "--b\r\nLong: "+strings.Repeat("x", 5000)+"\r\n\r\n"+strings.Repeat("y\r\n-", 2000)+"\r\n--b--\r\n", strings.Repeat("z", 5000))
	require.True(t, at.known)
	require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame {
		var steps []Step
		for _, text := range bodies {
			for cut := 0; cut <= len(text); cut += 1 + len(text)/200*4 {
				for _, f := range []feed{{text: text, cut: cut, size: len(text)}, {text: text, cut: cut, size: len(text), fails: true}, {text: text[:cut], size: 1}} {
					turn := len(steps)
					steps = append(steps, func(h *green.Hub) *green.Frame {
						f, g := f, f
						s := sessionOf(&f, turn)
						s.turns = turn % 6
						return Run(h, s.greenly, Do(func() {
							want := sessionOf(&g, turn)
							want.plainly()
							require.Equal(t, want.saw, s.saw, "%+v %d", f, turn)
							if len(text) < 4096 { // else less fits into the buffer at times, and more often
								require.Equal(t, g, f)
							}
						}))
					})
				}
			}
		}
		t.Log(len(steps), "cases")
		return Run(h, steps...)
	})))
}
