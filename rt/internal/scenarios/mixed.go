//greengen:patch
package scenarios

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
)

// shared is what greenlets of several hubs and goroutines use at once.
type shared struct {
	sem    *rt.Semaphore // of 3
	lock   rt.RMutex
	queue  *rt.Queue[item]
	event  rt.Event
	future rt.Future[int]

	inside atomic.Int32 // who holds sem
	most   atomic.Int32
	locked int // guarded by lock
	put    atomic.Int64
	got    atomic.Int64
	sum    atomic.Int64
	left   atomic.Int32
}

type item struct{ from, n int }

// party does n random things.
func (s *shared) party(id, n int) {
	rnd := rand.New(rand.NewPCG(uint64(id), 7))
	for k := range n {
		switch rnd.IntN(6) {
		case 0:
			s.sem.Acquire()
			s.hold(rnd)
			s.sem.Release()
		case 1:
			if s.sem.AcquireTimeout(time.Duration(rnd.IntN(50)) * time.Microsecond) {
				s.hold(rnd)
				s.sem.Release()
			}
		case 2:
			s.lock.Lock()
			s.lock.Lock()
			s.locked++
			if rnd.IntN(4) == 0 {
				rt.Yield()
			}
			s.lock.Unlock()
			s.lock.Unlock()
		case 3:
			v := item{id, k + 1}
			if s.queue.PutTimeout(v, time.Duration(rnd.IntN(200))*time.Microsecond) == nil {
				s.put.Add(1)
				s.sum.Add(int64(v.n))
			}
		case 4:
			if v, err := s.queue.GetTimeout(time.Duration(rnd.IntN(200)) * time.Microsecond); err == nil {
				s.take(v)
			}
		case 5:
			rt.Spawn(func() { s.event.WaitTimeout(100 * time.Microsecond) }).Join()
		}
	}
	if s.left.Add(-1) == 0 {
		s.event.Set()
		s.future.Set(1)
	}
	s.event.Wait()
	s.future.Get()
}

func (s *shared) hold(rnd *rand.Rand) {
	now := s.inside.Add(1)
	for m := s.most.Load(); now > m && !s.most.CompareAndSwap(m, now); m = s.most.Load() {
	}
	if rnd.IntN(3) == 0 {
		rt.Yield()
	}
	s.inside.Add(-1)
}

func (s *shared) take(v item) {
	s.got.Add(1)
	s.sum.Add(int64(-v.n))
}

// killed waits for random things until it is killed.
func (s *shared) killed(id int) {
	rnd := rand.New(rand.NewPCG(uint64(id), 8))
	for {
		switch rnd.IntN(3) {
		case 0:
			s.careful()
		case 1:
			v, err := s.queue.Get()
			if err != nil {
				return
			}
			s.take(v)
		case 2:
			rt.WithTimeout(20*time.Microsecond, func() error {
				s.careful()
				return nil
			})
		}
	}
}

// careful gives back what it has, however it ends.
func (s *shared) careful() {
	s.sem.Acquire()
	defer s.sem.Release()
	rt.Yield()
}

// mixed is what the test runs, one of whose parts each hub does.
var mixed struct {
	s    *shared
	base atomic.Int32
	n    int
}

// mixedHub runs eight parties, and eight victims that others kill.
func mixedHub() {
	base := int(mixed.base.Add(20))
	var gs, victims []*rt.Greenlet
	for i := range 8 {
		gs = append(gs, rt.Spawn(func() { mixed.s.party(base+i, mixed.n) }))
		victims = append(victims, rt.Spawn(func() { mixed.s.killed(base + 8 + i) }))
	}
	for _, v := range victims {
		rt.Sleep(100 * time.Microsecond)
		v.Kill()
	}
	rt.JoinAll(gs...)
}
