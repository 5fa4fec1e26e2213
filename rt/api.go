package rt

import (
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// Errors of this package.
var (
	ErrKilled    = errors.New("rt: greenlet killed")
	ErrHubClosed = errors.New("rt: hub closed before the greenlet ended")
	ErrParkInHub = errors.New("rt: a callback of the hub must not park")
	ErrWrongHub  = errors.New("rt: plain code on a hub's goroutine waits for a greenlet of that hub, which cannot run meanwhile")
)

func ptr(f *green.Frame) unsafe.Pointer { return unsafe.Pointer(f) }

// Spawn runs fn on a goroutine. Safe from any goroutine.
func Spawn(fn func()) *Greenlet {
	g := &Greenlet{}
	g.setCode(codeOf(green.Func(fn)))
	go g.goroutine(fn)
	return g
}

// goroutine is what a greenlet on a goroutine does.
func (g *Greenlet) goroutine(fn func()) {
	defer func() {
		g.life.Store(hasEnded)
		if x := g.ext.Load(); x != nil {
			x.tell()
		}
	}()
	fn()
}

// Spawn_green queues a greenlet that runs fn: it does not run before the caller
// parks. If fn has no twin it runs on a worker. Only from the hub's goroutine.
func Spawn_green(h *green.Hub, fn func()) *Greenlet {
	if h.Blocks() {
		return Spawn(fn)
	}
	return HubOf(h).spawn(green.Func(fn))
}

// Sleep blocks the goroutine for d. Safe from any goroutine.
func Sleep(d time.Duration) { time.Sleep(d) }

// Sleep_green parks the greenlet for d, which is Yield if d <= 0. Only from the
// hub's goroutine.
func Sleep_green(h *green.Hub, d time.Duration) *green.Frame {
	switch {
	case h.Blocks():
		time.Sleep(d)
		return nil
	case d <= 0:
		return green.Yield(h)
	}
	hub := HubOf(h)
	hub.park(hub.newTimer(d, hub.running(), nil))
	return h.ParkLink()
}

// Yield lets other goroutines run. Safe from any goroutine.
func Yield() { runtime.Gosched() }

// Yield_green lets the other ready greenlets run first. Only from the hub's goroutine.
func Yield_green(h *green.Hub) *green.Frame {
	if h.Blocks() {
		runtime.Gosched()
		return nil
	}
	return green.Yield(h)
}

// Gosched is runtime.Gosched. Safe from any goroutine.
func Gosched() { runtime.Gosched() }

// Gosched_green is Yield_green. Only from the hub's goroutine.
func Gosched_green(h *green.Hub) *green.Frame { return Yield_green(h) }

// Goexit is runtime.Goexit. Safe from any goroutine.
func Goexit() { runtime.Goexit() }

// Goexit_green ends the greenlet after its deferred calls ran. Only from the
// hub's goroutine.
func Goexit_green(h *green.Hub) {
	if h.Blocks() {
		runtime.Goexit()
	}
	panic(h.Ops.Exiting())
}

// never is the waiter of who waits for nothing.
type never string

func (never) cancel(*Greenlet) bool { return true }
func (n never) String() string      { return string(n) }

// Forever blocks the goroutine for ever. Safe from any goroutine.
func Forever(string) { select {} }

// Forever_green parks the greenlet until it is killed; why is for reports.
// Only from the hub's goroutine.
func Forever_green(h *green.Hub, why string) *green.Frame {
	return waitForever(h, never(why)) // inlined, so that a constant is not allocated
}

func waitForever(h *green.Hub, w waiter) *green.Frame {
	if h.Blocks() {
		select {}
	}
	HubOf(h).park(w)
	return h.ParkLink()
}

// Current returns the running greenlet: nil, since a goroutine does not know.
// Safe from any goroutine.
func Current() *Greenlet { return nil }

// Current_green returns the running greenlet, nil in blocking mode. Only from
// the hub's goroutine.
func Current_green(h *green.Hub) *Greenlet {
	if h.Blocks() {
		return nil
	}
	return HubOf(h).cur.known()
}

// Join blocks the goroutine until g ended. Safe from any goroutine but that of g's hub,
// where it panics with ErrWrongHub, unless the hub goes on without those that are stuck.
func (g *Greenlet) Join() {
	if g.isDone() {
		return
	}
	if h := g.home(); h != nil && h.goid.Load() == self().goid && !h.taken.wanted {
		panic(ErrWrongHub)
	}
	c := make(chan struct{})
	g.onEnd(func() { close(c) })
	<-c
}

// Join_green parks the greenlet until g ended. Only from the hub's goroutine.
func (g *Greenlet) Join_green(h *green.Hub) *green.Frame {
	switch {
	case g.isDone():
		return nil
	case h.Blocks():
		g.Join()
		return nil
	}
	HubOf(h).join(g, -1)
	return h.ParkLink()
}

// JoinTimeout is Join for at most d, without limit if d < 0; it reports whether g ended.
// Safe from any goroutine but that of g's hub.
func (g *Greenlet) JoinTimeout(d time.Duration) bool {
	if g.isDone() {
		return true
	}
	if d < 0 {
		g.Join()
		return true
	}
	c := make(chan struct{})
	unlink := g.onEnd(func() { close(c) })
	defer unlink()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c:
		return true
	case <-t.C:
		return false
	}
}

// JoinTimeout_green is Join_green for at most d, without limit if d < 0. Only from the
// hub's goroutine.
func (g *Greenlet) JoinTimeout_green(h *green.Hub, d time.Duration) (bool, *green.Frame) {
	switch {
	case g.isDone():
		return true, nil
	case h.Blocks():
		return g.JoinTimeout(d), nil
	}
	return false, h.ParkAt(&HubOf(h).join(g, d).Frame)
}

// Wait is Join, and returns Err. Safe from any goroutine.
func (g *Greenlet) Wait() error {
	g.Join()
	return g.Err()
}

// waitFrame returns the error of a greenlet once it ended.
type waitFrame struct {
	green.FuncFrame
	g *Greenlet
}

var (
	waits   green.Pool[waitFrame]
	slotErr = green.SlotFor[struct{ R0 error }]()
)

func resumeWait(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*waitFrame)(ptr(hd))
	slotErr.Of(h).R0 = f.g.Err()
	return waits.Put(h, f)
}

// Wait_green is Join_green, and returns Err. Only from the hub's goroutine.
func (g *Greenlet) Wait_green(h *green.Hub) (error, *green.Frame) {
	c := g.Join_green(h)
	if c == nil {
		return g.Err(), nil
	}
	f := waits.Get(h)
	f.Resume, f.PC, f.g = resumeWait, 1, g
	c.Parent = &f.Frame
	return nil, &f.Frame
}

// Err returns how g ended: nil while it lives, and if it returned or called
// Goexit; ErrKilled, what KillWith said, or a *PanicError. Safe from any goroutine.
func (g *Greenlet) Err() error {
	if !g.isDone() {
		return nil
	}
	if x := g.ext.Load(); x != nil {
		return x.err
	}
	return nil
}

// Killed reports whether g ended by a Kill without an error of its own. Safe from
// any goroutine.
func (g *Greenlet) Killed() bool { return g.Err() == ErrKilled }

// Ready reports whether g ended. Safe from any goroutine.
func (g *Greenlet) Ready() bool { return g.isDone() }

// ID returns a number that no other greenlet of the hub has; 0 for one on a
// goroutine. Safe from any goroutine.
func (g *Greenlet) ID() uint64 { return g.id() }

// Hub returns the hub that runs g, nil for one on a goroutine. Safe from any
// goroutine.
func (g *Greenlet) Hub() *Hub { return g.home() }

// Name returns the name that was set, else that of g's function. Safe from any
// goroutine.
func (g *Greenlet) Name() string {
	if name := g.ownName(); name != "" {
		return name
	}
	return funcName(g.code())
}

// ownName is what SetName said.
func (g *Greenlet) ownName() string {
	x := g.ext.Load()
	if x == nil {
		return ""
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.name
}

// SetName names g in reports. Safe from any goroutine.
func (g *Greenlet) SetName(name string) {
	x := g.more()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.name = name
}

func (g *Greenlet) String() string { return fmt.Sprintf("%d %s", g.id(), g.Name()) }

// JoinAll blocks the goroutine until all of gs ended. Safe from any goroutine.
func JoinAll(gs ...*Greenlet) {
	for _, g := range gs {
		g.Join()
	}
}

type joinAllFrame struct {
	green.FuncFrame
	rest []*Greenlet
}

var joinAlls green.Pool[joinAllFrame]

// JoinAll_green parks the greenlet until all of gs ended. Only from the hub's
// goroutine.
func JoinAll_green(h *green.Hub, gs ...*Greenlet) *green.Frame {
	for i, g := range gs {
		if c := g.Join_green(h); c != nil {
			f := joinAlls.Get(h)
			f.Resume, f.PC, f.rest = resumeJoinAll, 1, gs[i+1:]
			c.Parent = &f.Frame
			return &f.Frame
		}
	}
	return nil
}

func resumeJoinAll(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*joinAllFrame)(ptr(hd))
	for i, g := range f.rest {
		if c := g.Join_green(h); c != nil {
			f.rest = f.rest[i+1:]
			c.Parent = &f.Frame
			return green.Parked
		}
	}
	return joinAlls.Put(h, f)
}
