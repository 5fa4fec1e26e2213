package rt

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// Greenlet is a cooperative task of a hub, or a goroutine where there is none.
type Greenlet struct {
	at   unsafe.Pointer // the leaf *green.Frame; until the greenlet starts, its twin
	wait unsafe.Pointer // why it is parked, see waiter; until it starts, the environment of the twin; the next one of Hub.spare
	ext  atomic.Pointer[ext]
	life atomic.Uint32

	idLow  uint32
	idHigh uint16
	since  uint16 // when it parked, see ages.go
	from   int32  // id minus that of who spawned it; 0: nobody, or too far
	fn     int32  // see code
	state  uint8
	flags  uint8
	kind   uint8 // of wait; 0: it is not parked
	pos    uint8 // in its slab, from 1 on; 0: on a goroutine
}

// id is unique until a hub has had 2^48 greenlets: months of doing nothing else.
func (g *Greenlet) id() uint64 { return uint64(g.idLow) | uint64(g.idHigh)<<32 }

func (g *Greenlet) setID(id uint64) { g.idLow, g.idHigh = uint32(id), uint16(id>>32) }

// The states of a greenlet.
const (
	queued = iota // on the run queue
	running
	parked
	ended
	fresh // not started
)

// The values of Greenlet.life.
const (
	hasEnded = 1
	isAnon   = 2 // nobody outside of this package has the greenlet, nor will it be told
)

func (g *Greenlet) isDone() bool { return g.life.Load() == hasEnded }

// known says that somebody outside has, or will have, the greenlet.
func (g *Greenlet) known() *Greenlet {
	if g != nil && g.life.Load() == isAnon {
		g.life.Store(0)
	}
	return g
}

// What enter and leave must look at.
const (
	isNew     = 1 << iota
	isDead    // ended while queued: the run queue must pass it over
	killed    // raise ext.kill when it is resumed
	killLater // raise ext.kill when it parks next
	killHeld  // its waiter could not let it go, and sets killed or killLater
	exited    // ended by a Goexit
	raises    // raise ext.raised when it is resumed
	shielded  // kills wait until it is not any more, and parks
)

// waiter is what a parked greenlet waits for. All methods are for the hub's goroutine.
type waiter interface {
	// cancel forgets the greenlet, which is going to be readied otherwise. false:
	// it cannot be done now, and the waiter itself is going to raise the kill.
	cancel(*Greenlet) bool
	String() string
}

// ext is what few greenlets need.
type ext struct {
	err     error // set before done
	kill    error
	raised  *green.Panic // for the hub's goroutine
	joiners []*joining   // greenlets of the same hub, nil for those who left; for the hub's goroutine
	holes   int32        // in joiners; the same
	again   bool         // std recovers what its function panics with, and raises it again; the same
	delay   *timer       // starts it; for the hub's goroutine
	code    uintptr      // of its function, if fn has no room for it

	locals    map[any]any   // by Local; for the hub's goroutine
	inherited *binding      // the same
	spawned   []uintptr     // where, with TrackSpawns; the same
	polite    *cancellation // the same

	mu    sync.Mutex // guards what follows
	name  string
	start func()    // of one that waits to be started on a goroutine
	watch []*func() // told of the end
}

func (g *Greenlet) more() *ext {
	if x := g.ext.Load(); x != nil {
		return x
	}
	g.ext.CompareAndSwap(nil, &ext{})
	return g.ext.Load()
}

// tell calls the watchers.
func (x *ext) tell() {
	x.mu.Lock()
	fs := x.watch
	x.watch = nil
	x.mu.Unlock()
	for _, f := range fs {
		(*f)()
	}
}

// onEnd calls f at the end of g, at once if it ended: on the goroutine of g's hub
// or of the caller. f must not park. Safe from any goroutine.
func (g *Greenlet) onEnd(f func()) (stop func()) {
	x := g.more()
	x.mu.Lock()
	done := g.isDone()
	if !done {
		x.watch = append(x.watch, &f)
	}
	x.mu.Unlock()
	if done {
		f()
		return func() {}
	}
	return func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.watch = slices.DeleteFunc(x.watch, func(p *func()) bool { return p == &f })
	}
}

// skip is what enter returns for a greenlet that needs not run.
var skip = new(green.Frame)

// enter finds what to resume in a greenlet with flags.
func (h *Hub) enter(g *Greenlet) *green.Frame {
	switch {
	case g.flags&isDead != 0:
		return skip
	case g.flags&isNew != 0:
		g.flags &^= isNew
		return &h.start.Frame
	case g.flags&raises != 0:
		g.flags &^= raises | killHeld
		x := g.ext.Load()
		p := x.raised
		x.raised = nil
		return h.Raise((*green.Frame)(g.at), p)
	case g.flags&killed != 0:
		g.flags &^= killed | killHeld
		u := &green.Unwind{Err: g.ext.Load().kill}
		if f := h.Raise((*green.Frame)(g.at), h.NewPanic(u)); f != nil {
			return f
		}
		h.ended(g, u)
		return skip
	}
	g.flags &^= killHeld
	return (*green.Frame)(g.at)
}

// running returns the current greenlet, which is about to park.
func (h *Hub) running() *Greenlet {
	if h.cur == nil {
		panic(ErrParkInHub)
	}
	return h.cur
}

// park says that the current greenlet waits for w. The caller then returns
// ParkLink or ParkAt.
func (h *Hub) park(w waiter) *Greenlet {
	i := (*iface)(unsafe.Pointer(&w))
	return h.parkAs(kindOf(i.typ), i.val)
}

// parkAs is park for a waiter whose kind is known.
func (h *Hub) parkAs(kind uint8, w unsafe.Pointer) *Greenlet {
	g := h.running()
	g.state = parked
	g.since = uint16(h.second) &^ isOld
	g.wait, g.kind = w, kind
	return g
}

// ready puts a parked greenlet on the run queue; its waiter is forgotten.
func (h *Hub) ready(g *Greenlet) {
	if g.state != parked {
		panic("rt: greenlet readied that was not parked: " + g.String())
	}
	g.state = queued
	g.wait, g.kind = nil, 0
	q := &h.runq
	if q.full() {
		q.grow()
	}
	q.put(g)
}

// ended takes note of the end of g, u says how if it did not return.
func (h *Hub) ended(g *Greenlet, u *green.Unwind) {
	if u != nil && u.Err != nil {
		h.endedBy(g, u.Err)
		return
	}
	if u != nil {
		g.flags |= exited
	}
	if g == h.root {
		h.exits = u != nil
		if !h.exits || !h.main {
			h.finish()
		}
	}
	h.bury(g)
}

// endedBy ends g with an error.
func (h *Hub) endedBy(g *Greenlet, err error) {
	g.more().err = err
	if g == h.root {
		h.finish()
		h.err = err
	}
	h.bury(g)
}

// finish ends the hub: no other greenlet runs any more.
func (h *Hub) finish() {
	h.over = true
	h.left = 1
}

func (h *Hub) bury(g *Greenlet) {
	g.at, g.wait, g.kind = nil, nil, 0
	g.state = ended
	if g.life.Load() == isAnon && g.ext.Load() == nil && h.tracer == nil {
		h.living-- // its slab goes on counting it
		g.wait = unsafe.Pointer(h.spare)
		h.spare = g
		return
	}
	h.died(g)
	g.life.Store(hasEnded)
	x := g.ext.Load() // after that: onEnd on another goroutine makes it, then looks at life
	if x == nil {
		return
	}
	if x.delay != nil {
		x.delay.stop()
		x.delay = nil
	}
	for _, j := range x.joiners {
		if j != nil {
			j.target = nil
			h.ready(j.end())
		}
	}
	x.joiners = nil
	x.tell()
}

// killBy makes g unwind with err. Only from the goroutine of g's hub.
func (h *Hub) killBy(g *Greenlet, err error) {
	switch {
	case g.state == ended:
		return
	case g.flags&isNew != 0:
		if !g.slab().listed { // its post has not been taken
			h.lives(g)
		}
		g.flags = isDead
		h.endedBy(g, err)
		return
	}
	g.more().kill = err
	switch {
	case g.flags&(killed|killHeld) != 0:
	case g.state == parked:
		h.interrupt(g)
	default: // it runs, or is about to: it has not parked since
		g.flags |= killLater
	}
}

func funcName(pc uintptr) string {
	if f := runtime.FuncForPC(pc); f != nil {
		return sourceName(f.Name())
	}
	return "func"
}

// sourceName returns the name that a function has in the source, where generated
// code makes it: main.main.func1, main.T_get.func1 for a literal in the method get
// of a T, and main.run for a value of the method run. What a go statement starts that has no
// name of its own has that of the function with the statement.
func sourceName(name string) string {
	name = strings.TrimSuffix(name, "-fm") // gc's code of a method value
	dir := name[:strings.LastIndexByte(name, '/')+1]
	pkg, fn, _ := strings.Cut(name[len(dir):], ".")
	maker, _, literal := strings.Cut(fn, ".func")
	if s, ok := strings.CutSuffix(strings.TrimSuffix(fn, "[...]"), "_green"); ok && strings.Contains(s, "_func") {
		return dir + pkg + "." + strings.ReplaceAll(s, "_func", ".func") // a literal's twin
	}
	if !literal {
		return name
	}
	if s, ok := strings.CutPrefix(strings.TrimSuffix(maker, "[...]"), "bind_"); ok {
		return dir + pkg + "." + strings.ReplaceAll(s, "_func", ".func")
	}
	if s, ok := strings.CutPrefix(maker, "value"); ok {
		if method, ok := beforeNumber(s); ok {
			return dir + pkg + "." + method
		}
	}
	s, fast := strings.CutSuffix(maker, "_green")
	s, resumed := strings.CutPrefix(s, "resume_")
	if fast || resumed {
		return dir + pkg + "." + strings.ReplaceAll(s, "_func", ".func")
	}
	return name
}

// beforeNumber returns what is before a number and an underscore: run of run3_main.
func beforeNumber(s string) (string, bool) {
	for i := 1; i < len(s); i++ {
		rest := strings.TrimLeft(s[i:], "0123456789")
		if len(rest) < len(s)-i && strings.HasPrefix(rest, "_") {
			return s[:i], true
		}
	}
	return "", false
}
