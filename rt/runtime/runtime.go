// Package runtime stands for std's runtime in green code.
package runtime

import (
	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Gosched_green is runtime.Gosched. Only from the hub's goroutine.
func Gosched_green(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

// Goexit_green is runtime.Goexit. Only from the hub's goroutine.
func Goexit_green(h *green.Hub) { rt.Goexit_green(h) }
