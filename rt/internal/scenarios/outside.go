package scenarios

import (
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
)

// outside runs fn on a goroutine, whatever fn could be.
func outside(fn func()) { go fn() }

// nap blocks whoever calls it.
func nap(d time.Duration) { time.Sleep(d) }

// busy keeps whoever calls it busy.
func busy(d time.Duration) {
	for begin := time.Now(); time.Since(begin) < d; {
	}
}

// squeeze holds the hub until a goroutine has posted a greenlet to it.
func (s *talk) squeeze() {
	done := make(chan struct{})
	go func() {
		s.posted = s.hub.Spawn(func() {})
		close(done)
	}()
	<-done
}

// await blocks until n has come to least.
func await(n *atomic.Int64, least int64) {
	for n.Load() < least {
		time.Sleep(ms)
	}
}

// exit ends whoever calls it.
func exit() { runtime.Goexit() }

// start runs a script, which hears what is written to in, and says what out has.
func start(script string) (p *os.Process, in, out *os.File) {
	inR, in := pipe()
	defer inR.Close()
	out, outW := pipe()
	defer outW.Close()
	p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", script}, &os.ProcAttr{Files: []*os.File{inR, outW}})
	if err != nil {
		panic(err)
	}
	return p, in, out
}

func pipe() (r, w *os.File) {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	return r, w
}

// offers are greenlets of whatever hubs.
type offers struct {
	mu   sync.Mutex // guards what follows
	list []*rt.Greenlet
}

func (o *offers) add(g *rt.Greenlet) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = append(o.list, g)
}

// fd is f's descriptor; f stays as it is.
func fd(f *os.File) (n int) {
	raw, err := f.SyscallConn()
	if err != nil {
		panic(err)
	}
	raw.Control(func(fd uintptr) { n = int(fd) })
	return n
}

// stdPair returns both ends of a conn of std's.
func stdPair() (a, b net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	if a, err = net.Dial("tcp", l.Addr().String()); err != nil {
		panic(err)
	}
	if b, err = l.Accept(); err != nil {
		panic(err)
	}
	return a, b
}

// heap is how much memory is in use.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
