package rt

import (
	"time"

	"github.com/greengen/greengen/rt/internal/poll"
)

// WithVirtualTime gives the hub a clock of its own, which stands still while
// greenlets run, and jumps to the next timer when all of them wait: for tests. For
// offloaded code it stands still for up to 20 ms of real time. The hub cannot wait
// for descriptors, and time.Now, std's timers and tickers and the deadlines of contexts
// are not virtual.
func WithVirtualTime() Option {
	return func(c *Config) {
		c.poller = poll.NewFake()
		c.strict = true
	}
}

// patience is how long the virtual clock waits for offloaded code.
const patience = 20 * time.Millisecond

// settle waits for offloaded code before the virtual clock jumps. It reports
// whether there is something to be done first.
func (h *Hub) settle() bool {
	f, ok := h.poller.(*poll.Fake)
	return ok && f.Settle(time.Until(h.settleBy))
}

// Now returns the time in ns since some moment, of the hub's clock. Only from the
// hub's goroutine.
func (h *Hub) Now() int64 { return h.poller.Now() }

// Virtual reports whether the hub has a clock of its own: see WithVirtualTime. Safe from
// any goroutine.
func (h *Hub) Virtual() bool {
	_, ok := h.poller.(*poll.Fake)
	return ok
}
