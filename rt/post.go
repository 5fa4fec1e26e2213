package rt

import (
	"sync"

	"github.com/greengen/greengen/rt/green"
)

// post is what another goroutine wants the hub to know.
type post struct {
	fn  func()
	job *job
	g   *Greenlet // to be run
}

// Post makes the hub call fn soon; fn must not park. After the end of Run it
// does nothing. Safe from any goroutine.
func (h *Hub) Post(fn func()) {
	if twin, env, _ := green.Lookup(fn); twin != nil { // which can be told that it must not
		fn = h.noticing(callback{twin: twin, env: env})
	}
	h.post(post{fn: fn})
}

// post reports whether h takes p: it has not been closed.
func (h *Hub) post(p post) bool {
	h.in.Lock()
	defer h.in.Unlock()
	if h.in.closed {
		return false
	}
	h.in.queue = append(h.in.queue, p)
	h.posted.Store(true)
	// Under the lock: a hub that is closed meanwhile has no descriptor to write to.
	if h.sleeping.Load() != awake {
		if how := h.rouse(); how != awake {
			h.poller.Wake(how == asleepInPoll)
		}
	}
	return true
}

// Hold keeps the hub from taking a wait for a deadlock, until release is
// called: somebody outside is going to Post. Safe from any goroutine.
func (h *Hub) Hold() (release func()) {
	h.holds.Add(1)
	if h.sleeping.Load() == asleepStuck {
		h.Post(func() {})
	}
	return direct(sync.OnceFunc(func() {
		h.holds.Add(-1)
		h.Post(func() {}) // it may be a deadlock now
	}))
}

// takePosts runs what other goroutines posted.
func (h *Hub) takePosts() {
	if !h.posted.Load() && h.took == len(h.batchOf) {
		return
	}
	if h.took == len(h.batchOf) { // else a callback panicked, and some are left
		h.in.Lock()
		h.in.queue, h.batchOf, h.took = h.batchOf[:0], h.in.queue, 0
		h.posted.Store(false)
		h.in.Unlock()
	}
	for h.took < len(h.batchOf) {
		p := h.batchOf[h.took]
		h.batchOf[h.took] = post{}
		h.took++
		switch {
		case p.job != nil:
			h.offloaded(p.job)
		case p.g != nil:
			h.adopt(p.g)
		default:
			p.fn()
		}
	}
}
