package rt

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

// gate is a wait that only a Post ends.
type gate struct {
	hub *Hub
	g   *Greenlet
}

func (w *gate) wait(h *green.Hub) *green.Frame {
	w.hub, w.g = HubOf(h), HubOf(h).cur
	return Forever_green(h, "a gate")
}

func (w *gate) open() { w.hub.Post(func() { w.hub.ready(w.g) }) }

// runN runs steps on hubs that know each other, and requires that none is left.
func runN(t *testing.T, n int, steps func(i int, hubs []*Hub) []step, opts ...Option) error {
	t.Helper()
	hubs := make([]*Hub, n)
	var all sync.WaitGroup
	all.Add(n)
	meet := func(i int) step {
		return on(func(h *green.Hub) {
			hubs[i] = HubOf(h)
			all.Done()
			all.Wait()
		})
	}
	err := RunN(n, greentest.TaskInt(func(i int) []step {
		return append([]step{meet(i)}, func(h *green.Hub) *green.Frame { return run(h, steps(i, hubs)) })
	}), opts...)
	for _, h := range hubs {
		require.NotContains(t, liveHubs(), h)
	}
	return err
}

func liveHubs() (hs []*Hub) {
	hubs.Lock()
	defer hubs.Unlock()
	for h := range hubs.live {
		hs = append(hs, h)
	}
	return hs
}

func TestRunNJoinsErrors(t *testing.T) {
	first, third := errors.New("first"), errors.New("third")
	errs := []error{first, nil, third}
	var ran atomic.Int32
	err := RunN(3, greentest.TaskInt(func(i int) []step {
		return []step{yield, do(func() { ran.Add(1) }), func(h *green.Hub) *green.Frame {
			if errs[i] == nil {
				return nil
			}
			return Current_green(h).KillWith_green(h, errs[i])
		}}
	}))
	require.EqualValues(t, 3, ran.Load())
	require.ErrorIs(t, err, first)
	require.ErrorIs(t, err, third)
}

func TestRunNPlainAndNested(t *testing.T) {
	var sum atomic.Int32
	require.NoError(t, RunN(3, func(i int) { sum.Add(int32(i)) }))
	require.EqualValues(t, 3, sum.Load())
	add := greentest.TaskInt(func(i int) []step { return []step{yield, do(func() { sum.Add(int32(i)) })} })
	require.NoError(t, Run(task(greentest.Call1(
		func(h *green.Hub) (error, *green.Frame) { return RunN_green(h, 4, add) },
		func(err error) { require.NoError(t, err) },
	))))
	require.EqualValues(t, 9, sum.Load())
}

func TestSpawnOnOtherHubs(t *testing.T) {
	const n, each = 4, 500
	var ran [n]int // each of its hub's goroutine
	err := runN(t, n, func(i int, hubs []*Hub) []step {
		gs := make([]*Greenlet, each)
		return []step{
			on(func(h *green.Hub) {
				for k := range gs {
					to := (i + k) % n
					gs[k] = hubs[to].Spawn_green(h, task(yield, on(func(h *green.Hub) {
						require.Same(t, hubs[to], CurrentHub_green(h))
						ran[to]++
					})))
					require.Same(t, hubs[to], gs[k].Hub())
				}
			}),
			func(h *green.Hub) *green.Frame { return JoinAll_green(h, gs...) },
			do(func() {
				for _, g := range gs {
					if g.Hub() == hubs[i] {
						require.NoError(t, g.Err())
					}
				}
			}),
		}
	})
	require.NoError(t, err)
	sum := 0
	for _, k := range ran {
		sum += k
	}
	require.LessOrEqual(t, sum, n*each)
	require.Positive(t, sum)
}

// A greenlet ends while a goroutine begins to wait for that.
func TestJoinAsItEnds(t *testing.T) {
	for range 10 {
		require.NoError(t, Run(task(func(h *green.Hub) *green.Frame {
			hub := HubOf(h)
			return green.Offload(h, "joins", func() struct{} {
				for range 1000 {
					hub.Spawn(task()).Join()
				}
				return struct{}{}
			})
		})))
	}
}

func TestIDsOfOneHubDiffer(t *testing.T) {
	var mine *Greenlet
	require.NoError(t, Run(task(on(func(h *green.Hub) {
		seen := map[uint64]bool{1: true}
		for i := range 100 {
			if i%3 == 0 {
				mine = Spawn_green(h, task())
			} else {
				mine = HubOf(h).Spawn(task())
			}
			require.NotZero(t, mine.ID())
			require.False(t, seen[mine.ID()])
			seen[mine.ID()] = true
		}
	}), yield, yield, on(func(h *green.Hub) {
		require.EqualValues(t, 101, HubOf(h).Stats().Greenlets)
		require.Equal(t, 1, HubOf(h).Stats().Alive)
	}))))
}

func TestSpawnOnAClosedHub(t *testing.T) {
	var late, early *Greenlet
	h := virtual(t,
		on(func(h *green.Hub) { early = HubOf(h).Spawn(task()) }), // posted, never taken
	)
	late = h.Spawn(task())
	for _, g := range []*Greenlet{early, late} {
		g.Join()
		require.ErrorIs(t, g.Err(), ErrHubClosed)
	}
	require.ErrorIs(t, h.On(func() {}), ErrHubClosed)
}

// One that is killed before its post arrives never runs.
func TestKillBeforeThePostArrives(t *testing.T) {
	var g *Greenlet
	virtual(t,
		on(func(h *green.Hub) { g = HubOf(h).Spawn(task(do(func() { t.Error("ran") }))) }),
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		do(func() { require.ErrorIs(t, g.Err(), ErrKilled) }),
		sleep(ms),
		on(func(h *green.Hub) { require.Equal(t, 1, HubOf(h).living) }),
	)
}

func TestKillAndJoinAcrossHubs(t *testing.T) {
	for range 50 {
		var victim *Greenlet
		cleaned := false
		ready := make(chan bool)
		err := runN(t, 2, func(i int, hubs []*Hub) []step {
			if i == 0 {
				return []step{
					spawn(&victim, withCleanup(sleep(ms), do(func() { cleaned = true }))),
					yield,
					do(func() { close(ready) }),
					join(&victim),
				}
			}
			return []step{
				do(func() { <-ready }),
				func(h *green.Hub) *green.Frame { return victim.Kill_green(h) },
				do(func() { require.True(t, cleaned); require.ErrorIs(t, victim.Err(), ErrKilled) }),
			}
		})
		require.NoError(t, err)
	}
}

// A hub with nothing of its own to wait for waits for the other ones.
func TestNoDeadlockWhileAnotherHubLives(t *testing.T) {
	var g gate
	err := runN(t, 2, func(i int, hubs []*Hub) []step {
		if i == 0 {
			return []step{g.wait}
		}
		return []step{
			do(func() {
				for hubs[0].sleeping.Load() != asleepStuck {
					runtime.Gosched()
				}
			}),
			sleep(ms),
			do(g.open),
		}
	})
	require.NoError(t, err)
}

func TestDeadlockOfAllHubs(t *testing.T) {
	for range 50 {
		err := runN(t, 3, func(i int, hubs []*Hub) []step {
			return []step{func(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") }}
		})
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			var dead *DeadlockError
			require.ErrorAs(t, e, &dead)
			require.Len(t, dead.Parked, 1)
		}
		require.Len(t, err.(interface{ Unwrap() []error }).Unwrap(), 3)
	}
}

func forever(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") }

// HUB.md 54: who catches it goes on, and the hub with it.
func TestCaughtDeadlock(t *testing.T) {
	var other, late *Greenlet
	for range 3 {
		caught := 0
		h := virtual(t,
			spawn(&other, forever),
			greentest.Loop(func() bool { return caught == 3 }, greentest.Call1(
				func(h *green.Hub) (error, *green.Frame) { return Catch_green(h, task(forever)) },
				func(err error) {
					var dead *DeadlockError
					require.ErrorAs(t, err, &dead)
					require.Len(t, dead.Parked, 2)
					require.False(t, other.Ready())
					caught++
				})),
			spawn(&late, sleep(ms)),
			join(&late),
			func(h *green.Hub) *green.Frame { return other.Kill_green(h) },
		)
		require.ErrorIs(t, other.Err(), ErrKilled)
		require.Zero(t, h.living)
	}
}

// Two hubs that wait for each other's greenlets are as dead as one.
func TestDeadlockAcrossHubs(t *testing.T) {
	roots := make([]*Greenlet, 2)
	var known sync.WaitGroup
	known.Add(2)
	err := runN(t, 2, func(i int, hubs []*Hub) []step {
		return []step{
			on(func(h *green.Hub) { roots[i] = Current_green(h); known.Done(); known.Wait() }),
			func(h *green.Hub) *green.Frame { return roots[1-i].Join_green(h) },
		}
	})
	require.Len(t, err.(interface{ Unwrap() []error }).Unwrap(), 2)
	require.ErrorContains(t, err, "[join 1 ")
}

// The last hub that might have brought something ends.
func TestDeadlockWhenTheLastOtherHubEnds(t *testing.T) {
	err := runN(t, 2, func(i int, hubs []*Hub) []step {
		if i == 1 {
			return nil
		}
		return []step{func(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") }}
	})
	require.ErrorContains(t, err, "[nothing]")
}

func TestHoldOfAStuckHub(t *testing.T) {
	var g gate
	release := func() {}
	err := runN(t, 2, func(i int, hubs []*Hub) []step {
		if i == 0 {
			return []step{g.wait}
		}
		return []step{do(func() {
			for hubs[0].sleeping.Load() != asleepStuck {
				runtime.Gosched()
			}
			release = hubs[0].Hold()
			go func() {
				for len(liveHubs()) > 1 {
					runtime.Gosched()
				}
				g.open()
				release()
			}()
		})}
	})
	require.NoError(t, err)
}

// A hub that ends while others talk to it loses what they say, and nothing else.
func TestHubEndsWhileOthersPost(t *testing.T) {
	for range 20 {
		var hub *Hub
		up := make(chan bool)
		var wg sync.WaitGroup
		var ended, ran atomic.Int32
		for range 3 {
			wg.Go(func() {
				<-up
				for {
					g := hub.Spawn(task(yield, do(func() { ran.Add(1) })))
					hub.Post(func() {})
					g.KillAsync()
					g.onEnd(func() { ended.Add(1) })
					if g.Wait() == ErrHubClosed {
						return
					}
				}
			})
		}
		require.NoError(t, Run(task(
			on(func(h *green.Hub) { hub = HubOf(h); close(up) }),
			sleep(ms),
		)))
		wg.Wait()
		require.Positive(t, ended.Load())
	}
}
