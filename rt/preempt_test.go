package rt

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

// Who held the hub for a slice goes on when nobody else is ready, or after a slice of
// theirs; not after each of their switches.
func TestGaveWay(t *testing.T) {
	var order []string
	rounds := 0
	note := func(s string) step { return do(func() { order = append(order, s) }) }
	give := func(h *green.Hub) *green.Frame {
		h.Spend()
		return green.Preempt(h)
	}
	tick := on(func(h *green.Hub) { HubOf(h).monitor.slices.Add(1) })
	var hog, other *Greenlet
	virtual(t,
		on(func(h *green.Hub) {
			HubOf(h).monitor = &monitor{wake: make(chan struct{}, 1), over: make(chan struct{})}
		}),
		spawn(&hog, note("hog 1"), give, note("hog 2"), give, note("hog 3")),
		spawn(&other, note("a"), green.Yield, note("b"), green.Yield, note("c"), tick,
			greentest.Loop(func() bool { rounds++; return rounds > 10000 || slices.Contains(order, "hog 2") }, green.Yield), note("d"), green.Yield, note("e")),
		join(&other),
		join(&hog),
	)
	require.Equal(t, []string{"hog 1", "a", "b", "c", "hog 2", "d", "e", "hog 3"}, order)
}
