package rt

import (
	"sync"
	"time"

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
}

// waitEntry is one wait in a waitq, and the frame that a greenlet parks in.
type waitEntry struct {
	green.FuncFrame
	q          *waitq
	mu         *mutex
	prev, next *waitEntry
	what       string

	hub    *Hub
	g      *Greenlet
	timer  *timer
	killed bool // a kill came after code was given
	may    bool // a cancel ends the wait, see failing
	by     giver

	c    chan struct{} // of a goroutine
	code int           // what wake gave; 0: it waits, or its time is up
}

// giver is a primitive that gives something away with the code of a wake.
type giver interface {
	// takeBack is called, without the lock, if the greenlet never runs again that q's wake
	// gave code to.
	takeBack(q *waitq, code int)
}

func (q *waitq) add(e *waitEntry) {
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

// wait puts the caller at the end of the queue and unlocks mu, which it holds.
// It returns what wake gives it, 0 if d passed; d < 0: no limit. may says that it
// returns 0, too, if the greenlet is cancelled: the caller calls cancelled before and
// after. by is nil if a code that nobody gets is no loss.
func (q *waitq) wait(mu *mutex, d time.Duration, what string, may bool, by giver) int {
	e := &waitEntry{mu: mu, what: what, c: make(chan struct{}, 1)}
	q.add(e)
	mu.unlock()
	if d < 0 {
		<-e.c
		return e.code
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-e.c:
	case <-t.C:
		mu.lock()
		defer mu.unlock()
		if e.code == 0 {
			q.remove(e)
		}
	}
	return e.code
}

var (
	waitEntries green.Pool[waitEntry]
	slotInt     = green.SlotFor[struct{ R0 int }]()
)

// wait_green is wait for greenlets.
func (q *waitq) wait_green(h *green.Hub, mu *mutex, d time.Duration, what string, may bool, by giver) (int, *green.Frame) {
	if h.Blocks() {
		return q.wait(mu, d, what, may, by), nil
	}
	hub := HubOf(h)
	if hub.cur == nil {
		mu.unlock()
		panic(ErrParkInHub)
	}
	e := waitEntries.Get(h)
	e.Resume, e.mu, e.what, e.may, e.by, e.hub = resumeWaitEntry, mu, what, may, by, hub
	e.g = hub.park(e)
	hub.primWaits++
	if d >= 0 {
		e.timer = hub.newTimer(d, nil, e.timeout)
	}
	q.add(e)
	mu.unlock()
	return 0, h.ParkAt(&e.Frame)
}

func resumeWaitEntry(h *green.Hub, hd *green.Frame) *green.Frame {
	e := (*waitEntry)(ptr(hd))
	slotInt.Of(h).R0 = e.code
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
		e.code = code
		switch {
		case e.hub == nil:
			e.c <- struct{}{}
		case e.hub == own:
			e.woken()
		case !e.hub.post(post{fn: e.woken}):
			e.by = nil // it goes to another one
			continue   // its hub has ended, and it waits for nothing any more
		}
		return true
	}
	return false
}

// woken makes the greenlet ready. On the hub's goroutine.
func (e *waitEntry) woken() {
	e.hub.primWaits--
	if e.timer != nil {
		e.timer.stop()
		e.timer = nil
	}
	if e.killed { // it has what it waited for: the kill comes when it parks again
		e.g.flags |= killLater
	}
	e.hub.ready(e.g)
}

// giveUp takes the entry out of the queue, unless it was woken meanwhile.
func (e *waitEntry) giveUp() bool {
	e.mu.lock()
	defer e.mu.unlock()
	if e.code != 0 {
		return false
	}
	e.q.remove(e)
	return true
}

func (e *waitEntry) timeout() {
	e.timer = nil
	if e.giveUp() {
		e.hub.primWaits--
		e.hub.ready(e.g)
	}
}

// cancel implements waiter.
func (e *waitEntry) cancel(*Greenlet) bool {
	if !e.giveUp() {
		e.killed = true
		return false
	}
	e.hub.primWaits--
	if e.timer != nil {
		e.timer.stop()
		e.timer = nil
	}
	return true
}

// abandoned is for the end of the hub, which the wait does not outlive.
func (e *waitEntry) abandoned() {
	if !e.giveUp() && e.by != nil {
		e.by.takeBack(e.q, e.code)
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

func (e *waitEntry) String() string { return e.what }
