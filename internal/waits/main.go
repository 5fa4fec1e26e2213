// Waits measures what it costs to wait for long: for native channels, and below some calls;
// the same program on goroutines, and woven by greengen, in turn.
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
	many   = flag.Int("n", 20000, "how many wait for channels")
	crowd  = flag.Int("crowd", 1_000_000, "how many wait below some calls")
	rounds = flag.Int("rounds", 5, "rounds, of which the median counts; of a crowd there is one")
	out    = flag.String("out", "", "write the tables to this `file`, too, and a chart beside it")
)

var (
	kinds  = []string{"channel", "select, context", "select, context and ticker", "select, context and timeout"}
	depths = []int{1, 4, 16}
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "waits:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "waits")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ways := [2]string{filepath.Join(dir, "green"), filepath.Join(dir, "plain")}
	const prog = "./internal/waits/waiter"
	if err := build("go", "run", "./cmd/greengen", "build", "-all", "-o", ways[0], prog); err != nil {
		return err
	}
	if err := build("go", "build", "-o", ways[1], prog); err != nil {
		return err
	}
	var text bytes.Buffer
	w := tabwriter.NewWriter(io.MultiWriter(os.Stdout, &text), 0, 0, 2, ' ', tabwriter.AlignRight)
	bars, err := long(w, ways)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\t\t\t\t\t\t\t")
	w.Flush()
	more, err := crowds(w, ways)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s %s/%s; resident bytes; %d waits, medians of %d rounds; %d in a crowd, of one\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, *many, *rounds, *crowd)
	w.Flush()
	if *out == "" {
		return nil
	}
	return chart.Save(*out, "Long waits", "make bench", text.String(), "What goroutines take / what greengen takes", append(bars, more...))
}

// long measures waits for channels: bytes, and the CPU time of a message to one of them.
func long(w io.Writer, ways [2]string) (bars []chart.Bar, err error) {
	fmt.Fprintln(w, "long wait\tgreengen\tgoroutines\tratio\tCPU a message\tgoroutines\tratio\t")
	for _, k := range kinds {
		var got [2][2][]float64 // by way: bytes, CPU
		for range *rounds {
			for i, way := range ways {
				xs, err := once(way, k, *many, 2)
				if err != nil {
					return nil, err
				}
				for j, x := range xs {
					got[i][j] = append(got[i][j], x)
				}
			}
		}
		b, c := [2]float64{median(got[0][0]), median(got[1][0])}, [2]float64{median(got[0][1]), median(got[1][1])}
		fmt.Fprintf(w, "%s\t%.0f B\t%.0f B\t%.2fx\t%.0f ns\t%.0f ns\t%.2fx\t\n", k, b[0], b[1], b[1]/b[0], c[0], c[1], c[1]/c[0])
		bars = append(bars, chart.Bar{Name: k + ": memory", Ratio: b[1] / b[0]}, chart.Bar{Name: k + ": CPU", Ratio: c[1] / c[0]})
	}
	return bars, nil
}

// crowds measures many that wait below some calls: bytes, and the time of a collection.
func crowds(w io.Writer, ways [2]string) (bars []chart.Bar, err error) {
	fmt.Fprintln(w, "crowd, below calls\tgreengen\tgoroutines\tratio\tforced GC\tgoroutines\tratio\t")
	for _, d := range depths {
		var got [2][]float64
		for i, way := range ways {
			if got[i], err = once(way, strconv.Itoa(d), *crowd, 3); err != nil {
				return nil, err
			}
		}
		b, c := [2]float64{got[0][0], got[1][0]}, [2]float64{got[0][2], got[1][2]}
		fmt.Fprintf(w, "%d\t%.0f B\t%.0f B\t%.2fx\t%.0f ns\t%.0f ns\t%.2fx\t\n", d, b[0], b[1], b[1]/b[0], c[0], c[1], c[1]/c[0])
		name := fmt.Sprintf("crowd, depth %d", d)
		bars = append(bars, chart.Bar{Name: name + ": memory", Ratio: b[1] / b[0]}, chart.Bar{Name: name + ": GC", Ratio: c[1] / c[0]})
	}
	return bars, nil
}

func build(args ...string) error {
	c := exec.Command(args[0], args[1:]...)
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	return c.Run()
}

// once returns so many numbers that the program prints.
func once(prog, kind string, n, numbers int) (xs []float64, err error) {
	c := exec.Command(prog, kind, strconv.Itoa(n))
	c.Stderr = os.Stderr
	text, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", filepath.Base(prog), kind, err)
	}
	for _, word := range strings.Fields(string(text)) {
		x, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, err
		}
		xs = append(xs, x)
	}
	if len(xs) != numbers {
		return nil, fmt.Errorf("%s %s printed %q", filepath.Base(prog), kind, text)
	}
	return xs, nil
}

func median(xs []float64) float64 {
	slices.Sort(xs)
	return xs[len(xs)/2]
}
