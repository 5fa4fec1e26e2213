package scenarios

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
)

// A hub ends while its own greenlets, those of another hub and goroutines talk to each
// other: nobody waits for ever, and who waits for something of the hub is told so.
func TestHubEndsWhileOthersTalk(t *testing.T) {
	run := func(opts ...rt.Option) func() error { return func() error { return rt.Run(ender, opts...) } }
	isolated := rt.OnPanic(func(*rt.Greenlet, *rt.PanicError) {})
	for how, c := range map[string]struct {
		run  func() error
		want func(error)
	}{
		"returns":           {run(), func(err error) { require.NoError(t, err) }},
		"killed":            {run(), func(err error) { require.Equal(t, errE, err) }},
		"killed by another": {run(), func(err error) { require.Equal(t, errE, err) }},
		"panics":            {run(isolated), func(err error) { require.IsType(t, new(rt.PanicError), err) }},
		"exits": {func() error {
			left := make(chan bool)
			go func() {
				defer close(left) // Run exits as its root does
				_ = rt.Run(ender)
				left <- true
			}()
			require.False(t, <-left)
			return nil
		}, func(error) {}},
		"closed": {func() error {
			h := rt.NewHub()
			g := h.Spawn(ender)
			for !g.Ready() {
				h.RunOnce(0)
			}
			h.Close()
			return g.Err()
		}, func(err error) { require.NoError(t, err) }},
	} {
		t.Run(how, func(t *testing.T) {
			for range 5 {
				s := newTalk()
				ending.s, ending.how = s, how
				var w sync.WaitGroup
				for i := range 3 {
					w.Go(func() { s.partner(i) })
					w.Go(s.waiter)
				}
				w.Go(func() { require.NoError(t, rt.Run(partners)) })
				c.want(c.run())
				w.Wait()
				close(s.wrong)
				for err := range s.wrong {
					t.Error("unexpected: ", err)
				}
				require.Positive(t, s.over.Load())
				gets, puts := s.queue.Waiters()
				require.Zero(t, gets+puts+s.sem.Waiters()+size(&s.event, "waits", "n"), "waiters left")
				require.Equal(t, 1, s.sem.Value())
				gets, _ = s.nothing.Waiters()
				require.Zero(t, gets+s.none.Waiters(), "waiters left")
				switch how {
				case "killed by another": // it came in time
				case "closed":
					s.posted.Join()
				default:
					require.ErrorIs(t, s.posted.Wait(), rt.ErrHubClosed)
				}
			}
		})
	}
}
