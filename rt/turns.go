package rt

import (
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// What turns returns.
const (
	unwound = iota // by a panic, which waits for the frame that is resumed next
	isOver         // the hub ended
	isLost         // the hub went on on another goroutine
)

// turns runs the hub.
func (h *Hub) turns() (how int) {
	var parent *green.Frame // of the frame that runs
	x := h.Hub
	normal := false
	defer func() {
		if !normal {
			how = h.caught(x, recover(), parent)
		}
	}()
	for h.turn() {
		if h.tracer != nil {
			if h.tracedBatch(x, &parent) {
				normal = true
				return isLost
			}
			continue
		}
		for h.left = h.batch; h.left > 0; h.left-- {
			g := h.runq.pop()
			if g == nil {
				break
			}
			x.Turn++
			h.cur = g
			var f *green.Frame
			switch {
			case g.flags == 0:
				f, g.state = (*green.Frame)(g.at), running // before it started, at is no frame: checkptr would object
			case g.flags == isNew:
				g.flags, g.state, parent, x.Above = 0, running, nil, 0
				twin, env := g.at, g.wait // as begin does, without a call
				g.at, g.wait = nil, nil
				if green.As[func(*green.Hub, unsafe.Pointer) *green.Frame](twin)(x, env) != nil {
					f = green.Parked
				}
			default:
				if f = h.enter(g); f == skip {
					continue
				}
				g.state = running
			}
			for f != nil && f != green.Parked {
				parent = f.Parent
				x.Above = uintptr(ptr(parent))
				f = f.How()(x, f)
			}
			if x.Away.Load() != green.Attached && h.resign(x, g, f) {
				normal = true
				return isLost
			}
			if f == nil {
				if g != h.root {
					h.bury(g)
				} else {
					h.ended(g, nil)
				}
				continue
			}
			x.Suspensions++
			// As leave does, without a call.
			if leaf := unsafe.Pointer(x.TakeLeaf()); leaf != g.at {
				g.at = leaf
			}
			if g.flags != 0 {
				h.parkedLate(g)
			}
		}
	}
	normal = true
	return isOver
}

// leave keeps the leaf of a greenlet that parked. It writes only what changed:
// a pointer write costs much while the collector marks.
func (h *Hub) leave(g *Greenlet, x *green.Hub) {
	if leaf := unsafe.Pointer(x.TakeLeaf()); leaf != g.at {
		g.at = leaf
	}
	if g.flags != 0 {
		h.parkedLate(g)
	}
}
