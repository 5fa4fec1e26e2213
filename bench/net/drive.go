package main

import (
	"bufio"
	"bytes"
	"encoding/json"
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
	"syscall"
	"time"
	"unsafe"
)

// pin keeps the process on one core. runtime.NumCPU is no guide to how many there are:
// a server inherits the affinity of its driver.
func pin(cpu int) {
	runtime.GOMAXPROCS(1)
	mask := [16]uint64{1 << cpu}
	tasks, err := os.ReadDir("/proc/self/task")
	must(err)
	for _, t := range tasks { // later threads inherit it
		var tid int
		fmt.Sscan(t.Name(), &tid)
		_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, uintptr(tid), unsafe.Sizeof(mask), uintptr(unsafe.Pointer(&mask)))
		if errno != 0 {
			fatal(fmt.Errorf("core %d: %w", cpu, errno))
		}
	}
}

// server is a process that serves.
type server struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	addr   string
	hello  []byte // a request
	answer int    // the bytes of what answers it
	next   []byte // a WebSocket frame, once shaken hands; what answers has no mask
}

func start(kind, protocol string, args ...string) *server {
	s := &server{hello: []byte("hello there\n")}
	s.answer = len(s.hello)
	if f, ok := foreign[kind]; ok {
		s.cmd = f()
	} else {
		exe, err := os.Executable()
		must(err)
		s.cmd = exec.Command(exe, append([]string{"-serve", kind, "-protocol", protocol}, args...)...)
	}
	s.cmd.Stderr = os.Stderr
	var err error
	s.in, err = s.cmd.StdinPipe()
	must(err)
	out, err := s.cmd.StdoutPipe()
	must(err)
	s.out = bufio.NewReader(out)
	must(s.cmd.Start())
	for s.addr == "" {
		line, err := s.out.ReadString('\n')
		must(err)
		if a, ok := strings.CutPrefix(line, "serving "); ok {
			s.addr = strings.TrimSpace(a)
		}
	}
	switch protocol {
	case "http":
		s.hello = []byte("GET /hello HTTP/1.1\r\nHost: bench\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n")
		s.answer = s.learn("Hello, World!")
	case "websocket":
		s.hello = []byte("GET / HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
		s.answer = s.learn("\r\n\r\n")
		s.next = []byte("\x81\x85\x00\x00\x00\x00hello")
	}
	return s
}

// learn returns how long the answer is, which ends with want: servers send different
// headers.
func (s *server) learn(want string) int {
	for try := 0; ; try++ {
		n, err := s.probe(want)
		if err == nil {
			return n
		}
		if try == 100 {
			fatal(err)
		}
		time.Sleep(10 * time.Millisecond) // not ready yet
	}
}

func (s *server) probe(want string) (int, error) {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if _, err := c.Write(s.hello); err != nil {
		return 0, err
	}
	var got []byte
	for !bytes.HasSuffix(got, []byte(want)) {
		buf := make([]byte, 4096)
		n, err := c.Read(buf)
		if err != nil {
			return 0, fmt.Errorf("the server answers %q: %w", got, err)
		}
		got = append(got, buf[:n]...)
	}
	return len(got), nil
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
				if err = s.greet(cs[i]); err == nil {
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

func (s *server) greet(c net.Conn) error {
	err := ask(c, s.hello, make([]byte, s.answer))
	if err == nil && s.next != nil {
		err = ask(c, s.next, make([]byte, len(s.next)-4))
	}
	return err
}

// ask sends requests, and waits for so many bytes.
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
	req, answer := make([]byte, m.size), m.size
	if m.protocol == "http" {
		req, answer = s.hello, s.answer
	}
	req = bytes.Repeat(req, m.depth)
	took := make([][]time.Duration, len(cs))
	before, t0 := s.use(""), time.Now()
	for i, c := range cs {
		wg.Go(func() {
			buf := make([]byte, answer*m.depth)
			time.Sleep(m.every * time.Duration(i) / time.Duration(len(cs))) // not all at once
			for ; !stop.Load(); time.Sleep(m.every) {
				t := time.Now()
				must(ask(c, req, buf))
				took[i] = append(took[i], time.Since(t))
				n.Add(int64(m.depth))
			}
		})
	}
	lasts := *lasts
	if m.every > 0 {
		lasts *= 4 // there are few requests: p99 would be that of the slowest twenty
	}
	time.Sleep(lasts)
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
