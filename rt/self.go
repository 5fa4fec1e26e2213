package rt

import (
	"bytes"
	"runtime"
	"strconv"

	"github.com/greengen/greengen/rt/green"
)

// owner is a greenlet or a goroutine.
type owner struct {
	g    *Greenlet
	goid uint64
}

// self returns the calling goroutine, which takes a microsecond: the runtime only
// says it in a trace.
func self() owner {
	var buf [64]byte
	line := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	id, _, _ := bytes.Cut(line, []byte(" "))
	n, err := strconv.ParseUint(string(id), 10, 64)
	if err != nil {
		panic("rt: the runtime does not say which goroutine this is: " + string(line))
	}
	return owner{goid: n}
}

// self_green returns the running greenlet.
func self_green(h *green.Hub) owner {
	if h.Blocks() {
		return self()
	}
	return owner{g: HubOf(h).running().known()}
}
