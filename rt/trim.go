package rt

import "slices"

// A hub keeps what many greenlets left behind for the next ones. After a crowd of at
// least trimFrom, once most of it has gone and the hub is about to sleep, it lets go.
const trimFrom = 16 << 10

// crowded notes how many greenlets there were; it is called every few spawns.
func (h *Hub) crowded() { h.crowd = max(h.crowd, h.living) }

// trim gives back what only a crowd needed. The switch path knows nothing of it.
func (h *Hub) trim() {
	if h.packs >= trimFrom { // what they began to wait with is left
		h.packs = 0
		h.DropSingle()
		h.runq = queue{}
	}
	if h.living > h.crowd/8 {
		return
	}
	h.crowd = h.living
	h.DropFrames()
	h.runq, h.hogs, h.spareTimers = queue{}, queue{}, nil
	h.dropSpare()
	h.sweep()
	h.slabs, h.freeSlabs = slices.Clip(slices.Clone(h.slabs)), slices.Clip(slices.Clone(h.freeSlabs))
	h.timers.trim()
	h.lot.trim()
	h.batchOf, h.took = nil, 0
	h.in.Lock()
	h.in.queue = slices.Clip(slices.Clone(h.in.queue))
	h.in.Unlock()
}

// trim makes the table as small as its content allows.
func (l *lot) trim() {
	l.settle()
	l.free, l.bundles = nil, nil
	if len(l.buckets) <= 64 || l.n > len(l.buckets)/8 {
		return
	}
	old := l.buckets
	l.buckets = make([]*spot, max(64, len(old)/8))
	l.move(old)
}
