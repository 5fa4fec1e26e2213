package own

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/chans"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func init() { rt.OwnChannels() }

// got is what a receiver was given.
type got struct {
	who, v int
	ok     bool
}

// crowd has receivers of ch, who note what they get. Every third one takes v, ok.
type crowd struct {
	ch  chan int
	gs  []*rt.Greenlet
	all []got
}

func (c *crowd) receivers(n int) Step {
	return On(func(h *green.Hub) {
		for range n {
			i := len(c.gs)
			step := Call1(func(h *green.Hub) (int, *green.Frame) { return chans.RecvOwn(h, c.ch) },
				func(v int) { c.all = append(c.all, got{i, v, true}) })
			if i%3 == 2 {
				step = Call2(func(h *green.Hub) (int, bool, *green.Frame) { return chans.Recv2Own(h, c.ch) },
					func(v int, ok bool) { c.all = append(c.all, got{i, v, ok}) })
			}
			c.gs = append(c.gs, rt.Spawn_green(h, Task(step)))
		}
	})
}

func (c *crowd) send(from, to int) Step {
	i := from - 1
	return Loop(func() bool { return i == to }, func(h *green.Hub) *green.Frame {
		i++
		if i == to {
			return nil
		}
		return chans.SendOwn(h, c.ch, i)
	})
}

// long is more than a wait is young.
func long(h *green.Hub) *green.Frame { return rt.Sleep_green(h, 5*time.Millisecond) }

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

func offloads(n *uint64) Step { return On(func(h *green.Hub) { *n = h.Offloads }) }

// Who has waited longest is served first, packed or not, and nobody takes a worker.
func TestOrder(t *testing.T) {
	const n = 400
	c := crowd{ch: make(chan int)}
	used := uint64(1)
	require.NoError(t, rt.Run(Task(
		c.receivers(n/2), long, c.send(0, 10), c.receivers(n/4), long, c.send(10, 30), long,
		c.receivers(n/4), c.send(30, n), yield, offloads(&used),
	)))
	require.Zero(t, used)
	require.Len(t, c.all, n)
	for i, g := range c.all {
		require.Equal(t, got{i, i, true}, g)
	}
}

// Packed greenlets can be killed, in any order: the others are served as before.
func TestKill(t *testing.T) {
	const n = 300
	c := crowd{ch: make(chan int)}
	gone := func(i int) bool { return i%7 == 3 || i >= 280 || i == 0 }
	var stays []int
	for i := range n {
		if !gone(i) {
			stays = append(stays, i)
		}
	}
	require.NoError(t, rt.Run(Task(
		c.receivers(n), long,
		On(func(h *green.Hub) {
			for i := range n {
				if i = n - 1 - i; gone(i) {
					c.gs[i].KillAsync_green(h)
				}
			}
		}), yield,
		c.send(0, len(stays)), yield,
	)))
	require.Len(t, c.all, len(stays))
	for k, g := range c.all {
		require.Equal(t, got{stays[k], k, true}, g)
	}
	for i, g := range c.gs {
		require.True(t, g.Ready())
		require.Equal(t, gone(i), g.Killed(), i)
	}
}

// All that is packed can be killed, and the channel is forgotten.
func TestKillAll(t *testing.T) {
	c := crowd{ch: make(chan int)}
	waits := true
	require.NoError(t, rt.Run(Task(c.receivers(200), long, On(func(h *green.Hub) {
		for _, g := range c.gs {
			g.KillAsync_green(h)
		}
	}), yield, On(func(h *green.Hub) { waits = rt.HubOf(h).Waits() }))))
	require.Empty(t, c.all)
	require.False(t, waits)
}

// Most of a crowd ends, so that the hub lets go of their memory, and others take their
// places: those who are packed are still the same.
func TestPlaces(t *testing.T) {
	const n = 12_000
	c := crowd{ch: make(chan int)}
	stays := func(i int) bool { return i < 50 || i > n-50 || i%1000 == 0 }
	var want []int
	steps := []Step{c.receivers(n), long, On(func(h *green.Hub) {
		for i, g := range c.gs {
			if !stays(i) {
				g.KillAsync_green(h)
			}
		}
		c.gs = c.gs[:n:n]
	}), yield, long}
	for i := range 2 * n {
		if i >= n || stays(i) {
			want = append(want, i)
		}
	}
	steps = append(steps, c.receivers(n), long, c.send(0, len(want)), yield)
	require.NoError(t, rt.Run(Task(steps...)))
	require.Len(t, c.all, len(want))
	for k, g := range c.all {
		require.Equal(t, got{want[k], k, true}, g)
	}
}

// A close ends all waits.
func TestClose(t *testing.T) {
	c := crowd{ch: make(chan int)}
	require.NoError(t, rt.Run(Task(c.receivers(200), long, On(func(h *green.Hub) { chans.Close(h, c.ch) }), yield)))
	require.Len(t, c.all, 200)
	for i, g := range c.all {
		require.Equal(t, got{i, 0, i%3 != 2}, g)
	}
}

// A goroutine that announces itself, or another hub, finds those who are packed.
func TestOthers(t *testing.T) {
	for name, send := range map[string]func(ch chan int, i int){
		"goroutine": func(ch chan int, i int) { chans.Announced(ch) <- i },
		"hub": func(ch chan int, i int) {
			_ = rt.Run(Task(func(h *green.Hub) *green.Frame { return chans.SendOwn(h, ch, i) }))
		},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 20
			c := crowd{ch: make(chan int)}
			require.NoError(t, rt.Run(Task(c.receivers(n), long, On(func(h *green.Hub) {
				go func() {
					for i := range n {
						send(c.ch, i)
					}
				}()
			}), Loop(func() bool { return len(c.all) == n }, long))))
			var vs []int
			for _, g := range c.all {
				vs = append(vs, g.v)
			}
			slices.Sort(vs)
			for i, v := range vs {
				require.Equal(t, i, v)
			}
		})
	}
}

// Reports name what packed greenlets wait for.
func TestReport(t *testing.T) {
	c := crowd{ch: make(chan int)}
	var waits []string
	require.NoError(t, rt.Run(Task(c.receivers(3), long, On(func(h *green.Hub) {
		for _, i := range rt.HubOf(h).Greenlets()[1:] {
			waits = append(waits, i.Wait)
		}
	}))))
	require.Equal(t, []string{"chan receive", "chan receive", "chan receive"}, waits)
}
