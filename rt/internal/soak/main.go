// Soak lets a server for echo and chat, on one hub, and clients on another one and
// on goroutines work for a while, under -race if it is built so: with random kills,
// timeouts and disconnects. Nothing may be wrong, and nothing left at the end:
// greenlets, goroutines, descriptors, memory.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
)

//go:generate go run github.com/greengen/greengen/cmd/greengen

type soak struct {
	addr     rt.Future[string]
	over     rt.Event
	parties  sync.WaitGroup
	handlers crowd
	callers  crowd
	room     room

	calls, whole, timeouts, errors, kills, wrong atomic.Int64
}

func (s *soak) fail(format string, args ...any) {
	if s.wrong.Add(1) <= 20 {
		fmt.Fprintf(os.Stderr, "soak: "+format+"\n", args...)
	}
}

func (s *soak) must(err error) {
	if err != nil {
		panic(err)
	}
}

// now is what the hubs work on: a literal of plain code would run plain.
var now *soak

// round lets all work for d.
func round(d time.Duration) *soak {
	s := &soak{}
	now = s
	s.parties.Add(2)
	go s.clients(2000, 10)
	go s.end(d)
	if err := rt.RunN(2, part); err != nil {
		s.fail("%v", err)
	}
	if n := s.handlers.len() + s.callers.len() + len(s.room.guests); n > 0 {
		s.fail("%d are left", n)
	}
	if !s.varied() {
		s.fail("a round has no whole call, no timeout or no kill")
	}
	return s
}

// varied says that calls were served, and others disturbed.
func (s *soak) varied() bool {
	return s.whole.Load() > 0 && s.timeouts.Load() > 0 && s.kills.Load() > 0
}

// end ends the round in d, somewhat later if the machine was busy with other things.
func (s *soak) end(d time.Duration) {
	time.Sleep(d)
	for range 100 {
		if s.varied() {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.over.Set()
}

// use is what the process uses, once it has come to rest.
type use struct{ goroutines, fds, heap int }

func rest() use {
	var u use
	for range 50 { // those that end take a moment
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		v := use{runtime.NumGoroutine(), countFDs(), int(m.HeapAlloc)}
		if v.goroutines == u.goroutines && v.fds == u.fds {
			return v
		}
		u = v
		runtime.Gosched()
		time.Sleep(20 * time.Millisecond)
	}
	return u
}

// countFDs returns how many descriptors are open, 0 where that is not known.
func countFDs() int {
	es, _ := os.ReadDir("/proc/self/fd")
	return len(es)
}

func main() {
	total := flag.Duration("for", 10*time.Minute, "how long, in rounds of at most 10 s")
	flag.Parse()
	os.Exit(run(*total))
}

func run(total time.Duration) int {
	d := min(total/4, 10*time.Second)
	wrong := round(d / 2).wrong.Load() // makes what is made once
	before := rest()
	for end := time.Now().Add(total); time.Now().Before(end); {
		s := round(d)
		wrong += s.wrong.Load()
		u := rest()
		fmt.Printf("soak: calls=%d whole=%d timeouts=%d errors=%d kills=%d wrong=%d goroutines=%d fds=%d heap=%dK\n",
			s.calls.Load(), s.whole.Load(), s.timeouts.Load(), s.errors.Load(), s.kills.Load(), s.wrong.Load(),
			u.goroutines, u.fds, u.heap>>10)
		if u.goroutines > before.goroutines || u.fds > before.fds || u.heap > before.heap+before.heap/4+64<<10 {
			fmt.Printf("soak: more than the %d goroutines, %d fds and %dK of before\n", before.goroutines, before.fds, before.heap>>10)
			wrong++
		}
	}
	if wrong > 0 {
		return 1
	}
	return 0
}
