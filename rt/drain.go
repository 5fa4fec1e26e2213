package rt

import (
	"slices"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// draining is the wait of one greenlet for the end of all that its hub has to do.
type draining struct {
	green.FuncFrame
	hub   *Hub
	g     *Greenlet
	timer *timer // nil: no limit
	done  bool
}

// Drain waits until nothing is left that could make a greenlet of h run: none is
// ready, and there is no timer, descriptor, worker, Hold or watcher with a reference
// that one could wait for. Greenlets may be left that wait for each other, or for
// another hub. It reports whether that was so within d; d < 0: no limit. From any
// goroutine but h's.
func (h *Hub) Drain(d time.Duration) bool {
	drained := true
	wait := func(gh *green.Hub) *green.Frame {
		ok, c := h.Drain_green(gh, d)
		if c == nil {
			drained = ok
			return nil
		}
		f := green.NewFrame(func(gh *green.Hub, f *green.Frame) *green.Frame {
			drained = slotBool.Of(gh).R0
			return f.Parent
		})
		c.Parent = f
		return f
	}
	h.spawnOn(green.Func(goTwin), green.Func(wait), codeOf(green.Func(wait))).Join()
	return drained
}

// Drain_green is Drain for greenlets of h, which may call it again. Only from the
// hub's goroutine.
func (h *Hub) Drain_green(own *green.Hub, d time.Duration) (bool, *green.Frame) {
	if own.Blocks() {
		return h.Drain(d), nil
	}
	if HubOf(own) != h {
		return false, green.Offload(own, "Drain", func() struct{ R0 bool } {
			return struct{ R0 bool }{h.Drain(d)}
		})
	}
	w := &draining{hub: h}
	w.Resume, w.PC = resumeDraining, 1
	w.g = h.park(w)
	if d >= 0 {
		w.timer = h.newTimer(d, nil, w.timeout)
		w.timer.setRef(false) // it is not what the greenlet waits for
	}
	h.drains = append(h.drains, w)
	return false, own.ParkAt(&w.Frame)
}

func resumeDraining(h *green.Hub, hd *green.Frame) *green.Frame {
	w := (*draining)(unsafe.Pointer(hd))
	slotBool.Of(h).R0 = w.done
	return w.Parent
}

// drained tells those who wait for that. It returns false if nobody does.
func (h *Hub) drained() bool {
	ws := h.drains
	h.drains = nil
	for _, w := range ws {
		w.done = true
		w.end()
		h.ready(w.g)
	}
	return len(ws) > 0
}

func (w *draining) end() {
	if w.timer != nil {
		w.timer.stop()
		w.timer = nil
	}
	w.hub.drains = slices.DeleteFunc(w.hub.drains, func(o *draining) bool { return o == w })
}

func (w *draining) timeout() {
	w.timer = nil // it fired
	w.end()
	w.hub.ready(w.g)
}

func (w *draining) cancel(*Greenlet) bool {
	w.end()
	return true
}

func (w *draining) String() string { return "drain" }
