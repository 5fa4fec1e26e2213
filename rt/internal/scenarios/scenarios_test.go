package scenarios

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
)

func TestScenarios(t *testing.T) {
	for _, s := range all {
		if !s.real {
			now.took = 0
			for _, n := range []int{1, 2, 100} {
				t.Run(fmt.Sprintf("%s/virtual/%d", s.name, n), func(t *testing.T) { s.run(t, n, true, rt.WithVirtualTime()) })
			}
			s.most = worth(now.took / 100)
		}
		for _, n := range slices.Compact([]int{1, min(2, s.most), s.most}) {
			t.Run(fmt.Sprintf("%s/real/%d", s.name, n), func(t *testing.T) { s.run(t, n, false, rt.StrictDeadlocks()) })
		}
		if !s.dead {
			t.Run(s.name+"/joined", func(t *testing.T) { s.joined(t) })
		}
		if s.plain {
			t.Run(s.name+"/plain", func(t *testing.T) { s.fn(&run{t: t}) })
		}
	}
}

// worth is how often a scenario that takes d runs in real time, after 100 runs in
// virtual time: 100 times, if all is over in a tenth of a second.
func worth(d time.Duration) int { return int(min(100, max(1, 100*ms/max(d, 1)))) }

// joined runs s in company of two goroutines and a second hub.
func (s scenario) joined(t *testing.T) {
	c := &company{met: make(chan bool)}
	now.company = c
	defer func() { now.company = nil }()
	var w sync.WaitGroup
	defer w.Wait()
	for i := range 2 {
		w.Go(func() { c.loop(i) })
	}
	w.Go(func() { require.NoError(t, rt.Run(second)) })
	s.run(t, 3, false)
	require.False(t, c.few())
}

func (s scenario) run(t *testing.T, n int, virtual bool, opts ...rt.Option) {
	s.runs(&run{t: t, virtual: virtual}, n, opts...)
}

func (s scenario) runs(r *run, n int, opts ...rt.Option) {
	now.r, now.s, now.n = r, s, n
	opts = append(opts, rt.OnPanic(func(_ *rt.Greenlet, e *rt.PanicError) { r.told = append(r.told, e) }))
	if err := rt.Run(root, append(opts, s.opts...)...); err != nil {
		r.t.Errorf("Run: %v", err)
	}
}
