// Scale shows how the cost of a greenlet grows with their number, from a thousand to a
// million in one hub: to spawn it, to wake one or all of them, to kill them.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"text/tabwriter"
	"time"

	"github.com/greengen/greengen/internal/cputime"
	"github.com/greengen/greengen/rt"
)

//go:generate go run github.com/greengen/greengen/cmd/greengen

var most = flag.Int("most", 1_000_000, "greenlets, at most")

// figures are the costs of one greenlet among n: ns of CPU, and bytes.
type figures struct {
	spawn, one, all, broadcast, kill, gc float64
	bytes                                float64
}

func main() {
	flag.Parse()
	if *most > 10000 {
		runtime.GC()
		measure(10000) // the first crowd of a process pays for its memory
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "greenlets\tspawn + park\twake one\twake all\tbroadcast\tkill all\tforced GC\theap\t")
	for n := 1000; n <= *most; n *= 10 {
		var f figures
		times := max(1, 100_000/n)
		for range times {
			f.add(measure(n), float64(times))
		}
		fmt.Fprintf(w, "%d\t%.0f ns\t%.0f ns\t%.0f ns\t%.0f ns\t%.0f ns\t%.1f ns\t%.0f B\t\n",
			n, f.spawn, f.one, f.all, f.broadcast, f.kill, f.gc, f.bytes)
	}
	w.Flush()
	fmt.Printf("%s %s/%s; CPU time and heap, each\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// add adds one of so many measurements.
func (f *figures) add(g figures, times float64) {
	f.spawn += g.spawn / times
	f.one += g.one / times
	f.all += g.all / times
	f.broadcast += g.broadcast / times
	f.kill += g.kill / times
	f.gc += g.gc / times
	f.bytes += g.bytes / times
}

func measure(n int) figures {
	size = n
	if err := rt.Run(crowd); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
	return measured
}

// What crowd is to measure, and has.
var (
	size     int
	measured figures
)

// each returns the CPU time since start for each of n.
func each(start time.Duration, n int) float64 { return float64(cputime.Used()-start) / float64(n) }

func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// crowd measures so many greenlets of this hub.
//
//greengen:patch
func crowd() {
	n := size
	var f figures
	var gate rt.Semaphore
	var call rt.Event
	woken, last := 0, false
	gs := make([]*rt.Greenlet, n)
	before := heap()

	start := cputime.Used()
	for i := range gs {
		gs[i] = rt.Spawn(func() {
			for !last {
				gate.Acquire()
				woken++
			}
			call.Wait()
			woken++
			rt.Forever("the end")
		})
	}
	rt.Yield()
	f.spawn = each(start, n)
	f.bytes = (heap() - before) / float64(n)
	start = cputime.Used()
	runtime.GC()
	f.gc = each(start, n)

	const ones = 10_000
	start = cputime.Used()
	for range ones {
		gate.Release()
		rt.Yield()
	}
	f.one = each(start, ones)

	start = cputime.Used()
	for range n {
		gate.Release()
	}
	for woken < ones+n {
		rt.Yield()
	}
	f.all = each(start, n)

	last = true
	for range n {
		gate.Release()
	}
	for woken < ones+2*n {
		rt.Yield()
	}
	start = cputime.Used()
	call.Set()
	for woken < ones+3*n {
		rt.Yield()
	}
	f.broadcast = each(start, n)

	start = cputime.Used()
	rt.KillAll(gs...)
	f.kill = each(start, n)
	measured = f
}
