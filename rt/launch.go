package rt

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// spawn makes a greenlet that runs fn, a func() word, and queues it.
func (h *Hub) spawn(fn unsafe.Pointer) *Greenlet {
	g := h.create(fn)
	h.runq.push(g)
	return g
}

// create is spawn, but does not queue it.
func (h *Hub) create(fn unsafe.Pointer) *Greenlet {
	twin, env, _ := green.Lookup(green.As[func()](fn))
	if twin == nil {
		twin, env = green.Func(offloadWhole), fn
		h.stats.SpawnsOffloaded++
	}
	return h.make(twin, env, codeOf(fn))
}

// Go implements green.Ops.
func (h *Hub) Go(fn func(*green.Hub) *green.Frame) {
	w := green.Func(fn)
	h.Launch(green.Func(goTwin), w, codeOf(w))
}

// Launch implements green.Ops: launch for a go statement. Nobody has the greenlet, as long
// as it does not ask for itself, so that it can be used again.
func (h *Hub) Launch(twin, env unsafe.Pointer, code uintptr) {
	g := h.spare
	if g == nil {
		g = h.newborn()
		g.life.Store(isAnon)
	} else {
		h.spare = (*Greenlet)(g.wait)
		h.living++
		g.state = queued
	}
	g.at, g.wait, g.flags, g.from = twin, env, isNew, 0
	// What is usual of begins, without calls; and runq.push.
	if p := h.cur; h.idsLeft > 0 && p != nil && p.ext.Load() == nil && !h.config.TrackSpawns {
		h.idsLeft--
		h.nextID++
		g.setID(h.nextID)
		if d := int64(code - codeBase); int64(int32(d)) == d {
			g.fn = int32(d)
		} else {
			g.setFar(code)
		}
		if d := int64(h.nextID - p.id()); int64(int32(d)) == d {
			g.from = int32(d)
		}
	} else {
		h.begins(g, code)
	}
	q := &h.runq
	if q.full() {
		q.grow()
	}
	q.put(g)
}

// goTwin is the twin of what a go statement starts; env is that closure.
func goTwin(h *green.Hub, env unsafe.Pointer) *green.Frame {
	return green.As[func(*green.Hub) *green.Frame](env)(h)
}

// launch queues a new greenlet. code is that of its function, for its name.
func (h *Hub) launch(twin, env unsafe.Pointer, code uintptr) *Greenlet {
	g := h.make(twin, env, code)
	h.runq.push(g)
	return g
}

// make makes a greenlet, which is to be queued.
func (h *Hub) make(twin, env unsafe.Pointer, code uintptr) *Greenlet {
	g := h.newborn()
	g.at, g.wait, g.flags = twin, env, isNew
	h.begins(g, code)
	return g
}

func (h *Hub) newborn() *Greenlet {
	g := h.newGreenlet()
	h.lives(g)
	return g
}

// begins gives a greenlet an identity.
func (h *Hub) begins(g *Greenlet, code uintptr) {
	if h.idsLeft == 0 {
		h.idsLeft = 16
		h.nextID = h.ids.Add(16) - 16
		h.crowded()
	}
	h.idsLeft--
	h.nextID++
	g.setID(h.nextID)
	g.setCode(code)
	if p := h.cur; p != nil {
		if d := int64(h.nextID - p.id()); int64(int32(d)) == d {
			g.from = int32(d)
		}
		if x := p.ext.Load(); x != nil && x.inherited != nil {
			g.more().inherited = x.inherited
		}
	}
	if h.config.TrackSpawns {
		g.more().spawned = h.Stack()
	}
}

// Parent returns the ID of the greenlet that spawned g; 0 if none did, g is on a
// goroutine, or two billion were spawned between them. Safe from any goroutine.
func (g *Greenlet) Parent() uint64 {
	if g.from == 0 {
		return 0
	}
	return uint64(int64(g.id()) - int64(g.from))
}

// SpawnStack returns where g was spawned, innermost call first, as far as it was on
// the stack: not those callers that were suspended since they began. nil without
// TrackSpawns. Only from the hub's goroutine.
func (g *Greenlet) SpawnStack() []string {
	x := g.ext.Load()
	if x == nil {
		return nil
	}
	var list []string
	for _, f := range userFrames(x.spawned) {
		if !spawns(f.Function) {
			list = append(list, fmt.Sprintf("%s %s:%d", userName(f.Function), f.File, f.Line))
		}
	}
	return list
}

// spawns says that a function is one of ours that make greenlets, as they are on
// top of each spawn's stack.
func spawns(name string) bool {
	const pkg = "github.com/greengen/greengen/rt."
	rest, ours := strings.CutPrefix(name, pkg)
	return ours && (strings.HasPrefix(rest, "(*Hub).") || strings.HasSuffix(rest, "_green"))
}

// offloadWhole is the twin of every function that has none.
func offloadWhole(h *green.Hub, env unsafe.Pointer) *green.Frame {
	fn := green.As[func()](env)
	return green.Offload(h, funcName(codeOf(env)), func() struct{} {
		fn()
		return struct{}{}
	})
}

func codeOf(fn unsafe.Pointer) uintptr {
	if fn == nil {
		return 0
	}
	return *(*uintptr)(fn)
}

// beginCurrent is the Resume of Hub.start.
func beginCurrent(h *green.Hub, _ *green.Frame) *green.Frame { return begin(h, HubOf(h).cur) }

// begin resumes a greenlet for the first time.
func begin(h *green.Hub, g *Greenlet) *green.Frame {
	twin, env := g.at, g.wait
	g.at, g.wait = nil, nil
	if green.As[func(*green.Hub, unsafe.Pointer) *green.Frame](twin)(h, env) == nil {
		return nil
	}
	return green.Parked
}
