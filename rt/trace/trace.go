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
	if rec.words[Jitter] != 0 {
		for range rec.jitter() {
			runtime.Gosched()
		}
	}
	rec.enter(n, Plain)
}

// enter records block n.
func (r *recorder) enter(n, how int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.words
	if n < 1 || uint64(n) > w[Blocks] {
		w[Stray]++
		return
	}
	r.started = r.started || uint64(n) == w[Main]
	if !r.started {
		how = Early
	}
	w[Order] = Next(w[Order], uint64(n))
	w[Entered]++
	w[At(n, how)]++
}

// jitter is how often to give way to other goroutines before a block.
func (r *recorder) jitter() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.words[Jitter] == 1 {
		return 1
	}
	r.random = r.random*6364136223846793005 + 1442695040888963407
	return max(r.random>>61, 3) - 3 // none, half of the time
}

// parked is the frame of a greenlet that is parked in a block's call.
type parked struct {
	green.FuncFrame
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
	h.Back()
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
