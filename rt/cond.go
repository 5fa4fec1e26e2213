package rt

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// A sync.Cond knows goroutines only. A greenlet that is to wait for one without a
// goroutine stands in a queue of ours, which std's Signal and Broadcast do not look at:
// so all who signal the Cond must come through here. They do where the program is woven
// and its Conds are its own, see transform/channels; elsewhere a worker waits.
//
// Goroutines, and code left plain, go on waiting in std's own way for the same Cond. Std
// hands out tickets, and serves them in order. A greenlet notes how many were handed out
// before it came. As all who signal do so under one lock, and look at the ticket that is
// next, who has waited longest is served, whichever way he waits. Nothing of std's is
// written, but for what its own check for copies does.

var ownConds bool

// OwnConds says that all of this program that signals its Conds does so by SignalCond
// and BroadcastCond. For init functions of woven programs.
func OwnConds() { ownConds = true }

// QueuesConds reports whether greenlets may wait by a CondWait. Safe from any goroutine.
func QueuesConds() bool { return ownConds && condsKnown }

// condLayout is a sync.Cond as Go lays it out, since go1.10.
type condLayout struct {
	l     sync.Locker
	next  uint32 // ticket that will be handed out
	first uint32 // ticket that will be served
	lock  uintptr
	list  [2]unsafe.Pointer
	self  uintptr // its own address, once the Cond was used
}

func layoutOf(c *sync.Cond) *condLayout { return (*condLayout)(unsafe.Pointer(c)) }

// condTrial is the Locker of a Cond that is signalled when a Wait has drawn its ticket.
type condTrial struct {
	c     sync.Cond
	drawn bool
}

func (t *condTrial) Lock() {}

func (t *condTrial) Unlock() {
	l := layoutOf(&t.c)
	t.drawn = l.next == 1 && l.first == 0
	t.c.Signal()
}

// condsKnown is found out by trying. The Wait need not wait: it has been signalled.
var condsKnown = func() bool {
	t := &condTrial{}
	t.c.L = t
	l := layoutOf(&t.c)
	if unsafe.Sizeof(t.c) != unsafe.Sizeof(*l) || l.next != 0 || l.first != 0 || l.self != 0 {
		return false
	}
	t.c.Signal()
	if l.next != 0 || l.first != 0 || l.self != uintptr(unsafe.Pointer(&l.self)) {
		return false
	}
	t.c.Wait()
	return t.drawn && l.next == 1 && l.first == 1
}()

// checkCopy panics if c was copied, as all methods of a Cond do first.
func checkCopy(c *sync.Cond) {
	self := &layoutOf(c).self
	at := uintptr(unsafe.Pointer(self))
	if atomic.LoadUintptr(self) == at || atomic.CompareAndSwapUintptr(self, 0, at) || atomic.LoadUintptr(self) == at {
		return
	}
	c.Signal() // panics by itself
}

// condBucket has the queues of some Conds. The keys keep their Conds alive no longer
// than somebody waits.
type condBucket struct {
	mu     sync.Mutex // guards what follows, and that all who signal are one after the other
	queues map[*sync.Cond]condQueue
}

type condQueue struct{ head, tail *CondWait }

var condTable [64]condBucket

func bucketOf(c *sync.Cond) *condBucket {
	x := uintptr(unsafe.Pointer(c))
	x ^= x>>6 ^ x>>12
	return &condTable[x%uintptr(len(condTable))]
}

// CondWait is one wait of a greenlet for a Cond, and the frame that it parks in. It is
// made use of once.
type CondWait struct {
	green.FuncFrame
	c          *sync.Cond
	prev, next *CondWait
	hub        *Hub
	g          *Greenlet // since it parked
	after      uint32    // tickets that were handed out before
	state      uint8     // guarded by the bucket, as are the queue's links
	one        bool      // it was served by a Signal
	killed     bool      // a kill came after it was served; for the hub's goroutine
}

// The states of a CondWait.
const (
	condOut    = iota // not in the queue: it has not begun, or gave up
	condIn            // in the queue, and still runs
	condParked        // in the queue
	condServed
)

// Cond returns what w waits for.
func (w *CondWait) Cond() *sync.Cond { return w.c }

// Begin puts the current greenlet at the end of the queue of c, whose L it holds. It must
// go on with Park or Leave. Only from the hub's goroutine.
func (w *CondWait) Begin(h *Hub, c *sync.Cond) {
	h.running()
	checkCopy(c)
	w.hub, w.c = h, c
	b := bucketOf(c)
	b.mu.Lock()
	defer b.mu.Unlock()
	w.state, w.after = condIn, atomic.LoadUint32(&layoutOf(c).next)
	q := b.queues[c]
	if w.prev = q.tail; w.prev != nil {
		w.prev.next = w
	} else {
		q.head = w
	}
	q.tail = w
	if b.queues == nil {
		b.queues = map[*sync.Cond]condQueue{}
	}
	b.queues[c] = q
}

// Park parks the greenlet, with w as the leaf. It returns false if w was served
// meanwhile. Only from the hub's goroutine.
func (w *CondWait) Park(h *Hub) bool {
	b := bucketOf(w.c)
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.state == condServed {
		return false
	}
	w.state, w.g = condParked, h.park(w)
	h.primWaits++
	h.ParkAt(&w.Frame)
	return true
}

// Leave ends a wait before Park: what a Signal gave it goes to who is next. Only from
// the hub's goroutine.
func (w *CondWait) Leave() {
	if !w.giveUp() && w.one {
		SignalCond(nil, w.c)
	}
}

// remove takes w out of its queue. The caller holds the bucket.
func (b *condBucket) remove(w *CondWait) {
	q := b.queues[w.c]
	if w.prev != nil {
		w.prev.next = w.next
	} else {
		q.head = w.next
	}
	if w.next != nil {
		w.next.prev = w.prev
	} else {
		q.tail = w.prev
	}
	w.prev, w.next = nil, nil
	if q.head == nil {
		delete(b.queues, w.c)
	} else {
		b.queues[w.c] = q
	}
}

// giveUp takes w out of the queue, unless it was served.
func (w *CondWait) giveUp() bool {
	b := bucketOf(w.c)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch w.state {
	case condServed:
		return false
	case condIn, condParked:
		b.remove(w)
	}
	w.state = condOut
	return true
}

// serve ends the wait, on hub own or elsewhere. It returns false if nobody is left to
// wait: the hub has ended. The caller holds the bucket.
func (b *condBucket) serve(w *CondWait, own *Hub, one bool) bool {
	b.remove(w)
	parked := w.state == condParked
	w.state, w.one = condServed, one
	switch {
	case w.hub == own:
		if parked {
			w.woken()
		}
		return true
	case parked:
		return w.hub.post(post{fn: w.woken})
	}
	return w.hub.post(post{fn: func() {}}) // Park sees it
}

// woken makes the greenlet ready. On the hub's goroutine.
func (w *CondWait) woken() {
	w.hub.primWaits--
	if w.killed { // it has what it waited for: the kill comes when it parks again
		w.g.flags |= killLater
	}
	w.hub.ready(w.g)
}

// cancel implements waiter.
func (w *CondWait) cancel(*Greenlet) bool {
	if !w.giveUp() {
		w.killed = true
		return false
	}
	w.hub.primWaits--
	return true
}

func (w *CondWait) String() string { return "sync.Cond.Wait" }

// SignalCond is c.Signal, on the goroutine of hub own, nil for any other goroutine.
func SignalCond(own *Hub, c *sync.Cond) {
	b := bucketOf(c)
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		w := b.queues[c].head
		if w == nil || olderTicket(c, w) {
			c.Signal()
			return
		}
		if b.serve(w, own, true) {
			return
		}
	}
}

// olderTicket reports whether a goroutine has waited natively for longer than w.
func olderTicket(c *sync.Cond, w *CondWait) bool {
	l := layoutOf(c)
	first := atomic.LoadUint32(&l.first)
	return first != atomic.LoadUint32(&l.next) && int32(first-w.after) < 0 // they may wrap around
}

// BroadcastCond is c.Broadcast, on the goroutine of hub own, nil for any other goroutine.
func BroadcastCond(own *Hub, c *sync.Cond) {
	b := bucketOf(c)
	b.mu.Lock()
	defer b.mu.Unlock()
	c.Broadcast()
	for w := b.queues[c].head; w != nil; w = b.queues[c].head {
		b.serve(w, own, false)
	}
}
