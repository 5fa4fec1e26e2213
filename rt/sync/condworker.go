package sync

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// workerFrame is a greenlet in whose place a worker waits for a Cond. Nothing can break
// that off: a kill leaves the worker behind, which gives back what it is given, by a Signal,
// even if that was a Broadcast.
type workerFrame struct {
	green.FuncFrame
	c         *sync.Cond
	fate      atomic.Uint32
	relocking bool         // after a kill
	kill      *green.Panic // raised once L is locked
}

// The values of workerFrame.fate.
const (
	isQueued = iota // the worker has not begun: L is locked
	isWaiting
	isServed // L is locked
	isLeft   // by its greenlet
)

func waitByWorker(h *green.Hub, c *sync.Cond) *green.Frame {
	f := &workerFrame{c: c}
	f.Resume, f.Flags = resumeWorker, green.FlagDefers
	o := green.Offload(h, "sync.Cond.Wait", func() (r struct{}) {
		if !f.fate.CompareAndSwap(isQueued, isWaiting) {
			return r
		}
		c.Wait()
		if !f.fate.CompareAndSwap(isWaiting, isServed) {
			c.L.Unlock()
			Signal(c)
		}
		return r
	})
	o.Parent = &f.Frame
	return &f.Frame
}

func resumeWorker(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*workerFrame)(unsafe.Pointer(hd))
	if f.relocking {
		rt.HubOf(h).Shield(false)
	}
	if h.Pending() && f.raised(h) {
		return green.Parked
	}
	if f.kill != nil {
		h.Repanic(f.kill)
	}
	return f.Parent
}

// raised deals with a kill, or a panic of Wait or L. It returns true if the greenlet
// waits for L.
func (f *workerFrame) raised(h *green.Hub) bool {
	p := h.TakePending()
	u, ok := p.IsUnwind()
	if f.relocking || !ok || u.Err == nil {
		h.Repanic(p)
	}
	f.kill = p
	switch {
	case f.fate.CompareAndSwap(isQueued, isLeft):
		return false
	case !f.fate.CompareAndSwap(isWaiting, isLeft): // it was served, and has L
		Signal(f.c)
		return false
	}
	f.relocking = true
	l := Locker_Lock_green(h, f.c.L)
	if l == nil {
		return false
	}
	rt.HubOf(h).Shield(true)
	l.Parent = &f.Frame
	return true
}
