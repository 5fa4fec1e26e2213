package scenarios

import (
	"errors"
	"reflect"
	"time"

	"github.com/greengen/greengen/rt"
)

const ms = time.Millisecond

// run is one run of a scenario.
type run struct {
	t interface {
		Errorf(format string, args ...any)
	}
	log     []any
	told    []*rt.PanicError // reported by the hub
	virtual bool             // the hub's time
	lacking bool             // the kernel has no memory to watch descriptors: workers wait
}

// scenario is listed with its number.
type scenario struct {
	name  string
	fn    func(*run)
	real  bool // time must pass by itself, or descriptors get ready
	dead  bool // nobody may be there who could wake its greenlets
	plain bool // goroutines have the same outcome
	most  int  // how often it runs in one hub if it is real: 100, or less where that takes too long
	opts  []rt.Option
}

var all []scenario

// note appends to the log.
func (r *run) note(xs ...any) { r.log = append(r.log, xs...) }

// expect compares.
func (r *run) expect(want, got any, text ...any) {
	if !reflect.DeepEqual(want, got) {
		r.t.Errorf("got %#v, want %#v %v", got, want, text)
	}
}

// logged compares the log, and clears it.
func (r *run) logged(want ...any) {
	r.expect(want, r.log, "log")
	r.log = nil
}

// reported compares what panics the hub reported, and clears them.
func (r *run) reported(want ...any) {
	var got []any
	for _, e := range r.told {
		got = append(got, e.Value)
	}
	r.expect(want, got, "reported")
	r.told = nil
}

// isErr checks an error by errors.Is.
func (r *run) isErr(want, got error) {
	if !errors.Is(got, want) {
		r.t.Errorf("got error %v, want %v", got, want)
	}
}

// ok checks a condition.
func (r *run) ok(cond bool, text ...any) {
	if !cond {
		r.t.Errorf("not true %v", text)
	}
}

// clock is the hub's time, or the goroutine's.
func clock(h *rt.Hub) time.Duration {
	if h == nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(h.Now())
}

func since(h *rt.Hub, t time.Duration) time.Duration { return clock(h) - t }

// stopwatch measures the hub's time.
type stopwatch struct {
	h    *rt.Hub
	from time.Duration
}

func watch(h *rt.Hub) *stopwatch { return &stopwatch{h, clock(h)} }

// took checks that d has passed since the last look, exactly if the time is virtual.
func (r *run) took(w *stopwatch, d time.Duration) {
	now := clock(w.h)
	took := now - w.from
	w.from = now
	if took < d || r.virtual && took != d {
		r.t.Errorf("took %v, want %v", took, d)
	}
}

// rest is took where the time began to run before the last look: it may be less than d
// by how late that look was.
func (r *run) rest(w *stopwatch, d time.Duration) {
	if r.virtual {
		r.took(w, d)
	}
	w.from = clock(w.h)
}

// polls is how often the hub has looked at descriptors and time: where time is real it
// does so whenever enough has passed, and this is 0.
func (r *run) polls(h *rt.Hub) uint64 {
	if !r.virtual {
		return 0
	}
	return h.Stats().Polls
}
