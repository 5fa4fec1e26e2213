package rt

import "sync"

// hubs are those of the program that have not been closed. A hub is stuck if it
// sleeps and nothing of its own can wake it: one of the others may yet do so.
var hubs struct {
	sync.Mutex // guards what follows; taken after a hub's own in
	live       map[*Hub]struct{}
	stuck      int
	last       uint64 // id
	past       Stats  // of those that were closed
}

func (h *Hub) enlist() {
	hubs.Lock()
	if hubs.live == nil {
		hubs.live = map[*Hub]struct{}{}
	}
	hubs.live[h] = struct{}{}
	hubs.last++
	h.id = hubs.last
	if len(hubs.live) > 1 {
		Strange()
	}
	aliveHubs.Store(int32(len(hubs.live))) // before keepers: keep does it the other way round
	hubs.Unlock()
	notify(HubBegun{h.id})
	for _, o := range keepers() {
		o.post(post{fn: o.releaseKept})
	}
}

// retire is for a hub that is closed. Those that are left may be all stuck now.
func (h *Hub) retire() {
	own := h.Stats()
	hubs.Lock()
	_, live := hubs.live[h]
	if live {
		hubs.past.add(own)
	}
	delete(hubs.live, h)
	aliveHubs.Store(int32(len(hubs.live)))
	h.forget()
	doomed := allStuck(nil)
	hubs.Unlock()
	doom(doomed)
	if live {
		notify(HubEnded{h.id, own})
	}
}

// allStuck returns all hubs but self if no hub is left that is not stuck.
func allStuck(self *Hub) (others []*Hub) {
	if hubs.stuck == 0 || hubs.stuck < len(hubs.live) {
		return nil
	}
	for o := range hubs.live {
		if o != self {
			others = append(others, o)
		}
	}
	return others
}

// doom tells hubs that no other one is going to wake them. What they learned
// meanwhile from elsewhere counts more.
func doom(hs []*Hub) {
	for _, h := range hs {
		h.Post(func() {
			if h.runq.len() == 0 && h.hogs.len() == 0 && !h.hopes() && h.young.head == nil && !h.openWaits() {
				h.lost()
			}
		})
	}
}

// hopeless is for a hub that nothing of its own can wake. It reports whether the
// other ones cannot either. If it says no the hub is stuck, or somebody posted.
func (h *Hub) hopeless() bool {
	h.in.Lock()
	h.sleeping.Store(asleepStuck)
	if len(h.in.queue) > 0 || h.holds.Load() > 0 { // whoever holds looks at sleeping afterwards
		h.sleeping.Store(awake)
		h.in.Unlock()
		return false
	}
	hubs.Lock()
	hubs.stuck++
	all := hubs.stuck == len(hubs.live)
	var others []*Hub
	if all {
		others = allStuck(h)
		h.unstick()
	}
	hubs.Unlock()
	h.in.Unlock()
	doom(others)
	return all
}

// unstick is for who holds hubs and h.in.
func (h *Hub) unstick() {
	h.sleeping.Store(awake)
	hubs.stuck--
}

// wakeUp notes that h no longer sleeps, by itself. Only from the hub's goroutine.
func (h *Hub) wakeUp() {
	if h.sleeping.Load() != asleepStuck {
		h.sleeping.Store(awake)
		return
	}
	h.in.Lock()
	defer h.in.Unlock()
	h.rouse()
}

// rouse makes h awake, and returns how it slept. The caller holds h.in.
func (h *Hub) rouse() (how uint32) {
	how = h.sleeping.Swap(awake)
	if how == asleepStuck {
		hubs.Lock()
		hubs.stuck--
		hubs.Unlock()
	}
	return how
}
