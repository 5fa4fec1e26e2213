package context

import (
	"context"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// stopper has what std's AfterFunc returns, which never waits.
type stopper struct{ stop func() bool }

// after registers f, to run on a goroutine.
func after(ctx context.Context, f func()) stopper { return stopper{context.AfterFunc(ctx, f)} }

// after_green is after for greenlets: f runs as one of the hub's, as long as there is one.
func after_green(h *green.Hub, ctx context.Context, f func()) stopper {
	if h.Blocks() || f == nil {
		return after(ctx, f)
	}
	hub := rt.HubOf(h)
	return after(ctx, func() {
		if hub.Spawn(f).Err() == rt.ErrHubClosed {
			f()
		}
	})
}
