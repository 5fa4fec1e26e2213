package os

import (
	"os"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Exit_green is os.Exit, which also prints the hub's counters if they are
// wanted. Only from the hub's goroutine.
func Exit_green(h *green.Hub, code int) {
	if h.Blocks() {
		os.Exit(code)
	}
	rt.HubOf(h).Exit(code)
}
