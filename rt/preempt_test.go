package rt

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

// endSlices lets the monitor see n slices end while the greenlet that calls it runs.
func endSlices(n int) step {
	return on(func(h *green.Hub) {
		for range n {
			HubOf(h).monitor.count(h.Turn)
		}
	})
}

func giveWay(h *green.Hub) *green.Frame {
	h.Spend()
	return green.Preempt(h)
}

var monitored = on(func(h *green.Hub) {
	HubOf(h).monitor = &monitor{wake: make(chan struct{}, 1), over: make(chan struct{})}
})

// Who held the hub for a slice goes on when nobody else is ready, or after a slice of
// theirs; not after each of their switches.
func TestGaveWay(t *testing.T) {
	var order []string
	rounds := 0
	note := func(s string) step { return do(func() { order = append(order, s) }) }
	var hog, other *Greenlet
	virtual(t, monitored,
		spawn(&hog, note("hog 1"), endSlices(2), giveWay, note("hog 2"), endSlices(2), giveWay, note("hog 3")),
		spawn(&other, note("a"), green.Yield, note("b"), green.Yield, note("c"), endSlices(1),
			greentest.Loop(func() bool { rounds++; return rounds > 10000 || slices.Contains(order, "hog 2") }, green.Yield), note("d"), green.Yield, note("e")),
		join(&other),
		join(&hog),
	)
	require.Equal(t, []string{"hog 1", "a", "b", "c", "hog 2", "d", "e", "hog 3"}, order)
}

// Others who happen to run at the end of a slice do not keep waiting who gave way before,
// nor are they hogs.
func TestGaveWayInTurn(t *testing.T) {
	var hog *Greenlet
	others := make([]*Greenlet, 20)
	ticks, waited, rounds, over := 0, 0, 0, false
	steps := []step{monitored, spawn(&hog, endSlices(2), giveWay, do(func() { waited, over = ticks, true }))}
	hogs := 0
	for i := range others {
		steps = append(steps, spawn(&others[i], greentest.Loop(func() bool { return over || rounds > 1_000_000 }, func(h *green.Hub) *green.Frame {
			hogs = max(hogs, HubOf(h).hogs.len())
			if rounds++; rounds%1000 == 0 {
				ticks++
				HubOf(h).monitor.count(h.Turn)
				return giveWay(h)
			}
			return green.Yield(h)
		})))
	}
	virtual(t, append(steps, join(&hog))...)
	require.LessOrEqual(t, waited, 2)
	require.Equal(t, 1, hogs)
}

// Many hogs that are new do not keep an old one waiting.
func TestGaveWayToHogs(t *testing.T) {
	var old, keeper *Greenlet
	ended, begun := false, 0
	hogs := make([]*Greenlet, 50)
	virtual(t, monitored,
		spawn(&old, endSlices(2), giveWay, do(func() { ended = true })),
		spawn(&keeper, greentest.Loop(func() bool { return ended || begun == len(hogs) }, func(h *green.Hub) *green.Frame {
			c := spawn(&hogs[begun], endSlices(2), giveWay)(h)
			begun++
			return c
		}, green.Yield)),
		join(&old),
	)
	require.LessOrEqual(t, begun, 4)
}
