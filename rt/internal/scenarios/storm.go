//greengen:patch
package scenarios

import (
	"net"
	"time"

	"github.com/greengen/greengen/rt"
	scripts "github.com/greengen/greengen/rt/internal/talk"
)

// storm is victims that wait for all kinds of things, and are killed at once.
type storm struct {
	r           *run
	gs          []*rt.Greenlet
	event       rt.Event
	sem         *rt.Semaphore
	empty, full *rt.Queue[int]
	channel     chan int // nobody sends there
	other       chan int // nor receives here
	idle        *rt.Greenlet
	conns       []net.Conn
	peers       []net.Conn

	waiting, cleaned int
	before, after    uint64 // the heap
}

// kinds are how many things the victims wait for.
const kinds = 9

func (s *storm) victim(i int) {
	defer s.leave()
	s.waiting++
	switch i % kinds {
	case 0:
		rt.Sleep(time.Hour)
	case 1:
		s.event.Wait()
	case 2:
		s.sem.Acquire()
	case 3:
		s.empty.Get()
	case 4:
		s.full.PutTimeout(2, time.Hour)
	case 5:
		<-s.channel
	case 6:
		select {
		case <-s.channel:
		case s.other <- 1:
		}
	case 7:
		s.conns[i/kinds%len(s.conns)].Read(make([]byte, 1))
	case 8:
		s.idle.Join()
	}
}

// leave is a victim's cleanup, which parks.
func (s *storm) leave() {
	rt.Yield()
	s.cleaned++
}

// over kills n victims at once.
func (s *storm) over(n int) {
	s.waiting, s.cleaned = 0, 0
	for i := range n {
		s.gs[i] = rt.Spawn(func() { s.victim(i) })
	}
	for s.waiting < n {
		rt.Yield()
	}
	for size(rt.CurrentHub(), "young", "head") > 0 { // until goroutines wait for the channels
		rt.Sleep(ms)
	}
	s.r.expect(n+2, rt.CurrentHub().Stats().Alive)
	rt.KillAll(s.gs[:n]...)
	s.r.expect(n, s.cleaned)
	for i := range n {
		s.r.isErr(rt.ErrKilled, s.gs[i].Err())
		s.gs[i] = nil
	}
}

// stormed is what the test runs: it says what memory is taken before and after.
var stormed *storm

func stormRoot() {
	s := stormed
	s.idle = rt.Spawn(func() { rt.Sleep(time.Hour) })
	for range 100 {
		a, b := scripts.Pair("unix")
		s.conns, s.peers = append(s.conns, a), append(s.peers, b)
	}
	s.over(len(s.gs)) // what is made once: Go keeps what it has of goroutines
	rt.Sleep(ms)
	s.before = heap()
	for range 2 {
		s.over(len(s.gs))
	}
	rt.Sleep(ms)
	s.after = heap()
	s.r.expect(0, joiners(s.idle))
	s.idle.Kill()
	// Nothing was lost on the way.
	gets, _ := s.empty.Waiters()
	_, puts := s.full.Waiters()
	s.r.expect([]int{0, 0, 0, 0, 1}, []int{gets, puts, s.sem.Waiters(), size(&s.event, "waits", "n"), s.full.Len()})
	for i, c := range s.conns {
		s.peers[i].Write([]byte{byte(i)})
		p := make([]byte, 1)
		_, err := c.Read(p)
		s.r.expect(nil, err)
		s.r.expect(byte(i), p[0])
		c.Close()
		s.peers[i].Close()
	}
	s.r.clean(rt.CurrentHub())
}
