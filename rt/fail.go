package rt

import "github.com/greengen/greengen/rt/green"

// Fail is for what a greenlet cannot go on with, nor its program. It makes the calling
// greenlet unwind with err, and the first greenlet of its hub, from where that is parked
// or parks next: Run returns err, unless Catch stops it. On a goroutine, and under
// RunMain, it panics with err: there nobody would see the error. Safe from any goroutine.
func Fail(err error) { panic(err) }

// Fail_green is Fail for greenlets. Only from the hub's goroutine.
func Fail_green(h *green.Hub, err error) {
	if h.Blocks() || HubOf(h).main {
		panic(err)
	}
	hub := HubOf(h)
	if root := hub.root; root != nil && root != hub.running() {
		hub.killBy(root, err)
	}
	panic(&green.Unwind{Err: err})
}
