package rt

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// HUB.md 4.
func TestScenario004BurstInOnePass(t *testing.T) {
	var a, b, c *Greenlet
	var polls []uint64
	seen := on(func(h *green.Hub) { polls = append(polls, HubOf(h).Stats().Polls) })
	virtual(t,
		seen,
		spawn(&a, seen, spawn(&b, seen, spawn(&c, seen))),
		yield, yield, yield, yield,
		seen,
	)
	require.Len(t, polls, 5)
	for _, p := range polls {
		require.Equal(t, polls[0], p)
	}
}

// HUB.md 45.
func TestScenario045PanickingCallback(t *testing.T) {
	var g *Greenlet
	var told []any
	var log []string
	require.NoError(t, Run(task(
		spawn(&g, yield),
		do(func() {
			g.OnDone(task(do(func() { log = append(log, "first") })))
			g.OnDone(task(do(func() { panic("callback") })))
			g.OnDone(task(do(func() { log = append(log, "last") })))
		}),
		join(&g), yield, yield,
	), OnPanic(func(g *Greenlet, e *PanicError) { told = append(told, e.Value) })))
	require.Equal(t, []any{"callback"}, told)
	require.Equal(t, []string{"first", "last"}, log)
}

// HUB.md 48.
func TestScenario048KillAndGoexitAreNotReported(t *testing.T) {
	var killed, gone *Greenlet
	reports := 0
	require.NoError(t, Run(task(
		spawn(&killed, sleep(ms)),
		spawn(&gone, func(h *green.Hub) *green.Frame {
			return green.Offload(h, "exit", func() struct{} { runtime.Goexit(); return struct{}{} })
		}),
		yield,
		func(h *green.Hub) *green.Frame { return killed.Kill_green(h) },
		joinAll(&killed, &gone),
	), OnPanic(func(*Greenlet, *PanicError) { reports++ })))
	require.Zero(t, reports)
	require.ErrorIs(t, killed.Err(), ErrKilled)
}

// HUB.md 49: Run returns the error, after deferred calls ran.
func TestScenario049FailEndsRun(t *testing.T) {
	bad := errors.New("bad")
	var failing, child *Greenlet
	cleaned := false
	_, err := virtualErr(
		spawn(&failing, sleep(ms), spawn(&child, on(func(h *green.Hub) { Fail_green(h, bad) })), sleep(time.Hour)),
		withCleanup(do(func() { cleaned = true })),
		do(func() { t.Error("main went on") }),
	)
	require.Equal(t, bad, err)
	require.Equal(t, bad, child.Err())
	require.ErrorIs(t, failing.Err(), ErrHubClosed)
	require.True(t, cleaned)

	_, err = virtualErr(on(func(h *green.Hub) { Fail_green(h, bad) })) // main itself
	require.Equal(t, bad, err)
	require.PanicsWithError(t, "bad", func() { Fail(bad) })

	h := NewHub(WithVirtualTime()) // nobody is first
	defer h.Close()
	g := h.Spawn(task(on(func(h *green.Hub) { Fail_green(h, bad) })))
	h.RunOnce(0)
	require.Equal(t, bad, g.Err())
}
