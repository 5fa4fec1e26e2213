package rt

import (
	"slices"
	"time"
)

// NewHub makes a hub that does not run by itself: RunOnce drives it, from a loop of
// somebody else's. It has no first greenlet, takes nothing for a deadlock, and waits
// for a greenlet that is stuck in plain code. It must be closed. Safe from any goroutine.
func NewHub(opts ...Option) *Hub {
	h := newHub(configure(opts))
	h.embedded = true
	h.enlist()
	h.startMonitor()
	h.sleeping.Store(asleep)
	return h
}

// round is how far a RunOnce got.
type round struct {
	limit  int64 // how long it may wait, in ns
	polled bool
	until  int64 // when greenlets have run for long enough
}

// RunOnce makes one round: it takes what was posted, waits for events up to d if no
// greenlet is ready (0: not at all, negative: until there is one), and runs what is
// ready for about Config.RunBudget. It returns in what time it must be called again
// at the latest, negative: when something is posted, or Fd is readable. Only for a
// hub of NewHub, by one goroutine at a time.
func (h *Hub) RunOnce(d time.Duration) (next time.Duration) {
	h.wakeUp()
	h.monitor.resume()
	h.goid.Store(self().goid)
	h.step = &round{limit: int64(d)}
	h.loop(true)
	h.step = nil
	h.goid.Store(0)
	if h.runq.len() == 0 {
		h.growAll() // nobody knows when the hub will look again
	}
	how := uint32(asleep)
	if h.polls() {
		how = asleepInPoll
	}
	h.sleeping.Store(how)
	if h.runq.len() > 0 || h.posted.Load() || h.hooks.idles() {
		return 0
	}
	return time.Duration(h.untilTimer())
}

// polls reports whether the hub's descriptors can have events.
func (h *Hub) polls() bool { return h.fdWaits > 0 || h.watched }

// pass is turn for RunOnce.
func (h *Hub) pass() (more bool) {
	s := h.step
	if s.polled {
		return h.runq.len() > 0 && h.poller.Now() < s.until
	}
	s.polled = true
	h.takePosts()
	h.runHooks(prepare)
	if h.runq.len() > 0 || h.hooks.idles() {
		s.limit = 0
	}
	h.await(s.limit)
	if h.hooks.idles() && h.runq.len() == 0 && !h.posted.Load() {
		h.runHooks(idle)
	}
	h.takePosts()
	s.until = h.poller.Now() + h.pollEvery
	return h.runq.len() > 0
}

// await waits for events for at most limit ns, negative: until there are some.
func (h *Hub) await(limit int64) {
	if t := h.untilTimer(); t >= 0 && (limit < 0 || t < limit) {
		limit = t
	}
	if limit != 0 {
		h.growAll()
		how := uint32(asleep)
		if h.polls() {
			how = asleepInPoll
		}
		h.sleeping.Store(how)
		if h.posted.Load() {
			limit = 0
		}
	}
	h.stats.Polls++
	evs := h.wait(limit, h.polls())
	h.wakeUp()
	h.monitor.resume()
	h.events(evs)
	h.runHooks(check)
}

// Fd returns a descriptor that becomes readable when RunOnce has something to do,
// but for timers; an error where the system has none. It is the hub's: only to be
// waited for. Only from the goroutine that calls RunOnce.
func (h *Hub) Fd() (int, error) {
	fd, err := h.poller.FD()
	if err != nil {
		return -1, err
	}
	h.watched = true
	h.sleeping.CompareAndSwap(asleep, asleepInPoll)
	return fd, nil
}

// Close ends a hub of NewHub: its greenlets end with ErrHubClosed, their deferred
// calls do not run. It can be called again. Only from the goroutine that calls RunOnce.
func (h *Hub) Close() {
	if h.Closed() {
		return
	}
	h.monitor.stop()
	h.close()
	h.printStats()
}

// Closed reports whether h has ended. Safe from any goroutine.
func (h *Hub) Closed() bool {
	h.in.Lock()
	defer h.in.Unlock()
	return h.in.closed
}

// AtClose calls fn when the hub ends, before its greenlets are told; cancel takes it
// back. Both only from the hub's goroutine.
func (h *Hub) AtClose(fn func()) (cancel func()) {
	p := &fn
	h.atClose = append(h.atClose, p)
	return func() { h.atClose = slices.DeleteFunc(h.atClose, func(q *func()) bool { return q == p }) }
}
