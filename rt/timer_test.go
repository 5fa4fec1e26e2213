package rt

import (
	"cmp"
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
	byTime := func(a, b pending) int { return cmp.Compare(a.when, b.when) }
	for seed := range int64(50) {
		rnd := rand.New(rand.NewSource(seed))
		p := poll.NewFake()
		h := newHub(Config{poller: p})
		var model []pending
		var got, want []int
		for id := range 300 {
			switch rnd.Intn(4) {
			case 0, 1:
				d := far(rnd)
				model = append(model, pending{p.Now() + d, id,
					h.newTimer(time.Duration(d), nil, func() { got = append(got, id) })})
			case 2:
				if n := len(model); n > 0 {
					i := rnd.Intn(n)
					model[i].t.stop()
					model = slices.Delete(model, i, i+1)
				}
			case 3:
				p.Wait(far(rnd)/2, false)
				if rnd.Intn(4) == 0 {
					p.Step(-time.Duration(min(far(rnd), p.Now())))
				}
				h.fireTimers(p.Now())
				slices.SortStableFunc(model, byTime)
				for len(model) > 0 && model[0].when <= p.Now() {
					want = append(want, model[0].id)
					model = model[1:]
				}
			}
			if rnd.Intn(20) == 0 {
				h.timers.trim()
			}
			require.Len(t, model, checkTimers(t, &h.timers))
			next := h.timers.next(rnd.Intn(8) == 0)
			if first := slices.MinFunc(append(model, pending{when: 1<<63 - 1}), byTime); len(model) > 0 {
				require.LessOrEqual(t, next, first.when)
				require.Equal(t, first.when, h.timers.next(true))
			}
		}
		require.Equal(t, want, got, "seed %d", seed)
	}
}

// far is a time in ns, of any size that a program may mean.
func far(rnd *rand.Rand) int64 { return rnd.Int63() >> (5 + rnd.Intn(59)) }

// checkTimers verifies what the comment of timers says, and returns how many there are.
func checkTimers(t *testing.T, w *timers) int {
	n := len(w.heap)
	for i, e := range w.heap {
		require.EqualValues(t, i, e.t.pos)
		require.EqualValues(t, inHeap, e.t.slot)
		require.LessOrEqual(t, e.when>>grainBits, w.grain)
	}
	last := int64(-1)
	for i, e := range w.run {
		require.True(t, e.t == nil || i >= w.ran)
		if e.t != nil {
			require.EqualValues(t, i, e.t.pos)
			require.EqualValues(t, inRun, e.t.slot)
			require.LessOrEqual(t, e.when>>grainBits, w.grain)
			require.LessOrEqual(t, last, e.when)
			last = e.when
			n++
		}
	}
	for level, x := range w.wheels {
		require.Equal(t, w.used>>level&1 == 1, x != nil && x.used != 0)
		if x == nil {
			continue
		}
		for digit := range x.slots {
			s := &x.slots[digit]
			require.Equal(t, x.used>>digit&1 == 1, len(s.list) > 0)
			begin := last
			for i, e := range s.list {
				require.EqualValues(t, i, e.t.pos)
				require.EqualValues(t, level<<digitBits|digit, e.t.slot)
				require.Greater(t, e.when>>grainBits, w.grain)
				require.Greater(t, e.when, begin)
				require.GreaterOrEqual(t, e.when, s.first)
				last = max(last, e.when)
			}
			n += len(s.list)
		}
	}
	require.Equal(t, w.n, n)
	return n
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

// Timers that are stopped and started again, as deadlines are, leave no room behind in each
// slot that they have been in.
func TestRenewedTimersKeepNoMemory(t *testing.T) {
	const n = 10_000
	p := poll.NewFake()
	h := newHub(Config{poller: p})
	rnd := rand.New(rand.NewSource(1))
	ts := make([]*timer, n)
	start := func(i int) { ts[i] = h.newTimer(30*time.Second, nil, func() { ts[i] = nil }) }
	for i := range ts {
		start(i)
	}
	room := func() (all int) {
		for _, x := range h.timers.wheels {
			for i := range x.slotsOf() {
				all += cap(x.slots[i].list)
			}
		}
		return all
	}
	for range 150 * 100 { // in 150 s each some 150 times
		for range n / 100 {
			i := rnd.Intn(n)
			if ts[i] != nil {
				ts[i].stop()
			}
			start(i)
		}
		p.Step(10 * time.Millisecond)
		h.fireTimers(p.Now())
	}
	require.Equal(t, n, checkTimers(t, &h.timers))
	require.Less(t, room(), 8*n)
	for _, x := range ts {
		x.stop()
	}
	require.Less(t, room(), n/2)
}

// slotsOf returns the slots of a wheel that there may be.
func (x *wheel) slotsOf() []wheelSlot {
	if x == nil {
		return nil
	}
	return x.slots[:]
}
