package scenarios

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
)

// Greenlets of two hubs and goroutines meet at the same primitives, while some are
// killed: nothing is lost, nothing done twice.
func TestMixedParties(t *testing.T) {
	for round := range 5 {
		s := &shared{sem: rt.NewSemaphore(3), queue: rt.NewQueue[item](4)}
		mixed.s, mixed.n = s, 200
		mixed.base.Store(int32(1000 * round))
		s.left.Store(8 + 8 + 4)
		var w sync.WaitGroup
		for range 2 {
			w.Go(func() { require.NoError(t, rt.Run(mixedHub)) })
		}
		for i := range 4 {
			w.Go(func() { s.party(i, mixed.n) })
		}
		w.Wait()
		require.LessOrEqual(t, s.most.Load(), int32(3))
		require.Equal(t, 3, s.sem.Value())
		require.Zero(t, s.sem.Waiters())
		rest := s.queue.Len()
		for range rest {
			v, err := s.queue.TryGet()
			require.NoError(t, err)
			s.take(v)
		}
		require.Equal(t, s.put.Load(), s.got.Load())
		require.Zero(t, s.sum.Load())
		g, p := s.queue.Waiters()
		require.Zero(t, g+p)
	}
}
