package rt

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// HUB.md 49: Run returns the error, after deferred calls ran.
func TestFailEndsRun(t *testing.T) {
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
