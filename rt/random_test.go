package rt

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Each order of up to four comes as often as the others.
func TestShuffle4(t *testing.T) {
	h := &Hub{}
	for n, orders := range []int{1, 1, 2, 6, 24} {
		const rounds = 48_000
		seen := map[[4]uint8]int{}
		for range rounds {
			o := h.Shuffle4(n)
			var p [4]uint8
			all := 0
			for i := range n {
				p[i] = o & 3
				all |= 1 << p[i]
				o >>= 2
			}
			require.Equal(t, 1<<n-1, all, "each number once")
			seen[p]++
		}
		require.Len(t, seen, orders)
		for p, k := range seen {
			require.InDelta(t, rounds/orders, k, 0.15*float64(rounds/orders), "%d numbers, %v", n, p)
		}
	}
	for n := 1; n < 40; n++ {
		seen := make([]int, n)
		for range 4000 * n {
			seen[h.Below(n)]++
		}
		for i, k := range seen {
			require.InDelta(t, 4000, k, 600, "%d of %d", i, n)
		}
	}
}
