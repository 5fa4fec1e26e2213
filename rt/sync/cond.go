package sync

import (
	"sync"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// condFrame is a greenlet in Cond.Wait. Its callers count on L: a kill does not leave
// before that is locked again, or their deferred Unlock would end the program.
type condFrame struct {
	rt.CondWait
	stage uint8
	kill  *green.Panic // came while it waited: raised once L is locked
}

// The stages of a condFrame.
const (
	unlocking = iota
	waiting   // L is unlocked
	relocking
)

// Cond_Wait_green is (*sync.Cond).Wait.
func Cond_Wait_green(h *green.Hub, c *sync.Cond) *green.Frame {
	switch {
	case h.Blocks():
		c.Wait()
		return nil
	case !rt.QueuesConds():
		return waitByWorker(h, c)
	}
	f := green.FrameOf[condFrame](h)
	f.Resume, f.Flags = resumeCond, green.FlagDefers
	f.Begin(rt.HubOf(h), c)
	switch u := f.unlock(h); {
	case u != nil:
		u.Parent = &f.Frame
	case !f.goOn(h):
		green.Recycle(h, f)
		return nil
	}
	return &f.Frame
}

// unlock unlocks L. Nobody must stay in the queue if that panics.
func (f *condFrame) unlock(h *green.Hub) *green.Frame {
	returned := false
	defer func() {
		if !returned {
			f.Leave()
		}
	}()
	u := Locker_Unlock_green(h, f.Cond().L)
	returned = true
	return u
}

// goOn goes on from where L is unlocked. It returns true if the greenlet parked.
func (f *condFrame) goOn(h *green.Hub) bool {
	if f.stage == unlocking {
		f.stage = waiting
		if f.Park(rt.HubOf(h)) {
			return true
		}
	}
	if f.stage == waiting {
		f.stage = relocking
		if l := Locker_Lock_green(h, f.Cond().L); l != nil {
			rt.HubOf(h).Shield(true) // it has parked: nothing can have reached it yet
			l.Parent = &f.Frame
			return true
		}
	}
	return false
}

func resumeCond(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*condFrame)(unsafe.Pointer(hd))
	if f.stage == relocking {
		rt.HubOf(h).Shield(false)
	}
	if h.Pending() {
		f.raised(h)
	}
	if f.goOn(h) {
		return green.Parked
	}
	if f.kill != nil {
		h.Repanic(f.kill)
	}
	return green.Recycle(h, f)
}

// raised deals with a kill, or a panic of L's methods.
func (f *condFrame) raised(h *green.Hub) {
	p := h.TakePending()
	if f.stage == waiting {
		f.kill = p
		return
	}
	if f.stage == unlocking {
		f.Leave()
	}
	h.Repanic(p)
}

// Cond_Signal_green is (*sync.Cond).Signal.
func Cond_Signal_green(h *green.Hub, c *sync.Cond) {
	if h.Blocks() || !rt.QueuesConds() {
		Signal(c)
		return
	}
	rt.SignalCond(rt.HubOf(h), c)
}

// Cond_Broadcast_green is (*sync.Cond).Broadcast.
func Cond_Broadcast_green(h *green.Hub, c *sync.Cond) {
	if h.Blocks() || !rt.QueuesConds() {
		Broadcast(c)
		return
	}
	rt.BroadcastCond(rt.HubOf(h), c)
}

// Signal is c.Signal(). Code of woven programs calls it where that runs elsewhere than
// on a hub. Safe from any goroutine.
func Signal(c *sync.Cond) {
	if rt.QueuesConds() {
		rt.SignalCond(nil, c)
	} else {
		c.Signal()
	}
}

// Broadcast is c.Broadcast(), called as Signal is. Safe from any goroutine.
func Broadcast(c *sync.Cond) {
	if rt.QueuesConds() {
		rt.BroadcastCond(nil, c)
	} else {
		c.Broadcast()
	}
}
