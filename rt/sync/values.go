package sync

import (
	"sync"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// Method values, as in time.AfterFunc(d, wg.Done): without a twin each call would take a
// worker.
func init() {
	value(new(sync.WaitGroup).Done, WaitGroup_Done_green)
	value(new(sync.Mutex).Unlock, Mutex_Unlock_green)
	value(new(sync.RWMutex).Unlock, RWMutex_Unlock_green)
	value(new(sync.RWMutex).RUnlock, RWMutex_RUnlock_green)
	value(new(sync.Cond).Signal, Cond_Signal_green)
	value(new(sync.Cond).Broadcast, Cond_Broadcast_green)
	waitingValue(new(sync.WaitGroup).Wait, WaitGroup_Wait_green)
	waitingValue(new(sync.Mutex).Lock, Mutex_Lock_green)
	waitingValue(new(sync.RWMutex).Lock, RWMutex_Lock_green)
	waitingValue(new(sync.RWMutex).RLock, RWMutex_RLock_green)
	waitingValue(new(sync.Cond).Wait, Cond_Wait_green)
}

func value[T any](method func(), twin func(*green.Hub, T)) {
	waitingValue(method, func(h *green.Hub, x T) *green.Frame {
		twin(h, x)
		return nil
	})
}

func waitingValue[T any](method func(), twin func(*green.Hub, T) *green.Frame) {
	green.RegisterValue(green.Func(method), green.Func(func(h *green.Hub, env unsafe.Pointer) *green.Frame {
		return twin(h, (*green.Value[T])(env).R)
	}))
}
