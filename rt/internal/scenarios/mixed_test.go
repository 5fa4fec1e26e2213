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

// The same with channels, sync's locks, a Group, a Pool, queues, Scopes, joins and kills
// across hubs.
func TestMixedPartiesMeet(t *testing.T) {
	for round := range 3 {
		m := newMeeting()
		met.m, met.n = m, 150
		met.base.Store(int32(1000 * round))
		met.left.Store(2 + 1)
		var w, goroutines sync.WaitGroup
		for range 2 {
			w.Go(func() { require.NoError(t, rt.Run(metHub)) })
		}
		for i := range 4 {
			goroutines.Go(func() { m.party(i, met.n) })
		}
		goroutines.Wait()
		met.left.Add(-1)
		w.Wait()
		m.group.Join()
		m.pool.Join()
		require.EqualValues(t, m.locks.Load(), m.locked)
		require.EqualValues(t, m.writes.Load(), m.wrote)
		require.Equal(t, m.spawned.Load(), m.ended.Load())
		require.LessOrEqual(t, m.most.Load(), int32(3))
		require.Equal(t, 3, m.pool.Free())
		require.NotEmpty(t, m.offered.list)
		for _, g := range m.offered.list {
			require.ErrorIs(t, g.Err(), rt.ErrKilled)
		}
		for len(m.buffer) > 0 {
			m.got.Add(int64(<-m.buffer))
		}
		require.Equal(t, m.sent.Load(), m.got.Load())
		for m.first.Len()+m.work.Len() > 0 {
			m.queues(0, false)
			m.works(0, false)
		}
		require.Equal(t, m.put.Load(), m.taken.Load())
		require.Zero(t, m.work.Open())
		for _, q := range []*rt.Queue[int]{m.first, &m.work.Queue} {
			gets, puts := q.Waiters()
			require.Zero(t, gets+puts)
			for range 4 { // all the room is free
				require.NoError(t, q.TryPut(0))
			}
			require.ErrorIs(t, q.TryPut(0), rt.ErrFull)
		}
	}
}
