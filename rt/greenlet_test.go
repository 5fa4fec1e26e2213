package rt

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

const ms = time.Millisecond

// HUB.md 1.
func TestSpawnDoesNotRunBeforeThePark(t *testing.T) {
	ran := false
	var g *Greenlet
	virtual(t,
		spawn(&g, do(func() { ran = true })),
		do(func() { require.False(t, ran) }),
		yield,
		do(func() { require.True(t, ran) }),
		do(func() { require.True(t, g.Ready()) }),
	)
}

// HUB.md 2.
func TestSpawnOrder(t *testing.T) {
	var got []int
	var steps []step
	for i := range 5 {
		steps = append(steps, spawn(new(*Greenlet), do(func() { got = append(got, i) })))
	}
	virtual(t, append(steps, yield)...)
	require.Equal(t, []int{0, 1, 2, 3, 4}, got)
}

// HUB.md 4.
func TestBurstRunsInOnePass(t *testing.T) {
	var a, b, d *Greenlet
	var polls, after uint64
	virtual(t,
		spawn(&a, spawn(&b, spawn(&d, on(func(h *green.Hub) { after = HubOf(h).Stats().Polls })))),
		on(func(h *green.Hub) { polls = HubOf(h).Stats().Polls }),
		yield, yield, yield,
	)
	require.True(t, d.Ready())
	require.Equal(t, polls, after)
}

// HUB.md 6.
func TestChildOutlivesItsParent(t *testing.T) {
	var parent, child *Greenlet
	virtual(t,
		spawn(&parent, spawn(&child, sleep(10*ms))),
		join(&parent),
		do(func() { require.False(t, child.Ready()) }),
		join(&child),
	)
}

// HUB.md 8 and 9.
func TestTimersFireInOrder(t *testing.T) {
	for name, c := range map[string]struct {
		delays []int
		want   []int
	}{
		"by deadline": {[]int{30, 10, 20}, []int{1, 2, 0}},
		"equal: FIFO": {[]int{7, 7, 7, 7, 7, 7}, []int{0, 1, 2, 3, 4, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []int
			var steps []step
			for i, d := range c.delays {
				steps = append(steps, spawn(new(*Greenlet), sleep(time.Duration(d)*ms),
					do(func() { got = append(got, i) })))
			}
			virtual(t, append(steps, sleep(100*ms))...)
			require.Equal(t, c.want, got)
		})
	}
}

// HUB.md 10.
func TestJoinTimeout(t *testing.T) {
	var g *Greenlet
	virtual(t,
		spawn(&g, sleep(10*time.Second)),
		func(h *green.Hub) *green.Frame {
			_, c := g.JoinTimeout_green(h, 20*ms)
			return c
		},
		on(func(h *green.Hub) {
			require.False(t, slotBool.Of(h).R0)
			require.Equal(t, 20*ms, now(h))
			require.False(t, g.Ready())
			require.Empty(t, g.ext.Load().joiners)
		}),
		func(h *green.Hub) *green.Frame {
			_, c := g.JoinTimeout_green(h, time.Minute)
			return c
		},
		on(func(h *green.Hub) {
			require.True(t, slotBool.Of(h).R0)
			require.Zero(t, HubOf(h).timers.n)
		}),
	)
}

// HUB.md 14.
func TestJoinAll(t *testing.T) {
	var a, b, c *Greenlet
	var got []string
	note := func(s string) step { return do(func() { got = append(got, s) }) }
	virtual(t,
		spawn(&a, sleep(30*ms), note("a")),
		spawn(&b, sleep(10*ms), note("b")),
		spawn(&c, sleep(20*ms), note("c")),
		joinAll(&a, &b, &c, &a), // 18: an entry may come twice
		note("all"),
		on(func(h *green.Hub) { require.Equal(t, 30*ms, now(h)) }),
		joinAll(),
	)
	require.Equal(t, []string{"b", "c", "a", "all"}, got)
}

// HUB.md 24.
func TestJoinSelfWithTimeout(t *testing.T) {
	virtual(t,
		func(h *green.Hub) *green.Frame {
			_, c := Current_green(h).JoinTimeout_green(h, 5*ms)
			return c
		},
		on(func(h *green.Hub) { require.False(t, slotBool.Of(h).R0) }),
	)
}

// HUB.md 26.
func TestKillBeforeTheStart(t *testing.T) {
	var victim, other *Greenlet
	ran, otherRan := false, false
	virtual(t,
		spawn(&other, do(func() { otherRan = true })),
		spawn(&victim, do(func() { ran = true })),
		func(h *green.Hub) *green.Frame { return victim.Kill_green(h) },
		do(func() {
			require.True(t, victim.Ready())
			require.ErrorIs(t, victim.Err(), ErrKilled)
			require.False(t, otherRan)
		}),
		yield,
		do(func() { require.True(t, otherRan) }),
	)
	require.False(t, ran)
}

// withCleanup is a function that sleeps long, and has steps deferred.
func withCleanup(cleanup ...step) step {
	return func(h *green.Hub) *green.Frame {
		d := &green.Defers{}
		d.Push(func(h *green.Hub, _ *green.Defers) *green.Frame { return run(h, cleanup) })
		c := Sleep_green(h, time.Hour)
		f := &deferring{d: d}
		f.Resume, f.PC, f.Flags = resumeDeferring, 1, green.FlagDefers
		c.Parent = &f.Frame
		return &f.Frame
	}
}

type deferring struct {
	green.FuncFrame
	d *green.Defers
}

// resumeDeferring is func() { defer cleanup(); rt.Sleep(time.Hour) }.
func resumeDeferring(h *green.Hub, hd *green.Frame) (next *green.Frame) {
	f := (*deferring)(ptr(hd))
	suspended := false
	defer func() {
		if suspended {
			return
		}
		if c := f.d.Exit(h, recover()); c != nil {
			f.PC = green.PCDefers
			c.Parent = hd
			next = green.Parked
			return
		}
		next = hd.Parent
	}()
	if h.Pending() {
		h.Rethrow()
	}
	if f.PC == green.PCDefers {
		return
	}
	return
}

// HUB.md 28, 30.
func TestKillWaitsForTheCleanup(t *testing.T) {
	var victim, before *Greenlet
	var got []string
	note := func(s string) step { return do(func() { got = append(got, s) }) }
	virtual(t,
		spawn(&victim, withCleanup(sleep(30*ms), note("cleanup")), note("never")),
		yield,
		spawn(&before, note("before")),
		func(h *green.Hub) *green.Frame { return victim.Kill_green(h) },
		note("killed"),
		on(func(h *green.Hub) { require.Equal(t, 30*ms, now(h)) }),
	)
	require.Equal(t, []string{"before", "cleanup", "killed"}, got)
	require.ErrorIs(t, victim.Err(), ErrKilled)
}

// HUB.md 29.
func TestKillAsync(t *testing.T) {
	var victim *Greenlet
	cleaned := false
	virtual(t,
		spawn(&victim, withCleanup(do(func() { cleaned = true }))),
		yield,
		on(func(h *green.Hub) { victim.KillAsync_green(h) }),
		do(func() { require.False(t, cleaned) }),
		yield,
		do(func() { require.True(t, cleaned) }),
	)
}

// HUB.md 32: as far as a victim can refuse without rt.Recovered.
func TestKillTimeout(t *testing.T) {
	var victim *Greenlet
	virtual(t,
		spawn(&victim, withCleanup(sleep(200*ms))),
		yield,
		func(h *green.Hub) *green.Frame {
			_, c := victim.KillTimeout_green(h, 50*ms)
			return c
		},
		on(func(h *green.Hub) {
			require.False(t, slotBool.Of(h).R0)
			require.False(t, victim.Ready())
		}),
		join(&victim),
		on(func(h *green.Hub) { require.Equal(t, 200*ms, now(h)) }),
	)
}

// HUB.md 33, 34.
func TestKillWith(t *testing.T) {
	mine, other := errors.New("mine"), errors.New("other")
	var started, fresh, done *Greenlet
	virtual(t,
		spawn(&started, sleep(time.Hour)),
		spawn(&done),
		yield,
		spawn(&fresh, sleep(time.Hour)),
		func(h *green.Hub) *green.Frame { return started.KillWith_green(h, mine) },
		func(h *green.Hub) *green.Frame { return fresh.KillWith_green(h, mine) },
		func(h *green.Hub) *green.Frame { return done.KillWith_green(h, other) },
		func(h *green.Hub) *green.Frame { return started.KillWith_green(h, other) },
	)
	require.Equal(t, mine, started.Err())
	require.Equal(t, mine, fresh.Err())
	require.NoError(t, done.Err())
}

// HUB.md 36.
func TestKillOfAYieldingVictimComesLater(t *testing.T) {
	var victim *Greenlet
	var got []int
	note := func(i int) step { return do(func() { got = append(got, i) }) }
	virtual(t,
		spawn(&victim, note(1), yield, note(2), yield, note(3)),
		yield,
		func(h *green.Hub) *green.Frame { return victim.Kill_green(h) },
	)
	require.Equal(t, []int{1, 2}, got)
	require.ErrorIs(t, victim.Err(), ErrKilled)
}

// HUB.md 38.
func TestSecondKillInterruptsTheCleanup(t *testing.T) {
	var victim *Greenlet
	finished := false
	kill := func(h *green.Hub) *green.Frame {
		victim.KillAsync_green(h)
		return Sleep_green(h, ms)
	}
	virtual(t,
		spawn(&victim, withCleanup(sleep(time.Hour), do(func() { finished = true }))),
		yield, kill, do(func() { require.False(t, victim.Ready()) }), kill,
		do(func() { require.True(t, victim.Ready()) }),
		on(func(h *green.Hub) { require.Zero(t, HubOf(h).timers.n) }),
	)
	require.False(t, finished)
}

// HUB.md 48, and a kill of oneself.
func TestGoexitIsNoError(t *testing.T) {
	var g, s *Greenlet
	virtual(t,
		spawn(&g, on(Goexit_green), do(func() { t.Error("after Goexit") })),
		spawn(&s, func(h *green.Hub) *green.Frame { return Current_green(h).Kill_green(h) }),
		joinAll(&g, &s),
	)
	require.NoError(t, g.Err())
	require.ErrorIs(t, s.Err(), ErrKilled)
}

func TestSourceName(t *testing.T) {
	for name, want := range map[string]string{
		"main.main":                                "main.main",
		"main.main.func2":                          "main.main.func2",
		"main.(*T).run-fm":                         "main.(*T).run",
		"main.bind_main_func2.func1":               "main.main.func2",
		"main.bind_main_func2_func1.func1":         "main.main.func2.func1",
		"example.com/a.b/p.bind_T_get_func1.func1": "example.com/a.b/p.T_get.func1",
		"p.bind_Call_func1[...].func2":             "p.Call.func1",
		"main.main_func2_green":                    "main.main.func2",
		"p.Call_func1_green[...]":                  "p.Call.func1",
		"main.main_green.func2":                    "main.main",
		"p.(*T).run_green.func1":                   "p.(*T).run",
		"main.resume_main_func1.func1":             "main.main.func1",
		"main.valuerun3_main.func1":                "main.run",
		"main.valueOf2nd12_my_file[...].func1":     "main.Of2nd",
		"main.valueOf.func1":                       "main.valueOf.func1",
		"nothing":                                  "nothing",
	} {
		require.Equal(t, want, sourceName(name))
	}
}
