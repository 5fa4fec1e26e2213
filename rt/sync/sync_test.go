package sync

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func lockIt(m *sync.Mutex) Step {
	return func(h *green.Hub) *green.Frame { return Mutex_Lock_green(h, m) }
}

func unlockIt(m *sync.Mutex) Step { return On(func(h *green.Hub) { Mutex_Unlock_green(h, m) }) }

func spawn(g **rt.Greenlet, steps ...Step) Step {
	return On(func(h *green.Hub) { *g = rt.Spawn_green(h, Task(steps...)) })
}

func join(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Join_green(h) }
}

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

func kill(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Kill_green(h) }
}

// Who has waited longest is next, and no worker is needed.
func TestMutexIsFIFO(t *testing.T) {
	var m sync.Mutex
	var gs [4]*rt.Greenlet
	var order []int
	steps := []Step{lockIt(&m)}
	for i := range gs {
		steps = append(steps, spawn(&gs[i], lockIt(&m), Do(func() { order = append(order, i) }), yield, unlockIt(&m)), yield)
	}
	steps = append(steps, unlockIt(&m))
	for i := range gs {
		steps = append(steps, join(&gs[i]))
	}
	offloads := uint64(1)
	steps = append(steps, On(func(h *green.Hub) { offloads = h.Offloads }))
	require.NoError(t, rt.Run(Task(steps...)))
	require.Equal(t, []int{0, 1, 2, 3}, order)
	require.Zero(t, offloads)
	require.True(t, m.TryLock())
}

func TestMutexHeldByGoroutine(t *testing.T) {
	var m sync.Mutex
	m.Lock()
	waits := make(chan struct{})
	go func() {
		<-waits
		m.Unlock()
	}()
	require.NoError(t, rt.Run(Task(Do(func() { close(waits) }), lockIt(&m), unlockIt(&m))))
	require.True(t, m.TryLock())
}

// A greenlet that is killed while a worker takes the lock in its place does not
// keep it.
func TestKilledWhileLocking(t *testing.T) {
	var m sync.Mutex
	m.Lock()
	var g *rt.Greenlet
	require.NoError(t, rt.Run(Task(
		spawn(&g, lockIt(&m)),
		yield,
		kill(&g),
		Do(m.Unlock),
		lockIt(&m), unlockIt(&m),
	)))
	require.ErrorIs(t, g.Err(), rt.ErrKilled)
	require.True(t, m.TryLock())
}

// A reader waits behind a writer that waits.
func TestRWMutexOrder(t *testing.T) {
	var m sync.RWMutex
	var gs [4]*rt.Greenlet
	var order []string
	note := func(s string) Step { return Do(func() { order = append(order, s) }) }
	rlock := func(h *green.Hub) *green.Frame { return RWMutex_RLock_green(h, &m) }
	runlock := On(func(h *green.Hub) { RWMutex_RUnlock_green(h, &m) })
	wlock := func(h *green.Hub) *green.Frame { return RWMutex_Lock_green(h, &m) }
	wunlock := On(func(h *green.Hub) { RWMutex_Unlock_green(h, &m) })
	require.NoError(t, rt.Run(Task(
		rlock,
		spawn(&gs[0], wlock, note("w1"), yield, wunlock), yield,
		spawn(&gs[1], rlock, note("r1"), yield, runlock), yield,
		spawn(&gs[2], rlock, note("r2"), yield, runlock), yield,
		spawn(&gs[3], wlock, note("w2"), yield, wunlock), yield,
		runlock,
		join(&gs[0]), join(&gs[1]), join(&gs[2]), join(&gs[3]),
	)))
	require.Equal(t, []string{"w1", "r1", "r2", "w2"}, order)
	require.True(t, m.TryLock())
}

func TestWaitGroup(t *testing.T) {
	var w sync.WaitGroup
	w.Add(1)
	var g *rt.Greenlet
	n := 0
	require.NoError(t, rt.Run(Task(
		spawn(&g, func(h *green.Hub) *green.Frame { return WaitGroup_Wait_green(h, &w) }, Do(func() { n++ })),
		yield,
		Do(w.Done),
		join(&g),
	)))
	require.Equal(t, 1, n)
}

func TestBlockingMode(t *testing.T) {
	var m sync.Mutex
	require.Nil(t, Mutex_Lock_green(nil, &m))
	require.False(t, m.TryLock())
	Mutex_Unlock_green(nil, &m)
	require.True(t, m.TryLock())
	var w sync.WaitGroup
	require.Nil(t, WaitGroup_Wait_green(nil, &w))
}

// The count goes down on the hub, without a worker.
func TestWaitGroupGo(t *testing.T) {
	var w sync.WaitGroup
	n := 0
	offloads := uint64(1)
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) {
			for range 10 {
				WaitGroup_Go_green(h, &w, Task(yield, Do(func() { n++ })))
			}
		}),
		func(h *green.Hub) *green.Frame { return WaitGroup_Wait_green(h, &w) },
		On(func(h *green.Hub) { offloads = h.Offloads }))))
	require.Equal(t, 10, n)
	require.Zero(t, offloads)
}

// Greenlets hand a lock on to each other, but not for ever: a goroutine that waits for it
// gets it.
func TestGoroutineAmongGreenlets(t *testing.T) {
	require.True(t, statesKnown)
	var m sync.Mutex
	var got atomic.Bool
	var gs [3]*rt.Greenlet
	var steps []Step
	for i := range gs {
		steps = append(steps, spawn(&gs[i], Loop(got.Load, lockIt(&m), yield, unlockIt(&m))))
	}
	steps = append(steps, yield, Do(func() {
		go func() {
			m.Lock()
			got.Store(true)
			m.Unlock()
		}()
	}))
	for i := range gs {
		steps = append(steps, join(&gs[i]))
	}
	require.NoError(t, rt.Run(Task(steps...)))
}

func TestOurs(t *testing.T) {
	var m sync.Mutex
	require.False(t, ours(&m))
	m.Lock()
	require.True(t, ours(&m))
	m.Unlock()
	require.False(t, ours(&m))
}
