package chans

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func offloads(n *uint64) Step { return On(func(h *green.Hub) { *n = h.Offloads }) }

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

// Between greenlets of one hub no worker is needed.
func TestNoWorkerWithinAHub(t *testing.T) {
	a, b := make(chan int), make(chan int, 2)
	var g *rt.Greenlet
	var got []int
	n, used, chosen := 0, uint64(1), 0
	require.NoError(t, rt.Run(Task(
		spawn(&g, Loop(func() bool { return n == 100 }, func(h *green.Hub) *green.Frame {
			n++
			return Send(h, a, n)
		}, func(h *green.Hub) *green.Frame { return Send(h, b, -n) })),
		Loop(func() bool { return len(got) == 200 }, Call1(func(h *green.Hub) (int, *green.Frame) {
			return Select(h, []Case{RecvCase(h, a), DropCase(h, b)}, false)
		}, func(k int) { chosen = k }), On(func(h *green.Hub) {
			if chosen == 0 {
				got = append(got, Got[int](h))
			} else {
				got = append(got, 0)
			}
		})),
		join(&g), offloads(&used),
	)))
	require.Zero(t, used)
	require.Contains(t, got, 100)
}

// Two hubs and a goroutine share a channel.
func TestTwoHubs(t *testing.T) {
	const each = 200
	ch := make(chan int)
	sums := make([]int, 2)
	var hubs, senders sync.WaitGroup
	for i := range sums {
		over := false
		hubs.Go(func() {
			require.NoError(t, rt.Run(Task(Loop(func() bool { return over },
				Call2(func(h *green.Hub) (int, bool, *green.Frame) { return Recv2(h, ch) }, func(v int, ok bool) {
					sums[i] += v
					over = !ok
				})))))
		})
	}
	senders.Go(func() {
		for range each {
			ch <- 1
		}
	})
	senders.Go(func() {
		n := 0
		require.NoError(t, rt.Run(Task(Loop(func() bool { return n == each }, func(h *green.Hub) *green.Frame {
			n++
			return Send(h, ch, 1)
		}))))
	})
	senders.Wait()
	close(ch)
	hubs.Wait()
	require.Equal(t, 2*each, sums[0]+sums[1])
}

// A greenlet that is killed while a worker waits in its place takes nothing.
func TestKillLosesNothing(t *testing.T) {
	ch := make(chan int)
	var g *rt.Greenlet
	var got int
	require.NoError(t, rt.Run(Task(
		spawn(&g, get(&ch, func(int) {})),
		func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, 20*time.Millisecond) }, // a worker waits by now
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		Do(func() { go func() { ch <- 7 }() }),
		get(&ch, func(v int) { got = v }),
	)))
	require.ErrorIs(t, g.Err(), rt.ErrKilled)
	require.Equal(t, 7, got)
}

// A value that was sent to a killed greenlet's worker is delivered, and the kill after it.
func TestKillAfterDelivery(t *testing.T) {
	ch, sent := make(chan int), make(chan bool)
	var g *rt.Greenlet
	got := 0
	require.NoError(t, rt.Run(Task(
		spawn(&g, get(&ch, func(v int) { got = v }), yield, Do(func() { got = -1 })),
		func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, 20*time.Millisecond) },
		Do(func() {
			go func() { ch <- 7; close(sent) }()
			<-sent // the worker has it, the hub does not know
		}),
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
	)))
	require.ErrorIs(t, g.Err(), rt.ErrKilled)
	require.Equal(t, 7, got)
}

func TestCloseReachesTheLot(t *testing.T) {
	ch := make(chan int)
	var gs [2]*rt.Greenlet
	open := 0
	recv := Call2(func(h *green.Hub) (int, bool, *green.Frame) { return Recv2(h, ch) }, func(_ int, ok bool) {
		if !ok {
			open++
		}
	})
	used := uint64(1)
	require.NoError(t, rt.Run(Task(
		spawn(&gs[0], recv), spawn(&gs[1], recv), yield,
		On(func(h *green.Hub) { Close(h, ch) }),
		join(&gs[0]), join(&gs[1]), offloads(&used),
	)))
	require.Equal(t, 2, open)
	require.Zero(t, used)
}

// Plain code that a greenlet calls closes a channel, as a context's cancel does: the hub
// sees it before it naps, which may take a millisecond, and no worker is needed.
func TestPlainCloseIsSeen(t *testing.T) {
	ch := make(chan int)
	var g *rt.Greenlet
	got, used := -1, uint64(1)
	require.NoError(t, rt.Run(Task(
		spawn(&g, get(&ch, func(v int) { got = v })), yield, Do(func() { close(ch) }),
		func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, 20*time.Millisecond) },
		offloads(&used),
	)))
	require.Zero(t, got)
	require.Zero(t, used)
}

// A goroutine closes a channel while the hub naps: the hub hears of it, and needs no worker.
// One round of many will do, since each may come too late on a busy machine.
func TestCloseIsHeardInANap(t *testing.T) {
	heard := false
	for i := 0; i < 100 && !heard; i++ {
		ch := make(chan int)
		var g *rt.Greenlet
		used := uint64(1)
		require.NoError(t, rt.Run(Task(
			spawn(&g, func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, 5*time.Millisecond) }), // or it would not nap
			yield,
			Do(func() {
				go func() {
					for begin := time.Now(); time.Since(begin) < 50*time.Microsecond; {
						runtime.Gosched()
					}
					CloseOutside(ch)
				}()
			}),
			get(&ch, func(int) {}), offloads(&used),
		)))
		heard = used == 0
	}
	require.True(t, heard)
}

// Senders of the lot panic when their channel is closed.
func TestCloseFailsSenders(t *testing.T) {
	ch := make(chan int)
	var g *rt.Greenlet
	require.NoError(t, rt.Run(Task(
		spawn(&g, put(&ch, 2)), yield,
		On(func(h *green.Hub) { Close(h, ch) }),
		join(&g),
	), rt.OnPanic(func(*rt.Greenlet, *rt.PanicError) {})))
	require.ErrorContains(t, g.Err(), "send on closed channel")
}
