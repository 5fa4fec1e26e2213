package io

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// slow is a reader and writer with twins that suspend each time.
type slow struct {
	r io.Reader
	w io.Writer
}

func (s slow) Read(p []byte) (int, error)  { return s.r.Read(p) }
func (s slow) Write(p []byte) (int, error) { return s.w.Write(p) }

func later(h *green.Hub, f func() (int, error)) (int, error, *green.Frame) {
	c := green.Yield(h)
	fr := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		n, err := f()
		*slotN.Of(h) = count{n, err}
		return hd.Parent
	})
	c.Parent = fr
	return 0, nil, fr
}

func (s slow) Read_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	return later(h, func() (int, error) { return s.r.Read(p) })
}

func (s slow) Write_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	return later(h, func() (int, error) { return s.w.Write(p) })
}

// foreign is a type that greengen knows nothing of.
type foreign struct{ io.Reader }

type foreignWriter struct{ io.Writer }

var errOdd = errors.New("odd")

// kinds makes a reader of each kind over the same text.
func kinds(f func() io.Reader) map[string]func() io.Reader {
	return map[string]func() io.Reader{
		"plain":   f,
		"green":   func() io.Reader { return slow{r: f()} },
		"foreign": func() io.Reader { return foreign{f()} },
		"limited": func() io.Reader { return io.LimitReader(slow{r: f()}, 1000) },
	}
}

var texts = map[string]func() io.Reader{
	"whole": func() io.Reader { return strings.NewReader("hello world") },
	"bytes": func() io.Reader { return iotest.OneByteReader(strings.NewReader("hello world")) },
	"error": func() io.Reader {
		return io.MultiReader(strings.NewReader("hello"), iotest.ErrReader(errOdd))
	},
	"data with EOF": func() io.Reader { return iotest.DataErrReader(strings.NewReader("hello world")) },
	"empty":         func() io.Reader { return strings.NewReader("") },
}

func each(t *testing.T, f func(t *testing.T, r func() io.Reader)) {
	for text, r := range texts {
		for kind, r := range kinds(r) {
			t.Run(text+"/"+kind, func(t *testing.T) { f(t, r) })
		}
	}
}

func hub(t *testing.T, steps ...Step) {
	t.Helper()
	require.NoError(t, rt.Run(Task(steps...)))
}

func TestReadAtLeastEqualsStd(t *testing.T) {
	each(t, func(t *testing.T, r func() io.Reader) {
		for _, min := range []int{0, 3, 5, 7, 11, 12, 30} {
			want, got := make([]byte, 20), make([]byte, 20)
			n, err := io.ReadAtLeast(r(), want, min)
			hub(t, Call2(func(h *green.Hub) (int, error, *green.Frame) {
				return ReadAtLeast_green(h, r(), got, min)
			}, func(gn int, gerr error) {
				require.Equal(t, n, gn)
				require.Equal(t, err, gerr)
				require.Equal(t, want, got)
			}))
		}
	})
}

func TestReadAllEqualsStd(t *testing.T) {
	each(t, func(t *testing.T, r func() io.Reader) {
		want, err := io.ReadAll(r())
		hub(t, Call2(func(h *green.Hub) ([]byte, error, *green.Frame) { return ReadAll_green(h, r()) },
			func(got []byte, gerr error) {
				require.Equal(t, want, got)
				require.Equal(t, err, gerr)
			}))
	})
}

// limitedWriter takes so many bytes, then fails or cheats.
type limitedWriter struct {
	b     bytes.Buffer
	left  int
	cheat bool
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	n := min(w.left, len(p))
	w.left -= n
	w.b.Write(p[:n])
	if n < len(p) && !w.cheat {
		return n, errOdd
	}
	return n, nil
}

func TestCopyEqualsStd(t *testing.T) {
	each(t, func(t *testing.T, r func() io.Reader) {
		for _, left := range []int{0, 4, 100} {
			for _, cheat := range []bool{false, true} {
				for _, limit := range []int64{-1, 0, 4, 5, 11, 20} {
					want := &limitedWriter{left: left, cheat: cheat}
					var n int64
					var err error
					if limit < 0 {
						n, err = io.Copy(want, r())
					} else {
						n, err = io.CopyN(want, r(), limit)
					}
					for _, wrap := range []func(w io.Writer) io.Writer{
						func(w io.Writer) io.Writer { return slow{w: w} },
						func(w io.Writer) io.Writer { return foreignWriter{w} },
					} {
						got := &limitedWriter{left: left, cheat: cheat}
						hub(t, Call2(func(h *green.Hub) (int64, error, *green.Frame) {
							if limit < 0 {
								return Copy_green(h, wrap(got), r())
							}
							return CopyN_green(h, wrap(got), r(), limit)
						}, func(gn int64, gerr error) {
							require.Equal(t, n, gn)
							require.Equal(t, err, gerr)
							require.Equal(t, want.b.String(), got.b.String())
						}))
					}
				}
			}
		}
	})
}

func TestWriteStringToFile(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	require.NoError(t, err)
	hub(t,
		Call2(func(h *green.Hub) (int, error, *green.Frame) { return WriteString_green(h, f, "abc") },
			func(n int, err error) { require.Equal(t, 3, n) }),
		Call2(func(h *green.Hub) (int64, error, *green.Frame) {
			return Copy_green(h, f, slow{r: strings.NewReader("def")})
		}, func(n int64, err error) { require.NoError(t, err) }),
		Call1(func(h *green.Hub) (error, *green.Frame) { return Close(h, f) },
			func(err error) { require.NoError(t, err) }),
	)
	b, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	require.Equal(t, "abcdef", string(b))
}

func TestPlainTypes(t *testing.T) {
	for _, x := range []any{&bytes.Buffer{}, &strings.Reader{}, &strings.Builder{}, io.Discard, errOdd, io.EOF} {
		require.True(t, green.PlainType(x), "%T", x)
	}
	pr, pw := io.Pipe()
	for _, x := range []any{pr, pw, os.Stdin, foreign{}, nil, slow{}} {
		require.False(t, green.PlainType(x), "%T", x)
	}
	require.True(t, rt.PlainWriter(os.Stderr))
	require.False(t, rt.PlainWriter(os.Stdin))
}
