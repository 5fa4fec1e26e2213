package rt

import "time"

// timer is one deadline. It makes a greenlet ready or calls fn on the hub's
// goroutine; fn must not park.
type timer struct {
	hub   *Hub
	g     *Greenlet
	fn    func()
	pos   int32 // in the heap, -1: not in it
	unref bool  // it is in the heap, but nobody needs it to fire
}

// entry keeps what is compared together: the heap is read far more than the timers.
type entry struct {
	when int64
	seq  uint64 // equal deadlines fire in the order they were made
	t    *timer
}

func (a *entry) before(b *entry) bool {
	return a.when < b.when || a.when == b.when && a.seq < b.seq
}

// timers is a 4-ary heap.
type timers struct {
	heap   []entry
	seq    uint64
	unrefs int // timers in the heap that nobody needs to fire
}

// refs reports whether some timer must fire.
func (h *timers) refs() bool { return len(h.heap) > h.unrefs }

func (t *timer) setRef(ref bool) {
	switch {
	case t.unref && ref:
		t.hub.timers.unrefs--
	case !t.unref && !ref:
		t.hub.timers.unrefs++
	}
	t.unref = !ref
}

func (h *timers) add(t *timer, when int64) {
	h.seq++
	h.heap = append(h.heap, entry{when, h.seq, t})
	h.up(len(h.heap) - 1)
}

// remove takes t out, if it is in.
func (h *timers) remove(t *timer) {
	i, last := int(t.pos), len(h.heap)-1
	if i < 0 {
		return
	}
	t.pos = -1
	moved := h.heap[last]
	h.heap[last] = entry{}
	h.heap = h.heap[:last]
	if i == last {
		return
	}
	h.set(i, moved)
	if i = h.up(i); h.heap[i].seq == moved.seq {
		h.down(i)
	}
}

func (h *timers) set(i int, e entry) {
	h.heap[i] = e
	e.t.pos = int32(i)
}

func (h *timers) up(i int) int {
	e := h.heap[i]
	for i > 0 {
		p := (i - 1) / 4
		if !e.before(&h.heap[p]) {
			break
		}
		h.set(i, h.heap[p])
		i = p
	}
	h.set(i, e)
	return i
}

func (h *timers) down(i int) {
	e := h.heap[i]
	for {
		c := 4*i + 1
		if c >= len(h.heap) {
			break
		}
		m := c
		for k := c + 1; k < min(c+4, len(h.heap)); k++ {
			if h.heap[k].before(&h.heap[m]) {
				m = k
			}
		}
		if !h.heap[m].before(&e) {
			break
		}
		h.set(i, h.heap[m])
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
	when := h.poller.Now() + int64(max(d, 0))
	if when < 0 { // overflow: as good as never
		when = 1<<63 - 1
	}
	h.timers.add(t, when)
	return t
}

const maxSpareTimers = 1024 // 32 KiB of them

// stop cancels the timer. Nobody may use t afterwards.
func (t *timer) stop() {
	t.hub.timers.remove(t)
	t.setRef(true)
	t.g, t.fn = nil, nil
	if s := t.hub.spareTimers; len(s) < maxSpareTimers {
		t.hub.spareTimers = append(s, t)
	}
}

// fireTimers runs what is due, but for timers that are started meanwhile: they wait
// for the next turn.
func (h *Hub) fireTimers(now int64) {
	last := h.timers.seq
	for len(h.timers.heap) > 0 && h.timers.heap[0].when <= now && h.timers.heap[0].seq <= last {
		t := h.timers.heap[0].t
		g, fn := t.g, t.fn
		t.stop()
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
