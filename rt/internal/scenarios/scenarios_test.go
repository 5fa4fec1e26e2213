package scenarios

import (
	"fmt"
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
	}
}

func (s scenario) run(t *testing.T, n int, virtual bool, opts ...rt.Option) {
	now.r, now.s, now.n = &run{t: t, virtual: virtual}, s, n
	require.NoError(t, rt.Run(root, opts...))
}
