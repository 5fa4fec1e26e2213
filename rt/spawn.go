package rt

import (
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// CurrentHub returns the hub that runs the caller: nil, since a goroutine does
// not know. Safe from any goroutine.
func CurrentHub() *Hub { return nil }

// CurrentHub_green returns the hub that runs the caller, nil in blocking mode.
// Only from the hub's goroutine.
func CurrentHub_green(h *green.Hub) *Hub {
	if h.Blocks() {
		return nil
	}
	return HubOf(h)
}

// Spawn makes a greenlet of h that runs fn, as the function Spawn does for the
// hub of the caller. If h is closed, or before the greenlet runs, it ends with
// ErrHubClosed. Safe from any goroutine.
func (h *Hub) Spawn(fn func()) *Greenlet {
	w := green.Func(fn)
	twin, env, _ := green.Lookup(fn)
	if twin == nil {
		twin, env = green.Func(offloadWhole), w
	}
	return h.spawnOn(twin, env, codeOf(w))
}

// spawnOn is launch from any goroutine.
func (h *Hub) spawnOn(twin, env unsafe.Pointer, code uintptr) *Greenlet {
	one := &oneGreenlet{slab: slab{hub: h, born: 1}}
	g := &one.g
	g.at, g.wait, g.flags, g.pos = twin, env, isNew, 1
	g.setID(h.ids.Add(1))
	g.setCode(code)
	if h.config.TrackSpawns {
		g.more().spawned = h.Stack()
	}
	if !h.post(post{g: g}) {
		g.abandon()
	}
	return g
}

// Spawn_green is Spawn for greenlets, of h or another hub; without waiting for
// either. Only from the goroutine of own.
func (h *Hub) Spawn_green(own *green.Hub, fn func()) *Greenlet {
	if HubOf(own) == h {
		return h.spawn(green.Func(fn))
	}
	return h.Spawn(fn)
}

// adopt queues a greenlet that Spawn made.
func (h *Hub) adopt(g *Greenlet) {
	if g.flags&isDead != 0 { // killed by one that knew it already
		return
	}
	if g.at == green.Func(offloadWhole) {
		h.stats.SpawnsOffloaded++
	}
	h.lives(g)
	h.runq.push(g)
}

// abandon tells those who wait for g that its hub is no more.
func (g *Greenlet) abandon() {
	x := g.more()
	x.err = ErrHubClosed
	g.life.Store(hasEnded)
	x.tell()
}

// runIndexed is the root of a hub that RunN made: fn takes the hub's number.
func (h *Hub) runIndexed(fn func(int), i int) *Greenlet {
	twin, env, _ := green.Lookup(fn)
	run := green.As[func(*green.Hub, unsafe.Pointer, int) *green.Frame](twin)
	w := green.Func(func(gh *green.Hub) *green.Frame { return run(gh, env, i) })
	return h.launch(green.Func(goTwin), w, codeOf(green.Func(fn)))
}
