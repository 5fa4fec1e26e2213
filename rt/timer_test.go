package rt

import (
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/poll"
)

// Random starts, stops and waits fire as a sorted list would.
func TestTimersEqualAModel(t *testing.T) {
	type pending struct {
		when int64
		id   int
		t    *timer
	}
	for seed := range int64(50) {
		rnd := rand.New(rand.NewSource(seed))
		p := poll.NewFake()
		h := newHub(Config{poller: p})
		var model []pending
		var got, want []int
		for id := range 300 {
			switch rnd.Intn(4) {
			case 0, 1:
				d := int64(rnd.Intn(20))
				model = append(model, pending{p.Now() + d, id,
					h.newTimer(time.Duration(d), nil, func() { got = append(got, id) })})
			case 2:
				if n := len(model); n > 0 {
					i := rnd.Intn(n)
					model[i].t.stop()
					model = slices.Delete(model, i, i+1)
				}
			case 3:
				p.Wait(int64(rnd.Intn(8)), false)
				h.fireTimers(p.Now())
				slices.SortStableFunc(model, func(a, b pending) int { return int(a.when - b.when) })
				for len(model) > 0 && model[0].when <= p.Now() {
					want = append(want, model[0].id)
					model = model[1:]
				}
			}
			for i, e := range h.timers.heap {
				require.EqualValues(t, i, e.t.pos)
			}
		}
		require.Equal(t, want, got, "seed %d", seed)
	}
}

// A time in the past is now, however long ago.
func TestTimersOfThePast(t *testing.T) {
	fired, ran := false, false
	virtual(t, on(func(h *green.Hub) {
		HubOf(h).After(-time.Second, func() { fired = true })
		SpawnAfter_green(h, time.Until(time.Time{}), task(do(func() { ran = true })))
	}), sleep(time.Millisecond))
	require.True(t, fired)
	require.True(t, ran)
}
