package rt

import "time"

// How long greenlets have been parked is told in units of about a second, from 15
// bits that fit into a gap of Greenlet: parking reads no clock. Before the 15 bits
// become ambiguous, those who are parked that long are marked as old.
const (
	unit   = 30 // as a power of two, in ns
	ageMax = 1<<14 - 1
	isOld  = 1 << 15
)

// oldAge is the least time that a greenlet which is marked as old has been parked.
const oldAge = (ageMax + 1) << unit

// tick takes notice of the time.
func (h *Hub) tick(now int64) {
	s := uint64(now) >> unit
	if s>>14 != h.second>>14 {
		h.markOld(s)
	}
	h.second = s
}

// markOld is called whenever bit 14 or one above changes: so no unmarked greenlet
// is ever parked for 1<<15 units.
func (h *Hub) markOld(s uint64) {
	h.each(func(g *Greenlet) {
		if g.since&isOld == 0 && g.age(h.second)+(s-h.second) > ageMax {
			g.since |= isOld
		}
	})
}

// age returns how many units g has been parked at s; it is not old.
func (g *Greenlet) age(s uint64) uint64 { return (s - uint64(g.since)) & (isOld - 1) }

// parkedFor returns how long g has been parked, to about a second.
func (g *Greenlet) parkedFor() time.Duration {
	if g.since&isOld != 0 {
		return oldAge
	}
	return time.Duration(g.age(g.home().second) << unit)
}

// limited is a waiter that may have a timer.
type limited interface{ limit() *timer }

func (t *timer) limit() *timer     { return t }
func (e *waitEntry) limit() *timer { return e.timer }
func (j *joining) limit() *timer   { return j.timer }

// timeLeft returns the time until w ends by itself, 0 if it does not or is about to.
func (h *Hub) timeLeft(w waiter) time.Duration {
	if l, ok := w.(limited); ok {
		if t := l.limit(); t != nil && t.pos >= 0 {
			return time.Duration(max(h.timers.when(t)-h.poller.Now(), 0))
		}
	}
	return 0
}
