package rt

import (
	"sync"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// mutex guards the state of a primitive. Nobody parks while holding it.
type mutex struct{ m sync.Mutex }

func (m *mutex) lock()   { m.m.Lock() }
func (m *mutex) unlock() { m.m.Unlock() }

// take is lock, for who is going to wait or to wake.
func (m *mutex) take() { m.m.Lock() }

// take_green is take for greenlets. One that the hub went on without waits for the hub
// first: were it to do so with the lock, those that run could wait for that.
func (m *mutex) take_green(h *green.Hub) {
	if !h.Blocks() {
		h.Back()
	}
	m.m.Lock()
}

// waitq has those who wait for a primitive, first come first served: greenlets of
// any hubs, and goroutines. The primitive's mutex guards it.
type waitq struct {
	head, tail *waitEntry
	n          int
	of         primitive // nil: nobody has waited yet
}

// primitive is what waitqs are of. Its methods are called without the mutex.
type primitive interface {
	guard() *mutex
	// what says what those who wait in q wait for.
	what(q *waitq) string
	// took is called by who waited in q and was woken, before it goes on.
	took(q *waitq)
	// takeBack is called if the greenlet never runs again that q's wake gave code to.
	takeBack(q *waitq, code int)
}

// nothing is for primitives whose codes give nothing away.
type nothing struct{}

func (nothing) took(*waitq)          {}
func (nothing) takeBack(*waitq, int) {}

// waitEntry is one wait in a waitq, and the frame that a greenlet parks in.
type waitEntry struct {
	green.Frame
	q          *waitq
	prev, next *waitEntry
	g          *Greenlet // nil: it is onGoroutine's
	timer      *timer
	code       int32 // what wake gave; 0: it waits, or its time is up
	asBool     bool  // the result is whether there is a code
	may        bool  // a cancel ends the wait, see failing
	passedOn   bool  // the code went to another one
}

// onGoroutine is a goroutine that waits.
type onGoroutine struct {
	waitEntry
	c chan struct{}
}

func (q *waitq) add(e *waitEntry, of primitive) {
	if q.of == nil {
		q.of = of
	}
	e.q, e.prev = q, q.tail
	if q.tail != nil {
		q.tail.next = e
	} else {
		q.head = e
	}
	q.tail = e
	q.n++
}

func (q *waitq) remove(e *waitEntry) {
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		q.head = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		q.tail = e.prev
	}
	e.prev, e.next = nil, nil
	q.n--
}

// wait puts the caller at the end of the queue of a primitive and unlocks mu, which it holds.
// It returns what wake gives it, 0 if d passed; d < 0: no limit. may says that it
// returns 0, too, if the greenlet is cancelled: the caller calls cancelled before and
// after.
func (q *waitq) wait(of primitive, mu *mutex, d time.Duration, may bool) int {
	e := &onGoroutine{c: make(chan struct{}, 1)}
	q.add(&e.waitEntry, of)
	mu.unlock()
	if d < 0 {
		<-e.c
	} else {
		e.waitFor(d, mu)
	}
	if e.code != 0 {
		of.took(q)
	}
	return int(e.code)
}

// waitFor waits until the time is up, too.
func (e *onGoroutine) waitFor(d time.Duration, mu *mutex) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-e.c:
	case <-t.C:
		mu.lock()
		defer mu.unlock()
		if e.code == 0 {
			e.q.remove(&e.waitEntry)
		}
	}
}

// waits is wait for who does not look at the code.
func (q *waitq) waits(of primitive, mu *mutex, d time.Duration, may bool) bool {
	return q.wait(of, mu, d, may) != 0
}

var (
	waitEntries green.Pool[waitEntry]
	slotInt     = green.SlotFor[struct{ R0 int }]()
)

// wait_green is wait for greenlets.
func (q *waitq) wait_green(h *green.Hub, of primitive, mu *mutex, d time.Duration, may bool) (int, *green.Frame) {
	if h.Blocks() {
		return q.wait(of, mu, d, may), nil
	}
	e := q.enter(h, of, mu, d, may)
	return 0, h.ParkAt(&e.Frame)
}

// waits_green is waits for greenlets.
func (q *waitq) waits_green(h *green.Hub, of primitive, mu *mutex, d time.Duration, may bool) (bool, *green.Frame) {
	if h.Blocks() {
		return q.waits(of, mu, d, may), nil
	}
	e := q.enter(h, of, mu, d, may)
	e.asBool = true
	return false, h.ParkAt(&e.Frame)
}

func (q *waitq) enter(h *green.Hub, of primitive, mu *mutex, d time.Duration, may bool) *waitEntry {
	hub := HubOf(h)
	if hub.cur == nil {
		mu.unlock()
		panic(ErrParkInHub)
	}
	e := waitEntries.Take(h, resumeWaitEntry)
	e.may = may
	e.g = hub.park(e)
	hub.primWaits++
	if d >= 0 {
		e.timer = hub.newTimer(d, nil, e.timeout)
	}
	q.add(e, of)
	mu.unlock()
	return e
}

func resumeWaitEntry(h *green.Hub, hd *green.Frame) *green.Frame {
	e := (*waitEntry)(ptr(hd))
	if e.code != 0 {
		e.q.of.took(e.q)
	}
	if e.asBool {
		slotBool.Of(h).R0 = e.code != 0
	} else {
		slotInt.Of(h).R0 = int(e.code)
	}
	return waitEntries.Put(h, e)
}

// wake ends the first wait, if there is one, with a code that is not 0. The
// caller holds the mutex. Safe from any goroutine.
func (q *waitq) wake(code int) bool { return q.wakeFrom(nil, code) }

// wake_green is wake from a greenlet: one of the same hub is ready at once.
func (q *waitq) wake_green(h *green.Hub, code int) bool {
	if h.Blocks() {
		return q.wake(code)
	}
	return q.wakeFrom(HubOf(h), code)
}

func (q *waitq) wakeFrom(own *Hub, code int) bool {
	for q.head != nil {
		e := q.head
		q.remove(e)
		e.code = int32(code)
		if e.g == nil {
			(*onGoroutine)(unsafe.Pointer(e)).c <- struct{}{}
			return true
		}
		switch hub := e.g.home(); {
		case hub == own:
			e.woken()
		case !hub.post(post{fn: e.woken}):
			e.passedOn = true
			continue // its hub has ended, and it waits for nothing any more
		}
		return true
	}
	return false
}

// woken makes the greenlet ready. On the hub's goroutine.
func (e *waitEntry) woken() {
	hub := e.g.home()
	hub.primWaits--
	if e.timer != nil {
		e.timer.stop()
		e.timer = nil
	}
	if e.g.flags&killHeld != 0 { // it has what it waited for: the kill comes when it parks again
		e.g.flags |= killLater
	}
	hub.ready(e.g)
}

// giveUp takes the entry out of the queue, unless it was woken meanwhile.
func (e *waitEntry) giveUp() bool {
	mu := e.q.of.guard()
	mu.lock()
	defer mu.unlock()
	if e.code != 0 {
		return false
	}
	e.q.remove(e)
	return true
}

func (e *waitEntry) timeout() {
	e.timer = nil
	if e.giveUp() {
		hub := e.g.home()
		hub.primWaits--
		hub.ready(e.g)
	}
}

// cancel implements waiter.
func (e *waitEntry) cancel(*Greenlet) bool {
	if !e.giveUp() {
		return false
	}
	e.g.home().primWaits--
	if e.timer != nil {
		e.timer.stop()
		e.timer = nil
	}
	return true
}

// abandoned is for the end of the hub, which the wait does not outlive.
func (e *waitEntry) abandoned() {
	if !e.giveUp() && !e.passedOn {
		e.q.of.takeBack(e.q, int(e.code))
	}
}

// served returns the wait that a greenlet was woken from and has not returned from, nil if
// there is none.
func (g *Greenlet) served() *waitEntry {
	f := (*green.Frame)(g.at)
	if g.state != queued || g.flags&isNew != 0 || f == nil || green.Func(f.How()) != green.Func(resumeWaitEntry) {
		return nil
	}
	if e := (*waitEntry)(ptr(f)); e.code != 0 {
		return e
	}
	return nil
}

func (e *waitEntry) String() string { return e.q.of.what(e.q) }
