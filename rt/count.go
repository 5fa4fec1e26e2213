package rt

import (
	"runtime"
	"sync/atomic"
)

// helpers counts the goroutines that are there for hubs: their loops, monitors and
// workers. unborn counts what Pull made and nobody has asked yet: std's has a
// goroutine from the start.
var helpers, unborn atomic.Int32

// NumGoroutine is runtime.NumGoroutine, but counts greenlets, and not the goroutines
// that hubs have for themselves. Safe from any goroutine.
func NumGoroutine() int {
	n := runtime.NumGoroutine() - int(helpers.Load()) - int(listeners.Load()) + int(unborn.Load())
	hubs.Lock()
	defer hubs.Unlock()
	for h := range hubs.live {
		n += h.alive()
	}
	return max(n, 1)
}

// alive reads as progress does: a greenlet more or less is as true from elsewhere.
//
//go:norace
//go:noinline
func (h *Hub) alive() int { return h.living }
