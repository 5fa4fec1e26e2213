package rt

import (
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// A kind that names another type would make the hub read one as the other.
func TestKinds(t *testing.T) {
	for kind, w := range map[uint8]waiter{inLot: &Waiting{}, reads: (*readWait)(&Desc{})} {
		require.Equal(t, kind, kindOf(typeOf(w)))
	}
	for _, w := range []waiter{
		&Waiting{}, &bundle{}, &timer{}, &waitEntry{}, &joining{}, &job{}, &CondWait{}, &otherWait{}, &readiness{},
		&draining{}, (*readWait)(&Desc{}), (*writeWait)(&Desc{}), (*yielding)(&coroutine{}), (*asking)(&coroutine{}), never("x"),
	} {
		var g Greenlet
		g.waitFor(w)
		require.Equal(t, w, g.waiter())
	}
}

// One word more costs each greenlet the next size class, or a place of its slab.
func TestSizes(t *testing.T) {
	require.EqualValues(t, 48, unsafe.Sizeof(Greenlet{}))
	require.LessOrEqual(t, unsafe.Sizeof(manyGreenlets{}), uintptr(2<<10-8))
	require.EqualValues(t, slabHead, unsafe.Offsetof(oneGreenlet{}.g))
	require.EqualValues(t, 48, unsafe.Sizeof(bundle2{}))
	require.EqualValues(t, 128, unsafe.Sizeof(bundle22{}))
	require.EqualValues(t, 1024-8, unsafe.Sizeof(bundle244{}))
	require.EqualValues(t, 64, unsafe.Sizeof(spot{}))
}

// One greenlet at a high place does not make the hub look at all places below it again
// and again.
func TestSweepsAreRare(t *testing.T) {
	const n = 100_000
	virtual(t,
		func(h *green.Hub) *green.Frame {
			for range n {
				HubOf(h).Spawn(task()) // from elsewhere: each has a slab
			}
			HubOf(h).Spawn(task(sleep(time.Hour)))
			return Sleep_green(h, time.Second)
		},
		func(h *green.Hub) *green.Frame {
			HubOf(h).sweep()
			require.Greater(t, len(HubOf(h).slabs), n)
			for range 1000 {
				HubOf(h).Spawn(task())
			}
			return Sleep_green(h, time.Second)
		},
		on(func(h *green.Hub) { require.Greater(t, HubOf(h).idleSlabs, 900) }),
	)
}
