package rt

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// recorder writes down what it is told, and checks that Run and Stop alternate.
type recorder struct {
	t    *testing.T
	on   *Greenlet
	list []string
}

func (r *recorder) Run(now int64, g *Greenlet) {
	require.Nil(r.t, r.on, "two at once")
	r.on = g
	r.list = append(r.list, fmt.Sprintf("%v run %d", time.Duration(now), g.ID()))
}

func (r *recorder) Stop(now int64, g *Greenlet, wait string) {
	if r.on == g {
		r.on = nil
	}
	r.list = append(r.list, fmt.Sprintf("%v stop %d %s", time.Duration(now), g.ID(), wait))
}

func (r *recorder) Poll(from, to int64, _ *Hub) {
	r.list = append(r.list, fmt.Sprintf("%v poll %v", time.Duration(from), time.Duration(to)))
}

func traced(t *testing.T, opts []Option, steps ...step) []string {
	t.Helper()
	r := &recorder{t: t}
	require.NoError(t, Run(task(steps...), append(opts, WithVirtualTime(), WithTracer(r))...))
	return r.list
}

// HUB.md A5: each switch, in order.
func TestTracer(t *testing.T) {
	var g, victim, fresh *Greenlet
	require.Equal(t, []string{
		"0s run 1", "0s stop 1 runnable",
		"0s run 2", "0s stop 2 sleep",
		"0s run 3", "0s stop 3 nothing",
		"0s run 1", "0s stop 1 join 2 g",
		"0s poll 5s",
		"5s run 2", "5s stop 2 ",
		"5s run 1", "5s stop 1 join 3 victim",
		"5s stop 3 ", // it was killed, and has no deferred calls
		"5s run 1", "5s stop 1 ",
	}, traced(t, nil,
		spawn(&g, sleep(5*time.Second)),
		spawn(&victim, func(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") }),
		on(func(*green.Hub) { g.SetName("g"); victim.SetName("victim") }),
		yield,
		join(&g),
		on(func(h *green.Hub) { fresh = New_green(h, task()); fresh.KillAsync_green(h) }),
		func(h *green.Hub) *green.Frame { return victim.Kill_green(h) },
	))
}

// A panic, recovered by OnPanic, and a Goexit end a greenlet as well.
func TestTracerSeesPanics(t *testing.T) {
	var bad, gone *Greenlet
	require.Equal(t, []string{
		"0s run 1", "0s stop 1 join 2 bad",
		"0s run 2", "0s stop 2 ",
		"0s run 3", "0s stop 3 ",
		"0s run 1", "0s stop 1 ",
	}, traced(t, []Option{OnPanic(func(*Greenlet, *PanicError) {})},
		spawn(&bad, do(func() { panic("bad") })),
		spawn(&gone, on(Goexit_green)),
		on(func(*green.Hub) { bad.SetName("bad") }),
		joinAll(&bad, &gone),
	))
}

func TestSetTracer(t *testing.T) {
	r, twice := &recorder{t: t}, &recorder{t: t}
	var none, old Tracer
	h := virtual(t,
		on(func(h *green.Hub) { none = HubOf(h).SetTracer(tracers{r, twice}) }),
		yield,
		on(func(h *green.Hub) { old = HubOf(h).SetTracer(nil) }),
		yield,
		sleep(time.Second),
	)
	require.Nil(t, none)
	require.Equal(t, tracers{r, twice}, old)
	require.Nil(t, h.tracer)
	require.Equal(t, []string{"0s run 1"}, r.list[len(r.list)-1:], "it was taken away meanwhile")
	require.Equal(t, r.list, twice.list)
}

// A hub with a tracer goes on without a stuck greenlet as well, and says so.
func TestTracerSeesATakeover(t *testing.T) {
	if raceDetector {
		t.Skip("a hub stays on its goroutine under -race")
	}
	c := make(chan int)
	r := &recorder{t: t}
	var stuck *Greenlet
	require.NoError(t, Run(task(
		spawn(&stuck, do(func() { holdUp(c) })),
		yield, do(func() { c <- 1 }),
		join(&stuck),
	), WithTakeover(), WithTracer(r)))
	var of2 []string
	for _, e := range r.list {
		if _, what, _ := strings.Cut(e, " "); strings.HasPrefix(what, "run 2") || strings.HasPrefix(what, "stop 2") {
			of2 = append(of2, what)
		}
	}
	require.Equal(t, []string{"run 2", "stop 2 stuck in plain code", "stop 2 "}, of2)
}

// A panic's stack ends where the hub begins.
func TestTracedPanicText(t *testing.T) {
	var text string
	traced(t, []Option{OnPanic(func(_ *Greenlet, e *PanicError) { text = e.Text })}, yield,
		on(func(h *green.Hub) { Spawn_green(h, task(do(func() { panic("bad") }))) }), yield)
	require.Contains(t, text, "panic: bad")
	require.NotContains(t, text, "tracedBatch")
}
