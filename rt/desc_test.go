package rt

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/poll"
)

// An event that the poller had ready when its descriptor was closed must not wake who
// waits for the number's next owner.
func TestEventOfAnOldGeneration(t *testing.T) {
	const fd = 7
	p := poll.NewFake()
	var old, d Desc
	var g *Greenlet
	fire := func(d *Desc) step {
		return do(func() { p.Fire(poll.Event{FD: fd, Gen: d.gen, Mode: poll.Read | poll.Write}) })
	}
	require.NoError(t, Run(task(
		on(func(h *green.Hub) {
			require.NoError(t, old.Open(HubOf(h), fd))
			old.Forget()
			require.NoError(t, d.Open(HubOf(h), fd))
			require.NotEqual(t, old.gen, d.gen)
			d.Exhausted(Reading)
		}),
		spawn(&g, func(h *green.Hub) *green.Frame {
			d.Wait(Reading)
			return h.ParkLink()
		}),
		yield, fire(&old), sleep(ms),
		do(func() {
			require.False(t, g.Ready(), "woken by what was before")
			require.False(t, d.MayWork(Reading))
		}),
		fire(&d),
		join(&g),
		on(func(h *green.Hub) {
			require.True(t, d.MayWork(Reading))
			require.Zero(t, HubOf(h).fdWaits)
			d.Forget()
		}),
		fire(&d), sleep(ms), // of nobody any more
		do(func() { require.EqualValues(t, 2*ms, p.Now()) }),
	), func(c *Config) { c.poller = p }))
}
