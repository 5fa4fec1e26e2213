package rt

import (
	"math/rand"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/poll"
)

// However many there are, they fire in order, and each costs about the same.
func TestManyTimers(t *testing.T) {
	cost := func(n int) time.Duration {
		p := poll.NewFake()
		h := newHub(Config{poller: p})
		rnd := rand.New(rand.NewSource(1))
		due, fired := make([]int64, 0, n), make([]int64, 0, n)
		var stopped []*timer
		start := time.Now()
		for i := range n {
			d := time.Duration(rnd.Intn(n)) * time.Microsecond
			tm := h.newTimer(d, nil, func() { fired = append(fired, int64(d)) })
			if i%10 == 0 {
				stopped = append(stopped, tm)
			} else {
				due = append(due, int64(d))
			}
		}
		for _, tm := range stopped {
			h.timers.remove(tm)
		}
		for h.timers.n > 0 {
			p.Wait(int64(n)*20, false)
			h.fireTimers(p.Now())
		}
		took := time.Since(start)
		slices.Sort(due)
		require.Equal(t, due, fired)
		return took / time.Duration(n)
	}
	cost(1000)
	small, large := cost(1000), cost(100_000)
	// The heap is two levels deeper, and no longer in the cache.
	require.Less(t, large, 10*small+2*time.Microsecond, "1000: %v each, 100000: %v", small, large)
}

// Sleepers of the system's poller, many at once: none is lost, none wakes early.
func TestManySleepers(t *testing.T) {
	n := 100_000
	if underRace {
		n = 2 * trimFrom
	}
	rnd := rand.New(rand.NewSource(1))
	woken, early := 0, 0
	gs := make([]*Greenlet, n)
	require.NoError(t, Run(task(
		on(func(h *green.Hub) {
			hub := HubOf(h)
			for i := range gs {
				d := time.Duration(100_000+rnd.Intn(100_000)) * time.Microsecond
				until := int64(0)
				gs[i] = Spawn_green(h, task(
					do(func() { until = hub.Now() + int64(d) }),
					sleep(d),
					do(func() {
						woken++
						if hub.Now() < until {
							early++
						}
					})))
			}
		}),
		func(h *green.Hub) *green.Frame { return JoinAll_green(h, gs...) },
		on(func(h *green.Hub) {
			require.Zero(t, HubOf(h).timers.n)
			require.Equal(t, 1, HubOf(h).living)
		}),
	)))
	require.Equal(t, n, woken)
	require.Zero(t, early)
}

// HUB.md 117: their cleanup runs, and the memory comes back.
func TestScenario117ManyKilledAtOnce(t *testing.T) {
	n := 100_000
	if underRace {
		n = 2 * trimFrom
	}
	cleaned := 0
	victim := task(withCleanup(do(func() { cleaned++ })))
	gs := make([]*Greenlet, n)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	storm := []step{
		on(func(h *green.Hub) {
			for i := range gs {
				gs[i] = Spawn_green(h, victim)
			}
		}),
		yield,
		on(func(h *green.Hub) {
			require.Equal(t, n+1, HubOf(h).living)
			for _, g := range gs {
				g.KillAsync_green(h)
			}
		}),
		func(h *green.Hub) *green.Frame { return JoinAll_green(h, gs...) },
		on(func(h *green.Hub) {
			for i, g := range gs {
				require.ErrorIs(t, g.Err(), ErrKilled)
				gs[i] = nil
			}
			require.Equal(t, 1, HubOf(h).living)
			require.Zero(t, HubOf(h).timers.n)
		}),
	}
	const rounds = 2
	var before, after uint64
	round := 0
	virtual(t,
		sleep(ms), do(func() { before = heap() }),
		greentest.Loop(func() bool { return round == rounds }, append(storm,
			sleep(ms), do(func() { after = heap(); round++ }))...),
	)
	require.Equal(t, rounds*n, cleaned)
	require.InEpsilon(t, float64(before), float64(after), 0.05, "heap before %d, after %d", before, after)
}
