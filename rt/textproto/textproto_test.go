package textproto

import (
	"bufio"
	"io"
	"net/textproto"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// counter hands out n bytes, and says whether it was asked for more.
type counter struct {
	s     string
	asked bool
}

func (c *counter) Read(p []byte) (int, error) {
	if c.s == "" {
		c.asked = true
		return 0, io.EOF
	}
	n := copy(p, c.s)
	c.s = c.s[n:]
	return n, nil
}

var texts = []string{
	"", "\n", "\r\n", "a", "a\n", "a\r\n", " \n", " \r\nb", "a\nb", "a\n b", "a\n b\n", "a\n b\nc", "a\n ", "a\n  \t\n", "a\n \n\n", "a\r\n\r\n",
	"a\n b\n c\nd", "a\n\tb\r\n", "a\r\r\nb\r", "a\r \n \r\n",
	"250 ok\n", "250-a\n", "250-a\n250 b\n", "250-a\n250-b\n250 c\n", "250-a\n251 b\n", "250-a\n251 b\n250 c\n", "250-a\n25\n250\n250 c\n",
	"25\n", "25-\n", "042-x\n", "042-x\n042 y\n", "xyz-a\nxyz b\n", "250xa\n", "999-a\n999-b\n999 \n", "250-a\r\n250 b\r\n", "+50-a\n+50 b\n",
}

var headers = []string{
	"K: v\n\nrest", "K: v\r\n\r\nrest", "K: v\r\n w\r\n\r\n", "K: v\n \n\n", "K: v\n \nx: y\n\n", "K: v\n \n\t\n\n.", "K: v\n ", "K:\n \n\n",
	"k-ey: a\nK-eY:b\n\n", "a b: c\n\n", "a\x01: c\nd: e\n\n", "a: \x02c\nd: e\n\n", "a: c\xff\n\n", "a: c\x7f\n \n x\nd", ": v\n\nx", "K v\nw: x\n\n",
	"K v", " K: v\n\nx", "\tK: v", "  " + strings.Repeat("x", 90) + "\nK: v\n\n", " " + strings.Repeat("y", 79) + "\nz", " " + strings.Repeat("y", 80) + "\nz",
	"K: v\r\r\n\r\nr", "K: \t v \t\n \t w\t \n\n", "K\n : v\n\n", "K: a:b\n\r\nx", "K: v\n\r", "K: v\n\rx\n\n", "\r\n.", "\n", "\r",
	"K: " + strings.Repeat("long ", 12) + "\nL: " + strings.Repeat("m", 40) + "\n " + strings.Repeat("n", 33) + "\n\nrest",
}

var dotted = []string{
	".\n", ".\r\nrest\n", "a\n.\nrest", "a\r\n.\r\nK: v\r\n\r\n", "..\n.\n", "..\r\n...\r\n.\r\n.\r\n", ".a\n.\n", ".\rb\n.\n", ".\r\r\n.\n", "\r\r\n\n.\n",
	"\r.\n.\n", "a\r\rb\n.\r\n", "a\rb\r\n.\n", "a.\n.\n", "\n.\n", "\r\n.\r\n\r\n", " x\n.\n y: z\n\n", "K: v\n.\n K: w\n\n", "a\n.b\n. \n.\n", "a\n.\r", "a\r", ".",
	strings.Repeat("0123456789\r\n", 6) + ".\r\nafter\n", "." + strings.Repeat(".", 20) + "\r\n.\r\n",
}

// What is enough is what std reads, no more and no less.
func TestEnough(t *testing.T) {
	for name, m := range map[string]struct {
		enough func() func([]byte) bool
		read   func(*textproto.Reader)
	}{
		"line":      {plainly(line), func(r *textproto.Reader) { r.ReadLine() }},
		"code line": {plainly(line), func(r *textproto.Reader) { r.ReadCodeLine(250) }},
		"continued": {plainly(continued), func(r *textproto.Reader) { r.ReadContinuedLine() }},
		"response":  {plainly(whole), func(r *textproto.Reader) { r.ReadResponse(250) }},
		"header":    {func() func([]byte) bool { return new(header).enough }, func(r *textproto.Reader) { r.ReadMIMEHeader() }},
	} {
		for _, text := range append(append(texts, headers...), dotted...) {
			enough, over := m.enough(), false
			for n := range len(text) + 1 {
				c := &counter{s: text[:n]}
				m.read(textproto.NewReader(bufio.NewReader(c)))
				over = over || enough([]byte(text[:n])) // nobody asks again
				require.Equal(t, !c.asked, over, "%s of %q", name, text[:n])
				require.Equal(t, !c.asked, m.enough()([]byte(text[:n])), "%s of %q at once", name, text[:n])
			}
		}
	}
}

func plainly(f func([]byte) bool) func() func([]byte) bool {
	return func() func([]byte) bool { return f }
}

func TestOpenDots(t *testing.T) {
	require.True(t, dots.reads)
	require.True(t, dots.writes)
	require.True(t, connKnown)
	r := textproto.NewReader(bufio.NewReader(strings.NewReader("a\n.\n")))
	require.False(t, reading(r))
	d := r.DotReader()
	require.True(t, reading(r))
	require.Same(t, d, openReader(r))
	io.ReadAll(d)
	require.False(t, reading(r))
	w := textproto.NewWriter(bufio.NewWriter(io.Discard))
	require.False(t, writing(w))
	o := w.DotWriter()
	require.True(t, writing(w))
	require.Same(t, o, openWriter(w))
	require.NoError(t, o.Close())
	require.False(t, writing(w))
}

// A turn is known before it is waited for.
func TestTurns(t *testing.T) {
	p := new(textproto.Pipeline)
	require.True(t, requests.turn(p, 0))
	require.False(t, requests.turn(p, 1))
	p.StartRequest(0)
	p.EndRequest(0)
	require.True(t, requests.turn(p, 1))
	require.True(t, responses.turn(p, 0))
	p.StartResponse(0)
	p.EndResponse(0)
	require.False(t, responses.turn(p, 0))
	require.True(t, responses.turn(p, 1))
}
