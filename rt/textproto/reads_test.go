package textproto

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	gbufio "github.com/greengen/greengen/rt/bufio"
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

// asked is a feed as conns are: it can be asked without waiting, every other time in vain.
type asked struct {
	feed
	grants bool
}

func (a *asked) TryRead_green(_ *green.Hub, p []byte) (int, error, bool) {
	if a.grants = !a.grants; a.grants {
		return 0, nil, false
	}
	n, err := a.Read(p)
	return n, err, true
}

func (a *asked) WaitRead_green(h *green.Hub) (*green.Frame, bool) { return green.Yield(h), true }

// got is what a call returned.
type got []any

// op is a call, plain and green.
type op struct {
	name  string
	plain func(r *textproto.Reader) got
	green func(r *textproto.Reader, to *got) Step
}

// call calls the twin of f.
func call[A, R any](h *green.Hub, f func(A) (R, error), a A) (R, error, *green.Frame) {
	twin, env, _ := green.Lookup(f)
	return green.As[func(*green.Hub, unsafe.Pointer, A) (R, error, *green.Frame)](twin)(h, env, a)
}

func op1[R any](name string, std, ours func(*textproto.Reader) (R, error)) op {
	return op{name, func(r *textproto.Reader) got {
		v, err := std(r)
		return got{some(v), err}
	}, func(r *textproto.Reader, to *got) Step {
		return Call2(func(h *green.Hub) (R, error, *green.Frame) { return call(h, ours, r) },
			func(v R, err error) { *to = got{some(v), err} })
	}}
}

// some makes no difference between no bytes and none: of a line that has nothing but blanks
// std returns the one or the other, as its Reader had longer ones before or not.
func some(v any) any {
	if b, ok := v.([]byte); ok && len(b) == 0 {
		return ""
	}
	return v
}

func op2(name string, code int, std func(*textproto.Reader, int) (int, string, error), ours func(*textproto.Reader, int) (int, string, error)) op {
	return op{fmt.Sprint(name, code), func(r *textproto.Reader) got {
		n, s, err := std(r, code)
		return got{n, s, err}
	}, func(r *textproto.Reader, to *got) Step {
		return Call3(func(h *green.Hub) (int, string, error, *green.Frame) {
			twin, env, _ := green.Lookup(ours)
			return green.As[func(*green.Hub, unsafe.Pointer, *textproto.Reader, int) (int, string, error, *green.Frame)](twin)(h, env, r, code)
		}, func(n int, s string, err error) { *to = got{n, s, err} })
	}}
}

// dotOp reads times from a DotReader, size bytes each time.
func dotOp(size, times int) op {
	return op{fmt.Sprint("dot reader ", size, times), func(r *textproto.Reader) (all got) {
		d := r.DotReader()
		for range times {
			p := make([]byte, size)
			n, err := d.Read(p)
			all = append(all, string(p[:n]), err)
		}
		return all
	}, func(r *textproto.Reader, to *got) Step {
		var d io.Reader
		*to = nil
		steps := []Step{Call1(func(h *green.Hub) (io.Reader, *green.Frame) {
			twin, env, _ := green.Lookup(Reader_DotReader)
			return green.As[func(*green.Hub, unsafe.Pointer, *textproto.Reader) (io.Reader, *green.Frame)](twin)(h, env, r)
		}, func(x io.Reader) { d = x })}
		for range times {
			p := make([]byte, size)
			steps = append(steps, Call2(func(h *green.Hub) (int, error, *green.Frame) { return gio.Read(h, d, p) },
				func(n int, err error) { *to = append(*to, string(p[:n]), err) }))
		}
		return func(h *green.Hub) *green.Frame { return Run(h, steps...) }
	}}
}

var ops = []op{
	op1("ReadLine", (*textproto.Reader).ReadLine, Reader_ReadLine),
	op1("ReadLineBytes", (*textproto.Reader).ReadLineBytes, Reader_ReadLineBytes),
	op1("ReadContinuedLine", (*textproto.Reader).ReadContinuedLine, Reader_ReadContinuedLine),
	op1("ReadContinuedLineBytes", (*textproto.Reader).ReadContinuedLineBytes, Reader_ReadContinuedLineBytes),
	op1("ReadMIMEHeader", (*textproto.Reader).ReadMIMEHeader, Reader_ReadMIMEHeader),
	op1("ReadDotBytes", (*textproto.Reader).ReadDotBytes, Reader_ReadDotBytes),
	op1("ReadDotLines", (*textproto.Reader).ReadDotLines, Reader_ReadDotLines),
	op2("ReadCodeLine", 25, (*textproto.Reader).ReadCodeLine, Reader_ReadCodeLine),
	op2("ReadResponse", 250, (*textproto.Reader).ReadResponse, Reader_ReadResponse),
	op2("ReadResponse", 3, (*textproto.Reader).ReadResponse, Reader_ReadResponse),
	dotOp(1, 1), dotOp(3, 4), dotOp(100, 2), dotOp(0, 2),
}

// way is how a text comes.
type way struct {
	feed
	buffer int
}

// ways are all that a text may come: cut anywhere, with an error there, in bytes, and short.
func ways(text string) (all []way) {
	for _, buffer := range []int{16, 4096} {
		for cut := range len(text) + 1 {
			all = append(all,
				way{feed{text: text, cut: cut, size: len(text)}, buffer},
				way{feed{text: text, cut: cut, size: len(text), fails: true}, buffer},
				way{feed{text: text[:cut], size: 1}, buffer})
		}
	}
	return all
}

// outcome is what three calls returned, what they left and how often they read.
type outcome struct {
	results [3]got
	open    bool
	rest    string
	reads   int
}

// ends notes what is left. Only a large buffer is read into as std does: into one that
// has a part of a line already less fits.
func (o *outcome) ends(r *textproto.Reader, f *feed, buffer int) {
	o.open = reading(r)
	if buffer > 16 {
		o.reads = f.reads
	}
	for {
		p, err := io.ReadAll(r.R)
		if o.rest += string(p); err == nil {
			return
		}
	}
}

func plainly3(w way, calls [3]op) (o outcome) {
	f := w.feed
	r := textproto.NewReader(bufio.NewReaderSize(&f, w.buffer))
	for i, c := range calls {
		o.results[i] = c.plain(r)
	}
	o.ends(r, &f, w.buffer)
	return o
}

// greenly3 makes the calls that mask names by twins, the others are plain: of a reader, of
// one that is asked, or of one that plain code has made, so that a worker has to read.
func greenly3(w way, calls [3]op, mask int, o *outcome) Step {
	return func(h *green.Hub) *green.Frame {
		from := asked{feed: w.feed}
		f := &from.feed
		r := textproto.NewReader(gbufio.NewReaderSize_green(h, f, w.buffer))
		switch mask >> 3 {
		case 1:
			r.R = gbufio.NewReaderSize_green(h, &from, w.buffer)
		case 2:
			r.R = bufio.NewReaderSize(f, w.buffer)
		}
		var steps []Step
		for i, c := range calls {
			if mask>>i&1 == 0 {
				steps = append(steps, Do(func() { o.results[i] = c.plain(r) }))
				continue
			}
			steps = append(steps, c.green(r, &o.results[i]))
		}
		return Run(h, append(steps, Do(func() { o.ends(r, f, w.buffer) }))...)
	}
}

// Whatever comes in whatever pieces: twins return what std's methods return, leave what
// they leave, and take turns with them.
func TestReads(t *testing.T) {
	require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame {
		var steps []Step
		turn := 0
		for _, text := range append(append(texts, headers...), dotted...) {
			for _, w := range ways(text) {
				for i, first := range ops {
					if turn++; turn%3 > 0 {
						continue // all take 20 s under -race
					}
					calls := [3]op{first, ops[(turn/len(ops)+i)%len(ops)], ops[(turn+i)%5]}
					mask := []int{7, 1, 6, 5, 3}[turn%5] | turn/5%2<<3
					if turn%97 == 0 {
						mask = 7 | 2<<3
					}
					steps = append(steps, func(h *green.Hub) *green.Frame {
						var o outcome
						return Run(h, greenly3(w, calls, mask, &o), Do(func() {
							same(t, plainly3(w, calls), o, w, calls, mask)
						}))
					})
				}
			}
		}
		t.Log(len(steps), "cases")
		return Run(h, steps...)
	})))
}

func same(t *testing.T, want, have outcome, w way, calls [3]op, mask int) {
	t.Helper()
	for i := range want.results {
		for k, v := range want.results[i] {
			if err, ok := v.(error); ok && k < len(have.results[i]) && isSentinel(err) {
				require.True(t, err == have.results[i][k], "%v: another %v", calls[i].name, err)
			}
		}
	}
	if fmt.Sprintf("%#v", want) != fmt.Sprintf("%#v", have) || len(want.results) != len(have.results) {
		require.Equal(t, want, have, "%+v: %s, %s, %s: %06b", w, calls[0].name, calls[1].name, calls[2].name, mask)
	}
}

// isSentinel reports whether who gets err may compare it.
func isSentinel(err error) bool {
	var p textproto.ProtocolError
	var e *textproto.Error
	return !errors.As(err, &p) && !errors.As(err, &e)
}
