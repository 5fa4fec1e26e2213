package main

import (
	"fmt"
	"iter"
	"runtime"
	"sync"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

func speed() []row {
	var rows []row
	for _, d := range []int{1, 4, 16} {
		rows = append(rows, row{
			fmt.Sprintf("switch, depth %d", d), "ns", 1 << 22, // long: what the runtime does after a collection counts, too
			func(n int) float64 { return switches(n, d) },
			[]side{
				{"iter.Pull", func(n int) float64 { return pulls(n/8, d) }},
				{"goroutine+channel", func(n int) float64 { return pingPong(n/8, d) }},
				{"runtime.Gosched", func(n int) float64 { return gosched(n/8, d) }},
			},
		})
	}
	return append(rows,
		row{"switch, with takeover", "ns", 1 << 22, func(n int) float64 { return switches(n, 1, rt.WithTakeover()) },
			[]side{{"without", func(n int) float64 { return switches(n, 1) }}}},
		row{"switch on two hubs, of wall time", "ns", 1 << 26, onHubs(2), []side{{"one hub", onHubs(1)}}},
		row{"round over two channels", "ns", 1 << 20, rounds, []side{{"goroutines", plainRounds}}},
		row{"spawn+finish", "ns", 1 << 20, spawns, []side{{"goroutine", func(n int) float64 { return goroutines(n) }}}},
		row{"call, not suspending", "ns", 1 << 24, greenCalls, []side{{"plain call", plainCalls}}},
		row{"loop without suspensions, fast body", "ns", 1 << 24, smoothGreen(0), []side{{"plain loop", smoothPlain(0)}}},
		row{"loop without suspensions, resumed", "ns", 1 << 24, smoothGreen(1), []side{{"plain loop", smoothPlain(1)}}},
	)
}

// switches lets two greenlets yield in turn.
func switches(n, d int, options ...rt.Option) float64 {
	return inHub(n, func(h *green.Hub) *green.Frame {
		leaf := func(h *green.Hub) *green.Frame {
			_, c := deep_green(h, d, n/2)
			return c
		}
		b := &body{f: leaf}
		return rt.JoinAll_green(h, rt.Spawn_green(h, b.fn()), rt.Spawn_green(h, b.fn()))
	}, options...)
}

// gosched lets two goroutines yield in turn.
func gosched(n, d int) float64 {
	return timed(n, func() {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				deepYield(d, n/2, func(int) bool {
					runtime.Gosched()
					return true
				})
			})
		}
		wg.Wait()
	})
}

// onHubs shares switches among hubs that run at once.
func onHubs(k int) func(n int) float64 {
	return func(n int) float64 {
		var wg sync.WaitGroup
		start := time.Now()
		for range k {
			wg.Go(func() { switches(n/k, 1) })
		}
		wg.Wait()
		return float64(time.Since(start)) / float64(n)
	}
}

func deepYield(d, n int, yield func(int) bool) int {
	if d > 1 {
		return deepYield(d-1, n, yield) + 1
	}
	for i := range n {
		yield(i)
	}
	return n
}

func pulls(n, d int) float64 {
	return timed(n, func() {
		next, stop := iter.Pull(func(yield func(int) bool) { deepYield(d, n, yield) })
		defer stop()
		for range n {
			next()
		}
	})
}

func pingPong(n, d int) float64 {
	return timed(n, func() {
		ping, pong := make(chan int), make(chan int)
		go deepYield(d, n/2, func(i int) bool {
			ping <- i
			<-pong
			return true
		})
		for range n / 2 {
			pong <- <-ping
		}
	})
}

const burst = 1024

func spawns(n int) float64 {
	empty := (&body{f: func(*green.Hub) *green.Frame { return nil }}).fn()
	return inHub(n, func(h *green.Hub) *green.Frame {
		left := n
		var more func(h *green.Hub) *green.Frame
		more = func(h *green.Hub) *green.Frame {
			if left > 0 {
				for range burst {
					rt.Spawn_green(h, empty)
				}
				left -= burst
				c := rt.Yield_green(h)
				f := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
					if c := more(h); c != nil {
						c.Parent = hd.Parent
						return green.Parked
					}
					return hd.Parent
				})
				c.Parent = f
				return f
			}
			return nil
		}
		return more(h)
	})
}

func goroutines(n int) float64 {
	return timed(n, func() {
		for range n / burst {
			var wg sync.WaitGroup
			wg.Add(burst)
			for range burst {
				go wg.Done()
			}
			wg.Wait()
		}
	})
}

//lint:ignore U1000 it keeps the compiler from dropping the calls
var sink int

func greenCalls(n int) float64 {
	return inHub(n, func(h *green.Hub) *green.Frame {
		b := &buffer{p: make([]byte, 4096)}
		s, c := b.sum_green(h, n)
		sink += s
		return c
	})
}

func plainCalls(n int) float64 {
	b := &buffer{p: make([]byte, 4096)}
	return timed(n, func() { sink += b.sum(n) })
}

// parked is how many tasks are measured.
const parked = 100_000

func memory() []row {
	var rows []row
	for _, d := range []int{1, 4} {
		rows = append(rows, row{
			fmt.Sprintf("parked task, depth %d", d), "B", parked,
			func(n int) float64 { return parkedGreenlets(n, d) },
			[]side{{"goroutine", func(n int) float64 { return parkedGoroutines(n, d) }}},
		})
	}
	return rows
}

func inUse() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

func parkedGreenlets(n, d int) (bytes float64) {
	word := new(int)
	b := &body{f: func(h *green.Hub) *green.Frame { return hold_green(h, d, word) }}
	inHub(1, func(h *green.Hub) *green.Frame {
		before := inUse()
		for range n {
			rt.Spawn_green(h, b.fn())
		}
		c := rt.Yield_green(h)
		f := green.NewFrame(func(_ *green.Hub, hd *green.Frame) *green.Frame {
			bytes = (inUse() - before) / float64(n)
			return hd.Parent
		})
		c.Parent = f
		return f
	})
	return bytes
}

func deepWait(d int, p *int, c chan int, ready *sync.WaitGroup) int {
	if d > 1 {
		return deepWait(d-1, p, c, ready) + *p
	}
	ready.Done()
	return <-c
}

func parkedGoroutines(n, d int) float64 {
	before := inUse()
	c := make(chan int)
	var ready, done sync.WaitGroup
	ready.Add(n)
	for range n {
		done.Go(func() { deepWait(d, new(int), c, &ready) })
	}
	ready.Wait()
	bytes := (inUse() - before) / float64(n)
	close(c)
	done.Wait()
	return bytes
}
