package rt

import (
	"slices"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// Watcher is a callback of a hub: what After, Every, OnPrepare, OnCheck, OnIdle,
// OnReadable, OnWritable and OnExit return. It runs on the hub's goroutine, and must not
// park: that panics with ErrParkInHub if it has a twin, and plain code that blocks holds the
// hub. A panic of one is reported as Config.OnPanic says, and does not
// keep the others from running. All its methods are for the hub's goroutine only.
//
// A watcher that has a reference counts as something to wait for: while it is
// there the hub is not deadlocked, and Drain waits for it.
type Watcher struct {
	hub   *Hub
	fn    callback
	kind  watching
	every time.Duration // of Every
	when  int64         // of Every: the time that it fires next
	timer *timer        // nil: it fired, or is none
	ready *readiness    // of a descriptor: the wait for the next time
	fd    int
	dir   Dir
	// release closes the descriptor of a process.
	release func()
	on      bool
	unref   bool
}

// watching says what a Watcher watches.
type watching uint8

const (
	prepare watching = iota
	check
	idle
	nHooks
	alarm      = nHooks
	descriptor = nHooks + 1
)

// callback is a function that the hub calls; its twin, if it has one, so that it
// can be told not to park.
type callback struct {
	plain func()
	twin  unsafe.Pointer
	env   unsafe.Pointer
}

func newCallback(fn func()) (c callback) {
	c.plain = fn
	c.twin, c.env, _ = green.Lookup(fn)
	return c
}

// call calls it where the hub may not park.
func (c *callback) call(h *Hub) {
	if c.twin == nil {
		c.plain()
		return
	}
	green.As[func(*green.Hub, unsafe.Pointer) *green.Frame](c.twin)(h.Hub, c.env)
}

// noticing returns a function that calls c.
func (h *Hub) noticing(c callback) func() { return func() { c.call(h) } }

// After calls fn on the hub's goroutine in d; see Watcher. Only from the hub's
// goroutine.
func (h *Hub) After(d time.Duration, fn func()) *Watcher {
	w := &Watcher{hub: h, fn: newCallback(fn), kind: alarm, on: true}
	w.timer = h.newTimer(d, nil, w.fire)
	return w
}

// Every calls fn on the hub's goroutine every d, which must be positive, first in
// d. Rounds that the hub was too busy for are passed over. See Watcher. Only from
// the hub's goroutine.
func (h *Hub) Every(d time.Duration, fn func()) *Watcher {
	if d <= 0 {
		panic("rt: Every needs a positive duration")
	}
	w := h.After(d, fn)
	w.every, w.when = d, h.poller.Now()+int64(d)
	return w
}

func (w *Watcher) fire() {
	h := w.hub
	w.timer = nil
	w.on = w.every > 0
	if w.on { // before fn, which may stop it, or panic
		now := h.poller.Now()
		w.when += int64(w.every)
		if w.when <= now {
			w.when += (now - w.when + int64(w.every)) / int64(w.every) * int64(w.every)
		}
		w.timer = h.newTimer(time.Duration(w.when-now), nil, w.fire)
		if w.unref {
			w.timer.setRef(false)
		}
	}
	h.guarded(&w.fn)
}

// OnPrepare calls fn each time before the hub looks at descriptors and time, which
// it does when no greenlet is ready, and every Config.RunBudget while some are. It has
// no reference. See Watcher. Only from the hub's goroutine.
func (h *Hub) OnPrepare(fn func()) *Watcher { return h.hook(prepare, fn) }

// OnCheck calls fn each time after the hub looked at descriptors and time. It has no
// reference. See Watcher. Only from the hub's goroutine.
func (h *Hub) OnCheck(fn func()) *Watcher { return h.hook(check, fn) }

// OnIdle calls fn each time that the hub has nothing else to do, and keeps it from
// sleeping: to compute something bit by bit. See Watcher. Only from the hub's
// goroutine.
func (h *Hub) OnIdle(fn func()) *Watcher { return h.hook(idle, fn) }

func (h *Hub) hook(k watching, fn func()) *Watcher {
	if h.hooks == nil {
		h.hooks = &hooks{}
	}
	w := &Watcher{hub: h, fn: newCallback(fn), kind: k, on: true, unref: k != idle}
	h.hooks.of[k] = append(slices.Clip(h.hooks.of[k]), w)
	h.hooks.count(w, 1)
	return w
}

// Active reports whether w is going to be called.
func (w *Watcher) Active() bool { return w.on }

// Reset makes a watcher of After or Every fire in d, and then, if it is of Every, every d,
// whether it is active or not; others panic.
func (w *Watcher) Reset(d time.Duration) {
	if w.kind != alarm || w.every > 0 && d <= 0 {
		panic("rt: Reset is for After, and for Every with a positive duration")
	}
	h := w.hub
	if w.timer != nil {
		w.timer.stop()
	}
	w.on = true
	if w.every > 0 {
		w.every, w.when = d, h.poller.Now()+int64(d)
	}
	w.timer = h.newTimer(d, nil, w.fire)
	if w.unref {
		w.timer.setRef(false)
	}
}

// Stop ends w. It reports whether w was active.
func (w *Watcher) Stop() bool {
	was := w.on
	w.on = false
	switch {
	case !was:
	case w.kind == alarm:
		w.timer.stop()
		w.timer = nil
	case w.kind == descriptor:
		w.disarm()
		if w.release != nil {
			w.release()
		}
	default:
		hs := w.hub.hooks
		// A copy: the list may be gone through right now.
		hs.of[w.kind] = slices.DeleteFunc(slices.Clone(hs.of[w.kind]), func(o *Watcher) bool { return o == w })
		hs.count(w, -1)
	}
	return was
}

// Unref takes the reference of w away, and returns w.
func (w *Watcher) Unref() *Watcher { return w.setRef(false) }

// Ref gives w its reference back, and returns w. Watchers of OnPrepare and OnCheck
// never have one.
func (w *Watcher) Ref() *Watcher { return w.setRef(true) }

func (w *Watcher) setRef(ref bool) *Watcher {
	if w.unref != ref || w.kind == prepare || w.kind == check {
		return w
	}
	switch {
	case !w.on:
	case w.kind == alarm:
		w.timer.setRef(ref)
	case w.kind == descriptor && ref:
		w.hub.fdUnrefs--
	case w.kind == descriptor:
		w.hub.fdUnrefs++
	case ref:
		w.hub.hooks.refs++
	default:
		w.hub.hooks.refs--
	}
	w.unref = !ref
	return w
}

// hooks are the watchers of a hub that are no timers.
type hooks struct {
	of   [nHooks][]*Watcher
	refs int // of those for idle times
}

func (hs *hooks) count(w *Watcher, n int) {
	if !w.unref {
		hs.refs += n
	}
}

// referenced reports whether an idle watcher keeps the hub going.
func (hs *hooks) referenced() bool { return hs != nil && hs.refs > 0 }

// idles reports whether there are watchers for idle times.
func (hs *hooks) idles() bool { return hs != nil && len(hs.of[idle]) > 0 }

// runHooks calls the watchers of one kind.
func (h *Hub) runHooks(k watching) {
	if h.hooks == nil {
		return
	}
	for _, w := range h.hooks.of[k] {
		if w.on { // not stopped by one before it
			h.guarded(&w.fn)
		}
	}
}

// guarded calls a callback whose panic must not end what the hub is doing.
func (h *Hub) guarded(c *callback) {
	normal := false
	defer func() {
		if !normal {
			h.caught(h.Hub, recover(), nil)
		}
	}()
	c.call(h)
	normal = true
}
