package green

// offloadFrame waits for work that runs on another goroutine.
type offloadFrame struct {
	FuncFrame
	raised *Panic // in work
	exited bool
}

// Offload runs work, plain code that may block, on another goroutine while the
// greenlet is parked. R is the struct of its results, which reach the parent
// through R's slot. A panic of work is raised in the greenlet. why names the
// callee, for reports. Not for blocking mode: call the function instead.
func Offload[R any](h *Hub, why string, work func() R) *Frame {
	r := new(R)
	return offload(h, why, func() { *r = work() }, func(h *Hub) { *SlotOf[R](h) = *r })
}

// offload is Offload of work that keeps its results; give brings them to their slot.
func offload(h *Hub, why string, work func(), give func(*Hub)) *Frame {
	f := &offloadFrame{}
	f.Resume = func(h *Hub, _ *Frame) *Frame {
		switch {
		case f.raised != nil:
			h.propagated = f.raised // with the worker's stack
			panic(f.raised.Value)
		case f.exited:
			panic(h.Ops.Exiting())
		}
		give(h)
		return f.Parent
	}
	h.Back()
	h.Offloads++
	h.Ops.Offload(func() {
		f.exited = true // unless one of the two below happens, work called Goexit
		defer func() {
			if f.exited {
				if r := recover(); r != nil {
					f.exited = false
					f.raised = &Panic{Value: r, Stack: h.Ops.Stack()}
				}
			}
		}()
		work()
		f.exited = false
	}, why)
	return h.ParkAt(&f.Frame)
}
