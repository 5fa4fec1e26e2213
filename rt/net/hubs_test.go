//go:build linux

package net_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/talk"
)

// Each hub gets its share of a crowd, the one that accepts too, and those that helped end
// with the Server. make test runs all other tests of this package, and of rt/net/http, with
// three hubs as well.
func TestServerOfSeveralHubs(t *testing.T) {
	const hubs, clients = 3, 100
	var mu sync.Mutex
	on := map[*rt.Hub]int{}
	require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame {
		return talk.Hubs_green(h, hubs, clients, func(h *rt.Hub) {
			mu.Lock()
			on[h]++
			mu.Unlock()
		})
	})))
	require.Len(t, on, hubs)
	for h, n := range on {
		require.GreaterOrEqual(t, n, clients/hubs-1)
		for !h.Closed() { // it needs a moment
			runtime.Gosched()
		}
	}
}
