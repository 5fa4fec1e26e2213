package chans

import (
	"context"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func get[T any](ch *chan T, then func(T)) Step {
	return Call1(func(h *green.Hub) (T, *green.Frame) { return Recv(h, *ch) }, then)
}

func put[T any](ch *chan T, v T) Step {
	return func(h *green.Hub) *green.Frame { return Send(h, *ch, v) }
}

func spawn(g **rt.Greenlet, steps ...Step) Step {
	return On(func(h *green.Hub) { *g = rt.Spawn_green(h, Task(steps...)) })
}

func join(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Join_green(h) }
}

func TestChannels(t *testing.T) {
	for name, size := range map[string]int{"rendezvous": 0, "buffered": 3} {
		t.Run(name, func(t *testing.T) {
			ch := make(chan int, size)
			var g *rt.Greenlet
			var got []int
			n, over := 0, false
			require.NoError(t, rt.Run(Task(
				spawn(&g,
					Loop(func() bool { return n == 100 }, func(h *green.Hub) *green.Frame {
						n++
						return Send(h, ch, n)
					}),
					Do(func() { close(ch) })),
				Loop(func() bool { return over },
					Call2(func(h *green.Hub) (int, bool, *green.Frame) { return Recv2(h, ch) },
						func(v int, ok bool) {
							if over = !ok; ok {
								got = append(got, v)
							}
						})),
				join(&g),
			)))
			require.Len(t, got, 100)
			require.IsIncreasing(t, got)
		})
	}
}

// Goroutines on the other side.
func TestChannelsWithGoroutines(t *testing.T) {
	in, out := make(chan int), make(chan int)
	go func() {
		for v := range in {
			out <- v * v
		}
		close(out)
	}()
	sum := 0
	var steps []Step
	for i := range 50 {
		steps = append(steps, put(&in, i), get(&out, func(v int) { sum += v }))
	}
	require.NoError(t, rt.Run(Task(append(steps, Do(func() { close(in) }))...)))
	require.Equal(t, 40425, sum)
}

func TestSendOnClosedPanics(t *testing.T) {
	var g *rt.Greenlet
	ch := make(chan int)
	close(ch)
	require.NoError(t, rt.Run(Task(
		spawn(&g, put(&ch, 2)),
		join(&g),
	), rt.OnPanic(func(*rt.Greenlet, *rt.PanicError) {})))
	require.ErrorContains(t, g.Err(), "send on closed channel")
}

func TestSelect(t *testing.T) {
	type result struct {
		v  any
		ok bool
	}
	for name, c := range map[string]struct {
		prepare func(a chan any, b chan int) // some time, on a goroutine
		block   bool
		want    int
		res     result
	}{
		"default":      {nil, false, -1, result{nil, true}},
		"receive":      {func(a chan any, _ chan int) { a <- "x" }, true, 0, result{"x", true}},
		"receive nil":  {func(a chan any, _ chan int) { a <- nil }, true, 0, result{nil, true}},
		"closed":       {func(a chan any, _ chan int) { close(a) }, true, 0, result{nil, false}},
		"send":         {func(_ chan any, b chan int) { <-b }, true, 1, result{nil, true}},
		"buffered now": {nil, true, 1, result{nil, true}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := make(chan any), make(chan int)
			if name == "buffered now" {
				b = make(chan int, 1)
			}
			var wg sync.WaitGroup
			r := result{ok: true}
			require.NoError(t, rt.Run(Task(
				Do(func() {
					if c.prepare != nil {
						wg.Go(func() { c.prepare(a, b) })
					}
				}),
				Call1(func(h *green.Hub) (int, *green.Frame) {
					return Select(h, []Case{RecvCase(h, a), SendCase(h, b, 7)}, !c.block)
				}, func(i int) { require.Equal(t, c.want, i) }),
				On(func(h *green.Hub) {
					if c.want == 0 {
						r = result{Got[any](h), GotOk(h)}
					}
					require.Nil(t, Got[any](h), "it was taken")
				}),
			)))
			wg.Wait()
			require.Equal(t, c.res, r)
		})
	}
}

// A loop around a select with a default does not keep the hub for itself.
func TestPollingSelectYields(t *testing.T) {
	done := make(chan int, 1)
	var g *rt.Greenlet
	over := false
	require.NoError(t, rt.Run(Task(
		spawn(&g, put(&done, 1)),
		Loop(func() bool { return over }, Call1(func(h *green.Hub) (int, *green.Frame) {
			return Select(h, []Case{DropCase(h, done)}, true)
		}, func(i int) { over = i == 0 })),
		join(&g),
	)))
}

func TestNilChannelsAreADeadlock(t *testing.T) {
	var ch chan int
	for why, s := range map[string]Step{
		"chan receive (nil chan)": get(&ch, func(int) {}),
		"chan send (nil chan)":    put(&ch, 1),
		"select (no cases)": func(h *green.Hub) *green.Frame {
			_, c := Select(h, nil, false)
			return c
		},
		"select (nil chans)": func(h *green.Hub) *green.Frame {
			_, c := Select(h, []Case{RecvCase(h, ch)}, false)
			return c
		},
	} {
		require.ErrorContains(t, rt.Run(Task(s)), "["+why+"]")
	}
}

func TestBlockingMode(t *testing.T) {
	ch := make(chan int)
	go func() { ch <- 5; <-ch; close(ch) }()
	v, c := Recv(nil, ch)
	require.Equal(t, 5, v)
	require.Nil(t, c)
	require.Nil(t, Send(nil, ch, 1))
	h := green.Blocking()
	i, c := Select(h, []Case{RecvCase(h, ch)}, false)
	require.Zero(t, i)
	require.Nil(t, c)
	require.Zero(t, Got[int](h))
	require.False(t, GotOk(h))
}

// With a worker waiting on a channel for ever, Go's own detector reports; as
// ever it does not in programs with cgo, so this is one without.
func TestDeadlockOnAChannel(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "go", "run", "./testdata/deadlock").CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "fatal error: all goroutines are asleep - deadlock!")
	require.Contains(t, string(out), "exit status 2")
}
