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
	if h.Scheds > 0 {
		h.Scheds--
	} else {
		runtime.Gosched()
		h.Scheds = between()
	}
	return green.Yield(h)
}

// between returns how many times of Gosched are none for Go. Where it has other
// processors one wakes a thread of theirs, which looks for work for as long as hundreds
// of switches take, and they run the other goroutines anyway.
func between() uint32 {
	if runtime.GOMAXPROCS(0) == 1 {
		return 31
	}
	return 2047
}

// Goexit_green is runtime.Goexit. Only from the hub's goroutine.
func Goexit_green(h *green.Hub) { rt.Goexit_green(h) }
