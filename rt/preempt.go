package rt

import (
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// slice is how long a greenlet may run until its loops give way, at least; up to
// twice as long. Go preempts goroutines after the same time.
const slice = 10 * time.Millisecond

// idleSlices is how many slices a hub must have slept through until its monitor
// rests: a timer that is set would hide a deadlock from Go's detector.
const idleSlices = 5

// monitor tells a hub's loops, from a goroutine of its own, that time is up, and
// the user that something holds the hub.
type monitor struct {
	watch   blockWatch
	slices  atomic.Uint32 // that are over
	before  atomic.Uint64 // Hub.Turn when the last one that is over began
	turn    uint64        // ... when it ended
	resting atomic.Bool
	wake    chan struct{} // one token: leave the rest
	over    chan struct{}
}

// startMonitor is for hubs of programs whose loops ask, or that look for blocking.
func (h *Hub) startMonitor() {
	if !green.NeedsPreempt() && h.config.MaxBlock == 0 && !h.config.takeover || h.config.poller != nil {
		return
	}
	h.taken.wanted = !raceDetector && !h.embedded && (green.NeedsPreempt() || h.config.takeover)
	h.monitor = &monitor{watch: blockWatch{max: h.config.MaxBlock}, wake: make(chan struct{}, 1), over: make(chan struct{})}
	helpers.Add(1)
	go h.monitor.run(h)
}

func (m *monitor) run(h *Hub) {
	defer helpers.Add(-1)
	tick := time.NewTicker(slice)
	defer tick.Stop()
	for asleep := 0; ; {
		select {
		case <-tick.C:
		case <-m.over:
			return
		}
		if m.look(h) {
			asleep = 0
			continue
		}
		if asleep++; asleep < idleSlices || h.willTell(&m.watch) {
			continue
		}
		tick.Stop()
		m.resting.Store(true)
		if h.sleeping.Load() == awake { // else the hub wakes it up
			m.resume()
		}
		select {
		case <-m.wake:
		case <-m.over:
			return
		}
		asleep = 0
		tick.Reset(slice)
	}
}

// look is what the monitor does each time a slice is over. It reports whether the
// hub is awake.
func (m *monitor) look(h *Hub) bool {
	if h.sleeping.Load() != awake {
		m.watch.asleep()
		if h.taken.wanted {
			h.reportAbsent(&m.watch)
		}
		return false
	}
	m.count(h.progress().turns)
	h.spend()
	m.watch.look(h, slice)
	if h.taken.wanted {
		h.lookForStuck(&m.watch)
	}
	return true
}

// GiveWay implements green.Ops: it is time to look at the clock.
func (h *Hub) GiveWay() {
	h.left = 1
	h.polled -= h.pollEvery
	if h.monitor == nil || h.step != nil || !h.hogged() {
		h.Yield()
		return
	}
	now := h.monitor.slices.Load()
	if h.hogs.len() == 0 {
		h.firstHog = now
	}
	h.gaveWay = now
	g := h.running()
	g.state = queued
	h.hogs.push(g)
}

// hogged reports whether the greenlet that runs is one of those who held the hub for most
// of the slice that is over: there were few switches in it, but for those to who was ready.
// Where there were many, it just happens to run.
func (h *Hub) hogged() bool {
	const few = 128 // of 10 ms each takes 80 µs then
	return h.Turn-h.monitor.before.Load() <= uint64(h.runq.len())+few
}

// readmit lets the first one of those who hogged the hub run again: when nobody else is
// ready, or the others had a slice as well; or had it come to nothing, since new hogs come
// all the time, after some. At the end of the run queue it would get a whole slice after
// each of their switches, and messages among them would crawl.
func (h *Hub) readmit() {
	if h.hogs.len() == 0 {
		return
	}
	const most = 3 // slices
	if now := h.monitor.slices.Load(); h.runq.len() == 0 || now != h.gaveWay || now-h.firstHog >= most {
		h.gaveWay, h.firstHog = now, now
		h.runq.push(h.hogs.pop())
	}
}

// count takes notice of the end of a slice.
func (m *monitor) count(turn uint64) {
	m.before.Store(m.turn)
	m.turn = turn
	m.slices.Add(1)
}

// resume ends the monitor's rest. Safe from any goroutine.
func (m *monitor) resume() {
	if m != nil && m.resting.Load() && m.resting.CompareAndSwap(true, false) {
		m.wake <- struct{}{}
	}
}

func (m *monitor) stop() {
	if m != nil {
		close(m.over)
	}
}
