package trace

import (
	"runtime"
	"sync"

	"github.com/greengen/greengen/rt/green"
)

// rec is the record of this process.
var rec recorder

type recorder struct {
	mu      sync.Mutex // guards all below
	words   []uint64   // nil without a file; the file outlives the process
	started bool       // main began
	random  uint64
}

func init() { rec.open(mapped()) }

func (r *recorder) open(words []uint64) {
	if len(words) < headerWords || uint64(len(words)) < headerWords+blockWords*words[Blocks] {
		return
	}
	r.words, r.random = words, words[Jitter]
}

// Block records that block n was entered by plain code. Safe from any goroutine.
func Block(n int) {
	if rec.words == nil {
		return
	}
	if rec.enter(n, Plain) {
		runtime.Gosched()
	}
}

// enter records block n and says whether to give way to others.
func (r *recorder) enter(n, how int) (yield bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.words
	if n < 1 || uint64(n) > w[Blocks] {
		w[Stray]++
		return false
	}
	r.started = r.started || uint64(n) == w[Main]
	if !r.started {
		how = Early
	}
	w[Order] = Next(w[Order], uint64(n))
	w[Entered]++
	w[At(n, how)]++
	return r.jitter()
}

func (r *recorder) jitter() bool {
	switch r.words[Jitter] {
	case 0:
		return false
	case 1:
		return true
	}
	r.random = r.random*6364136223846793005 + 1442695040888963407
	return r.random>>62 == 0
}

// parked is the frame of a greenlet that is parked in a block's call.
type parked struct {
	green.Frame
	turn uint64
}

var pool green.Pool[parked]

// Block_green is Block's twin: it suspends once. Only from h's goroutine.
func Block_green(h *green.Hub, n int) *green.Frame {
	if h.Blocks() {
		Block(n)
		return nil
	}
	if rec.words != nil {
		rec.enter(n, AsTwin)
		rec.note(h)
	}
	f := pool.Get(h)
	f.Resume = resume
	f.turn = h.Turn
	h.Ops.Yield()
	return h.ParkAt(&f.Frame)
}

// note copies what the hub counted.
func (r *recorder) note(h *green.Hub) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.words[Green]++
	r.words[Parks], r.words[Offloads] = h.Suspensions, h.Offloads
}
