package rt

import (
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// coroutine is a greenlet that goes on when another one asks it to, until it yields:
// on the stack of that one, if it does not park elsewhere meanwhile, so that asking
// costs no turn of the hub. Else the hub resumes it as any greenlet, and who asked
// is parked. All is for the hub's goroutine.
type coroutine struct {
	link   green.FuncFrame // what it is parked with when it yielded
	base   baseFrame       // the root of its frames
	begin  func(*green.Hub) *green.Frame
	code   uintptr // of its function, for its name
	hub    *Hub
	g      *Greenlet
	asker  *Greenlet    // on whose stack it runs
	caller *Greenlet    // parked until it yields or ends
	again  func()       // goes on after a yield of somebody who is not g
	p      *green.Panic // that ended it, for who asked
	state  uint8
	counts bool // in unborn
	stops  bool // it is to end: yields return false, at once
	kept   bool // it yielded when nobody waited for that any more
}

// The states of a coroutine.
const (
	unresumed = iota
	resting   // parked in a yield: it can be resumed on the stack of who asks
	nested    // it runs there
	active    // it runs, is ready or parked elsewhere
	yielded   // not in its own greenlet
	over
)

type baseFrame struct {
	green.FuncFrame
	co *coroutine
}

// yielding and asking are what a coroutine's own greenlet, and who asked it, wait for.
type (
	yielding coroutine
	asking   coroutine
)

func (y *yielding) cancel(*Greenlet) bool {
	if y.state == resting { // the hub is going to resume it
		y.state = yielded
	}
	return true
}
func (*yielding) String() string { return "coroutine" }

func (a *asking) cancel(*Greenlet) bool {
	a.caller = nil
	return true
}
func (*asking) String() string { return "coroutine's next value" }

// ask lets co go on until it yields or ends. If that takes longer the caller is parked
// with f as its leaf, and ask returns f.
func (co *coroutine) ask(x *green.Hub, f *green.Frame) *green.Frame {
	h := HubOf(x)
	switch {
	case co.kept:
		co.kept = false
		return nil
	case co.state == unresumed:
		h.bear(co)
		fallthrough
	case co.state == resting:
		co.state, co.asker = nested, h.cur
		co.g.state = running
		h.cur = co.g
		h.Turn++
		runCoroutine(x, co)
		h = HubOf(x)
		h.cur = co.asker
		if co.state == resting && co.g.flags == 0 {
			return nil
		}
		if h.elsewhere(x, co); co.state != active {
			return nil
		}
	case co.state == yielded:
		co.state = active
		if again := co.again; again != nil {
			co.again = nil
			again()
		}
	case co.state == nested || co.caller != nil:
		panic("iter.Pull: next called again before yield")
	}
	co.caller = h.park((*asking)(co))
	return x.ParkAt(f)
}

// rethrow raises the panic that ended co.
func (co *coroutine) rethrow(x *green.Hub) {
	if p := co.p; p != nil {
		co.p = nil
		x.Repanic(p)
	}
}

// count says that co was made, counted that it is somebody, or over.
func (co *coroutine) count() {
	co.counts = true
	unborn.Add(1)
}

func (co *coroutine) counted() {
	if co.counts {
		co.counts = false
		unborn.Add(-1)
	}
}

// bear makes co's greenlet.
func (h *Hub) bear(co *coroutine) {
	co.hub = h
	co.counted()
	co.g = h.make(nil, nil, co.code)
	co.g.flags = 0
	co.g.waitFor((*yielding)(co))
	co.link.Resume, co.base.Resume, co.base.Flags, co.base.co = resumeYield, resumeBase, green.FlagDefers, co
}

// elsewhere does for co what the loop does after a greenlet ran, unless it just yielded.
func (h *Hub) elsewhere(x *green.Hub, co *coroutine) {
	switch {
	case co.state == over:
		h.bury(co.g)
		return
	case co.state == nested:
		co.state = active
	}
	if x.Leaf != nil { // it, or one that it asked, parked
		x.Suspensions++
		h.leave(co.g, x)
	} else if co.g.flags != 0 {
		h.parkedLate(co.g)
	}
}

// runCoroutine does not touch the hub.
func runCoroutine(x *green.Hub, co *coroutine) {
	f := co.link.Parent
	if f != nil {
		slotBool.Of(x).R0 = !co.stops
	}
	parent := &co.base.Frame
	above, ongoing := x.Above, x.Ongoing() // of who asked
	x.Above = uintptr(ptr(parent))
	for p := stepCoroutine(x, co, f, &parent); p != nil; p = stepCoroutine(x, co, f, &parent) {
		f = x.Raise(parent, p) // not nil: base sees every panic
	}
	if x.Above = above; x.Ongoing() != ongoing {
		x.SetOngoing(ongoing)
	}
}

// stepCoroutine resumes f, nil: calls co's function, and what called that. It returns a
// panic, which is to be raised in the frames from parent on.
func stepCoroutine(x *green.Hub, co *coroutine, f *green.Frame, parent **green.Frame) (p *green.Panic) {
	done := false
	defer func() {
		if !done {
			p = co.interrupted(x, recover())
		}
	}()
	if f == nil {
		if f = co.begin(x); f != nil {
			f.Parent = &co.base.Frame
			f = green.Parked
		} else {
			f = &co.base.Frame
		}
	}
	for f != nil && f != green.Parked {
		*parent = f.Parent
		x.Above = uintptr(ptr(f.Parent))
		f = f.How()(x, f)
	}
	done = true
	return nil
}

// interrupted is for a panic r of co; if that is nil the goroutine is ending, and nothing
// can stop that.
func (co *coroutine) interrupted(x *green.Hub, r any) *green.Panic {
	if r != nil {
		return x.NewPanic(r)
	}
	h := HubOf(x)
	co.state = over
	h.cur = co.asker
	h.bury(co.g)
	return nil
}

// resumeBase ends a coroutine.
func resumeBase(x *green.Hub, f *green.Frame) *green.Frame {
	co := (*baseFrame)(ptr(f)).co
	p := x.TakePending()
	was := co.state
	co.state = over
	if c := co.caller; c != nil {
		co.caller, co.p = nil, p
		c.home().ready(c)
	} else if p == nil || was == nested {
		co.p = p
	} else if _, unwinds := p.IsUnwind(); !unwinds {
		x.Repanic(p) // nobody is there to be told
	}
	return nil
}

// yield parks co's greenlet until somebody asks.
func (co *coroutine) yield(x *green.Hub) *green.Frame {
	h, g := HubOf(x), co.g
	if co.state == nested && h.cur == g {
		co.state = resting
		g.state = parked
		if g.at != ptr(&co.link.Frame) { // it parked elsewhere since
			g.at = ptr(&co.link.Frame)
			g.waitFor((*yielding)(co))
		}
		return &co.link.Frame
	}
	if co.state != active && co.state != nested {
		panic("iter.Pull: yield called again before next")
	}
	if h.cur == g {
		h.park((*yielding)(co))
		co.tell(resting)
		return x.ParkAt(&co.link.Frame)
	}
	// It lent its yield to another greenlet.
	f := &baseFrame{co: co}
	f.Resume = resumeLent
	c := h.park((*yielding)(co))
	co.again = func() { h.ready(c) }
	co.tell(yielded)
	return x.ParkAt(&f.Frame)
}

// tell makes ready who asked.
func (co *coroutine) tell(state uint8) {
	was := co.state
	co.state = state
	if c := co.caller; c != nil {
		co.caller = nil
		c.home().ready(c)
	} else if was != nested {
		co.kept = true
	}
}

// yieldOutside is yield for a goroutine that is none of the hub's.
func (co *coroutine) yieldOutside() bool {
	asked := make(chan struct{})
	if !co.hub.post(post{fn: func() {
		co.again = func() { close(asked) }
		co.tell(yielded)
	}}) {
		return false
	}
	select {
	case <-asked:
		return !co.stops
	case <-co.hub.taken.closed:
		return false
	}
}

// outsider is a goroutine that asks, or the greenlet that does so for it.
type outsider struct {
	green.FuncFrame
	co   *coroutine
	done chan struct{}
	p    *green.Panic
}

// askOutside is ask for a goroutine that is none of the hub's. If the hub has ended
// there is nothing to wait for.
func (co *coroutine) askOutside() {
	o := &outsider{co: co, done: make(chan struct{})}
	o.Resume = resumeOutsider
	if !co.hub.post(post{fn: func() { co.hub.launch(green.Func(askTwin), unsafe.Pointer(o), co.code) }}) {
		return
	}
	select {
	case <-o.done:
		if o.p != nil {
			panic(o.p.Value)
		}
	case <-co.hub.taken.closed:
	}
}

// askTwin asks for an outsider, which env is.
func askTwin(x *green.Hub, env unsafe.Pointer) *green.Frame {
	o := (*outsider)(env)
	if f := o.co.ask(x, &o.Frame); f != nil {
		return f
	}
	return resumeOutsider(x, &o.Frame)
}

func resumeOutsider(_ *green.Hub, f *green.Frame) *green.Frame {
	o := (*outsider)(ptr(f))
	o.p, o.co.p = o.co.p, nil
	close(o.done)
	return nil
}

// resumeYield returns from a yield.
func resumeYield(x *green.Hub, f *green.Frame) *green.Frame {
	slotBool.Of(x).R0 = !(*coroutine)(ptr(f)).stops
	return f.Parent
}

func resumeLent(x *green.Hub, f *green.Frame) *green.Frame {
	slotBool.Of(x).R0 = !(*baseFrame)(ptr(f)).co.stops
	return f.Parent
}
