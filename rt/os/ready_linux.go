package os

import (
	"syscall"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Op is an operation of something of std's that may have to wait.
type Op struct {
	F   syscall.Conn // a pointer
	Dir rt.Dir
	// Try does it, or returns false, since that would block. nil: Std is called when it most
	// likely does not.
	Try func(fd int) bool
	// Give puts the results of a Try that came after a wait where the caller gets them.
	Give func(h *green.Hub)
	// Std has std do it, on a worker, and gives the results. It is called also if F is closed,
	// its deadline over or its descriptor one that blocks: std is to say.
	Std func(h *green.Hub) *green.Frame
}

// opFrame is an operation that waits.
type opFrame struct {
	green.FuncFrame
	Op
	waited bool
}

var ops green.Pool[opFrame]

// Perform does o. If it returns no frame that was by Try. Only from the hub's goroutine, of a hub
// that does not block.
func Perform(h *green.Hub, o Op) *green.Frame {
	if !rt.HubOf(h).Eager() {
		h.Back()
		h.Ops.Yield()
		return h.ParkAt(o.keep(h, false))
	}
	c, done := o.attempt(h, false)
	switch {
	case done:
		return nil
	case c == nil:
		return o.Std(h)
	}
	c.Parent = o.keep(h, true)
	return c.Parent
}

// keep returns the frame to park with.
func (o *Op) keep(h *green.Hub, waited bool) *green.Frame {
	f := ops.Get(h)
	f.Resume, f.PC, f.Op, f.waited = resumeOp, 1, *o, waited
	return &f.Frame
}

// attempt tries, or parks. Neither: it is std's.
func (o *Op) attempt(h *green.Hub, waited bool) (c *green.Frame, done bool) {
	if !waited && late(o.F, o.Dir) {
		return nil, false
	}
	withFD(o.F, func(fd uintptr) {
		switch {
		case o.Try == nil && ready(int(fd), o.Dir), o.Try != nil && BlocksFD(fd):
			return
		case o.Try != nil && o.Try(int(fd)):
			done = true
			return
		}
		left, limited := untilDeadline(o.F, o.Dir)
		if !limited || left > 0 {
			_, c = rt.WaitFile_green(h, o.F, int(fd), o.Dir, left, false)
		}
	})
	return c, done
}

func resumeOp(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*opFrame)(unsafe.Pointer(hd))
	if !f.waited || slotErr.Take(h).R0 == nil { // else a deadline that only std knows
		c, done := f.attempt(h, f.waited)
		switch {
		case done:
			f.Give(h)
			return ops.Put(h, f)
		case c != nil:
			f.waited = true
			c.Parent = hd
			return green.Parked
		}
	}
	std := f.Std
	return instead(std(h), ops.Put(h, f))
}

// ready asks the kernel, without a wait.
func ready(fd int, dir rt.Dir) bool {
	const in, out = 1, 4 // POLLIN, POLLOUT
	p := struct {
		fd              int32
		events, revents int16
	}{fd: int32(fd), events: in}
	if dir == rt.Writing {
		p.events = out
	}
	var none syscall.Timespec
	n, _, errno := syscall.RawSyscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1, uintptr(unsafe.Pointer(&none)), 0, 0, 0)
	return errno != 0 || n > 0
}
