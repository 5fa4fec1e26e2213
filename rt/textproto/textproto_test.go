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
	"a\n b\n c\nd", "a\n\tb\r\n",
	"250 ok\n", "250-a\n", "250-a\n250 b\n", "250-a\n250-b\n250 c\n", "250-a\n251 b\n", "250-a\n251 b\n250 c\n", "250-a\n25\n250\n250 c\n",
	"25\n", "25-\n", "042-x\n", "042-x\n042 y\n", "xyz-a\nxyz b\n", "250xa\n", "999-a\n999-b\n999 \n", "250-a\r\n250 b\r\n", "+50-a\n+50 b\n",
}

// What is enough is what std reads, no more and no less.
func TestEnough(t *testing.T) {
	require.GreaterOrEqual(t, placeReader, 0)
	require.GreaterOrEqual(t, placeWriter, 0)
	for name, m := range map[string]struct {
		enough func([]byte) bool
		read   func(*textproto.Reader)
	}{
		"line":      {line, func(r *textproto.Reader) { r.ReadLine() }},
		"code line": {line, func(r *textproto.Reader) { r.ReadCodeLine(250) }},
		"continued": {continued, func(r *textproto.Reader) { r.ReadContinuedLine() }},
		"response":  {whole, func(r *textproto.Reader) { r.ReadResponse(250) }},
	} {
		for _, text := range texts {
			for n := range len(text) + 1 {
				c := &counter{s: text[:n]}
				m.read(textproto.NewReader(bufio.NewReader(c)))
				require.Equal(t, !c.asked, m.enough([]byte(text[:n])), "%s of %q", name, text[:n])
			}
		}
	}
}

func TestOpenDots(t *testing.T) {
	r := textproto.NewReader(bufio.NewReader(strings.NewReader("a\n.\n")))
	require.False(t, reading(r))
	d := r.DotReader()
	require.True(t, reading(r))
	io.ReadAll(d)
	require.False(t, reading(r))
	w := textproto.NewWriter(bufio.NewWriter(io.Discard))
	require.False(t, writing(w))
	o := w.DotWriter()
	require.True(t, writing(w))
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
