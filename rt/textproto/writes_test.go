package textproto

import (
	"bufio"
	"fmt"
	"io"
	"net/textproto"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	gbufio "github.com/greengen/greengen/rt/bufio"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	gio "github.com/greengen/greengen/rt/io"
)

// drain keeps what is written to it, write by write. After some bytes it fails, or takes
// less than it is given. Its twin waits each time.
type drain struct {
	left   int // negative: it takes all
	short  bool
	writes []string
}

func (d *drain) Write(p []byte) (int, error) {
	if d.left < 0 || len(p) <= d.left {
		d.left -= min(len(p), max(d.left, 0))
		d.writes = append(d.writes, string(p))
		return len(p), nil
	}
	n := d.left
	d.left = 0
	d.writes = append(d.writes, string(p[:n]))
	if d.short && n > 0 { // std asks for ever who takes nothing and does not fail
		return n, nil
	}
	return n, errOdd
}

func (d *drain) Write_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	c := green.Yield(h)
	c.Parent = green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		n, err := d.Write(p)
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

// wop is a call that writes, plain and green.
type wop struct {
	name  string
	plain func(s *target) got
	green func(s *target, to *got) Step
}

// target is a Writer and the last of its DotWriters.
type target struct {
	*textproto.Writer
	o io.WriteCloser
}

func writeOp(text string) wop {
	return wop{fmt.Sprintf("write %q", text), func(s *target) got {
		n, err := s.o.Write([]byte(text))
		return got{n, err, writingOf(s.o).state}
	}, func(s *target, to *got) Step {
		return Call2(func(h *green.Hub) (int, error, *green.Frame) { return gio.Write(h, s.o, []byte(text)) },
			func(n int, err error) { *to = got{n, err, writingOf(s.o).state} })
	}}
}

var (
	opens = wop{"open", func(s *target) got {
		s.o = s.DotWriter()
		return got{}
	}, func(s *target, to *got) Step {
		return Call1(func(h *green.Hub) (io.WriteCloser, *green.Frame) {
			twin, env, _ := green.Lookup(Writer_DotWriter)
			return green.As[func(*green.Hub, unsafe.Pointer, *textproto.Writer) (io.WriteCloser, *green.Frame)](twin)(h, env, s.Writer)
		}, func(o io.WriteCloser) { s.o, *to = o, got{} })
	}}
	closes = wop{"close", func(s *target) got {
		return got{s.o.Close(), writing(s.Writer)}
	}, func(s *target, to *got) Step {
		return Call1(func(h *green.Hub) (error, *green.Frame) { return gio.Close(h, s.o) },
			func(err error) { *to = got{err, writing(s.Writer)} })
	}}
	prints = wop{"print", func(s *target) got {
		return got{s.PrintfLine("%s %d", "line", 1), writing(s.Writer)}
	}, func(s *target, to *got) Step {
		return Call1(func(h *green.Hub) (error, *green.Frame) {
			twin, env, _ := green.Lookup(Writer_PrintfLine)
			return green.As[func(*green.Hub, unsafe.Pointer, *textproto.Writer, string, ...any) (error, *green.Frame)](twin)(h, env, s.Writer, "%s %d", "line", 1)
		}, func(err error) { *to = got{err, writing(s.Writer)} })
	}}
)

// sink is what is written to: it fails after left bytes.
type sink struct {
	buffer, left int
	short        bool
}

func (k sink) drain() *drain { return &drain{left: k.left, short: k.short} }

// outcomeW is what calls returned and wrote.
type outcomeW struct {
	results []got
	writes  []string
}

func plainlyW(k sink, calls []wop) outcomeW {
	d := k.drain()
	s := &target{Writer: textproto.NewWriter(bufio.NewWriterSize(d, k.buffer))}
	var all []got
	for _, c := range calls {
		all = append(all, c.plain(s))
	}
	return outcomeW{all, d.writes}
}

// greenlyW makes the calls by twins, but each seventh or so by plain code; mixed: to a
// writer of plain code's.
func greenlyW(h *green.Hub, k sink, calls []wop, turn int, o *outcomeW) *green.Frame {
	d := k.drain()
	w := gbufio.NewWriterSize_green(h, d, k.buffer)
	if turn%101 == 0 {
		w = bufio.NewWriterSize(d, k.buffer)
	}
	s := &target{Writer: textproto.NewWriter(w)}
	o.results = make([]got, len(calls))
	var steps []Step
	for i, c := range calls {
		if (turn+i)%7 == 0 {
			steps = append(steps, Do(func() { o.results[i] = c.plain(s) }))
			continue
		}
		steps = append(steps, c.green(s, &o.results[i]))
	}
	return Run(h, append(steps, Do(func() { o.writes = d.writes }))...)
}

var written = []string{
	"", "a", "\n", "\r\n", ".", ".\n", "..\n.\n", "a\n.b\n\n.\r\n", "\r", "\r\r\n.", "a\rb\n\n\n", "\n.\n.\n.\n.", "a.b\n.",
	strings.Repeat(".\n", 20), strings.Repeat("a\r\n.b\n", 7), strings.Repeat("\n", 33) + strings.Repeat("x", 33),
}

func calls(text string, cut int) []wop {
	return []wop{opens, writeOp(text[:cut]), writeOp(text[cut:]), closes, opens, writeOp(text), prints, closes, opens, opens, prints}
}

// Whatever is written in whatever pieces: twins write what std's DotWriters write, piece by
// piece, return what they return, and take turns with them, also when a write fails.
func TestWrites(t *testing.T) {
	require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame {
		var steps []Step
		for _, text := range written {
			for cut := range len(text) + 1 {
				for _, buffer := range []int{1, 2, 3, 7, 16, 4096} {
					for _, left := range []int{-1, 0, 1, 5, 16, 17, len(text) + 2, 2*len(text) + 9} {
						k, calls, turn := sink{buffer, left, cut%2 == 0}, calls(text, cut), len(steps)
						steps = append(steps, func(h *green.Hub) *green.Frame {
							var o outcomeW
							return Run(h, func(h *green.Hub) *green.Frame { return greenlyW(h, k, calls, turn, &o) }, Do(func() {
								want := plainlyW(k, calls)
								require.Equal(t, want.writes, o.writes, "%+v %q %d %d", k, text, cut, turn)
								require.Equal(t, want.results, o.results, "%+v %q %d %d", k, text, cut, turn)
							}))
						})
					}
				}
			}
		}
		t.Log(len(steps), "cases")
		return Run(h, steps...)
	})))
}
