// Ops measures what waiting and switching cost in the code that greengen makes: the same
// program on goroutines, and woven, in turn.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/greengen/greengen/internal/chart"
)

var (
	rounds = flag.Int("rounds", 5, "rounds, of which the median counts")
	only   = flag.String("only", "", "take only kinds that contain this")
	out    = flag.String("out", "", "write the table to this `file`, too, and a chart beside it")
)

// kinds are those of op, in the order of the table.
var kinds = []string{
	"switch, depth 1", "switch, depth 4", "switch, depth 16", "rendezvous", "buffered channel", "select of 4",
	"Mutex hand-off", "WaitGroup of 10", "Sleep, 1,000 at once", "spawn + finish", "spawn + join",
	"generator", "tree walk, depth 20", "generator, by range", "tree walk, by range", "fib, never suspends", "bytes, 1 in 4096 suspends", "loop without parks",
}

// beside are kinds that goroutines have no like of: who ranges over a function that waits
// at times, which greenlets may, pulls from it in a goroutine's place.
var beside = map[string]string{"generator, by range": "generator", "tree walk, by range": "tree walk, depth 20"}

// ways are how op runs: green, on goroutines, and on these with one processor.
var ways = []struct{ prog, procs string }{{"green", ""}, {"plain", ""}, {"plain", "1"}}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ops:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "ops")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	const prog = "./internal/ops/op"
	if err := build("go", "run", "./cmd/greengen", "build", "-all", "-o", filepath.Join(dir, "green"), prog); err != nil {
		return err
	}
	if err := build("go", "build", "-o", filepath.Join(dir, "plain"), prog); err != nil {
		return err
	}
	var rows []row
	for _, k := range kinds {
		if !strings.Contains(k, *only) {
			continue
		}
		r := row{kind: k}
		for range *rounds {
			for i, w := range ways {
				kind := k
				if w.prog == "plain" && beside[k] != "" {
					kind = beside[k]
				}
				ns, err := once(filepath.Join(dir, w.prog), w.procs, kind)
				if err != nil {
					return fmt.Errorf("%s %s: %w", w.prog, k, err)
				}
				r.ns[i] = append(r.ns[i], ns)
			}
		}
		rows = append(rows, r)
	}
	print(os.Stdout, rows)
	if *out == "" {
		return nil
	}
	return save(*out, rows)
}

// save writes the table and a chart.
func save(file string, rows []row) error {
	var text bytes.Buffer
	print(&text, rows)
	var bars []chart.Bar
	for _, r := range rows {
		bars = append(bars, chart.Bar{Name: r.kind, Ratio: r.median(1) / r.median(0)})
	}
	return chart.Save(file, "Waiting and switching", "make bench", text.String(), "CPU time of goroutines (all processors) / greengen", bars)
}

// row has the measurements of one kind, by way.
type row struct {
	kind string
	ns   [3][]float64
}

func (r row) median(way int) float64 {
	slices.Sort(r.ns[way])
	return r.ns[way][len(r.ns[way])/2]
}

func print(to io.Writer, rows []row) {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "same source, built both ways\tgreengen\tgoroutines\tratio\ton one processor\tratio\t")
	for _, r := range rows {
		a, b, c := r.median(0), r.median(1), r.median(2)
		fmt.Fprintf(w, "%s\t%.4g ns\t%.4g ns\t%.2fx\t%.4g ns\t%.2fx\t\n", r.kind, a, b, b/a, c, c/a)
	}
	w.Flush()
	fmt.Fprintf(to, "%s %s/%s; CPU time; medians of %d rounds\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, *rounds)
}

func build(args ...string) error {
	c := exec.Command(args[0], args[1:]...)
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	return c.Run()
}

// once returns what one operation costs, in ns.
func once(prog, procs, kind string) (float64, error) {
	c := exec.Command(prog, kind)
	c.Stderr = os.Stderr
	if procs != "" {
		c.Env = append(os.Environ(), "GOMAXPROCS="+procs)
	}
	text, err := c.Output()
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
}
