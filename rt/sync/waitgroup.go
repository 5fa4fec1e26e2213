package sync

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// A WaitGroup does not tell its counter. counter reads it where Go keeps it:
// since go1.20 in the upper half of the first word. countsKnown is found out by
// trying; where it is false, a worker waits.

func counter(w *sync.WaitGroup) uint32 {
	return uint32(atomic.LoadUint64((*uint64)(unsafe.Pointer(w))) >> 32)
}

var countsKnown = func() bool {
	var w sync.WaitGroup
	if unsafe.Sizeof(w) < 8 || counter(&w) != 0 {
		return false
	}
	w.Add(3)
	known := counter(&w) == 3
	w.Add(-3)
	return known && counter(&w) == 0
}()

// groupFrame is a greenlet that waits for a WaitGroup.
type groupFrame struct {
	rt.Waiting
	at    [1]rt.Place
	group *sync.WaitGroup
}

// WaitGroup_Wait_green is (*sync.WaitGroup).Wait.
func WaitGroup_Wait_green(h *green.Hub, w *sync.WaitGroup) *green.Frame {
	switch {
	case h.Blocks():
		w.Wait()
		return nil
	case !countsKnown:
		return wait(h, "sync.WaitGroup.Wait", w.Wait)
	case counter(w) == 0:
		return nil
	}
	f := green.FrameOf[groupFrame](h)
	f.group = w
	return f.park(rt.HubOf(h))
}

func (f *groupFrame) park(h *rt.Hub) *green.Frame {
	f.at[0] = rt.Place{Key: unsafe.Pointer(f.group), Side: rt.Takes, Heard: rt.HearsGroups()}
	return h.WaitAt(&f.Waiting, f, &f.at[0])
}

// Continue implements rt.Native.
func (w *groupFrame) Continue(h *green.Hub) *green.Frame {
	if !w.Results() && counter(w.group) != 0 {
		w.park(rt.HubOf(h))
		return green.Parked
	}
	return green.Recycle(h, w)
}

// Native implements rt.Native.
func (f *groupFrame) Native(cancel <-chan struct{}) bool {
	f.group.Wait()
	return true
}

// Undo implements rt.Undoer: a wait takes nothing.
func (f *groupFrame) Undo() {}

// Probe implements rt.Prober.
func (f *groupFrame) Probe() (done, again bool) { return false, counter(f.group) == 0 }

func (f *groupFrame) String() string { return "sync.WaitGroup.Wait" }

// released ends the waits for w on this hub: nobody is left.
func released(h *green.Hub, w *sync.WaitGroup) {
	if !lots(h) {
		return
	}
	hub, key := rt.HubOf(h), unsafe.Pointer(w)
	for p := hub.First(key, rt.Takes); p != nil; p = hub.First(key, rt.Takes) {
		hub.Serve(p, true)
	}
}

// WaitGroup_Add_green is (*sync.WaitGroup).Add.
func WaitGroup_Add_green(h *green.Hub, w *sync.WaitGroup, delta int) {
	if h.Blocks() {
		Add(w, delta)
		return
	}
	w.Add(delta)
	if countsKnown && counter(w) == 0 {
		released(h, w)
	}
}

// WaitGroup_Done_green is (*sync.WaitGroup).Done.
func WaitGroup_Done_green(h *green.Hub, w *sync.WaitGroup) { WaitGroup_Add_green(h, w, -1) }

// WaitGroup_Go_green is (*sync.WaitGroup).Go.
func WaitGroup_Go_green(h *green.Hub, w *sync.WaitGroup, f func()) {
	if h.Blocks() {
		Go(w, f)
		return
	}
	w.Add(1)
	hub := rt.HubOf(h)
	g := rt.Spawn_green(h, f)
	g.Repanics()
	g.AtEnd(func() { WaitGroup_Done_green(hub.Hub, w) }) // h may be away then
}

// What code of a woven program calls that runs elsewhere than on a hub: so the hub
// knows when a wait of its greenlets is over.

// Add is w.Add(delta). Safe from any goroutine.
func Add(w *sync.WaitGroup, delta int) {
	w.Add(delta)
	if delta < 0 && rt.HearsGroups() && empty(w) {
		rt.Closed(unsafe.Pointer(w))
	}
}

// empty is counter(w) == 0 for who has called Add: whoever waited may have made another
// use of the memory since. That is a race, and a harmless one: then there is nobody to
// be told any more.
//
//go:norace
func empty(w *sync.WaitGroup) bool { return *(*uint64)(unsafe.Pointer(w))>>32 == 0 }

// Done is w.Done(). Safe from any goroutine.
func Done(w *sync.WaitGroup) { Add(w, -1) }

// Go is w.Go(f). Safe from any goroutine.
func Go(w *sync.WaitGroup, f func()) {
	if !rt.HearsGroups() {
		w.Go(f)
		return
	}
	w.Add(1)
	go func() {
		defer func() {
			// As std's: who waits must not go on before a panic has ended the program.
			if r := recover(); r != nil {
				panic(r)
			}
			Done(w)
		}()
		f()
	}()
}
