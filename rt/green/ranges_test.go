package green_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	_ "github.com/greengen/greengen/rt" // makes MapRanges
	"github.com/greengen/greengen/rt/green"
)

// What a range over a map sees, small and large, while the map changes.
func TestRangeMap(t *testing.T) {
	for _, n := range []int{0, 1, 64 - 1, 64, 10 * 64} {
		m := map[any]int{}
		for i := range n {
			m[i] = i
		}
		m[math.NaN()] = -1
		seen := map[any]int{}
		for it := green.RangeMap(m); it.Next(); {
			require.NotContains(t, seen, it.Key)
			if k, ok := it.Key.(int); ok {
				require.Equal(t, k, it.Value)
				seen[k]++
				require.Contains(t, m, k)
				delete(m, k^1) // before its turn: not seen; after: no harm
				m[k+1_000_000*(1+len(seen))] = k + 1_000_000*(1+len(seen))
				if len(seen) > 3*n {
					break
				}
			} else {
				require.Equal(t, -1, it.Value)
			}
		}
		for k := range n {
			_, one := seen[k]
			_, other := seen[k^1]
			require.True(t, one || other || k^1 >= n && one, "%d of %d", k, n)
		}
	}
	type named map[string]struct{ a, b int }
	it := green.RangeMap(named(nil))
	require.False(t, it.Next())
	m := named{}
	for i := range 2 * 64 {
		m[string(rune('a'+i))] = struct{ a, b int }{i, -i}
	}
	n := 0
	for it := green.RangeMap(m); it.Next(); n++ {
		require.Equal(t, m[it.Key], it.Value)
		clear(m)
	}
	require.Equal(t, 1, n)
}
