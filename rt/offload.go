package rt

import "sync"

// job is work for a worker, and the waiter of the greenlet that wants it done.
type job struct {
	hub  *Hub
	g    *Greenlet // nil once nobody waits for it any more
	work func()
	why  string
	wait *Waiting // the job waits natively for it
}

func (j *job) cancel(*Greenlet) bool {
	j.g = nil
	return true
}

func (j *job) String() string { return j.why }

// maxIdle is how many workers stay when there is nothing to do. They have no
// timeout: a pending timer would hide a deadlock from Go's detector.
const maxIdle = 4

// workers runs jobs, each on a goroutine of its own. There is no upper bound,
// since a job may block until another job is done.
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
		go w.work(make(chan *job, 1), j)
		return
	}
	c := w.idle[n-1]
	w.idle = w.idle[:n-1]
	w.mu.Unlock()
	c <- j
}

func (w *workers) work(c chan *job, j *job) {
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
	j := &job{hub: h, work: work, why: why}
	j.g = h.park(j)
	h.offloads++
	h.workers.start(j)
}

// offloaded takes notice of a finished job.
func (h *Hub) offloaded(j *job) {
	h.offloads--
	switch {
	case j.wait != nil:
		h.nativeDone(j.wait)
	case j.g != nil:
		h.ready(j.g)
	}
}
