package chans

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// A greenlet that the hub went on without comes back, and the first thing it does is to
// wait: it must be found where it parked, and get what is its own.
func TestWaitsAfterTakeover(t *testing.T) {
	waits := map[string]func(in, out chan int, got *[]int) []Step{
		"receive": func(in, _ chan int, got *[]int) []Step {
			return []Step{get(&in, func(v int) { *got = append(*got, v) })}
		},
		"send": func(in, out chan int, got *[]int) []Step {
			return []Step{put(&out, 7), get(&in, func(v int) { *got = append(*got, v) })}
		},
		"select": func(in, out chan int, got *[]int) []Step {
			return []Step{Call1(func(h *green.Hub) (int, *green.Frame) {
				return Select(h, []Case{RecvCase(h, in), RecvCase(h, out)}, false)
			}, func(int) {}), On(func(h *green.Hub) { *got = append(*got, Got[int](h)) })}
		},
	}
	for name, steps := range waits {
		t.Run(name, func(t *testing.T) {
			in, out, free := make(chan int), make(chan int), make(chan bool)
			var once sync.Once
			release := func() { once.Do(func() { close(free) }) }
			// Under -race a hub waits for who is stuck.
			defer time.AfterFunc(time.Second, release).Stop()
			var stuck, other *rt.Greenlet
			var got []int
			require.NoError(t, rt.Run(Task(
				spawn(&stuck, append([]Step{func(*green.Hub) *green.Frame { <-free; return nil }}, append(steps(in, out, &got), Do(func() { got = append(got, 0) }))...)...),
				spawn(&other, yield, Do(release), sleep(20*time.Millisecond), drop(out), put(&in, 42)),
				join(&stuck), join(&other),
			), rt.WithTakeover()))
			require.Equal(t, []int{42, 0}, got)
		})
	}
}

func sleep(d time.Duration) Step {
	return func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, d) }
}

// drop takes what is there, if somebody waits to give it.
func drop(ch chan int) Step {
	return Call1(func(h *green.Hub) (int, *green.Frame) { return Select(h, []Case{DropCase(h, ch)}, true) }, func(int) {})
}
