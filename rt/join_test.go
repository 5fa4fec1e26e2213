package rt

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// Those who join one greenlet go on in their order, whoever left meanwhile.
func TestJoinersLeave(t *testing.T) {
	var target *Greenlet
	var gs [8]*Greenlet
	var got []int
	joins := func(i int) step { return spawn(&gs[i], join(&target), do(func() { got = append(got, i) })) }
	kill := func(i int) step { return func(h *green.Hub) *green.Frame { return gs[i].Kill_green(h) } }
	virtual(t,
		spawn(&target, sleep(time.Hour)),
		joins(0), joins(1), joins(2), joins(3), joins(4), yield,
		kill(1), kill(3), joins(5), yield, kill(0), joins(6), yield, kill(5), joins(7), yield,
		do(func() { require.Len(t, target.ext.Load().joiners, 4) }),
		join(&target), yield,
		do(func() { require.Empty(t, target.ext.Load().joiners) }),
	)
	require.Equal(t, []int{2, 4, 6, 7}, got)
}

// However many join one greenlet, each costs about the same when they are killed.
func TestManyJoinersKilled(t *testing.T) {
	cost := func(n int) (each time.Duration) {
		var target *Greenlet
		gs := make([]*Greenlet, n)
		virtual(t,
			spawn(&target, sleep(time.Hour)),
			on(func(h *green.Hub) {
				for i := range gs {
					gs[i] = Spawn_green(h, task(join(&target)))
				}
			}),
			yield,
			on(func(h *green.Hub) {
				start := time.Now()
				for _, g := range gs {
					g.KillAsync_green(h)
				}
				each = time.Since(start) / time.Duration(n)
			}),
			func(h *green.Hub) *green.Frame { return JoinAll_green(h, gs...) },
			do(func() { require.Zero(t, len(target.ext.Load().joiners)) }),
		)
		return each
	}
	cost(1000)
	small, large := cost(1000), cost(100_000)
	require.Less(t, large, 10*small+5*time.Microsecond, "1000: %v each, 100000: %v", small, large)
}
