package rt

import (
	"time"

	"github.com/greengen/greengen/rt/green"
)

// The twins of what only the hub's goroutine may call. A greenlet that the hub went on
// without, see takeover.go, waits for it first; they never suspend.

// come waits until the caller has its hub.
func come(h *green.Hub) {
	if !h.Blocks() {
		h.Back()
	}
}

// After_green is After for greenlets.
func (h *Hub) After_green(own *green.Hub, d time.Duration, fn func()) *Watcher {
	come(own)
	return h.After(d, fn)
}

// Every_green is Every for greenlets.
func (h *Hub) Every_green(own *green.Hub, d time.Duration, fn func()) *Watcher {
	come(own)
	return h.Every(d, fn)
}

// OnPrepare_green is OnPrepare for greenlets.
func (h *Hub) OnPrepare_green(own *green.Hub, fn func()) *Watcher {
	come(own)
	return h.OnPrepare(fn)
}

// OnCheck_green is OnCheck for greenlets.
func (h *Hub) OnCheck_green(own *green.Hub, fn func()) *Watcher {
	come(own)
	return h.OnCheck(fn)
}

// OnIdle_green is OnIdle for greenlets.
func (h *Hub) OnIdle_green(own *green.Hub, fn func()) *Watcher {
	come(own)
	return h.OnIdle(fn)
}

// AtClose_green is AtClose for greenlets.
func (h *Hub) AtClose_green(own *green.Hub, fn func()) (cancel func()) {
	come(own)
	return h.AtClose(fn)
}

// SetTracer_green is SetTracer for greenlets.
func (h *Hub) SetTracer_green(own *green.Hub, t Tracer) (old Tracer) {
	come(own)
	return h.SetTracer(t)
}

// Stats_green is Stats for greenlets.
func (h *Hub) Stats_green(own *green.Hub) Stats {
	come(own)
	return h.Stats()
}

// Snapshot_green is Snapshot for greenlets.
func (h *Hub) Snapshot_green(own *green.Hub) Snapshot {
	come(own)
	return h.Snapshot()
}

// Greenlets_green is Greenlets for greenlets.
func (h *Hub) Greenlets_green(own *green.Hub) []Info {
	come(own)
	return h.Greenlets()
}

// Active_green is Active for greenlets.
func (w *Watcher) Active_green(own *green.Hub) bool {
	come(own)
	return w.Active()
}

// Stop_green is Stop for greenlets.
func (w *Watcher) Stop_green(own *green.Hub) bool {
	come(own)
	return w.Stop()
}

// Ref_green is Ref for greenlets.
func (w *Watcher) Ref_green(own *green.Hub) *Watcher {
	come(own)
	return w.Ref()
}

// Unref_green is Unref for greenlets.
func (w *Watcher) Unref_green(own *green.Hub) *Watcher {
	come(own)
	return w.Unref()
}

// State_green is State for greenlets.
func (g *Greenlet) State_green(own *green.Hub) State {
	come(own)
	return g.State()
}
