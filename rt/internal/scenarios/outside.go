package scenarios

import (
	"io"
	"os"
	"sync"
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

// start runs a script. What it says can be read.
func start(script string) (*os.Process, *os.File) {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	defer w.Close()
	p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", script}, &os.ProcAttr{Files: []*os.File{nil, w}})
	if err != nil {
		panic(err)
	}
	return p, r
}

// rest reads to the end.
func rest(f *os.File) (string, error) {
	defer f.Close()
	b, err := io.ReadAll(f)
	return string(b), err
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
