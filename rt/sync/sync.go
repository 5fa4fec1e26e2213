// Package sync stands for std's sync in green code. An operation is tried first;
// where it would block, a worker goroutine does it in the greenlet's place: a
// sync.Mutex has no owner, so it does not matter who takes it. Hence greenlets,
// goroutines and untransformed code may share a lock in any mix.
//
// All functions are for the hub's goroutine. In blocking mode each is the plain
// method.
package sync

import (
	"sync"

	"github.com/greengen/greengen/rt/green"
)

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

// Mutex_Lock_green is (*sync.Mutex).Lock.
func Mutex_Lock_green(h *green.Hub, m *sync.Mutex) *green.Frame {
	if m.TryLock() {
		return nil
	}
	return wait(h, "a sync.Mutex", m.Lock)
}

// RWMutex_Lock_green is (*sync.RWMutex).Lock.
func RWMutex_Lock_green(h *green.Hub, m *sync.RWMutex) *green.Frame {
	if m.TryLock() {
		return nil
	}
	return wait(h, "a sync.RWMutex", m.Lock)
}

// RWMutex_RLock_green is (*sync.RWMutex).RLock.
func RWMutex_RLock_green(h *green.Hub, m *sync.RWMutex) *green.Frame {
	if m.TryRLock() {
		return nil
	}
	return wait(h, "a sync.RWMutex, to read", m.RLock)
}

// WaitGroup_Wait_green is (*sync.WaitGroup).Wait.
func WaitGroup_Wait_green(h *green.Hub, w *sync.WaitGroup) *green.Frame {
	return wait(h, "a sync.WaitGroup", w.Wait)
}

// Cond_Wait_green is (*sync.Cond).Wait.
func Cond_Wait_green(h *green.Hub, c *sync.Cond) *green.Frame {
	return wait(h, "a sync.Cond", c.Wait)
}
