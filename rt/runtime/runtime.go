// Package runtime stands for std's runtime in green code.
package runtime

import (
	"runtime"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Gosched_green is runtime.Gosched: other greenlets run first and, where they share
// a processor with the hub, now and then other goroutines. A program that spins on
// Gosched until a goroutine has done its part would else starve it. Only from the
// hub's goroutine.
func Gosched_green(h *green.Hub) *green.Frame {
	if h.Blocks() {
		runtime.Gosched()
		return nil
	}
	if h.Scheds++; h.Scheds%schedEvery == 0 {
		runtime.Gosched()
	}
	return rt.Yield_green(h)
}

// schedEvery is how many times of Gosched are one for Go, which costs as much as 20
// switches, since it wakes up another thread.
const schedEvery = 128

// Goexit_green is runtime.Goexit. Only from the hub's goroutine.
func Goexit_green(h *green.Hub) { rt.Goexit_green(h) }
