package sync

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func init() { rt.OwnConds() }

func lockL(c *sync.Cond) Step {
	return func(h *green.Hub) *green.Frame { return Locker_Lock_green(h, c.L) }
}

func unlockL(c *sync.Cond) Step {
	return func(h *green.Hub) *green.Frame { return Locker_Unlock_green(h, c.L) }
}

func waitFor(c *sync.Cond) Step {
	return func(h *green.Hub) *green.Frame { return Cond_Wait_green(h, c) }
}

func signal(c *sync.Cond) Step { return On(func(h *green.Hub) { Cond_Signal_green(h, c) }) }

func broadcast(c *sync.Cond) Step { return On(func(h *green.Hub) { Cond_Broadcast_green(h, c) }) }

// eventually yields until ok says so.
func eventually(ok func() bool) Step {
	return Loop(ok, func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, 100*time.Microsecond) })
}

// atRest reports whether n goroutines wait for c natively, or are about to.
func atRest(c *sync.Cond, n uint32) func() bool {
	tickets := (*struct {
		l           sync.Locker
		next, first uint32
	})(unsafe.Pointer(c))
	return func() bool {
		first := atomic.LoadUint32(&tickets.first)
		return atomic.LoadUint32(&tickets.next)-first == n
	}
}

func TestCondLayout(t *testing.T) { require.True(t, rt.QueuesConds()) }

// Who has waited longest is woken, whether he is a greenlet or a goroutine, and one at a time.
func TestCondIsFIFO(t *testing.T) {
	c := sync.NewCond(&sync.Mutex{})
	var order []int
	var gs [6]*rt.Greenlet
	var others sync.WaitGroup
	used := uint64(1)
	var steps []Step
	for i := range gs {
		if i%3 == 1 {
			steps = append(steps, Do(func() {
				others.Go(func() {
					c.L.Lock()
					c.Wait()
					order = append(order, i)
					c.L.Unlock()
				})
			}), eventually(atRest(c, uint32(i/3+1))))
			continue
		}
		steps = append(steps, spawn(&gs[i], lockL(c), waitFor(c), Do(func() { order = append(order, i) }), unlockL(c)), yield)
	}
	for i := range gs {
		steps = append(steps, signal(c), eventually(func() bool {
			c.L.Lock()
			defer c.L.Unlock()
			return len(order) == i+1
		}))
	}
	steps = append(steps, On(func(h *green.Hub) { used = h.Offloads }))
	require.NoError(t, rt.Run(Task(steps...)))
	others.Wait()
	require.Equal(t, []int{0, 1, 2, 3, 4, 5}, order)
	require.Zero(t, used)
}

// A Signal from elsewhere wakes, and a Broadcast all that wait then.
func TestCondFromElsewhere(t *testing.T) {
	c := sync.NewCond(&sync.Mutex{})
	const n = 5000
	var gs [n]*rt.Greenlet
	woken, late := 0, 0
	var before, while int
	var last *rt.Greenlet
	steps := []Step{Do(func() { before = runtime.NumGoroutine() })}
	for i := range gs {
		steps = append(steps, spawn(&gs[i], lockL(c), waitFor(c), Do(func() { woken++ }), unlockL(c)))
	}
	nap := func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, 10*time.Millisecond) }
	steps = append(steps, nap, Do(func() {
		while = runtime.NumGoroutine()
		go Signal(c)
	}), eventually(func() bool { return woken > 0 }), nap, Do(func() {
		require.Equal(t, 1, woken)
		go Broadcast(c)
	}), spawn(&last, join(&gs[n-1]), lockL(c), waitFor(c), Do(func() { late++ }), unlockL(c)))
	for i := range gs {
		steps = append(steps, join(&gs[i]))
	}
	steps = append(steps, nap, Do(func() { require.Zero(t, late) }), broadcast(c), join(&last))
	require.NoError(t, rt.Run(Task(steps...)))
	require.Equal(t, n, woken)
	require.Equal(t, 1, late)
	require.Less(t, while-before, 10)
}

// A greenlet that is killed while it waits takes no Signal from others, and has L when it unwinds.
func TestCondKilled(t *testing.T) {
	var m sync.Mutex
	c := sync.NewCond(&m)
	var a, b *rt.Greenlet
	locked, woken := false, false
	wait := func(then func()) Step { // has a deferred Unlock
		return func(h *green.Hub) *green.Frame {
			return deferring(h, func(h *green.Hub) {
				locked = !m.TryLock()
				Mutex_Unlock_green(h, &m)
			}, lockIt(&m), waitFor(c), Do(then))
		}
	}
	require.NoError(t, rt.Run(Task(
		spawn(&a, wait(func() { t.Error("woken") })),
		spawn(&b, wait(func() { woken = true })),
		yield, lockIt(&m),
		On(func(h *green.Hub) { a.KillAsync_green(h) }),
		yield, yield,
		Do(func() { require.False(t, a.Ready()) }), // it waits for L
		On(func(h *green.Hub) { a.KillAsync_green(h) }),
		yield,
		Do(func() { require.False(t, a.Ready()) }),
		unlockIt(&m),
		join(&a),
		signal(c), join(&b),
	)))
	require.ErrorIs(t, a.Err(), rt.ErrKilled)
	require.NoError(t, b.Err())
	require.True(t, locked)
	require.True(t, woken)
	require.True(t, m.TryLock())
}

// The same where a worker waits in its place: what that is given goes to who is next.
func TestCondKilledWithWorker(t *testing.T) {
	var m sync.Mutex
	c := sync.NewCond(&m)
	var a, b *rt.Greenlet
	locked, woken := false, false
	byWorker := func(h *green.Hub) *green.Frame { return waitByWorker(h, c) }
	require.NoError(t, rt.Run(Task(
		spawn(&a, lockIt(&m), func(h *green.Hub) *green.Frame {
			return deferring(h, func(h *green.Hub) {
				locked = !m.TryLock()
				Mutex_Unlock_green(h, &m)
			}, byWorker, Do(func() { t.Error("woken") }))
		}),
		eventually(atRest(c, 1)),
		spawn(&b, lockIt(&m), byWorker, Do(func() { woken = true }), unlockIt(&m)),
		eventually(atRest(c, 2)), lockIt(&m),
		On(func(h *green.Hub) { a.KillAsync_green(h) }), yield, yield,
		Do(func() { require.False(t, a.Ready()) }), // it waits for L
		unlockIt(&m), join(&a),
		signal(c), join(&b),
	)))
	require.ErrorIs(t, a.Err(), rt.ErrKilled)
	require.True(t, locked)
	require.True(t, woken)
	require.Eventually(t, m.TryLock, time.Second, time.Millisecond)
}

// One that was woken before it is killed sees what it was woken for.
func TestCondKilledAfterSignal(t *testing.T) {
	var m sync.Mutex
	c := sync.NewCond(&m)
	var g *rt.Greenlet
	got := false
	require.NoError(t, rt.Run(Task(
		spawn(&g, lockIt(&m), waitFor(c), Do(func() { got = true }), unlockIt(&m), yield, Do(func() { t.Error("went on") })),
		yield, lockIt(&m), signal(c), yield, // it waits for L
		On(func(h *green.Hub) { g.KillAsync_green(h) }),
		yield, unlockIt(&m), join(&g),
	)))
	require.ErrorIs(t, g.Err(), rt.ErrKilled)
	require.True(t, got)
	require.True(t, m.TryLock())
}

// Of a hub that has ended nobody takes a Signal.
func TestCondOfAClosedHub(t *testing.T) {
	c := sync.NewCond(&sync.Mutex{})
	var g *rt.Greenlet
	require.NoError(t, rt.Run(Task(spawn(&g, lockL(c), waitFor(c)), yield)))
	require.NoError(t, rt.Run(Task(spawn(&g, lockL(c), waitFor(c), unlockL(c)), yield, signal(c), join(&g))))
}

// A root that nobody is going to wake unwinds, with L locked.
func TestCondDeadlock(t *testing.T) {
	c := sync.NewCond(&sync.Mutex{})
	err := rt.Run(Task(lockL(c), func(h *green.Hub) *green.Frame {
		return deferring(h, func(h *green.Hub) { Mutex_Unlock_green(h, c.L.(*sync.Mutex)) }, waitFor(c))
	}), rt.StrictDeadlocks())
	var dead *rt.DeadlockError
	require.ErrorAs(t, err, &dead)
	require.ErrorContains(t, err, "sync.Cond.Wait")
}

func TestCondCopied(t *testing.T) {
	c := sync.NewCond(&sync.Mutex{})
	var g *rt.Greenlet
	var text string
	require.NoError(t, rt.Run(Task(
		spawn(&g, lockL(c), waitFor(c), unlockL(c)), yield,
		On(func(h *green.Hub) {
			defer func() { text = fmt.Sprint(recover()) }()
			d := new(sync.Cond)
			reflect.ValueOf(d).Elem().Set(reflect.ValueOf(c).Elem())
			d.L.Lock()
			Cond_Wait_green(h, d)
		}),
		Do(c.L.Unlock), signal(c), join(&g),
	)))
	require.Equal(t, "sync.Cond is copied", text)
}

type rude struct{ sync.Mutex }

func (*rude) Unlock() { panic("no") }

// Nobody stays in the queue if L's Unlock panics.
func TestCondUnlockPanics(t *testing.T) {
	c := sync.NewCond(&rude{})
	var m sync.Mutex
	var g *rt.Greenlet
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) {
			defer func() { require.Equal(t, "no", recover()) }()
			Cond_Wait_green(h, c)
		}),
		Do(func() { c.L = &m }),
		spawn(&g, lockL(c), waitFor(c), unlockL(c)), yield,
		signal(c), join(&g),
	)))
}

func TestReadLocked(t *testing.T) {
	var m sync.RWMutex
	require.Same(t, &m, readLocked(m.RLocker()))
	require.Nil(t, readLocked(&m))
	c := sync.NewCond(m.RLocker())
	var a, b *rt.Greenlet
	used := uint64(1)
	wlock := func(h *green.Hub) *green.Frame { return RWMutex_Lock_green(h, &m) }
	wunlock := On(func(h *green.Hub) { RWMutex_Unlock_green(h, &m) })
	require.NoError(t, rt.Run(Task(
		spawn(&a, lockL(c), waitFor(c), unlockL(c)), spawn(&b, lockL(c), waitFor(c), unlockL(c)), yield,
		wlock, broadcast(c), yield, wunlock, join(&a), join(&b),
		On(func(h *green.Hub) { used = h.Offloads }))))
	require.Zero(t, used)
	require.True(t, m.TryLock())
}

// Tickets for greenlets of two hubs and goroutines, some of which are killed: each is
// taken, by one, though each Signal is for one of them only.
func TestCondModel(t *testing.T) {
	for seed := range uint64(20) {
		condModel(t, seed)
	}
}

func condModel(t *testing.T, seed uint64) {
	const takers, tickets = 12, 200
	r := rand.New(rand.NewPCG(seed, 1))
	c := sync.NewCond(&sync.Mutex{})
	n, closed := 0, false
	var taken atomic.Int32
	var all sync.WaitGroup
	take := func() (over bool) { // holds L, does not when it returns
		defer c.L.Unlock()
		if n > 0 {
			n--
			taken.Add(1)
			return false
		}
		return closed
	}
	for range takers {
		all.Go(func() {
			for over := false; !over; {
				c.L.Lock()
				for n == 0 && !closed {
					c.Wait()
				}
				over = take()
			}
		})
	}
	for range 2 {
		var gs [takers]*rt.Greenlet
		var steps []Step
		for i := range gs {
			over := false
			steps = append(steps, spawn(&gs[i], Loop(func() bool { return over }, lockL(c), func(h *green.Hub) *green.Frame {
				return deferring(h, func(h *green.Hub) { Mutex_Unlock_green(h, c.L.(*sync.Mutex)) }, // killed or not
					Loop(func() bool { return n > 0 || closed }, waitFor(c)), Do(func() {
						if over = n == 0; !over {
							n--
							taken.Add(1)
						}
					}))
			})))
		}
		victims := r.IntN(takers / 2)
		delay := time.Duration(r.IntN(500)) * time.Microsecond
		for i := range victims {
			steps = append(steps, func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, delay) },
				On(func(h *green.Hub) { gs[i].KillAsync_green(h) }))
		}
		for i := range gs {
			steps = append(steps, join(&gs[i]))
		}
		all.Go(func() { require.NoError(t, rt.Run(Task(steps...))) })
	}
	give := func(k int) {
		for range k {
			c.L.Lock()
			n++
			c.L.Unlock()
			Signal(c)
		}
	}
	var givers sync.WaitGroup
	givers.Go(func() { give(tickets) })
	givers.Go(func() {
		k := 0
		require.NoError(t, rt.Run(Task(Loop(func() bool { return k == tickets }, lockL(c), Do(func() { n++; k++ }), unlockL(c), signal(c)))))
	})
	givers.Wait()
	require.Eventually(t, func() bool { return taken.Load() == 2*tickets }, 20*time.Second, 100*time.Microsecond, "seed %d", seed)
	c.L.Lock()
	closed = true
	c.L.Unlock()
	Broadcast(c)
	all.Wait()
}

// deferFrame runs then when its steps are done, or unwind.
type deferFrame struct {
	green.FuncFrame
	then func(h *green.Hub)
}

func deferring(h *green.Hub, then func(h *green.Hub), steps ...Step) *green.Frame {
	c := Run(h, steps...)
	if c == nil {
		then(h)
		return nil
	}
	f := &deferFrame{then: then}
	f.Flags, f.Resume = green.FlagDefers, func(h *green.Hub, hd *green.Frame) *green.Frame {
		then(h)
		if h.Pending() {
			h.Rethrow()
		}
		return hd.Parent
	}
	c.Parent = &f.Frame
	return &f.Frame
}
