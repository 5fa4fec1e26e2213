package rt

import (
	"errors"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/poll"
)

// A clock that jumps far ahead makes all fire that is due, in order, and one that
// stands still or goes back makes nothing fire early.
func TestClockSteps(t *testing.T) {
	p := poll.NewFake()
	var got []int
	var steps []step
	sleeper := func(i int, d time.Duration) step {
		return spawn(new(*Greenlet), sleep(d), do(func() { got = append(got, i) }))
	}
	steps = append(steps, sleeper(3, 3*time.Hour), sleeper(1, time.Second), sleeper(2, time.Minute), yield,
		do(func() { p.Step(2 * time.Hour) }), sleep(1),
		do(func() { require.Equal(t, []int{1, 2}, got) }),
		do(func() { p.Step(-time.Hour) }), sleep(time.Minute),
		do(func() { require.Equal(t, []int{1, 2}, got) }),
		sleep(3*time.Hour),
		do(func() { require.Equal(t, []int{1, 2, 3}, got) }),
	)
	require.NoError(t, Run(task(steps...), func(c *Config) { c.poller = p }))
}

// endless is a func() error with a twin, which does not return by itself.
func endless() func() error {
	fn := func() error { select {} }
	green.Bind(green.Func(fn), unsafe.Pointer(&green.Env{
		Twin: green.Func(func(h *green.Hub, _ unsafe.Pointer) (error, *green.Frame) {
			return nil, Forever_green(h, "a limit")
		}),
	}))
	return fn
}

// limits end what waits for ever in an hour.
func limits(t *testing.T, d time.Duration) map[string]step {
	empty, full := NewQueue[int](1), NewQueue[int](1)
	require.NoError(t, full.TryPut(1))
	none := NewSemaphore(0)
	desc := new(Desc)
	timedOut := func(want error) func(int, error) {
		return func(_ int, err error) { require.ErrorIs(t, err, want) }
	}
	no := func(ok bool) { require.False(t, ok) }
	var later *Greenlet
	return map[string]step{
		"SpawnAfter": func(h *green.Hub) *green.Frame {
			later = SpawnAfter_green(h, d, task())
			return later.Join_green(h)
		},
		"WithTimeout": greentest.Call1(
			func(h *green.Hub) (error, *green.Frame) { return WithTimeout_green(h, d, endless()) },
			func(err error) { require.True(t, errors.As(err, new(*Timeout)), err) }),
		"Queue.Get": greentest.Call2(
			func(h *green.Hub) (int, error, *green.Frame) { return empty.GetTimeout_green(h, d) }, timedOut(ErrEmpty)),
		"Queue.Put": greentest.Call1(
			func(h *green.Hub) (error, *green.Frame) { return full.PutTimeout_green(h, 2, d) },
			func(err error) { require.ErrorIs(t, err, ErrFull); require.Equal(t, 1, full.Len()) }),
		"Semaphore": greentest.Call1(
			func(h *green.Hub) (bool, *green.Frame) { return none.AcquireTimeout_green(h, d) }, no),
		"Event": greentest.Call1(
			func(h *green.Hub) (bool, *green.Frame) { return new(Event).WaitTimeout_green(h, d) }, no),
		"a conn's deadline": func(h *green.Hub) *green.Frame {
			return run(h, []step{
				on(func(h *green.Hub) {
					require.NoError(t, desc.Open(HubOf(h), 7))
					desc.SetDeadline(Reading, time.Now().Add(d))
				}),
				func(h *green.Hub) *green.Frame {
					desc.Wait(Reading)
					return h.ParkLink()
				},
				do(func() {
					require.True(t, desc.Expired(Reading))
					desc.Forget()
				}),
			})
		},
	}
}

// A limit ends no sooner because the clock went to and fro, and at once when it has jumped
// past it.
func TestClockStepsOfLimits(t *testing.T) {
	for name := range limits(t, 0) {
		t.Run(name, func(t *testing.T) {
			p := poll.NewFake()
			const begin = 5 * time.Hour // no clock is ever negative
			p.Step(begin)
			var g *Greenlet
			waits := do(func() { require.False(t, g.Ready(), "after %v", time.Duration(p.Now())) })
			require.NoError(t, Run(task(
				spawn(&g, limits(t, time.Hour)[name]),
				yield,
				do(func() { p.Step(30 * time.Minute) }), sleep(1), waits,
				do(func() { p.Step(-20 * time.Minute) }), sleep(1), waits,
				do(func() { p.Step(-2 * time.Hour) }), sleep(1), waits,
				do(func() { p.Step(2 * time.Hour) }), sleep(49*time.Minute), waits,
				do(func() { p.Step(2 * time.Hour) }), sleep(1), yield,
				do(func() { require.True(t, g.Ready()) }),
				join(&g),
				on(func(h *green.Hub) {
					require.Less(t, now(h), begin+3*time.Hour)
					require.Zero(t, HubOf(h).timers.n)
				}),
			), func(c *Config) { c.poller = p }))
			require.NoError(t, g.Err())
		})
	}
}
