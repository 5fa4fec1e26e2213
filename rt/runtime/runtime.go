// Package runtime stands for std's runtime in green code.
package runtime

import (
	"runtime"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Gosched_green is runtime.Gosched: other goroutines run first, where they share
// a processor with the hub, and other greenlets. A program that spins on Gosched
// until a goroutine has done its part would else starve it. Only from the hub's
// goroutine.
func Gosched_green(h *green.Hub) *green.Frame {
	runtime.Gosched()
	if h.Blocks() {
		return nil
	}
	return rt.Yield_green(h)
}

// Goexit_green is runtime.Goexit. Only from the hub's goroutine.
func Goexit_green(h *green.Hub) { rt.Goexit_green(h) }
