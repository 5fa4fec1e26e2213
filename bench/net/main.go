// Net measures servers on one core beside each other: what an idle connection costs
// whose handler has run, and the CPU time of a request. The load is on the other core.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/greengen/greengen/internal/chart"
)

var (
	kinds  = flag.String("kinds", "greengen,goroutines,gnet,nbio,netpoll,evio,libev,gevent,net/http green,net/http,fasthttp,fasthttp small", "the servers; goroutines are what the others are compared with")
	idle   = flag.Int("idle", 6000, "idle connections: io.Copy of std takes three descriptors for each")
	lasts  = flag.Duration("for", time.Second, "how long a round of requests takes")
	rounds = flag.Int("rounds", 5, "rounds, of which the median counts")
	out    = flag.String("out", "", "write the tables to this `file`, too, and a chart beside it")
	serve  = flag.String("serve", "", "internal: be this server")
	proto  = flag.String("protocol", "", "internal: and speak this")
)

func main() {
	flag.Parse()
	if *serve != "" {
		pin(0)
		protocol = *proto
		must(servers[*serve]())
		return
	}
	pin(1)
	if *dialTo != "" {
		client()
		return
	}
	var err error
	scratch, err = os.MkdirTemp("", "bench-net")
	must(err)
	defer os.RemoveAll(scratch)
	all := present(strings.Split(*kinds, ","))
	if *many > 0 {
		for _, k := range speakers("echo", all) {
			crowd(k)
		}
		return
	}
	tables(all)
}

// tables measures, and prints.
func tables(all []string) {
	var text bytes.Buffer
	w := tabwriter.NewWriter(io.MultiWriter(os.Stdout, &text), 0, 0, 2, ' ', tabwriter.AlignRight)
	var bars []chart.Bar
	fmt.Fprintln(w, "idle connection\tserver\tRSS\theap+stacks\tgoroutines / it\t")
	for _, s := range speaks {
		bars = append(bars, idles(w, s.protocol, speakers(s.protocol, all))...)
	}
	fmt.Fprintln(w, "\t\t\t\t\t")
	w.Flush()
	fmt.Fprintln(w, "requests\tserver\tCPU a request\trequests/s\tp50\tp99\tgoroutines / it\t")
	for _, m := range mixes {
		bars = append(bars, busy(w, m, speakers(m.protocol, all))...)
	}
	fmt.Fprintf(w, "%s %s/%s, server on one core, load on another; %d idle conns; medians of %d rounds of %v\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, *idle, *rounds, *lasts)
	w.Flush()
	if *out != "" {
		must(chart.Save(*out, "Servers", "make bench-net", text.String(), "What goroutines take / what greengen takes", bars))
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

func must(err error) {
	if err != nil {
		fatal(err)
	}
}

func median[T int64 | float64 | time.Duration](xs []T) T {
	slices.Sort(xs)
	return xs[len(xs)/2]
}

func idles(w io.Writer, protocol string, all []string) []chart.Bar {
	rss, mem := map[string]float64{}, map[string]float64{}
	for _, k := range all {
		s := start(k, protocol)
		warm := s.dial(100)
		before := s.use("gc")
		cs := s.dial(*idle)
		after := s.use("gc")
		rss[k] = float64(after.RSS-before.RSS) / float64(*idle)
		mem[k] = float64(after.Mem-before.Mem) / float64(*idle)
		hangUp(cs)
		hangUp(warm)
		s.stop()
	}
	for _, k := range all {
		fmt.Fprintf(w, "%s\t%s\t%.0f B\t%.0f B\t%.2fx\t\n", protocol, k, rss[k], mem[k], rss["goroutines"]/rss[k])
	}
	return bar(protocol+", idle: memory", rss)
}

// bar compares greengen with goroutines, if both were measured.
func bar(name string, by map[string]float64) []chart.Bar {
	if by["greengen"] == 0 || by["goroutines"] == 0 {
		return nil
	}
	return []chart.Bar{{Name: name, Ratio: by["goroutines"] / by["greengen"]}}
}

// mix is a load: so many conns, each with so many requests of a size in one go, and a
// pause after them.
type mix struct {
	protocol           string
	size, conns, depth int
	every              time.Duration
}

var mixes = []mix{
	{"echo", 64, 100, 1, 0}, {"echo", 4096, 100, 1, 0}, {"echo", 64, 100, 16, 0}, {"echo", 4096, 100, 16, 0}, {"echo", 64, 5000, 1, 0},
	{"echo", 64, 100, 1, 50 * time.Millisecond},
	{"http", 0, 100, 1, 0}, {"http", 0, 100, 16, 0},
}

func (m mix) String() string {
	if m.protocol == "http" {
		return fmt.Sprintf("http hello, %d conns, %d at once", m.conns, m.depth)
	}
	if m.every > 0 {
		return fmt.Sprintf("echo %d B, %d conns, every %v", m.size, m.conns, m.every)
	}
	return fmt.Sprintf("echo %d B, %d conns, %d at once", m.size, m.conns, m.depth)
}

func busy(w io.Writer, m mix, all []string) []chart.Bar {
	got := map[string]*results{}
	for _, k := range all {
		got[k] = &results{}
	}
	for range *rounds {
		for _, k := range all { // interleaved
			s := start(k, m.protocol)
			s.load(m, got[k])
			s.stop()
		}
	}
	cpu := map[string]float64{}
	for k, r := range got {
		cpu[k] = median(r.cpu)
	}
	for _, k := range all {
		r := got[k]
		fmt.Fprintf(w, "%s\t%s\t%.2f µs\t%.0f\t%.2f ms\t%.2f ms\t%.2fx\t\n", m, k, cpu[k],
			median(r.rate), median(r.p50), median(r.p99), cpu["goroutines"]/cpu[k])
	}
	return bar(m.String()+": CPU", cpu)
}
