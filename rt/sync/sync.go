// Package sync stands for std's sync in green code. The locks stay std's own, so
// greenlets of any hub, goroutines and untransformed code may share one in any
// mix; a sync.Mutex has no owner, so it does not matter who takes it.
//
// A lock is tried first. If it is held, the greenlet waits in the hub's lot
// (rt.Waiting), where an unlock by the same hub finds it: who has waited longest
// is next. If that takes long, since others hold the lock, a worker goroutine
// takes it in the greenlet's place.
//
// WaitGroups are looked into (see waitgroup.go); in a woven program whose WaitGroups are
// its own no worker waits for one. rt/callbacks has Once.Do. A
// Cond can neither be tried nor told who waits: so a worker does, but in a woven
// program whose Conds are its own, where all who signal one find greenlets in a queue
// (cond.go).
//
// All functions are for the hub's goroutine. In blocking mode each is the plain
// method.
package sync

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// locker is a lock that can be tried.
type locker interface {
	TryLock() bool
	Lock()
	Unlock()
}

// reader is the read side of an RWMutex.
type reader sync.RWMutex

func (r *reader) TryLock() bool { return (*sync.RWMutex)(r).TryRLock() }
func (r *reader) Lock()         { (*sync.RWMutex)(r).RLock() }
func (r *reader) Unlock()       { (*sync.RWMutex)(r).RUnlock() }

// lockFrame is a greenlet that waits for a lock.
type lockFrame struct {
	rt.Waiting
	at  [1]rt.Place
	l   locker
	key unsafe.Pointer
	why string
}

// lots reports whether greenlets of h wait for anything, so that it must be seen
// whether they wait for this lock.
func lots(h *green.Hub) bool { return !h.Blocks() && rt.HubOf(h).Waits() }

// lock takes l, the lock at key, or waits behind those who wait already.
func lock(h *green.Hub, key unsafe.Pointer, l locker, why string) *green.Frame {
	if h.Blocks() {
		l.Lock()
		return nil
	}
	hub := rt.HubOf(h)
	if !pass(hub, key) && l.TryLock() {
		return nil
	}
	f := green.FrameOf[lockFrame](h)
	f.l, f.key, f.why = l, key, why
	return f.park(hub)
}

func (f *lockFrame) park(h *rt.Hub) *green.Frame {
	f.at[0] = rt.Place{Key: f.key, Side: rt.Takes}
	return h.WaitAt(&f.Waiting, f, &f.at[0])
}

// Continue implements rt.Native.
func (w *lockFrame) Continue(h *green.Hub) *green.Frame {
	if !w.Results() && !w.l.TryLock() {
		w.park(rt.HubOf(h))
		return green.Parked
	}
	return green.Recycle(h, w)
}

// pass gives the lock at key to those who wait for it, as far as it is free, and
// reports whether some still wait.
func pass(h *rt.Hub, key unsafe.Pointer) bool {
	for {
		p := h.First(key, rt.Takes)
		if p == nil {
			return false
		}
		if f := (*lockFrame)(unsafe.Pointer(p.Waiting())); !f.l.TryLock() {
			return true
		}
		h.Serve(p, true)
	}
}

// Native implements rt.Native.
func (f *lockFrame) Native(cancel <-chan struct{}) bool {
	f.l.Lock()
	return true
}

// Undo implements rt.Undoer: the greenlet was killed meanwhile.
func (f *lockFrame) Undo() { f.l.Unlock() }

func (f *lockFrame) String() string { return f.why }

// Mutex_Lock_green is (*sync.Mutex).Lock.
func Mutex_Lock_green(h *green.Hub, m *sync.Mutex) *green.Frame {
	if !lots(h) && m.TryLock() {
		return nil
	}
	return lock(h, unsafe.Pointer(m), m, "sync.Mutex.Lock")
}

// Mutex_Unlock_green is (*sync.Mutex).Unlock.
func Mutex_Unlock_green(h *green.Hub, m *sync.Mutex) {
	if !lots(h) {
		m.Unlock()
		return
	}
	hub := rt.HubOf(h)
	if p := hub.First(unsafe.Pointer(m), rt.Takes); p != nil && ours(m) {
		hub.Serve(p, true) // it stays locked
		return
	}
	m.Unlock()
	pass(hub, unsafe.Pointer(m))
}

// ours reports whether m is locked, and no goroutine waits for it.
func ours(m *sync.Mutex) bool { return statesKnown && state(m) == 1 }

// state reads what Go keeps in the first word of a Mutex: 1 for locked, other bits and
// the number of goroutines that wait.
func state(m *sync.Mutex) int32 { return atomic.LoadInt32((*int32)(unsafe.Pointer(m))) }

// statesKnown is found out by trying.
var statesKnown = func() bool {
	var m sync.Mutex
	if unsafe.Sizeof(m) != 8 || state(&m) != 0 {
		return false
	}
	m.Lock()
	known := state(&m) == 1
	m.Unlock()
	return known && state(&m) == 0
}()

// RWMutex_Lock_green is (*sync.RWMutex).Lock.
func RWMutex_Lock_green(h *green.Hub, m *sync.RWMutex) *green.Frame {
	if !lots(h) && m.TryLock() {
		return nil
	}
	return lock(h, unsafe.Pointer(m), m, "sync.RWMutex.Lock")
}

// RWMutex_Unlock_green is (*sync.RWMutex).Unlock.
func RWMutex_Unlock_green(h *green.Hub, m *sync.RWMutex) {
	m.Unlock()
	if lots(h) {
		pass(rt.HubOf(h), unsafe.Pointer(m))
	}
}

// RWMutex_RLock_green is (*sync.RWMutex).RLock. It waits behind writers that
// wait, as Go's does.
func RWMutex_RLock_green(h *green.Hub, m *sync.RWMutex) *green.Frame {
	if !lots(h) && m.TryRLock() {
		return nil
	}
	return lock(h, unsafe.Pointer(m), (*reader)(m), "sync.RWMutex.RLock")
}

// RWMutex_RUnlock_green is (*sync.RWMutex).RUnlock.
func RWMutex_RUnlock_green(h *green.Hub, m *sync.RWMutex) {
	m.RUnlock()
	if lots(h) {
		pass(rt.HubOf(h), unsafe.Pointer(m))
	}
}

// wait runs op, which may block, in the greenlet's place.
func wait(h *green.Hub, why string, op func()) *green.Frame {
	if h.Blocks() {
		op()
		return nil
	}
	return green.Offload(h, why, func() (r struct{}) {
		op()
		return r
	})
}
