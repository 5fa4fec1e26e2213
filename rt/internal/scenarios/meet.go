//greengen:patch
package scenarios

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
)

// meeting is what greenlets of several hubs and goroutines use at once, as far as
// shared does not have it.
type meeting struct {
	plain, buffer chan int
	lock          sync.Mutex
	both          sync.RWMutex
	group         rt.Group
	pool          *rt.Pool // of 3
	first         *rt.Queue[int]
	work          *rt.WorkQueue[int]
	victims       [16]atomic.Pointer[rt.Greenlet]

	locked, wrote  int // guarded by lock, both
	locks, writes  atomic.Int64
	sent, got      atomic.Int64 // sums
	put, taken     atomic.Int64
	spawned, ended atomic.Int64
	inside, most   atomic.Int32
	offered        offers
}

func newMeeting() *meeting {
	return &meeting{plain: make(chan int), buffer: make(chan int, 3), pool: rt.NewPool(3),
		first: rt.NewPriorityQueue(4, func(a, b int) bool { return a < b }), work: rt.NewWorkQueue[int](4)}
}

// party does n things by chance.
func (m *meeting) party(id, n int) {
	rnd := rand.New(rand.NewPCG(uint64(id), 11))
	for k := range n {
		v := id*1000 + k
		switch rnd.IntN(11) {
		case 0, 1:
			m.channels(v)
		case 2:
			m.locks.Add(1)
			m.lock.Lock()
			m.locked++
			if rnd.IntN(4) == 0 {
				rt.Yield()
			}
			m.lock.Unlock()
		case 3:
			if rnd.IntN(2) == 0 {
				m.both.RLock()
				rt.Yield()
				m.both.RUnlock()
				continue
			}
			m.writes.Add(1)
			m.both.Lock()
			m.wrote++
			m.both.Unlock()
		case 4:
			m.spawned.Add(1)
			m.group.Spawn(func() { rt.Yield(); m.ended.Add(1) })
		case 5:
			m.spawned.Add(1)
			parks := rnd.IntN(2) == 0
			member := func() { m.member(parks) }
			if rnd.IntN(2) == 0 {
				m.pool.Go(member)
			} else {
				m.pool.Do(member)
			}
		case 6:
			m.queues(v, rnd.IntN(2) == 0)
		case 7:
			m.works(v, rnd.IntN(2) == 0)
		case 8:
			m.scope()
		case 9:
			m.offer(rnd.IntN(len(m.victims)))
		case 10:
			m.shoot(rnd.IntN(len(m.victims)), rnd.IntN(3))
		}
	}
}

// channels gives or takes, what comes first.
func (m *meeting) channels(v int) {
	select {
	case m.plain <- v:
		m.sent.Add(int64(v))
	case w := <-m.plain:
		m.got.Add(int64(w))
	case m.buffer <- v:
		m.sent.Add(int64(v))
	case w := <-m.buffer:
		m.got.Add(int64(w))
	case <-time.After(soon):
	}
}

func (m *meeting) member(parks bool) {
	now := m.inside.Add(1)
	for most := m.most.Load(); now > most && !m.most.CompareAndSwap(most, now); most = m.most.Load() {
	}
	if parks {
		rt.Yield()
	}
	m.inside.Add(-1)
	m.ended.Add(1)
}

func (m *meeting) queues(v int, puts bool) {
	if puts {
		if m.first.PutTimeout(v, soon) == nil {
			m.put.Add(int64(v))
		}
	} else if w, err := m.first.GetTimeout(soon); err == nil {
		m.taken.Add(int64(w))
	}
}

func (m *meeting) works(v int, puts bool) {
	if puts {
		if m.work.PutTimeout(v, soon) == nil {
			m.put.Add(int64(v))
		}
	} else if w, err := m.work.GetTimeout(soon); err == nil {
		m.taken.Add(int64(w))
		rt.Yield()
		m.work.Done()
	}
}

// scope has a child that ends when the other one fails.
func (m *meeting) scope() {
	m.spawned.Add(2)
	rt.InScope(context.Background(), func(s *rt.Scope) error {
		s.Go(func(ctx context.Context) error { <-ctx.Done(); m.ended.Add(1); return ctx.Err() })
		s.Go(func(context.Context) error { rt.Yield(); m.ended.Add(1); return errE })
		return nil
	})
}

// offer spawns who is going to be killed, on a hub.
func (m *meeting) offer(i int) {
	if rt.Current() == nil {
		return
	}
	g := rt.Spawn(func() { m.cleared() })
	m.offered.add(g)
	if old := m.victims[i].Swap(g); old != nil {
		old.Kill()
	}
}

// cleared waits for what never comes.
func (m *meeting) cleared() {
	defer rt.Yield()
	rt.Sleep(time.Hour)
}

// shoot joins or kills one of whatever hub.
func (m *meeting) shoot(i, how int) {
	g := m.victims[i].Load()
	if g == nil {
		return
	}
	switch how {
	case 0:
		g.JoinTimeout(soon)
	case 1:
		g.KillAsync()
	case 2:
		g.Kill()
	}
}

// met is what the test runs.
var met struct {
	m    *meeting
	base atomic.Int32
	n    int
	left atomic.Int32 // hubs
}

// metHub runs eight parties; it ends when no hub's part needs it any more.
func metHub() {
	base := int(met.base.Add(20))
	var gs []*rt.Greenlet
	for i := range 8 {
		gs = append(gs, rt.Spawn(func() { met.m.party(base+i, met.n) }))
	}
	rt.JoinAll(gs...)
	met.left.Add(-1)
	for met.left.Load() > 0 {
		rt.Sleep(soon)
	}
	for i := range met.m.victims {
		if g := met.m.victims[i].Load(); g != nil {
			g.Kill()
		}
	}
	met.m.group.Join()
	met.m.pool.Join()
}
