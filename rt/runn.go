package rt

import (
	"errors"
	"runtime"
	"sync"

	"github.com/greengen/greengen/rt/green"
)

// RunN runs n hubs in parallel, each on a goroutine of its own, and calls fn(i) as
// the first greenlet of hub i. It returns when the last hub has ended, with what
// Run would return for each, joined. A greenlet never leaves its hub; to reach
// another one use its Spawn or Post. If fn has no twin it runs on n goroutines.
// Safe from any goroutine but a hub's.
func RunN(n int, fn func(i int), opts ...Option) error {
	if twin, _, _ := green.Lookup(fn); twin == nil {
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { fn(i) })
		}
		wg.Wait()
		return nil
	}
	// All before the first one runs, which may wait for what another one brings.
	hs := make([]*Hub, n)
	for i := range hs {
		hs[i] = newHub(configure(opts))
		hs[i].enlist()
		hs[i].root = hs[i].runIndexed(fn, i)
	}
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i, h := range hs {
		wg.Go(func() { errs[i] = h.runRoot() })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// runRoot is Run, once the first greenlet is there.
func (h *Hub) runRoot() error {
	defer h.endRun()
	h.run()
	if h.exits {
		runtime.Goexit()
	}
	return h.err
}

// RunN_green is RunN for greenlets: the hubs run on goroutines of their own, while
// the caller is parked. Only from the hub's goroutine.
func RunN_green(h *green.Hub, n int, fn func(i int), opts ...Option) (error, *green.Frame) {
	if h.Blocks() {
		return RunN(n, fn, opts...), nil
	}
	return nil, green.Offload(h, "RunN", func() struct{ R0 error } {
		return struct{ R0 error }{RunN(n, fn, opts...)}
	})
}
