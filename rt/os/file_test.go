//go:build linux

package os

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

const ms = time.Millisecond

func pipe(t testing.TB) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func read(f *os.File, p []byte, then func(int, error)) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return File_Read_green(h, f, p) }, then)
}

func write(f *os.File, p []byte, then func(int, error)) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return File_Write_green(h, f, p) }, then)
}

func shut(f *os.File, then func(error)) Step {
	return Call1(func(h *green.Hub) (error, *green.Frame) { return File_Close_green(h, f) }, then)
}

func spawn(g **rt.Greenlet, steps ...Step) Step {
	return On(func(h *green.Hub) { *g = rt.Spawn_green(h, Task(steps...)) })
}

func join(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Join_green(h) }
}

func kill(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Kill_green(h) }
}

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

// hub runs the steps, and returns its counters.
func hub(t testing.TB, steps ...Step) (s rt.Stats) {
	t.Helper()
	steps = append(steps, On(func(h *green.Hub) { s = rt.HubOf(h).Stats() }))
	require.NoError(t, rt.Run(Task(steps...)))
	return s
}

func noTurns(t testing.TB) {
	turns.Lock()
	defer turns.Unlock()
	require.Empty(t, turns.files)
}

// Each operation has the same result as std's, on files of all kinds.
func TestSameResults(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	files := map[string]func() *os.File{
		"nil":    func() *os.File { return nil },
		"closed": func() *os.File { r, _ := pipe(t); r.Close(); return r },
		"end":    func() *os.File { r, w := pipe(t); w.Close(); return r },
		"data":   func() *os.File { r, w := pipe(t); w.WriteString("some"); return r },
		"broken": func() *os.File { r, w := pipe(t); r.Close(); return w },
		"late": func() *os.File {
			r, w := pipe(t)
			w.WriteString("some")
			require.NoError(t, File_SetDeadline_green(nil, r, time.Now()))
			return r
		},
		"late write": func() *os.File {
			_, w := pipe(t)
			require.NoError(t, File_SetWriteDeadline_green(nil, w, time.Now()))
			return w
		},
		"blocking": func() *os.File { r, w := pipe(t); w.WriteString("some"); r.Fd(); return r },
		"disk": func() *os.File {
			require.NoError(t, os.WriteFile(name, []byte("some"), 0o600))
			f, err := os.OpenFile(name, os.O_RDWR, 0)
			require.NoError(t, err)
			t.Cleanup(func() { f.Close() })
			return f
		},
		"folder": func() *os.File {
			f, err := os.Open(filepath.Dir(name))
			require.NoError(t, err)
			t.Cleanup(func() { f.Close() })
			return f
		},
	}
	plain := map[string]func(f *os.File, p []byte) (int, error){
		"read":  func(f *os.File, p []byte) (int, error) { return f.Read(p) },
		"write": func(f *os.File, p []byte) (int, error) { return f.Write(p) },
		"close": func(f *os.File, p []byte) (int, error) { return 0, f.Close() },
	}
	twins := map[string]func(f *os.File, p []byte, then func(int, error)) Step{
		"read":  read,
		"write": write,
		"close": func(f *os.File, p []byte, then func(int, error)) Step {
			return shut(f, func(err error) { then(0, err) })
		},
	}
	for kind, file := range files {
		for op := range plain {
			for _, size := range []int{0, 9} {
				t.Run(fmt.Sprint(kind, " ", op, " ", size), func(t *testing.T) {
					p, q := make([]byte, size), make([]byte, size)
					n, err := plain[op](file(), p)
					hub(t, twins[op](file(), q, func(gn int, gerr error) {
						require.Equal(t, n, gn)
						require.Equal(t, fmt.Sprintf("%T %[1]v", err), fmt.Sprintf("%T %[1]v", gerr))
						for _, e := range []error{os.ErrClosed, os.ErrDeadlineExceeded, io.EOF, syscall.EPIPE, os.ErrInvalid} {
							require.Equal(t, errors.Is(err, e), errors.Is(gerr, e))
						}
					}))
					require.Equal(t, p, q)
				})
			}
		}
	}
	noTurns(t)
}

// A greenlet that is killed while it writes, or waits to, leaves the turn to the others.
func TestKilledWriters(t *testing.T) {
	r, w := pipe(t)
	var a, b, c *rt.Greenlet
	big := make([]byte, 1<<18)
	never := func(int, error) { panic("it was killed") }
	got := 0
	s := hub(t,
		spawn(&a, write(w, big, never)),
		spawn(&b, write(w, []byte("b"), never)),
		spawn(&c, write(w, []byte("c"), func(n int, err error) { got = n })),
		yield, yield,
		kill(&b), kill(&a),
		On(func(h *green.Hub) { noReads(t, r) }),
		join(&c),
	)
	require.Equal(t, 1, got)
	require.Zero(t, s.Offloads)
	noTurns(t)
}

// noReads empties the pipe.
func noReads(t *testing.T, r *os.File) {
	r.SetReadDeadline(time.Now().Add(ms))
	_, err := io.Copy(io.Discard, r)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

// A hub that ended while one of its greenlets wrote does not keep others from it.
func TestWriterOfEndedHub(t *testing.T) {
	r, w := pipe(t)
	var g *rt.Greenlet
	hub(t, spawn(&g, write(w, make([]byte, 1<<18), func(int, error) { panic("its hub ended") })), yield, yield)
	noReads(t, r)
	n := 0
	hub(t, write(w, []byte("next"), func(k int, err error) { n = k }))
	require.Equal(t, 4, n)
	noTurns(t)
}

// What is put in the place of standard output may be full.
func TestStandardOutputReplaced(t *testing.T) {
	r, w := pipe(t)
	old := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = old }()
	big := make([]byte, 1<<18)
	n := 0
	var g *rt.Greenlet
	hub(t,
		spawn(&g, write(os.Stdout, big, func(k int, err error) { n = k; w.Close() })),
		Call2(func(h *green.Hub) (int, error, *green.Frame) { return readAll(h, r) }, func(k int, err error) {
			require.Equal(t, len(big), k)
		}),
		join(&g),
	)
	require.Equal(t, len(big), n)
}

// readAll reads until the end by a loop of twins.
func readAll(h *green.Hub, r *os.File) (int, error, *green.Frame) {
	total, over := 0, false
	p := make([]byte, 1<<12)
	c := Run(h, Loop(func() bool { return over }, read(r, p, func(n int, err error) { total, over = total+n, err != nil })))
	if c == nil {
		return total, nil, nil
	}
	f := &sumFrame{total: &total}
	f.Resume, f.PC = resumeSum, 1
	c.Parent = &f.Frame
	return 0, nil, &f.Frame
}

// Deadlines are forgotten with the file, also if nobody closes it.
func TestDeadlinesForgotten(t *testing.T) {
	for i := range 3 {
		r, w, err := os.Pipe()
		require.NoError(t, err)
		require.NoError(t, File_SetReadDeadline_green(nil, r, time.Now().Add(time.Hour)))
		require.NoError(t, File_SetReadDeadline_green(nil, r, time.Time{}))
		require.NoError(t, File_SetReadDeadline_green(nil, r, time.Now().Add(time.Hour)))
		if i == 0 {
			hub(t, shut(r, func(error) {}))
		}
		w.Close()
	}
	for deadlines.any.Load() != 0 {
		runtime.GC()
		time.Sleep(ms)
	}
}

// Greenlets of several hubs and goroutines use pipes that others close and give
// deadlines to: nobody waits for ever, and no data is lost or twice there.
func TestManyAtOnce(t *testing.T) {
	const pipes, writers, rounds = 8, 3, 60
	var wg sync.WaitGroup
	for i := range pipes {
		r, w := pipe(t)
		var got bytes.Buffer
		sizes := make([]int, writers)
		for k := range sizes {
			sizes[k] = 100 + rand.IntN(30_000)
		}
		wg.Go(func() { // reads
			over := false
			p := make([]byte, 300)
			hub(t, Loop(func() bool { return over }, read(r, p, func(n int, err error) {
				got.Write(p[:n])
				over = err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
				if err != nil && !over {
					r.SetReadDeadline(time.Time{})
				}
			})))
			inPieces(t, got.Bytes(), sizes, rounds)
		})
		wg.Go(func() { // disturbs
			for range 20 {
				r.SetReadDeadline(time.Now().Add(time.Duration(rand.IntN(3000)) * time.Microsecond))
				time.Sleep(ms)
			}
			r.SetReadDeadline(time.Time{})
		})
		var writing sync.WaitGroup
		for k := range writers {
			writing.Go(func() {
				text := bytes.Repeat([]byte{byte('a' + k)}, sizes[k])
				steps := []Step{}
				for range rounds {
					steps = append(steps, write(w, text, func(n int, err error) {
						if n != len(text) || err != nil {
							panic(fmt.Sprint(n, err))
						}
					}))
				}
				hub(t, steps...)
			})
		}
		wg.Go(func() {
			writing.Wait()
			if i%2 == 0 {
				w.Close()
			} else {
				hub(t, shut(w, func(error) {}))
			}
		})
	}
	wg.Wait()
	noTurns(t)
}

// inPieces requires that what was written comes whole.
func inPieces(t *testing.T, b []byte, sizes []int, rounds int) {
	n := 0
	for len(b) > 0 {
		k := b[0] - 'a'
		require.GreaterOrEqual(t, len(b), sizes[k])
		require.Equal(t, sizes[k], bytes.Count(b[:sizes[k]], b[:1]))
		b = b[sizes[k]:]
		n++
	}
	require.Equal(t, rounds*len(sizes), n)
}

type sumFrame struct {
	green.FuncFrame
	total *int
}

func resumeSum(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*sumFrame)(unsafe.Pointer(hd))
	*slotN.Of(h) = count{*f.total, nil}
	return f.Parent
}
