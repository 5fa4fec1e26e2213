package trace

import (
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// resume ends the suspension that Block_green began.
func resume(h *green.Hub, hd *green.Frame) *green.Frame {
	// Safe: Frame is the first field, and only Block_green sets this Resume.
	f := (*parked)(unsafe.Pointer(hd))
	if h.Turn == f.turn {
		panic("trace: resumed without a turn of the hub")
	}
	if rec.words != nil {
		rec.mu.Lock()
		rec.words[Suspended]++
		rec.mu.Unlock()
	}
	return pool.Put(h, f)
}
