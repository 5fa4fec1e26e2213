// Waits measures what it costs to wait for long for native channels: the same program
// on goroutines, and woven by greengen, in turn.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
)

var (
	many   = flag.Int("n", 20000, "how many wait")
	rounds = flag.Int("rounds", 5, "rounds, of which the median counts")
)

var kinds = []string{"channel", "select, context", "select, context and ticker", "select, context and timeout"}

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
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "long wait\tgreengen\tgoroutines\tratio\tCPU a message\tgoroutines\tratio\t")
	for _, k := range kinds {
		var bytes, cpu [2][]float64
		for range *rounds {
			for i, way := range ways {
				b, c, err := once(way, k)
				if err != nil {
					return fmt.Errorf("%s %s: %w", filepath.Base(way), k, err)
				}
				bytes[i], cpu[i] = append(bytes[i], b), append(cpu[i], c)
			}
		}
		b, c := [2]float64{median(bytes[0]), median(bytes[1])}, [2]float64{median(cpu[0]), median(cpu[1])}
		fmt.Fprintf(w, "%s\t%.0f B\t%.0f B\t%.2fx\t%.0f ns\t%.0f ns\t%.2fx\t\n", k, b[0], b[1], b[1]/b[0], c[0], c[1], c[1]/c[0])
	}
	w.Flush()
	fmt.Printf("%s %s/%s; %d waits; medians of %d rounds\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, *many, *rounds)
	return nil
}

func build(args ...string) error {
	c := exec.Command(args[0], args[1:]...)
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	return c.Run()
}

func once(prog, kind string) (bytes, cpu float64, err error) {
	c := exec.Command(prog, kind, fmt.Sprint(*many))
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err == nil {
		_, err = fmt.Sscan(string(out), &bytes, &cpu)
	}
	return bytes, cpu, err
}

func median(xs []float64) float64 {
	slices.Sort(xs)
	return xs[len(xs)/2]
}
