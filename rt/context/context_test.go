package context

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// The function is a greenlet of the hub, whoever cancels; when the hub has ended it still runs.
func TestAfterFunc(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	late, cancelLate := context.WithCancel(context.Background())
	done, ended := make(chan bool, 1), make(chan bool, 1)
	var is rt.Event
	var stop func() bool
	used := ^uint64(0)
	require.NoError(t, rt.Run(Task(
		Call1(func(h *green.Hub) (func() bool, *green.Frame) {
			return AfterFunc_green(h, ctx, Task(
				func(h *green.Hub) *green.Frame { return rt.Yield_green(h) },
				func(h *green.Hub) *green.Frame { return is.Set_green(h) },
				Do(func() { done <- true }),
			))
		}, func(f func() bool) { stop = f }),
		Call1(func(h *green.Hub) (func() bool, *green.Frame) {
			return AfterFunc_green(h, late, func() { ended <- true })
		}, func(func() bool) {}),
		Do(func() { go cancel() }),
		func(h *green.Hub) *green.Frame { return is.Wait_green(h) },
		On(func(h *green.Hub) { used = h.Offloads }),
	)))
	require.Zero(t, used)
	require.True(t, <-done)
	require.False(t, stop())
	cancelLate()
	require.True(t, <-ended)
	stop = AfterFunc(context.Background(), func() {})
	require.True(t, stop())
	require.False(t, stop())
}
