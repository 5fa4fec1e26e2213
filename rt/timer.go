package rt

import "time"

// timer is one deadline. It makes a greenlet ready or calls fn on the hub's
// goroutine; fn must not park.
type timer struct {
	hub   *Hub
	g     *Greenlet
	fn    func()
	pos   int32 // in the heap or the slot, -1: in none
	slot  int16 // the wheel's number and the slot's, see timers.put
	unref bool  // it is set, but nobody needs it to fire
	stays bool  // its owner keeps it when it has fired, to start it again
}

// entry keeps what is compared together: entries are read far more than timers.
type entry struct {
	when int64
	seq  uint64 // equal deadlines fire in the order they were made
	t    *timer
}

func (a *entry) before(b *entry) bool {
	return a.when < b.when || a.when == b.when && a.seq < b.seq
}

// setRef says whether the timer must fire.
func (t *timer) setRef(ref bool) {
	switch {
	case t.unref && ref:
		t.hub.timers.unrefs--
	case !t.unref && !ref:
		t.hub.timers.unrefs++
	}
	t.unref = !ref
}

// entries is a 4-ary heap.
type entries []entry

func (h *entries) add(e entry) {
	*h = append(*h, e)
	h.up(len(*h) - 1)
}

func (h *entries) remove(i int) {
	all := *h
	last := len(all) - 1
	moved := all[last]
	all[last] = entry{}
	*h = all[:last]
	if i == last {
		return
	}
	h.set(i, moved)
	if i = h.up(i); all[i].seq == moved.seq {
		h.down(i)
	}
}

func (h entries) set(i int, e entry) {
	h[i] = e
	e.t.pos = int32(i)
}

func (h entries) up(i int) int {
	e := h[i]
	for i > 0 {
		p := (i - 1) / 4
		if !e.before(&h[p]) {
			break
		}
		h.set(i, h[p])
		i = p
	}
	h.set(i, e)
	return i
}

func (h entries) down(i int) {
	e := h[i]
	for {
		c := 4*i + 1
		if c >= len(h) {
			break
		}
		m := c
		for k := c + 1; k < min(c+4, len(h)); k++ {
			if h[k].before(&h[m]) {
				m = k
			}
		}
		if !h[m].before(&e) {
			break
		}
		h.set(i, h[m])
		i = m
	}
	h.set(i, e)
}

// newTimer starts a timer that fires in d; the clock is read anew, so that it
// is never early.
func (h *Hub) newTimer(d time.Duration, g *Greenlet, fn func()) *timer {
	var t *timer
	if n := len(h.spareTimers); n > 0 {
		t = h.spareTimers[n-1]
		h.spareTimers = h.spareTimers[:n-1]
		t.g, t.fn = g, fn
	} else {
		t = &timer{hub: h, g: g, fn: fn}
	}
	t.start(d)
	return t
}

// start is for a timer that is not started.
func (t *timer) start(d time.Duration) {
	h := t.hub
	now := h.poller.Now()
	when := now + int64(max(d, 0))
	if when < 0 { // overflow: as good as never
		when = 1<<63 - 1
	}
	h.timers.add(t, when, now)
}

const maxSpareTimers = 1024 // 32 KiB of them

// stop cancels the timer. Nobody may use t afterwards.
func (t *timer) stop() {
	t.hub.timers.remove(t)
	t.setRef(true)
	t.g, t.fn, t.stays = nil, nil, false
	if s := t.hub.spareTimers; len(s) < maxSpareTimers {
		t.hub.spareTimers = append(s, t)
	}
}

// fireTimers runs what is due, but for timers that are started meanwhile: they wait
// for the next turn.
func (h *Hub) fireTimers(now int64) {
	last := h.timers.seq
	for e := h.timers.due(now); e != nil && e.seq <= last; e = h.timers.due(now) {
		t := e.t
		g, fn := t.g, t.fn
		if t.stays {
			h.timers.remove(t)
		} else {
			t.stop()
		}
		if g != nil {
			h.ready(g)
		} else {
			fn()
		}
	}
}

// cancel and String make a timer the waiter of a sleeping greenlet.
func (t *timer) cancel(*Greenlet) bool {
	t.stop()
	return true
}

func (t *timer) String() string { return "sleep" }
