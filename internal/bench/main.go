// Command bench measures the hub against what Go offers for the same, and
// prints one table: nanoseconds of process CPU time (the collector's included),
// the median of interleaved rounds, and bytes per parked task.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"

	"github.com/greengen/greengen/internal/cputime"
)

// side is one way to do a thing: it does it n times and returns how long one took.
type side struct {
	name string
	run  func(n int) float64
}

// row is a line of the table: ours, then the alternatives.
type row struct {
	name string
	unit string
	n    int
	ours func(n int) float64
	alts []side
}

func main() {
	rounds := flag.Int("rounds", 9, "how often each measurement is made")
	flag.Parse()
	rows := append(speed(), memory()...)
	got := make([][][]float64, len(rows)) // by row, side, round
	for i, r := range rows {
		got[i] = make([][]float64, 1+len(r.alts))
	}
	for round := range *rounds + 1 {
		for i, r := range rows {
			for k := range got[i] {
				f := r.ours
				if k > 0 {
					f = r.alts[k-1].run
				}
				if v := f(r.n); round > 0 { // the first round warms up
					got[i][k] = append(got[i][k], v)
				}
			}
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\tgreengen\talternative\t\tratio\t\n")
	for i, r := range rows {
		ours := median(got[i][0])
		for k, a := range r.alts {
			alt := median(got[i][k+1])
			fmt.Fprintf(w, "%s\t%.4g %s\t%s\t%.4g %s\t%.2fx\t\n", r.name, ours, r.unit, a.name, alt, r.unit, alt/ours)
		}
	}
	w.Flush()
	fmt.Printf("%s %s/%s, %d CPUs, %d rounds; process CPU time, medians; ratio = alternative / greengen\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), *rounds)
}

func median(vs []float64) float64 {
	vs = slices.Clone(vs)
	slices.Sort(vs)
	return vs[len(vs)/2]
}

// timed returns the CPU time of f divided by n, in nanoseconds.
func timed(n int, f func()) float64 {
	runtime.GC()
	start := cputime.Used()
	f()
	return float64(cputime.Used()-start) / float64(n)
}

// inHub measures f in a hub; setup and the end of Run are not counted.
func inHub(n int, f func(h *green.Hub) *green.Frame, options ...rt.Option) float64 {
	var start, end time.Duration
	b := &body{f: func(h *green.Hub) *green.Frame {
		start = cputime.Used()
		if c := f(h); c != nil {
			last := green.NewFrame(func(*green.Hub, *green.Frame) *green.Frame {
				end = cputime.Used()
				return nil
			})
			c.Parent = last
			return last
		}
		end = cputime.Used()
		return nil
	}}
	runtime.GC()
	if err := rt.Run(b.fn(), options...); err != nil {
		panic(err)
	}
	return float64(end-start) / float64(n)
}
