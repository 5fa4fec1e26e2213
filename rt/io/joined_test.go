package io

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func TestJoinedAreKnown(t *testing.T) {
	require.NotNil(t, methods(io.MultiReader()).Read)
	require.NotNil(t, methods(io.MultiWriter()).Write)
	require.NotNil(t, methods(io.TeeReader(nil, nil)).Read)
}

// parts are readers that end in different ways, some with twins.
func parts() []io.Reader {
	text := func(s string) io.Reader { return strings.NewReader(s) }
	return []io.Reader{
		text("plain"), slow{r: text("slow")}, text(""), iotest.DataErrReader(text("data and EOF")), slow{r: iotest.DataErrReader(text("x"))},
		io.MultiReader(text("a"), io.MultiReader(slow{r: text("b")}, text("c")), io.MultiReader()), text("last"),
	}
}

func TestMultiReaderEqualsStd(t *testing.T) {
	broken := errors.New("broken")
	for _, list := range [][]io.Reader{nil, {slow{r: strings.NewReader("")}}} {
		require.Equal(t, steps(t, io.MultiReader(list...), false), steps(t, io.MultiReader(list...), true))
	}
	make := func() io.Reader { return io.MultiReader(parts()...) }
	require.Equal(t, steps(t, make(), false), steps(t, make(), true))
	bad := func() io.Reader {
		return io.MultiReader(append(parts(), iotest.ErrReader(broken), strings.NewReader("after"))...)
	}
	require.Equal(t, steps(t, bad(), false), steps(t, bad(), true))
	for _, f := range []func() io.Reader{make, bad} {
		var want, got strings.Builder
		n, err := f().(io.WriterTo).WriteTo(&want)
		hub(t, Call2(func(h *green.Hub) (int64, error, *green.Frame) { return Copy_green(h, &got, f()) }, func(m int64, e error) {
			require.Equal(t, n, m)
			require.Equal(t, err, e)
		}))
		require.Equal(t, want.String(), got.String())
	}
}

// result is what one Read returned.
type result struct {
	s   string
	err error
}

// steps reads r up to twenty times, as a greenlet or not.
func steps(t *testing.T, r io.Reader, asGreenlet bool) (list []result) {
	p := make([]byte, 3)
	note := func(n int, err error) { list = append(list, result{string(p[:n]), err}) }
	if !asGreenlet {
		for range 20 {
			note(r.Read(p))
		}
		return list
	}
	hub(t, Loop(func() bool { return len(list) == 20 }, Call2(func(h *green.Hub) (int, error, *green.Frame) { return Read(h, r, p) }, note)))
	return list
}

func TestMultiWriterEqualsStd(t *testing.T) {
	for name, last := range map[string]func() io.Writer{
		"ok":     func() io.Writer { return io.Discard },
		"fails":  func() io.Writer { return &limitedWriter{left: 3} },
		"cheats": func() io.Writer { return &limitedWriter{left: 3, cheat: true} },
	} {
		for _, asString := range []bool{false, true} {
			run := func(asGreenlet bool) (string, int, error) {
				var a, b strings.Builder
				last := last()
				w := io.MultiWriter(&a, slow{w: &b}, last, &a)
				n, err := 0, error(nil)
				switch {
				case asGreenlet:
					hub(t, Call2(func(h *green.Hub) (int, error, *green.Frame) {
						if asString {
							return WriteString_green(h, w, "abcdef")
						}
						return Write(h, w, []byte("abcdef"))
					}, func(m int, e error) { n, err = m, e }))
				case asString:
					n, err = io.WriteString(w, "abcdef")
				default:
					n, err = w.Write([]byte("abcdef"))
				}
				return a.String() + "|" + b.String(), n, err
			}
			s, n, err := run(false)
			s2, n2, err2 := run(true)
			require.Equal(t, []any{s, n, err}, []any{s2, n2, err2}, name)
		}
	}
}

func TestTeeReaderEqualsStd(t *testing.T) {
	var a, b strings.Builder
	require.Equal(t, steps(t, io.TeeReader(slow{r: strings.NewReader("some text")}, &a), false),
		steps(t, io.TeeReader(slow{r: strings.NewReader("some text")}, slow{w: &b}), true))
	require.Equal(t, "some text", a.String())
	require.Equal(t, a.String(), b.String())
	require.Equal(t, steps(t, io.TeeReader(strings.NewReader("some text"), &limitedWriter{left: 2}), false),
		steps(t, io.TeeReader(slow{r: strings.NewReader("some text")}, slow{w: &limitedWriter{left: 2}}), true))
}
