//greengen:patch
package scenarios

import (
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
)

// talk is what the greenlets of a hub that ends, those of another hub and goroutines
// say to each other.
type talk struct {
	hub     *rt.Hub // that ends
	up      chan struct{}
	queue   *rt.Queue[int]
	sem     *rt.Semaphore
	none    *rt.Semaphore // only the hub that ends waits for it, and for nothing
	nothing *rt.Queue[int]
	posted  *rt.Greenlet // on its way to the hub when that ends
	event   rt.Event
	plain   chan int
	buffer  chan int
	never   *rt.Greenlet    // of hub, waits for ever
	promise *rt.Future[int] // that never computes
	root    *rt.Greenlet
	rounds  atomic.Int64
	over    atomic.Int64 // calls that were told that the hub ended
	wrong   chan error
}

func newTalk() *talk {
	return &talk{up: make(chan struct{}), queue: rt.NewQueue[int](2), sem: rt.NewSemaphore(1),
		none: rt.NewSemaphore(0), nothing: rt.NewQueue[int](0),
		plain: make(chan int), buffer: make(chan int, 2), wrong: make(chan error, 1000)}
}

// expectEnd notes an error that nobody said there would be.
func (s *talk) expectEnd(err error, fine ...error) {
	if err == rt.ErrHubClosed {
		s.over.Add(1)
		return
	}
	for _, f := range fine {
		if err == f {
			return
		}
	}
	s.wrong <- err
}

const soon = 100 * time.Microsecond

// speak says something by chance; foreign: from elsewhere than the hub that ends.
func (s *talk) speak(rnd *rand.Rand, foreign bool) {
	s.rounds.Add(1)
	switch rnd.IntN(12) {
	case 0:
		s.expectEnd(s.queue.PutTimeout(1, soon), nil, rt.ErrFull)
	case 1:
		_, err := s.queue.GetTimeout(soon)
		s.expectEnd(err, nil, rt.ErrEmpty)
	case 2:
		s.event.WaitTimeout(soon)
	case 3:
		s.event.Set()
		s.event.Clear()
	case 4:
		s.hub.Post(func() {})
	case 5:
		g := s.hub.Spawn(func() { rt.Yield() })
		s.expectEnd(g.Wait(), nil)
	case 6:
		g := s.hub.Spawn(func() { rt.Sleep(time.Hour) })
		g.KillAsync()
		s.expectEnd(g.Wait(), rt.ErrKilled)
	case 7:
		if s.sem.AcquireTimeout(soon) {
			s.sem.Release()
		}
	case 8:
		select {
		case s.plain <- 1:
		case <-s.plain:
		case <-time.After(soon):
		}
	case 9:
		select {
		case s.buffer <- 1:
		case <-s.buffer:
		}
	case 10:
		s.never.JoinTimeout(soon)
	case 11:
		s.promise.WaitTimeout(soon)
	}
	if !foreign {
		rt.Yield()
	}
}

// partner speaks until the hub has ended, and some rounds more; then what waits for
// it without limit must be told.
func (s *talk) partner(id int) {
	<-s.up
	rnd := rand.New(rand.NewPCG(uint64(id), 9))
	for more := 50; more > 0; {
		s.speak(rnd, true)
		if s.never.Ready() {
			more--
		}
	}
	s.expectEnd(s.never.Wait())
	_, err := s.promise.Get()
	s.expectEnd(err)
	s.root.Join()
	late := s.hub.Spawn(func() { s.wrong <- errors.New("ran on a hub that ended") })
	s.expectEnd(late.Wait())
	s.hub.Post(func() { s.wrong <- errors.New("posted to a hub that ended") })
}

// waiter waits from elsewhere, without a limit, for what ends with the hub.
func (s *talk) waiter() {
	<-s.up
	s.root.Join()
	s.expectEnd(s.never.Wait())
	_, err := s.promise.Get()
	s.expectEnd(err)
}

// native is a goroutine's or a greenlet's part on the hub that ends.
func (s *talk) native(id int) {
	rnd := rand.New(rand.NewPCG(uint64(id), 10))
	for {
		s.speak(rnd, false)
	}
}

// begin is what the hub that ends does first.
func (s *talk) begin() {
	s.hub = rt.CurrentHub()
	s.root = rt.Current()
	s.never = rt.Spawn(func() { rt.Forever("nothing") })
	s.promise = rt.Call(func() (int, error) { rt.Forever("nothing"); return 1, nil })
	for i := range 6 {
		rt.Spawn(func() { s.native(i) })
	}
	rt.Spawn(func() { s.none.Acquire() })
	rt.Spawn(func() { s.nothing.Get() })
	close(s.up)
	for s.rounds.Load() < 500 {
		rt.Yield()
	}
}

// ending is what is talked of, and how the hub ends: the test sets it.
var ending struct {
	s   *talk
	how string
}

// ender is the root of the hub that ends.
func ender() {
	s := ending.s
	s.begin()
	switch ending.how {
	case "returns", "closed":
		s.squeeze()
	case "killed":
		s.squeeze()
		rt.Current().KillWith(errE)
	case "panics":
		s.squeeze()
		panic("P")
	case "exits":
		s.squeeze()
		rt.Goexit()
	case "killed by another":
		me := rt.Current()
		rt.Spawn(func() { me.KillWith(errE) })
		rt.Sleep(time.Hour)
	}
}

// partners is the root of the second hub.
func partners() {
	var gs []*rt.Greenlet
	for i := range 4 {
		gs = append(gs, rt.Spawn(func() { ending.s.partner(100 + i) }), rt.Spawn(func() { ending.s.waiter() }))
	}
	rt.JoinAll(gs...)
}
