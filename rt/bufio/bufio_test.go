package bufio

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	gio "github.com/greengen/greengen/rt/io"
)

var errOdd = errors.New("odd")

// chunks gives data in pieces that do not depend on the reader's buffer, an
// error after odd bytes if odd > 0, then EOF.
type chunks struct {
	data  []byte
	sizes []int
	odd   int
}

func (c *chunks) Read(p []byte) (int, error) {
	if c.odd == 1 {
		c.odd = 0
		return 0, errOdd
	}
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	n := 1
	if len(c.sizes) > 0 {
		n = c.sizes[0]
	}
	n = min(n, len(c.data), len(p))
	if c.odd > 1 {
		n = min(n, c.odd-1)
		c.odd -= n
	}
	copy(p, c.data[:n])
	c.data = c.data[n:]
	if len(c.sizes) > 0 {
		if c.sizes = append([]int(nil), c.sizes...); c.sizes[0] == n {
			c.sizes = c.sizes[1:]
		} else {
			c.sizes[0] -= n
		}
	}
	return n, nil
}

// yielding is a user's reader with a twin that suspends.
type yielding struct{ chunks }

func (y *yielding) Read_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	c := green.Yield(h)
	f := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		n, err := y.Read(p)
		*slotN.Of(h) = count{n, err}
		return hd.Parent
	})
	c.Parent = f
	return 0, nil, f
}

// trier is a reader as conns are: every second try would block.
type trier struct {
	yielding
	refuse bool
}

func (t *trier) TryRead_green(_ *green.Hub, p []byte) (int, error, bool) {
	if t.refuse = !t.refuse; t.refuse {
		return 0, nil, false
	}
	n, err := t.Read(p)
	return n, err, true
}

func (t *trier) WaitRead_green(h *green.Hub) (*green.Frame, bool) { return green.Yield(h), true }

// op is one operation, plain and green, whose results are told as text.
type op struct {
	plain func(r *bufio.Reader) string
	green func(r **bufio.Reader, out *[]string) Step
}

func text(rs ...any) string { return fmt.Sprintf("%q", fmt.Sprint(rs...)) }

func ops1(k, n int, delim byte) op {
	tell := func(out *[]string, rs ...any) { *out = append(*out, text(rs...)) }
	switch k {
	case 0:
		return op{func(r *bufio.Reader) string {
			p := make([]byte, n)
			n, err := r.Read(p)
			return text(p[:n], err)
		}, func(r **bufio.Reader, out *[]string) Step {
			p := make([]byte, n)
			return Call2(func(h *green.Hub) (int, error, *green.Frame) { return Reader_Read_green(h, *r, p) },
				func(n int, err error) { tell(out, p[:n], err) })
		}}
	case 1:
		return op{func(r *bufio.Reader) string { b, err := r.ReadByte(); return text(b, err) },
			func(r **bufio.Reader, out *[]string) Step {
				return Call2(func(h *green.Hub) (byte, error, *green.Frame) { return Reader_ReadByte_green(h, *r) },
					func(b byte, err error) { tell(out, b, err) })
			}}
	case 2:
		return op{func(r *bufio.Reader) string { c, n, err := r.ReadRune(); return text(c, " ", n, err) },
			func(r **bufio.Reader, out *[]string) Step {
				return Call3(func(h *green.Hub) (rune, int, error, *green.Frame) { return Reader_ReadRune_green(h, *r) },
					func(c rune, n int, err error) { tell(out, c, " ", n, err) })
			}}
	case 3:
		return op{func(r *bufio.Reader) string { p, err := r.ReadSlice(delim); return text(string(p), err) },
			func(r **bufio.Reader, out *[]string) Step {
				return Call2(func(h *green.Hub) ([]byte, error, *green.Frame) { return Reader_ReadSlice_green(h, *r, delim) },
					func(p []byte, err error) { tell(out, string(p), err) })
			}}
	case 4:
		return op{func(r *bufio.Reader) string { p, m, err := r.ReadLine(); return text(string(p), m, err) },
			func(r **bufio.Reader, out *[]string) Step {
				return Call3(func(h *green.Hub) ([]byte, bool, error, *green.Frame) { return Reader_ReadLine_green(h, *r) },
					func(p []byte, m bool, err error) { tell(out, string(p), m, err) })
			}}
	case 5:
		return op{func(r *bufio.Reader) string { p, err := r.ReadBytes(delim); return text(string(p), p == nil, err) },
			func(r **bufio.Reader, out *[]string) Step {
				return Call2(func(h *green.Hub) ([]byte, error, *green.Frame) { return Reader_ReadBytes_green(h, *r, delim) },
					func(p []byte, err error) { tell(out, string(p), p == nil, err) })
			}}
	case 6:
		return op{func(r *bufio.Reader) string { s, err := r.ReadString(delim); return text(s, err) },
			func(r **bufio.Reader, out *[]string) Step {
				return Call2(func(h *green.Hub) (string, error, *green.Frame) { return Reader_ReadString_green(h, *r, delim) },
					func(s string, err error) { tell(out, s, err) })
			}}
	case 7:
		return op{func(r *bufio.Reader) string { p, err := r.Peek(n); return text(string(p), err) },
			func(r **bufio.Reader, out *[]string) Step {
				return Call2(func(h *green.Hub) ([]byte, error, *green.Frame) { return Reader_Peek_green(h, *r, n) },
					func(p []byte, err error) { tell(out, string(p), err) })
			}}
	}
	return op{func(r *bufio.Reader) string { n, err := r.Discard(n); return text(n, err) },
		func(r **bufio.Reader, out *[]string) Step {
			return Call2(func(h *green.Hub) (int, error, *green.Frame) { return Reader_Discard_green(h, *r, n) },
				func(n int, err error) { tell(out, n, err) })
		}}
}

// Random operations give the same on plain readers, and on green ones over each
// kind of source.
func TestReaderEqualsStd(t *testing.T) {
	words := strings.Repeat("héllo wörld\nab 世界\r\n\n", 20)
	for seed := range int64(300) {
		rnd := rand.New(rand.NewSource(seed))
		c := chunks{data: []byte(words)}
		for range 60 {
			c.sizes = append(c.sizes, 1+rnd.Intn(40))
		}
		if seed%3 == 0 {
			c.odd = 1 + rnd.Intn(400)
		}
		var script []op
		for range 40 {
			script = append(script, ops1(rnd.Intn(9), rnd.Intn(48), "\n o\xff"[rnd.Intn(4)]))
		}
		want := []string{}
		plain := c
		r := bufio.NewReaderSize(&plain, 32)
		for _, o := range script {
			want = append(want, o.plain(r))
		}
		for name, rd := range map[string]func() io.Reader{
			"yields":    func() io.Reader { return &yielding{c} },
			"offloaded": func() io.Reader { d := c; return &d },
			"tries":     func() io.Reader { return &trier{yielding: yielding{c}} },
		} {
			var g *bufio.Reader
			var got []string
			steps := []Step{On(func(h *green.Hub) { g = NewReaderSize_green(h, rd(), 32) })}
			for _, o := range script {
				steps = append(steps, o.green(&g, &got))
			}
			require.NoError(t, rt.Run(Task(steps...)))
			require.Equal(t, want, got, "seed %d, source %s", seed, name)
		}
	}
}

// A reader that plain code made over something that blocks does not stop the hub.
func TestForeignReaderIsOffloaded(t *testing.T) {
	pr, pw := io.Pipe()
	r := bufio.NewReader(pr)
	ticks := 0
	var g *rt.Greenlet
	var line string
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) {
			g = rt.Spawn_green(h, Task(Call2(func(h *green.Hub) (string, error, *green.Frame) {
				return Reader_ReadString_green(h, r, '\n')
			}, func(s string, err error) { line = s })))
		}),
		Loop(func() bool { return ticks == 3 }, rt.Yield_green, Do(func() { ticks++ })),
		Do(func() { go pw.Write([]byte("hi\n")) }),
		func(h *green.Hub) *green.Frame { return g.Join_green(h) },
	)))
	require.Equal(t, "hi\n", line)
}

// out is a writer with a twin that suspends, and may fail.
type out struct {
	b      bytes.Buffer
	writes []int
	fail   int // fails once so many bytes are written
}

func (o *out) String() string { return o.b.String() }

func (o *out) Write(p []byte) (int, error) {
	o.writes = append(o.writes, len(p))
	if o.fail > 0 && o.b.Len()+len(p) > o.fail {
		n, _ := o.b.Write(p[:o.fail-o.b.Len()])
		return n, errOdd
	}
	return o.b.Write(p)
}

func (o *out) Write_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	c := green.Yield(h)
	f := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		n, err := o.Write(p)
		*slotN.Of(h) = count{n, err}
		return hd.Parent
	})
	c.Parent = f
	return 0, nil, f
}

func TestWriterEqualsStd(t *testing.T) {
	for seed := range int64(200) {
		rnd := rand.New(rand.NewSource(seed))
		fail := 0
		if seed%2 == 0 {
			fail = 1 + rnd.Intn(300)
		}
		plain, ours := &out{fail: fail}, &out{fail: fail}
		w := bufio.NewWriterSize(plain, 16)
		var g *bufio.Writer
		var want, got []string
		steps := []Step{On(func(h *green.Hub) { g = NewWriterSize_green(h, ours, 16) })}
		both := func(p string, s Step) {
			want = append(want, p)
			steps = append(steps, s, Do(func() { got[len(got)-1] += fmt.Sprint(g.Available()) }))
		}
		tell := func(rs ...any) { got = append(got, text(rs...)) }
		for range 20 {
			p := bytes.Repeat([]byte{byte('a' + rnd.Intn(26))}, rnd.Intn(40))
			switch rnd.Intn(4) {
			case 0:
				n, err := w.Write(p)
				both(text(n, err)+fmt.Sprint(w.Available()), Call2(func(h *green.Hub) (int, error, *green.Frame) {
					return Writer_Write_green(h, g, p)
				}, func(n int, err error) { tell(n, err) }))
			case 1:
				err := w.WriteByte('!')
				both(text(err)+fmt.Sprint(w.Available()), Call1(func(h *green.Hub) (error, *green.Frame) {
					return Writer_WriteByte_green(h, g, '!')
				}, func(err error) { tell(err) }))
			case 2:
				err := w.Flush()
				both(text(err)+fmt.Sprint(w.Available()), Call1(func(h *green.Hub) (error, *green.Frame) {
					return Writer_Flush_green(h, g)
				}, func(err error) { tell(err) }))
			case 3:
				n, err := w.WriteString(string(p))
				both(text(n, err)+fmt.Sprint(w.Available()), Call2(func(h *green.Hub) (int, error, *green.Frame) {
					return Writer_WriteString_green(h, g, string(p))
				}, func(n int, err error) { tell(n, err) }))
			}
		}
		require.NoError(t, rt.Run(Task(steps...)))
		if fail == 0 {
			require.Equal(t, want, got, "seed %d", seed)
			require.Equal(t, plain.writes, ours.writes, "seed %d", seed)
		} else { // how much room is left after a failure may differ
			for i := range want {
				require.Equal(t, want[i][:strings.LastIndex(want[i], `"`)], got[i][:strings.LastIndex(got[i], `"`)], "seed %d", seed)
			}
		}
		require.Equal(t, plain.String(), ours.String(), "seed %d", seed)
	}
}

func TestTransfersThroughCopy(t *testing.T) {
	words := strings.Repeat("some words ", 100)
	src := func() io.Reader { return &yielding{chunks{data: []byte(words), sizes: []int{3, 100, 1, 700}}} }
	for name, c := range map[string]struct {
		dst func(h *green.Hub, o *out) (io.Writer, *bufio.Writer)
		src func(h *green.Hub) io.Reader
	}{
		"loop": {
			func(_ *green.Hub, o *out) (io.Writer, *bufio.Writer) { return o, nil },
			func(*green.Hub) io.Reader { return src() },
		},
		"WriteTo": {
			func(_ *green.Hub, o *out) (io.Writer, *bufio.Writer) { return o, nil },
			func(h *green.Hub) io.Reader { return NewReaderSize_green(h, src(), 64) },
		},
		"ReadFrom": {
			func(h *green.Hub, o *out) (io.Writer, *bufio.Writer) {
				w := NewWriterSize_green(h, o, 64)
				return w, w
			},
			func(*green.Hub) io.Reader { return src() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := &out{}
			var dst io.Writer
			var w *bufio.Writer
			require.NoError(t, rt.Run(Task(
				func(h *green.Hub) *green.Frame {
					dst, w = c.dst(h, o)
					return Run(h, Call2(func(h *green.Hub) (int64, error, *green.Frame) {
						return gio.Copy_green(h, dst, c.src(h))
					}, func(n int64, err error) {
						require.NoError(t, err)
						require.EqualValues(t, len(words), n)
					}))
				},
				func(h *green.Hub) *green.Frame {
					if w == nil {
						return nil
					}
					_, c := Writer_Flush_green(h, w)
					return c
				},
			)))
			require.Equal(t, words, o.String())
		})
	}
}
