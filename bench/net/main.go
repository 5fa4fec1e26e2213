// Net measures servers on one core beside each other: what an idle connection costs
// whose handler has run, and the CPU time of a request. The load is on the other core.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"
	"unsafe"

	"syscall"
)

var (
	kinds  = flag.String("kinds", "greengen,goroutines,gnet,nbio,netpoll,evio", "the servers, the first two are compared")
	idle   = flag.Int("idle", 6000, "idle connections: io.Copy of std takes three descriptors for each")
	lasts  = flag.Duration("for", time.Second, "how long a round of requests takes")
	rounds = flag.Int("rounds", 5, "rounds, of which the median counts")
	serve  = flag.String("serve", "", "internal: be this server")
	proto  = flag.String("protocol", "", "internal: and speak this")
)

func main() {
	flag.Parse()
	if *serve != "" {
		pin(0)
		protocol = *proto
		if err := servers[*serve](); err != nil {
			fatal(err)
		}
		return
	}
	pin(1)
	if *dialTo != "" {
		client()
		return
	}
	all := strings.Split(*kinds, ",")
	if *many > 0 {
		for _, k := range all {
			crowd(k)
		}
		return
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "idle connection\tserver\tRSS\theap+stacks\tgoroutines / it\t")
	for _, p := range []string{"echo", "line", "buffer"} {
		idles(w, p, all)
	}
	w.Flush()
	fmt.Println()
	fmt.Fprintln(w, "echo\tserver\tCPU a request\trequests/s\tp50\tp99\tgoroutines / it\t")
	for _, m := range mixes {
		busy(w, m, all)
	}
	w.Flush()
	fmt.Printf("%s %s/%s, server on one core, load on another; %d idle conns; medians of %d rounds\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, *idle, *rounds)
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

// pin keeps the process on one core.
func pin(cpu int) {
	runtime.GOMAXPROCS(1)
	mask := [16]uint64{1 << cpu}
	if runtime.NumCPU() < 2 {
		return
	}
	tasks, err := os.ReadDir("/proc/self/task")
	must(err)
	for _, t := range tasks { // later threads inherit it
		var tid int
		fmt.Sscan(t.Name(), &tid)
		_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, uintptr(tid), unsafe.Sizeof(mask), uintptr(unsafe.Pointer(&mask)))
		if errno != 0 {
			fatal(errno)
		}
	}
}

// server is a process that serves.
type server struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	addr string
}

func start(kind, protocol string, args ...string) *server {
	exe, err := os.Executable()
	must(err)
	s := &server{cmd: exec.Command(exe, append([]string{"-serve", kind, "-protocol", protocol}, args...)...)}
	s.cmd.Stderr = os.Stderr
	s.in, err = s.cmd.StdinPipe()
	must(err)
	out, err := s.cmd.StdoutPipe()
	must(err)
	s.out = bufio.NewReader(out)
	must(s.cmd.Start())
	for {
		line, err := s.out.ReadString('\n')
		must(err)
		if a, ok := strings.CutPrefix(line, "serving "); ok {
			s.addr = strings.TrimSpace(a)
			return s
		}
	}
}

func (s *server) use(how string) (u use) {
	fmt.Fprintln(s.in, how)
	line, err := s.out.ReadBytes('\n')
	must(err)
	must(json.Unmarshal(line, &u))
	return u
}

func (s *server) stop() {
	s.in.Close()
	s.cmd.Wait()
}

// dial connects n clients, from several addresses, and lets each make one request.
func (s *server) dial(n int) []net.Conn {
	cs := make([]net.Conn, n)
	for i := range cs {
		var err error
		for try := 0; ; try++ { // the backlog may be full, the server not ready yet
			if cs[i], err = net.Dial("tcp", s.addr); err == nil {
				if err = ask(cs[i], []byte("hello there\n"), make([]byte, 12)); err == nil {
					break
				}
				cs[i].Close()
			}
			if try == 100 {
				fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	return cs
}

// ask sends one request, and waits for the same bytes.
func ask(c net.Conn, req, buf []byte) error {
	if _, err := c.Write(req); err != nil {
		return err
	}
	_, err := io.ReadFull(c, buf)
	return err
}

func hangUp(cs []net.Conn) {
	for _, c := range cs {
		c.Close()
	}
}

func median[T int64 | float64 | time.Duration](xs []T) T {
	slices.Sort(xs)
	return xs[len(xs)/2]
}

func idles(w io.Writer, protocol string, all []string) {
	rss, mem := map[string]float64{}, map[string]float64{}
	for _, k := range all {
		if protocol != "echo" && k != "greengen" && k != "goroutines" {
			continue
		}
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
		if _, ok := rss[k]; ok {
			fmt.Fprintf(w, "%s\t%s\t%.0f B\t%.0f B\t%.2fx\t\n", protocol, k, rss[k], mem[k], rss["goroutines"]/rss[k])
		}
	}
}

// mix is a load: so many conns, each with so many requests of a size in one go.
type mix struct{ size, conns, depth int }

var mixes = []mix{{64, 100, 1}, {4096, 100, 1}, {64, 100, 16}, {4096, 100, 16}, {64, 5000, 1}}

func busy(w io.Writer, m mix, all []string) {
	got := map[string]*results{}
	for _, k := range all {
		got[k] = &results{}
	}
	for range *rounds {
		for _, k := range all { // interleaved
			s := start(k, "echo")
			s.load(m, got[k])
			s.stop()
		}
	}
	base := median(got["goroutines"].cpu)
	for _, k := range all {
		r := got[k]
		c := median(r.cpu)
		fmt.Fprintf(w, "%d B, %d conns, %d at once\t%s\t%.2f µs\t%.0f\t%.2f ms\t%.2f ms\t%.2fx\t\n", m.size, m.conns, m.depth, k, c,
			median(r.rate), median(r.p50), median(r.p99), base/c)
	}
}

// results of the rounds of one server: CPU µs a request, requests a second, and how long
// a conn waited for its answers, in ms.
type results struct{ cpu, rate, p50, p99 []float64 }

// load makes requests for a while.
func (s *server) load(m mix, to *results) {
	cs := s.dial(m.conns)
	defer hangUp(cs)
	var n atomic.Int64
	var stop atomic.Bool
	var wg sync.WaitGroup
	req := make([]byte, m.size*m.depth)
	took := make([][]time.Duration, len(cs))
	before, t0 := s.use(""), time.Now()
	for i, c := range cs {
		wg.Go(func() {
			buf := make([]byte, len(req))
			for !stop.Load() {
				t := time.Now()
				must(ask(c, req, buf))
				took[i] = append(took[i], time.Since(t))
				n.Add(int64(m.depth))
			}
		})
	}
	time.Sleep(*lasts)
	stop.Store(true)
	wg.Wait()
	d := time.Since(t0)
	after := s.use("")
	all := slices.Concat(took...)
	slices.Sort(all)
	to.cpu = append(to.cpu, float64((after.CPU-before.CPU).Nanoseconds())/1e3/float64(n.Load()))
	to.rate = append(to.rate, float64(n.Load())/d.Seconds())
	to.p50 = append(to.p50, float64(all[len(all)/2])/1e6)
	to.p99 = append(to.p99, float64(all[len(all)*99/100])/1e6)
}
