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

// AfterFunc_green is time.AfterFunc for an f that may park: it runs as a greenlet of
// the hub, as long as there is one. Only from the hub's goroutine.
func AfterFunc_green(h *green.Hub, d time.Duration, f func()) (*time.Timer, *green.Frame) {
	if h.Blocks() {
		return time.AfterFunc(d, f), nil
	}
	hub := rt.HubOf(h)
	return time.AfterFunc(d, func() {
		if hub.Spawn(f).Err() == rt.ErrHubClosed {
			f()
		}
	}), nil
}
