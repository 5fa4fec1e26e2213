package rt

import (
	"time"

	"github.com/greengen/greengen/rt/green"
)

var started = time.Now()

// clock returns the time in ns since some moment: that of the hub in its twin.
func clock() int64 { return int64(time.Since(started)) }

func clock_green(h *green.Hub) int64 {
	if h.Blocks() {
		return clock()
	}
	return HubOf(h).poller.Now()
}
