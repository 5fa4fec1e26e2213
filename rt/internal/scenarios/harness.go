package scenarios

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/greengen/greengen/rt"
)

const ms = time.Millisecond

// run is one run of a scenario.
type run struct {
	t   assert.TestingT
	log []any
}

// scenario is listed with its number.
type scenario struct {
	name string
	fn   func(*run)
	real bool // greenlets that never park must see time pass
}

var all []scenario

// note appends to the log.
func (r *run) note(xs ...any) { r.log = append(r.log, xs...) }

// expect compares.
func (r *run) expect(want, got any, text ...any) { assert.Equal(r.t, want, got, text...) }

// logged compares the log, and clears it.
func (r *run) logged(want ...any) {
	assert.Equal(r.t, want, r.log)
	r.log = nil
}

// isErr checks an error by errors.Is.
func (r *run) isErr(want, got error) { assert.ErrorIs(r.t, got, want) }

// ok checks a condition.
func (r *run) ok(cond bool, text ...any) { assert.True(r.t, cond, text...) }

// clock is the hub's time, or the goroutine's.
func clock(h *rt.Hub) time.Duration {
	if h == nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(h.Now())
}

func since(h *rt.Hub, t time.Duration) time.Duration { return clock(h) - t }
