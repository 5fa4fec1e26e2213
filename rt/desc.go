package rt

import (
	"errors"
	"slices"
	"syscall"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/poll"
)

// Dir is a direction of a descriptor.
type Dir uint8

const (
	Reading Dir = iota
	Writing
)

func (d Dir) mode() poll.Mode { return poll.Read << d }

// HasDescs says whether hubs of this system can wait for descriptors.
const HasDescs = poll.HasFDs

// Desc is a non-blocking descriptor that the hub's poller watches. It is for
// patched std, which embeds it; readiness is remembered, so that an operation
// is tried only if it may work. All methods are for the hub's goroutine, except
// where they say otherwise.
type Desc struct {
	hub    *Hub
	wait   *Greenlet // the first waiter; the others are in ext
	ext    *descExt
	fd     int32
	gen    uint32
	ready  poll.Mode
	dir    Dir // of wait
	gone   bool
	blind  bool    // the poller does not watch it: workers wait
	waited [2]bool // see Waited
}

// descExt is what few descriptors need.
type descExt struct {
	others  []*otherWait // waiters after the first one, in either direction
	raw     []*readiness // those who wait for the descriptor itself
	timers  [2]*timer
	expired [2]bool
	blind   [2]*blindWait // where the poller does not watch: the workers that wait
	isRaw   bool          // made for those of raw
	stays   bool          // watched also when none of raw is left: see WaitFile_green
	file    fileIdentity  // whose it is, if it stays
	idle    uint8         // how many events nobody waited for, in a row
}

type otherWait struct {
	d   *Desc
	g   *Greenlet
	dir Dir
}

// The Desc itself is the waiter of the first greenlet: to park there allocates nothing.
type (
	readWait  Desc
	writeWait Desc
)

func (w *readWait) cancel(*Greenlet) bool  { return (*Desc)(w).giveUp(Reading) }
func (w *readWait) String() string         { return "IO wait, read" }
func (w *writeWait) cancel(*Greenlet) bool { return (*Desc)(w).giveUp(Writing) }
func (w *writeWait) String() string        { return "IO wait, write" }
func (w *otherWait) String() string {
	if w.dir == Writing {
		return "IO wait, write"
	}
	return "IO wait, read"
}
func (w *otherWait) cancel(*Greenlet) bool {
	w.d.hub.fdWaits--
	w.d.ext.others = slices.DeleteFunc(w.d.ext.others, func(o *otherWait) bool { return o == w })
	return true
}

// Open makes the hub watch fd, which is not blocking. d must not move.
func (d *Desc) Open(h *Hub, fd int) error {
	h.lastGen++
	*d = Desc{hub: h, fd: int32(fd), gen: h.lastGen, ready: poll.Read | poll.Write}
	for len(h.files) <= fd {
		h.files = append(h.files, nil)
	}
	err := h.poller.Add(fd, d.gen)
	if errors.Is(err, syscall.EEXIST) { // a duplicate of the number's last owner lives on
		err = h.poller.Mod(fd, d.gen)
	}
	switch {
	case err == nil:
	case HasDescs && lacks(err):
		d.blind = true
	default:
		return err
	}
	old := h.files[fd]
	h.files[fd] = d
	if old != nil && old.ext != nil && old.ext.isRaw { // its descriptor has been closed
		old.wakeRaw(Reading)
		old.wakeRaw(Writing)
	}
	return nil
}

// lacks reports whether err means that the poller cannot watch a descriptor, but that
// one can wait for it otherwise.
func lacks(err error) bool {
	return errors.Is(err, poll.ErrNoFDs) || errors.Is(err, syscall.ENOMEM) || errors.Is(err, syscall.ENOSPC)
}

// Hub returns the hub that watches d. Safe from any goroutine.
func (d *Desc) Hub() *Hub { return d.hub }

// FD returns the descriptor's number. Safe from any goroutine.
func (d *Desc) FD() int { return int(d.fd) }

// MayWork reports whether an operation should be tried: it did not find the
// descriptor exhausted since the last event.
func (d *Desc) MayWork(dir Dir) bool { return d.ready&dir.mode() != 0 }

// Exhausted says that an operation would have blocked.
func (d *Desc) Exhausted(dir Dir) { d.ready &^= dir.mode() }

// Short says that an operation on a byte stream moved less than it was asked
// to. Then the next one would block, which spares the probe, unless the stream
// ended or carries urgent data, where a read stops early.
func (d *Desc) Short(dir Dir) {
	if d.ready&(poll.Hup|poll.Pri) == 0 {
		d.ready &^= dir.mode()
	}
}

// Wait parks the current greenlet until the descriptor may work again, its
// deadline passes or it is closed; which of them, the caller finds out. It then
// returns its frame with ParkAt.
func (d *Desc) Wait(dir Dir) {
	h := d.hub
	if d.wait != nil {
		w := &otherWait{d: d, dir: dir}
		w.g = h.park(w)
		d.more().others = append(d.ext.others, w)
	} else {
		if d.dir = dir; dir == Reading {
			d.wait = h.parkAs(reads, unsafe.Pointer(d))
		} else {
			d.wait = h.park((*writeWait)(d))
		}
	}
	h.fdWaits++
	d.waited[dir] = true
	if d.blind {
		d.watchBlind(dir)
	}
}

func (d *Desc) more() *descExt {
	if d.ext == nil {
		d.ext = &descExt{}
	}
	return d.ext
}

func (d *Desc) unwait() {
	d.wait = nil
	d.hub.fdWaits--
}

func (d *Desc) giveUp(dir Dir) bool {
	d.unwait()
	d.waited[dir] = false
	return true
}

// wake readies all that wait in one direction, in the order they came.
func (d *Desc) wake(dir Dir) {
	h := d.hub
	if g := d.wait; g != nil && d.dir == dir {
		d.unwait()
		h.ready(g)
	}
	if d.ext == nil {
		return
	}
	if len(d.ext.raw) > 0 {
		d.wakeRaw(dir)
	}
	if len(d.ext.others) == 0 {
		return
	}
	ws := d.ext.others
	d.ext.others = nil
	for _, w := range ws {
		if w.dir != dir {
			d.ext.others = append(d.ext.others, w)
			continue
		}
		h.fdWaits--
		h.ready(w.g)
	}
}

// fileEvent remembers what a descriptor is ready for.
func (h *Hub) fileEvent(e *poll.Event) {
	if int(e.FD) >= len(h.files) {
		return
	}
	d := h.files[e.FD]
	if d == nil || d.gen != e.Gen {
		return // closed since the event was fetched
	}
	d.ready |= e.Mode
	if d.ext != nil && d.ext.stays && d.unwanted() {
		return
	}
	if e.Mode&poll.Read != 0 {
		d.wake(Reading)
	}
	if e.Mode&poll.Write != 0 {
		d.wake(Writing)
	}
}

// Waited reports, once, that somebody waited in a direction: then the operation is
// tried even if the deadline passed meanwhile. What came before wins.
func (d *Desc) Waited(dir Dir) bool {
	waited := d.waited[dir]
	d.waited[dir] = false
	return waited
}

// SetDeadline makes operations in one direction fail from t on; zero: never.
func (d *Desc) SetDeadline(dir Dir, t time.Time) {
	if d.gone {
		return
	}
	x := d.more()
	timer := x.timers[dir]
	if timer != nil {
		d.hub.timers.remove(timer)
	}
	x.expired[dir] = false
	if t.IsZero() {
		return
	}
	left := time.Until(t)
	switch {
	case left <= 0:
		d.expire(dir)
	case timer != nil: // who sets one deadline sets many
		timer.start(left)
	default:
		timer = d.hub.newTimer(left, nil, func() { d.expire(dir) })
		timer.stays = true
		x.timers[dir] = timer
	}
}

// SetDeadlines is SetDeadline for one direction or both: soon, but at once if h is the hub of
// d, and the caller one of its greenlets. nil: that is not known. Safe from any goroutine.
func (d *Desc) SetDeadlines(h *green.Hub, t time.Time, read, write bool) {
	if h != nil && !h.Blocks() && d.Mine(h) {
		d.setDeadlines(t, read, write)
		return
	}
	d.hub.post(post{fn: func() { d.setDeadlines(t, read, write) }})
}

func (d *Desc) setDeadlines(t time.Time, read, write bool) {
	if read {
		d.SetDeadline(Reading, t)
	}
	if write {
		d.SetDeadline(Writing, t)
	}
}

func (d *Desc) expire(dir Dir) {
	d.ext.expired[dir] = true
	d.wake(dir)
}

// Expired reports whether the deadline of a direction passed.
func (d *Desc) Expired(dir Dir) bool { return d.ext != nil && d.ext.expired[dir] }

// Forget ends the watch, and wakes all waiters; the descriptor is closed, or
// about to be.
func (d *Desc) Forget() {
	if d.gone {
		return
	}
	d.gone = true
	h := d.hub
	if h.files[d.fd] == d { // else the number is another one's already
		h.files[d.fd] = nil
	}
	if x := d.ext; x != nil {
		d.endBlind()
		for dir, t := range x.timers {
			if t != nil {
				t.stop()
				x.timers[dir] = nil
			}
		}
	}
	d.wake(Reading)
	d.wake(Writing)
}

// Leave ends the watch of a descriptor that nobody waits for and that stays open: another
// hub may Open it. Only from the goroutine of its hub.
func (d *Desc) Leave() {
	if h := d.hub; h.files[d.fd] == d {
		h.files[d.fd] = nil
		d.Unwatch()
	}
}

// Unwatch takes the descriptor out of the poller: needed before a close if it
// has a duplicate, which would go on making events. Safe from any goroutine.
func (d *Desc) Unwatch() {
	d.hub.in.Lock()
	defer d.hub.in.Unlock()
	if !d.hub.in.closed && !d.blind {
		d.hub.poller.Remove(int(d.fd))
	}
}

// Mine reports whether d belongs to h, a hub that does not block. Only from h's
// goroutine.
func (d *Desc) Mine(h *green.Hub) bool { return d.hub == HubOf(h) }
