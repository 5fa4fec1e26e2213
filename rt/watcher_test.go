package rt

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/poll"
)

func TestEveryAndStop(t *testing.T) {
	var got []time.Duration
	var w *Watcher
	virtual(t,
		on(func(h *green.Hub) {
			w = HubOf(h).Every(10*ms, func() {
				got = append(got, now(h))
				if len(got) == 3 {
					require.True(t, w.Stop())
				}
			})
		}),
		sleep(100*ms),
		do(func() { require.False(t, w.Active()); require.False(t, w.Stop()) }),
		on(func(h *green.Hub) { require.Zero(t, HubOf(h).timers.n) }),
	)
	require.Equal(t, []time.Duration{10 * ms, 20 * ms, 30 * ms}, got)
}

// The clock may jump, as after a suspended laptop: rounds that were missed are lost,
// the beat is kept.
func TestEveryPassesOverWhatItMissed(t *testing.T) {
	p := poll.NewFake()
	h := newHub(Config{poller: p})
	var got []int64
	w := h.Every(10, func() { got = append(got, p.Now()) })
	for _, step := range []int64{10, 35, 5, 10} {
		p.Wait(step, false)
		h.fireTimers(p.Now())
	}
	require.Equal(t, []int64{10, 45, 50, 60}, got)
	require.True(t, w.Stop())
}

func TestTimerOfNothingFiresInTheNextTurn(t *testing.T) {
	var ws []*Watcher
	n := 0
	virtual(t, on(func(h *green.Hub) {
		var again func()
		again = func() {
			if n++; n < 5 {
				ws = append(ws, HubOf(h).After(0, again))
			}
		}
		again()
	}), sleep(ms))
	require.Equal(t, 5, n)
}

// HUB.md 58 with an unref'd timer, and more of them.
func TestWatchersWithoutReferenceKeepNothingAlive(t *testing.T) {
	for name, watch := range map[string]func(h *Hub) *Watcher{
		"timer":   func(h *Hub) *Watcher { return h.After(time.Hour, func() {}) },
		"every":   func(h *Hub) *Watcher { return h.Every(time.Hour, func() {}) },
		"idle":    func(h *Hub) *Watcher { return h.OnIdle(func() {}) },
		"prepare": func(h *Hub) *Watcher { return h.OnPrepare(func() {}) },
		"check":   func(h *Hub) *Watcher { return h.OnCheck(func() {}) },
	} {
		t.Run(name, func(t *testing.T) {
			var w *Watcher
			h, err := virtualErr(
				on(func(h *green.Hub) { w = watch(HubOf(h)).Unref().Ref().Unref() }),
				yield,
				forever,
			)
			require.ErrorContains(t, err, "[nothing]")
			require.Zero(t, h.poller.Now())
			require.True(t, w.Stop())
			require.Zero(t, h.timers.unrefs)
			require.False(t, h.hooks.referenced())
		})
	}
}

// An unref'd Every that is stopped by a round of its own, and one that gets its
// reference back while it waits.
func TestReferencesCount(t *testing.T) {
	n := 0
	var w *Watcher
	h, err := virtualErr(
		on(func(h *green.Hub) {
			w = HubOf(h).Every(ms, func() {
				if n++; n == 3 {
					w.Unref()
				}
			})
		}),
		forever,
	)
	require.ErrorContains(t, err, "[nothing]")
	require.Equal(t, 3, n)
	require.EqualValues(t, 1, h.timers.unrefs)
}

func TestHooksComeInOrder(t *testing.T) {
	var got []string
	var ws [4]*Watcher
	virtual(t,
		on(func(h *green.Hub) {
			hub := HubOf(h)
			ws[0] = hub.OnCheck(func() { got = append(got, "check") })
			ws[1] = hub.OnPrepare(func() { got = append(got, "prepare"); ws[2].Stop() })
			ws[2] = hub.OnPrepare(func() { t.Error("stopped meanwhile") })
			hub.After(ms, func() { got = append(got, "timer") })
		}),
		sleep(2*ms),
		do(func() {
			require.Equal(t, []string{"prepare", "timer", "check", "prepare", "check"}, got)
			ws[0].Stop()
			ws[1].Stop()
		}),
		sleep(ms),
		do(func() { require.Len(t, got, 5) }),
	)
}

func TestIdleWorkGetsDone(t *testing.T) {
	n := 0
	var w *Watcher
	var g *Greenlet
	h := virtual(t,
		spawn(&g, forever),
		on(func(h *green.Hub) {
			w = HubOf(h).OnIdle(func() {
				if n++; n == 10 {
					w.Stop()
					HubOf(h).killBy(g, ErrKilled)
				}
			})
		}),
		join(&g),
	)
	require.Equal(t, 10, n)
	require.Zero(t, h.poller.Now())
}

func TestHooksRunWhileGreenletsSpin(t *testing.T) {
	n := 0
	require.NoError(t, Run(task(
		on(func(h *green.Hub) { HubOf(h).OnPrepare(func() { n++ }) }),
		greentest.Loop(func() bool { return n == 3 }, yield),
	)))
}

// What would only let others run is nothing in a callback: no panic.
func TestCallbackGoesOn(t *testing.T) {
	for name, op := range map[string]step{
		"preempted": func(h *green.Hub) *green.Frame { h.Spend(); return green.Preempt(h) },
		"tortured":  green.Torture,
		"eager": func(h *green.Hub) *green.Frame {
			for range 100 {
				if !HubOf(h).Eager() {
					return green.Yield(h)
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			done := 0
			count := func(h *green.Hub) *green.Frame {
				c := op(h)
				done++
				return c
			}
			virtualOn(t, []Option{OnPanic(func(g *Greenlet, e *PanicError) { t.Error(e.Value) })},
				on(func(h *green.Hub) {
					HubOf(h).After(ms, task(count))
					HubOf(h).Post(task(count))
				}),
				sleep(2*ms),
			)
			require.Equal(t, 2, done)
		})
	}
}

// HUB.md 61.
func TestDrain(t *testing.T) {
	var g, stuck *Greenlet
	want := func(d time.Duration, want bool) step {
		return greentest.Call1(
			func(h *green.Hub) (bool, *green.Frame) { return HubOf(h).Drain_green(h, d) },
			func(got bool) { require.Equal(t, want, got) })
	}
	virtual(t,
		spawn(&g, sleep(20*ms)),
		spawn(&stuck, forever),
		want(5*ms, false),
		on(func(h *green.Hub) { require.Equal(t, 5*ms, now(h)); require.False(t, g.Ready()) }),
		want(-1, true),
		on(func(h *green.Hub) { require.Equal(t, 20*ms, now(h)); require.True(t, g.Ready()) }),
		want(-1, true),
		want(time.Hour, true),
		want(0, true),
		on(func(h *green.Hub) {
			require.Equal(t, 20*ms, now(h))
			require.Zero(t, HubOf(h).timers.n)
			require.Empty(t, HubOf(h).drains)
		}),
		func(h *green.Hub) *green.Frame { return stuck.Kill_green(h) },
	)
}

func TestDrainFromOutside(t *testing.T) {
	var hub *Hub
	up, answer := make(chan bool), make(chan bool)
	go func() {
		<-up
		answer <- hub.Drain(0)
		answer <- hub.Drain(-1)
	}()
	var g *Greenlet
	n := 0
	require.NoError(t, Run(task(
		spawn(&g, greentest.Loop(func() bool { return n == 3 }, sleep(ms), do(func() { n++ }))),
		on(func(h *green.Hub) { hub = HubOf(h); close(up) }),
		greentest.Call1(func(h *green.Hub) (struct{}, *green.Frame) {
			return struct{}{}, green.Offload(h, "outside", func() struct{ R0 struct{} } {
				require.False(t, <-answer)
				return struct{ R0 struct{} }{}
			})
		}, func(struct{}) {}),
		join(&g),
		func(h *green.Hub) *green.Frame {
			_, c := HubOf(h).Drain_green(h, -1)
			return c
		},
	)))
	require.True(t, <-answer)
}

var errOdd = errors.New("odd")

// HUB.md 104, 105.
func TestOffloadMax(t *testing.T) {
	gates := make(chan bool)
	running := make(chan bool, 10)
	var gs [4]*Greenlet
	var steps []step
	for i := range gs {
		steps = append(steps, spawn(&gs[i], greentest.Call2(
			func(h *green.Hub) (int, error, *green.Frame) {
				return Offload_green(h, func() (int, error) { running <- true; <-gates; return i, errOdd })
			}, func(got int, err error) { require.Equal(t, i, got); require.Equal(t, errOdd, err) })))
	}
	state := func(bounded, queued int) step {
		return on(func(h *green.Hub) {
			require.Equal(t, bounded, HubOf(h).bounded)
			require.Len(t, HubOf(h).queued, queued)
		})
	}
	steps = append(steps, yield, state(2, 2),
		func(h *green.Hub) *green.Frame { return gs[2].Kill_green(h) }, // waits, and never runs
		state(2, 1),
		do(func() { gates <- true }),
		func(h *green.Hub) *green.Frame { return HubOf(h).joinFirst(h, gs[0], gs[1]) },
		state(2, 0),
		do(func() { close(gates) }),
		joinAll(&gs[0], &gs[1], &gs[3]),
		state(0, 0),
	)
	require.NoError(t, Run(task(steps...), WithOffloadMax(2)))
	require.Len(t, running, 3)
	v, err := Offload(func() (string, error) { return "plain", errOdd })
	require.Equal(t, "plain", v)
	require.Equal(t, errOdd, err)
}

// joinFirst waits until one of gs ended, and a turn more.
func (h *Hub) joinFirst(gh *green.Hub, gs ...*Greenlet) *green.Frame {
	return run(gh, []step{greentest.Loop(func() bool {
		for _, g := range gs {
			if g.Ready() {
				return true
			}
		}
		return false
	}, sleep(ms))})
}

func TestRunBudgetAndBatch(t *testing.T) {
	h := newHub(Config{poller: poll.NewFake(), RunBudget: time.Second, RunBatch: 3})
	require.EqualValues(t, time.Second, h.pollEvery)
	require.Equal(t, 3, h.batch)
	n := 0
	looks := func(opts ...Option) int {
		p := poll.NewFake()
		opts = append(opts, func(c *Config) { c.poller = p })
		n := 0
		require.NoError(t, Run(task(
			on(func(h *green.Hub) { HubOf(h).After(time.Hour, func() {}) }),
			greentest.Loop(func() bool { n++; return n == 1000 }, yield, do(func() { p.Wait(100, false) })),
		), opts...))
		return p.Waits() - 1000
	}
	require.Greater(t, looks(WithRunBudget(500), WithRunBatch(1)), 5*looks(WithRunBudget(10_000), WithRunBatch(1)))
	h = virtual(t, sleep(time.Hour), yield, yield)
	require.LessOrEqual(t, h.batch, maxBatch)
	virtualOn(t, []Option{WithRunBatch(3), WithRunBudget(time.Hour)},
		on(func(h *green.Hub) { HubOf(h).After(time.Hour, func() {}).Unref() }),
		greentest.Loop(func() bool { n++; return n == 100 }, yield),
		on(func(h *green.Hub) { require.Equal(t, 3, HubOf(h).batch) }),
	)
}
