package rt

import (
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// A greenlet may call plain code that blocks, or computes for long: a callback that
// nobody saw, a foreign lock, a system call. Its hub then goes on on a fresh
// goroutine, with a fresh green.Hub, and leaves the stuck goroutine the old one,
// marked as away: so that what emitted code does with it disturbs nobody. Each
// operation on the hub itself (HubOf, Ops) looks at the mark first. If it is there,
// the goroutine asks the hub for a visit: the hub stands still until the greenlet
// parks or ends, or gets stuck again. Then the goroutine is not needed any more.
//
// The mark is set before the goroutine's stack is looked at, which stops the world:
// if it is in plain code then, called by emitted code, it will see the mark before it
// touches the hub. Else the mark is taken back, and so it is if the greenlet has parked: then
// what is on the stack only links its frames.

// takeover is what a hub needs to go on without a greenlet.
type takeover struct {
	wanted bool
	at     progress      // at the monitor's last look
	slices int           // since when nothing changed
	ended  chan struct{} // closed when the loop has ended, on another goroutine than it began
	main   bool          // the goroutine of the loop called run
	closed chan struct{} // closed with the hub
	holder atomic.Pointer[holder]
	mu     sync.Mutex // held while a holder is judged; guards what follows
	absent map[*green.Hub]*holder
	count  int
}

// holder is the goroutine that has the hub.
type holder struct {
	x      *green.Hub
	goid   uint64
	main   bool // it called run
	slices int  // of the monitor, since it was away
	told   bool
	left   bool          // it has given up waiting for a visit
	g      *Greenlet     // that it is away with
	in     chan struct{} // closed when its visit begins
	out    chan struct{} // closed when it is over
}

// stuckSlices is how many slices of the monitor a hub must have made no turn.
const stuckSlices = 3

// WithTakeover lets the hub go on on another goroutine while a greenlet is stuck in
// plain code for more than 30 to 40 ms: then that code runs in parallel to other
// greenlets. Hubs whose code has preemption, and those of greengen run and test -all, always do.
func WithTakeover() Option { return func(c *Config) { c.takeover = true } }

// equip gives the hub a fresh green.Hub.
func (h *Hub) equip() {
	x := &green.Hub{Ops: h, Owner: unsafe.Pointer(h)}
	if h.Hub == nil {
		h.Hub = x
	}
	h.lend(x)
}

// hold notes that this goroutine has the hub.
func (h *Hub) hold(main bool) {
	id := self().goid
	h.goid.Store(id)
	h.taken.main = main
	if h.taken.wanted {
		h.taken.holder.Store(&holder{x: h.Hub, goid: id, main: main})
	}
}

// lookForStuck is for a hub that is awake, once a slice.
func (h *Hub) lookForStuck(b *blockWatch) {
	t := &h.taken
	if at := h.progress(); at != t.at {
		t.at, t.slices = at, 0
	} else if t.slices++; t.slices >= stuckSlices {
		if id, ok := h.seize(); ok {
			notify(TakenOver{h.id, id})
		}
		t.slices = 0
	}
	h.reportAbsent(b)
}

// reportAbsent tells of those who have been stuck for as long as the monitor allows,
// once: the hub went on, but a goroutine each is lost to them.
func (h *Hub) reportAbsent(b *blockWatch) {
	if b.max <= 0 {
		return
	}
	for _, w := range h.longAbsent(b.max) {
		r := BlockReport{Hub: h.id, Greenlet: w.g.id(), Held: time.Duration(w.slices) * slice, Stack: goroutineStack(w.goid)}
		r.Name = strings.TrimSuffix(userName(w.g.Name()), "_plain")
		r.Place, r.Mark = blame(r.Stack)
		b.say(h, r) // without the lock: it may take its time
	}
}

// willTell reports whether somebody is away who is to be told of, if he stays so.
func (h *Hub) willTell(b *blockWatch) bool {
	t := &h.taken
	if b.max <= 0 || h.exempt.Load() != 0 {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, w := range t.absent {
		if !w.told {
			return true
		}
	}
	return false
}

// longAbsent counts one slice more, and returns those to tell of.
func (h *Hub) longAbsent(limit time.Duration) (ws []*holder) {
	t := &h.taken
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, w := range t.absent {
		if w.slices++; !w.told && time.Duration(w.slices)*slice >= limit && h.exempt.Load() == 0 {
			w.told = true
			ws = append(ws, w)
		}
	}
	return ws
}

// seize lets the hub go on without the goroutine that has it, if that is in plain
// code called by a greenlet, whose ID it returns. Only from the monitor.
func (h *Hub) seize() (id uint64, ok bool) {
	t := &h.taken
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.holder.Load()
	if w == nil || h.sleeping.Load() != awake {
		return 0, false
	}
	was := w.x.Away.Swap(green.IsAway)
	if was == green.IsAway || !inPlainCode(w.goid) || h.parks() {
		w.x.Away.Store(was)
		return 0, false
	}
	if was == green.Visiting {
		close(w.out)
		return w.g.id(), true
	}
	w.g, w.slices = h.cur, stuckSlices
	if t.absent == nil {
		t.absent = map[*green.Hub]*holder{}
	}
	t.absent[w.x] = w
	h.equip()
	t.count++
	helpers.Add(1)
	go h.carryOn()
	return w.g.id(), true
}

// parks reports whether the greenlet on the hub's goroutine, which is in plain code, has
// parked, and is on its way out: it may be on the run queue already, before its frames are
// linked. Nobody but the loop that resumed it may resume it then.
func (h *Hub) parks() bool { return h.cur == nil || h.cur.state != running }

// carryOn is the hub's loop on a fresh goroutine.
func (h *Hub) carryOn() {
	h.externs++ // somebody is away
	h.proceed()
}

// proceed is run on a goroutine that did not call it.
func (h *Hub) proceed() {
	defer helpers.Add(-1)
	if h.loop(false) == isLost {
		return
	}
	if h.main { // its goroutine may be away for ever
		h.endMain()
		os.Exit(0)
	}
	close(h.taken.ended)
}

// What comeBack returns.
const (
	stays  = iota // the hub is this goroutine's: it was not away
	visits        // the hub stands still for it
	gone          // the hub has ended
)

// Back implements green.Ops.
func (h *Hub) Back(x *green.Hub) {
	if h.comeBack(x) == gone {
		panic(&green.Unwind{Err: ErrHubClosed})
	}
}

// comeBack waits until the goroutine that runs with x may touch the hub.
func (h *Hub) comeBack(x *green.Hub) int {
	t := &h.taken
	t.mu.Lock() // the monitor may be about to change its mind
	switch x.Away.Load() {
	case green.Attached:
		t.mu.Unlock()
		return stays
	case green.Visiting:
		t.mu.Unlock()
		return visits
	}
	w := t.absent[x]
	if w == nil || w.left {
		t.mu.Unlock()
		return gone
	}
	w.in, w.out = make(chan struct{}), make(chan struct{})
	t.mu.Unlock()
	if !h.post(post{fn: func() { h.admit(w) }}) {
		return gone
	}
	var ended chan struct{}
	if w.main || !h.config.Linger { // else the hub may go on after that
		ended = t.ended
	}
	select {
	case <-w.in:
		return visits
	case <-ended:
	case <-t.closed:
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	w.left = true
	return gone
}

// admit stands still while w visits. On the goroutine of the loop.
func (h *Hub) admit(w *holder) {
	t := &h.taken
	t.mu.Lock() // the monitor may be about to set Away
	if w.left {
		delete(t.absent, w.x)
		t.mu.Unlock()
		h.externs--
		h.endedBy(w.g, ErrHubClosed)
		return
	}
	own, x := t.holder.Load(), h.Hub
	h.cur = w.g
	h.lend(w.x)
	w.x.Away.Store(green.Visiting)
	t.holder.Store(w)
	out := w.out
	t.mu.Unlock()
	close(w.in)
	<-out
	t.holder.Store(own)
	h.lend(x)
	h.cur = nil
}

// lend makes x what h does everything with: what parks now leaves its leaf there, where
// its goroutine looks for it.
func (h *Hub) lend(x *green.Hub) {
	x.Turn, x.Suspensions, x.Offloads = h.Turn, h.Suspensions, h.Offloads
	h.Hub = x
}

// spend reads as progress does: the loop may be lending h.Hub to a visitor.
//
//go:norace
//go:noinline
func (h *Hub) spend() { h.Spend() }

// depart ends a visit, and the use of its goroutine.
func (h *Hub) depart(x *green.Hub) {
	t := &h.taken
	h.externs--
	t.mu.Lock()
	w := t.absent[x]
	delete(t.absent, x)
	t.mu.Unlock()
	close(w.out)
}

// resign does what the loop does after a greenlet ran, for one that the hub went on
// without: f is nil if it ended. It returns false if the hub did not.
func (h *Hub) resign(x *green.Hub, g *Greenlet, f *green.Frame) (lost bool) {
	switch h.comeBack(x) {
	case stays:
		return false
	case gone:
		return true
	}
	if f == nil {
		h.ended(g, nil)
	} else {
		h.Suspensions++
		h.leave(g, x)
	}
	h.traceEnd(g)
	h.depart(x)
	return true
}

// inPlainCode reports whether a goroutine is in code that a greenlet called, and that
// has nothing to do with the hub. It stops the world.
func inPlainCode(goid uint64) bool { return plainStack(goroutineStack(goid)) }

// passing are functions of this package that call a greenlet's code and do not
// touch the hub afterwards, but through HubOf.
var passing = map[string]bool{
	"begin": true, "beginCurrent": true, "goTwin": true, "linkTwin": true, "call": true, "catch_green": true, "directTwin": true,
}

// plainStack judges one goroutine's trace: from the innermost frame out to the loop
// there must be none of the runtime, but generated ones; and the innermost is none of
// these either, which may have looked at the mark, or taken a lock.
func plainStack(trace string) bool {
	lines := strings.Split(trace, "\n")
	plain := false // a frame of others was seen
	for i := 1; i+1 < len(lines); i += 2 {
		name, place := lines[i], lines[i+1]
		if strings.HasPrefix(name, "...") || strings.HasPrefix(name, "created by") {
			return false
		}
		if strings.HasPrefix(name, "runtime.") || strings.HasPrefix(name, "internal/runtime/") {
			continue // GOTRACEBACK shows them: what counts is who called
		}
		own, ok := strings.CutPrefix(name, rtPath)
		ok = ok && own != "" && (own[0] == '.' || own[0] == '/') && !strings.Contains(place, "_test.go:")
		if ok && !plain && !strings.HasPrefix(own, "/internal/") {
			return false
		}
		switch {
		case !ok:
			plain = true
		case strings.HasPrefix(own, ".(*Hub).turns("), strings.HasPrefix(own, ".(*Hub).tracedBatch("):
			return plain
		case strings.HasPrefix(own, "/green.") || strings.HasPrefix(own, "/callbacks."):
		case strings.HasPrefix(own, "/internal/") || strings.Contains(place, "_green.go:"):
		default:
			base, _, _ := strings.Cut(own[1:], "(")
			base, _, _ = strings.Cut(base, ".func")
			if !passing[base] {
				return false
			}
		}
	}
	return false
}
