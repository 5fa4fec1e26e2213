package rt

import "github.com/greengen/greengen/rt/internal/poll"

// WithVirtualTime gives the hub a clock of its own, which stands still while
// greenlets run, and jumps to the next timer when all of them wait: for tests. The
// hub cannot wait for descriptors, and time.Now is not virtual.
func WithVirtualTime() Option {
	return func(c *Config) {
		c.poller = poll.NewFake()
		c.strict = true
	}
}

// Now returns the time in ns since some moment, of the hub's clock. Only from the
// hub's goroutine.
func (h *Hub) Now() int64 { return h.poller.Now() }
