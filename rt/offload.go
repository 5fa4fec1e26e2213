package rt

import (
	"slices"
	"sync"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// job is work for a worker, and the waiter of the greenlet that wants it done.
type job struct {
	hub  *Hub
	g    *Greenlet // nil once nobody waits for it any more
	work func()
	why  string
	wait *Waiting // the job waits natively for it
	then func()   // what the hub does when it ends; it is not counted as in flight

	bounded bool // counts for Config.OffloadMax
	waits   bool // is in Hub.queued
}

func (j *job) cancel(*Greenlet) bool {
	j.g = nil
	if j.waits { // it need not run
		h := j.hub
		h.offloads--
		h.calls--
		h.queued = slices.DeleteFunc(h.queued, func(o *job) bool { return o == j })
	}
	return true
}

func (j *job) String() string { return j.why }

// maxIdle is how many workers stay when there is nothing to do. They have no
// timeout: a pending timer would hide a deadlock from Go's detector.
const maxIdle = 4

// workers runs jobs, each on a goroutine of its own. There is no upper bound
// here, since a job may block until another job is done.
type workers struct {
	mu     sync.Mutex // guards what follows
	idle   []chan *job
	closed bool
}

// start never blocks. Safe from any goroutine.
func (w *workers) start(j *job) {
	w.mu.Lock()
	n := len(w.idle)
	if n == 0 {
		w.mu.Unlock()
		helpers.Add(1)
		go w.work(make(chan *job, 1), j)
		return
	}
	c := w.idle[n-1]
	w.idle = w.idle[:n-1]
	w.mu.Unlock()
	c <- j
}

func (w *workers) work(c chan *job, j *job) {
	defer helpers.Add(-1)
	for j.run(); w.rest(c); j.run() {
		var ok bool
		if j, ok = <-c; !ok {
			return
		}
	}
}

// rest puts the worker among the idle ones; false: it has to leave.
func (w *workers) rest(c chan *job) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || len(w.idle) >= maxIdle {
		return false
	}
	w.idle = append(w.idle, c)
	return true
}

func (w *workers) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for _, c := range w.idle {
		close(c)
	}
	w.idle = nil
}

// run reports to the hub even if the work ends the goroutine by Goexit.
func (j *job) run() {
	defer j.hub.post(post{job: j})
	j.work()
}

// Offload implements green.Ops.
func (h *Hub) Offload(work func(), why string) {
	j := &job{hub: h, work: work, why: why, bounded: h.config.OffloadMax > 0}
	j.g = h.park(j)
	h.offloads++
	h.calls++
	if h.config.poller != nil {
		h.settleBy = time.Now().Add(patience)
	}
	if j.bounded {
		if h.bounded >= h.config.OffloadMax {
			j.waits = true
			h.queued = append(h.queued, j)
			return
		}
		h.bounded++
	}
	h.workers.start(j)
}

// offloaded takes notice of a finished job.
func (h *Hub) offloaded(j *job) {
	if j.then != nil {
		j.then()
		return
	}
	h.offloads--
	if j.wait == nil {
		h.calls--
	}
	if j.bounded {
		h.bounded--
		h.startQueued()
	}
	switch {
	case j.wait != nil:
		h.nativeDone(j.wait)
	case j.g != nil:
		h.ready(j.g)
	}
}

// startQueued starts the offload that has waited longest, if there is one.
func (h *Hub) startQueued() {
	if len(h.queued) == 0 {
		return
	}
	j := h.queued[0]
	h.queued[0] = nil
	h.queued = h.queued[1:]
	j.waits = false
	h.bounded++
	h.workers.start(j)
}

// Offload calls f, plain code that may block or compute for long. Safe from any
// goroutine.
func Offload[T any](f func() (T, error)) (T, error) { return f() }

// Offload_green calls f on a goroutine of its own while the greenlet is parked: as
// many at once as Config.OffloadMax allows. A panic or Goexit of f is the
// greenlet's. A Kill of the greenlet does not stop f, but it does not start any more
// if it waited. Only from the hub's goroutine.
func Offload_green[T any](h *green.Hub, f func() (T, error)) (T, error, *green.Frame) {
	if h.Blocks() {
		v, err := f()
		return v, err, nil
	}
	type results = struct {
		R0 T
		R1 error
	}
	var none T
	return none, nil, green.Offload(h, funcName(codeOf(green.Func(f))), func() results {
		v, err := f()
		return results{v, err}
	})
}
