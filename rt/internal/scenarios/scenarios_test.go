package scenarios

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
)

func TestScenarios(t *testing.T) {
	for _, s := range all {
		for _, n := range []int{1, 2, 100} {
			if !s.real {
				t.Run(fmt.Sprintf("%s/virtual/%d", s.name, n), func(t *testing.T) { s.run(t, n, true, rt.WithVirtualTime()) })
			}
		}
		t.Run(s.name+"/real", func(t *testing.T) { s.run(t, 1, false, rt.StrictDeadlocks()) })
		if !s.dead {
			t.Run(s.name+"/joined", func(t *testing.T) { s.joined(t) })
		}
	}
}

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
	now.r, now.s, now.n = &run{t: t, virtual: virtual}, s, n
	require.NoError(t, rt.Run(root, opts...))
}
