package io

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// asker is a Trier that notes how much it was asked for. It has all at once.
type asker struct {
	slow
	asked []int
}

func (p *asker) TryRead_green(_ *green.Hub, b []byte) (int, error, bool) {
	p.asked = append(p.asked, len(b))
	n, err := p.r.Read(b)
	return n, err, true
}

func (p *asker) WaitRead_green(h *green.Hub) (*green.Frame, bool) { return green.Yield(h), true }

type socket struct{ *asker }

func (socket) ByteStream() {}

// sink writes at once, but for what is to come after the first few bytes.
type sink struct {
	w    io.Writer
	room int
}

func (s *sink) Write(p []byte) (int, error) { return s.w.Write(p) }

func (s *sink) Write_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	if s.room -= len(p); s.room < 0 {
		return later(h, func() (int, error) { return s.w.Write(p) })
	}
	n, err := s.w.Write(p)
	return n, err, nil
}

type socketSink struct{ *sink }

func (socketSink) ByteStream() {}

// What goes from one socket to another goes by larger parts than what a Writer may look
// at, as long as they are sent at once.
func TestGulps(t *testing.T) {
	const little, much = 32 << 10, 72 << 10
	for name, test := range map[string]struct {
		sockets [2]bool
		room    int
		asked   []int
	}{
		"from a socket":         {[2]bool{true, false}, 1 << 20, []int{little, little, little, little, little, little, little}},
		"to a socket":           {[2]bool{false, true}, 1 << 20, []int{little, little, little, little, little, little, little}},
		"from socket to socket": {[2]bool{true, true}, 1 << 20, []int{much, much, much, much}},
		"to a slow one":         {[2]bool{true, true}, 100 << 10, []int{much, much, little, little, little}},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Repeat("0123456789abcdef", 12<<10)
			var got strings.Builder
			p := &asker{slow: slow{r: strings.NewReader(text)}}
			s := &sink{w: &got, room: test.room}
			var src io.Reader = p
			var dst io.Writer = s
			if test.sockets[0] {
				src = socket{p}
			}
			if test.sockets[1] {
				dst = socketSink{s}
			}
			var n int64
			hub(t, Call2(func(h *green.Hub) (int64, error, *green.Frame) { return Copy_green(h, dst, src) },
				func(m int64, err error) {
					n = m
					require.NoError(t, err)
				}))
			require.EqualValues(t, len(text), n)
			require.Equal(t, text, got.String())
			require.Equal(t, test.asked, p.asked)
		})
	}
}
