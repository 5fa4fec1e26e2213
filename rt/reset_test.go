package rt

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

func TestReset(t *testing.T) {
	var got []time.Duration
	var once, every *Watcher
	virtual(t,
		on(func(h *green.Hub) {
			note := func() { got = append(got, now(h)) }
			once = HubOf(h).After(10*ms, note)
			every = HubOf(h).Every(100*ms, note)
		}),
		sleep(5*ms),
		on(func(*green.Hub) { once.Reset(10 * ms) }), // at 15
		sleep(15*ms),
		on(func(*green.Hub) { // both anew, though one fired
			require.False(t, once.Active())
			once.Reset(ms)       // at 21
			every.Reset(20 * ms) // at 40, 60
			require.True(t, once.Active())
			require.Panics(t, func() { every.Reset(0) })
		}),
		sleep(45*ms),
		on(func(h *green.Hub) {
			every.Stop()
			every.Unref()
			every.Reset(ms) // starts it again, without its reference
			hook := HubOf(h).OnCheck(func() {})
			require.Panics(t, func() { hook.Reset(ms) })
			hook.Stop()
		}),
	)
	require.Equal(t, []time.Duration{15 * ms, 21 * ms, 40 * ms, 60 * ms}, got)
}

func TestConfigFromEnvironment(t *testing.T) {
	t.Setenv("GREENGEN_TRACK_SPAWNS", "1")
	t.Setenv("GREENGEN_OFFLOAD_MAX", "7")
	c := configure(nil)
	require.True(t, c.TrackSpawns)
	require.Equal(t, 7, c.OffloadMax)
	c = configure([]Option{WithOffloadMax(3)})
	require.Equal(t, 3, c.OffloadMax)
	t.Setenv("GREENGEN_OFFLOAD_MAX", "many")
	text := capture(t, func() { require.Zero(t, configure(nil).OffloadMax) })
	require.Equal(t, "greengen: GREENGEN_OFFLOAD_MAX=many is no number of calls\n", text)
}
