// Package time stands for std's time in green code.
package time

import (
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Sleep_green is time.Sleep. Only from the hub's goroutine.
func Sleep_green(h *green.Hub, d time.Duration) *green.Frame {
	if d <= 0 && !h.Blocks() {
		return nil // where rt.Sleep yields
	}
	return rt.Sleep_green(h, d)
}
