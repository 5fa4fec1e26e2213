package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
)

// HUB.md 117: the cleanup of many that are killed at once runs, whatever they wait for, and
// the memory comes back.
func TestScenario117ManyWaitForAllKinds(t *testing.T) {
	n := 100_000
	if underRace {
		n /= 10
	}
	s := &storm{r: &run{t: t}, gs: make([]*rt.Greenlet, n), sem: rt.NewSemaphore(0), empty: rt.NewQueue[int](1),
		full: rt.NewQueue[int](1), channel: make(chan int), other: make(chan int)}
	require.NoError(t, s.full.TryPut(1))
	stormed = s
	require.NoError(t, rt.Run(stormRoot))
	stormed = nil
	require.InEpsilon(t, float64(s.before), float64(s.after), 0.05, "heap before %d, after %d", s.before, s.after)
}
