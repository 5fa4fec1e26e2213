package rt

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/poll"
)

// Hub runs greenlets on one goroutine. It is made by Run.
type Hub struct {
	*green.Hub // what emitted code has

	cur   *Greenlet // who runs; nil in callbacks of the hub
	runq  queue
	hogs  queue           // those who gave way, see readmit
	start green.FuncFrame // what a new greenlet is resumed with
	batch int             // switches until the clock is read, 1..Config.RunBatch
	left  int             // of this batch

	timers      timers
	spareTimers []*timer
	hooks       *hooks // nil: none
	poller      poll.Poller
	polled      int64  // when the poller was asked last
	pollEvery   int64  // in ns, while greenlets are ready
	embedded    bool   // made by NewHub
	step        *round // nil: run goes round by itself
	drains      []*draining
	files       []*Desc
	lastGen     uint32
	fdWaits     int  // greenlets and watchers that wait for descriptors
	fdUnrefs    int  // those of them that are watchers without a reference
	watched     bool // the poller's own descriptor is, by Fd

	monitor   *monitor    // nil: no loop asks for the time
	gaveWay   uint32      // in which of the monitor's slices a hog last did
	firstHog  uint32      // in which the first of hogs became that
	lot       lot         // greenlets that wait for channels and locks
	young     ageList     // the same, by age
	kept      ageList     // those who wait there for good
	packed    int         // those besides who are packed
	packs     int         // how many were since trim last looked
	keeps     atomic.Bool // somebody may be kept
	naps      atomic.Bool // somebody young waits, and the hub sleeps
	afters    afters
	epoch     uint32
	nextEpoch int64
	lookedAt  uint64 // Turn after all of the lot looked again
	looked    uint64 // how many did
	vain      uint64 // how many of them waited on at once

	taken     takeover
	workers   workers
	atClose   []*func()
	queued    []*job // offloads that wait for others to end, as Config.OffloadMax says
	bounded   int    // jobs in flight that count for that
	offloads  int    // jobs in flight
	externs   int    // waits for something outside of this hub
	primWaits int    // greenlets in a waitq
	holds     atomic.Int32
	chance    uint64 // see draw
	eager     int    // operations in this turn that did not park
	eagerTurn uint64

	slabs     []*slab   // of all greenlets that have not ended; nil: a free place
	freeSlabs []int32   // where there is none
	idleSlabs int       // those of them that have no greenlet
	living    int       // greenlets that have not ended
	slab      *slab     // for new ones, nil: none yet
	spare     *Greenlet // ended, to be used again; linked by wait
	nextID    uint64
	idsLeft   int           // after nextID
	ids       atomic.Uint64 // the last one given away
	crowd     int           // the most greenlets there were since the last trim, about
	root      *Greenlet     // its end ends Run
	config    Config
	err       error // why Run ends early
	over      bool
	exits     bool // the root left by Goexit
	main      bool // ... then the others go on, as in Go's main

	stats Stats

	id      uint64        // set by enlist
	goid    atomic.Uint64 // of the goroutine that runs it
	tracer  Tracer        // nil: none
	traced  *Greenlet     // that it was told runs
	told    Stats         // the last answer to ask; guarded by hubs
	second  uint64        // the time in units of about a second, when it was last read
	exempt  atomic.Int32  // calls of MayBlock
	blocked atomic.Uint64 // reports of the monitor
	unread  uint          // batches without a look at the clock

	in struct {
		sync.Mutex // guards queue and closed
		queue      []post
		closed     bool
	}
	batchOf  []post // taken from in.queue
	took     int    // how many of them
	posted   atomic.Bool
	sleeping atomic.Uint32 // awake or how it sleeps; changed from and to asleepStuck under in

	calls    int       // offloads in flight that are no waits in the lot
	settleBy time.Time // see settle
}

// How a hub sleeps: Wake must know.
const (
	awake = iota
	asleep
	asleepInPoll
	asleepStuck // asleep, and only another hub or goroutine can wake it
)

// The defaults of Config.RunBatch and RunBudget.
const (
	maxBatch  = 64
	pollEvery = 100 * time.Microsecond
)

// HubOf returns rt's side of a hub that does not block. Only from the hub's goroutine.
func HubOf(h *green.Hub) *Hub {
	h.Back()
	return (*Hub)(h.Owner)
}

func newHub(c Config) *Hub {
	if c.RunBatch <= 0 {
		c.RunBatch = maxBatch
	}
	if c.RunBudget <= 0 {
		c.RunBudget = pollEvery
	}
	h := &Hub{config: c, poller: c.poller, batch: c.RunBatch, pollEvery: int64(c.RunBudget),
		taken: takeover{closed: make(chan struct{})}}
	h.equip()
	h.start.Resume = beginCurrent
	switch len(c.tracers) {
	case 0:
	case 1:
		h.tracer = c.tracers[0]
	default:
		h.tracer = c.tracers
	}
	if h.poller == nil {
		h.poller = poll.New()
	}
	return h
}

// run is the hub's loop. It returns when the hub is over.
func (h *Hub) run() {
	h.taken.ended = make(chan struct{})
	helpers.Add(1)
	defer helpers.Add(-1)
	h.tick(h.poller.Now())
	h.startMonitor()
	defer h.monitor.stop()
	if h.loop(true) == isLost {
		<-h.taken.ended
	}
}

// loop is run on one goroutine, main says whether that called run: isOver or isLost.
func (h *Hub) loop(main bool) (how int) {
	h.hold(main)
	for how = unwound; how == unwound; {
		how = h.turns()
	}
	return how
}

// turn does all that is not running greenlets. It returns when some are ready,
// false when the hub is over.
func (h *Hub) turn() bool {
	h.cur = nil
	if h.step != nil {
		return h.pass()
	}
	for {
		h.takePosts()
		switch {
		case h.over:
			return false
		case h.runq.len() == 0 && h.hogs.len() == 0:
			h.sleep()
		case h.due():
			h.stats.Polls++
			h.runHooks(prepare)
			h.events(h.wait(0, h.fdWaits > 0))
			h.runHooks(check)
		}
		h.readmit()
		if h.runq.len() > 0 && !h.over {
			return true
		}
	}
}

// due says whether descriptors and timers must be looked at though greenlets
// are ready. It sets the batch so that the clock is read often enough.
func (h *Hub) due() bool {
	if h.fdWaits == 0 && h.timers.n == 0 && h.young.head == nil && h.hooks == nil {
		if h.unread++; h.unread%64 == 0 {
			h.tick(h.poller.Now())
		}
		return false
	}
	now := h.poller.Now()
	if now-h.polled < h.pollEvery {
		h.batch = min(2*h.batch, h.config.RunBatch)
		return false
	}
	h.batch = max(h.batch/2, 1)
	h.grow(now)
	return true
}

// sleep waits for events, or finds out that there cannot be any.
func (h *Hub) sleep() {
	h.runHooks(prepare)
	if h.crowd >= trimFrom && h.runq.len() == 0 {
		h.trim()
	}
	stuck := h.runq.len() == 0 && h.idle()
	if stuck {
		if h.posted.Load() || h.drained() {
			return
		}
		if stuck = !h.openWaits() || h.alone(); stuck && h.hopeless() {
			h.lost()
			return
		}
	}
	if !stuck {
		how := uint32(asleep)
		if h.fdWaits > 0 {
			how = asleepInPoll
		}
		h.sleeping.Store(how)
	}
	h.lot.settle()
	nap := h.nap()
	switch {
	case h.posted.Load(): // else the post would not wake the hub
		nap = 0
	case h.runq.len() > 0 || h.hooks.idles(): // ready: some looked again
		nap = 0
	case h.calls > 0 && nap > 0 && h.settle():
		nap = 0
	}
	napping := nap == idleYouth
	if napping {
		h.naps.Store(true) // before it looks: Closed does it the other way round
		nappers.Add(1)
		if h.findEnded() {
			nap = 0
		}
	}
	h.stats.Polls++
	evs := h.wait(nap, h.fdWaits > 0)
	if napping {
		h.naps.Store(false)
		nappers.Add(-1)
	}
	h.wakeUp()
	h.monitor.resume()
	h.events(evs)
	h.runHooks(check)
	if h.hooks.idles() && h.runq.len() == 0 && !h.posted.Load() {
		h.runHooks(idle)
	}
	if len(evs) == 0 && nap == idleYouth && h.runq.len() == 0 && !h.posted.Load() {
		h.growAll()
	}
}

// untilTimer returns how long no timer is due, in ns, -1 if there is none. A virtual clock
// jumps then: it must be the first one's time.
func (h *Hub) untilTimer() int64 {
	when := h.timers.next(h.Virtual())
	if when < 0 {
		return -1
	}
	return max(when-h.poller.Now(), 0)
}

// lost is for when nothing can happen any more: the root unwinds with that, which
// it may catch. Without a root, and under RunMain, the hub ends.
func (h *Hub) lost() {
	e := h.deadlock()
	notify(e)
	if h.root != nil && h.root.state != ended && !h.main {
		h.killBy(h.root, e)
		return
	}
	h.err = e
	h.over = true
}

// idle reports whether nothing can make a greenlet ready any more. Those who wait
// in the lot are handed to workers first: somebody outside may end their wait.
func (h *Hub) idle() bool {
	if h.hopes() {
		return false
	}
	if h.alone() {
		// A deadlock of ours can say who waits where. But goroutines that are no more
		// may have left something in a channel: look again first.
		return !h.lookAgain()
	}
	h.growAll()
	return !h.hopes() && h.runq.len() == 0
}

// openWaits reports whether greenlets wait for primitives of this package that
// goroutines may use too, or in the lot for good: then it is for Go to judge whether
// there is a deadlock.
func (h *Hub) openWaits() bool { return h.primWaits > 0 && !h.config.strict || h.keepsAny() }

// hopes reports whether something that the hub has under way can make a greenlet ready.
func (h *Hub) hopes() bool {
	return h.timers.refs() || h.hooks.referenced() || h.fdWaits > h.fdUnrefs || h.offloads > 0 || h.externs > 0 || h.holds.Load() > 0
}

// nap returns how long to sleep, in ns, -1 for ever: until the first timer, but less if
// somebody waits in the lot: greenlets that are ready might end the wait, but while
// there are none it is likely that others will.
func (h *Hub) nap() int64 {
	young := h.young.head != nil && h.grow(h.poller.Now()) >= 0
	timeout := h.untilTimer() // now: what grows old may have set one
	if young && (timeout < 0 || idleYouth < timeout) {
		return idleYouth
	}
	return timeout
}

// events makes ready whose descriptors are, then whose time has come.
func (h *Hub) events(evs []poll.Event) {
	for i := range evs {
		h.fileEvent(&evs[i])
	}
	h.polled = h.poller.Now()
	h.tick(h.polled)
	h.fireTimers(h.polled)
}

// Eager asks whether the current greenlet may go on with an operation that need
// not wait. It says no after many in one turn, once: then the greenlet must let
// the others run. Only from the hub's goroutine.
func (h *Hub) Eager() bool {
	const most = 16
	if h.eagerTurn != h.Turn {
		h.eagerTurn, h.eager = h.Turn, 0
	}
	h.eager++
	return h.eager <= most || h.cur == nil // a callback cannot let others run
}

// close ends the hub: whoever waits from outside is told.
func (h *Hub) close() {
	h.in.Lock()
	h.in.closed = true
	late := append(h.batchOf[h.took:], h.in.queue...)
	h.in.queue = nil
	h.poller.Close()
	h.in.Unlock()
	close(h.taken.closed)
	defer h.retire()
	for _, f := range h.atClose {
		(*f)()
	}
	h.workers.close()
	h.each(func(g *Greenlet) {
		switch w := g.waiter().(type) {
		case *Waiting:
			if w.state == isNative {
				w.cancel(g)
			}
		case *waitEntry: // what others give is not for it any more
			w.abandoned()
		case *readiness:
			if w.file != nil {
				forgetFileWait(w)
			}
		case *CondWait:
			w.giveUp()
		}
		if e := g.served(); e != nil {
			e.abandoned()
		}
		if !h.main || g.ext.Load() != nil { // main's end is the program's
			g.abandon()
		}
	})
	for _, p := range late {
		if p.g != nil {
			p.g.abandon()
		}
	}
	h.slabs, h.freeSlabs, h.slab, h.living = nil, nil, nil, 0
}

// Yield implements green.Ops.
func (h *Hub) Yield() {
	g, q := h.running(), &h.runq
	g.state = queued
	if q.full() {
		q.grow()
	}
	q.put(g)
}

// InGreenlet implements green.Ops.
func (h *Hub) InGreenlet() bool { return h.cur != nil }
