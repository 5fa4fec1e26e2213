package sync

import (
	"reflect"
	"sync"

	"github.com/greengen/greengen/rt/green"
)

// Locker_Lock_green is (sync.Locker).Lock. It knows std's own locks.
func Locker_Lock_green(h *green.Hub, l sync.Locker) *green.Frame {
	switch m := l.(type) {
	case *sync.Mutex:
		return Mutex_Lock_green(h, m)
	case *sync.RWMutex:
		return RWMutex_Lock_green(h, m)
	case interface {
		Lock_green(*green.Hub) *green.Frame
	}:
		return m.Lock_green(h)
	}
	if m := readLocked(l); m != nil {
		return RWMutex_RLock_green(h, m)
	}
	if h.Blocks() || l == nil || green.PlainType(l) {
		l.Lock()
		return nil
	}
	if m, ok := l.(locker); ok && m.TryLock() { // it has a Mutex embedded
		return nil
	}
	return wait(h, "(sync.Locker).Lock", l.Lock)
}

// Locker_Unlock_green is (sync.Locker).Unlock.
func Locker_Unlock_green(h *green.Hub, l sync.Locker) *green.Frame {
	if m, ok := l.(interface {
		Unlock_green(*green.Hub) *green.Frame
	}); ok {
		return m.Unlock_green(h)
	}
	if stdUnlock(h, l) {
		return nil
	}
	if _, ok := l.(locker); ok || l == nil || green.PlainType(l) {
		l.Unlock()
		return nil
	}
	return wait(h, "(sync.Locker).Unlock", l.Unlock)
}

// Locker_Unlocked_green is (sync.Locker).Unlock where no lock of the program's own may
// block in that.
func Locker_Unlocked_green(h *green.Hub, l sync.Locker) {
	if !stdUnlock(h, l) {
		l.Unlock()
	}
}

// stdUnlock unlocks l if that is one of std's.
func stdUnlock(h *green.Hub, l sync.Locker) bool {
	switch m := l.(type) {
	case *sync.Mutex:
		Mutex_Unlock_green(h, m)
	case *sync.RWMutex:
		RWMutex_Unlock_green(h, m)
	default:
		r := readLocked(l)
		if r == nil {
			return false
		}
		RWMutex_RUnlock_green(h, r)
	}
	return true
}

// readLocked returns whose RLocker l is, nil if it is none.
func readLocked(l sync.Locker) *sync.RWMutex {
	if !readersKnown || reflect.TypeOf(l) != readers {
		return nil
	}
	return (*sync.RWMutex)(reflect.ValueOf(l).UnsafePointer())
}

var readers = reflect.TypeOf(new(sync.RWMutex).RLocker())

// readersKnown is found out by trying: an RLocker is the RWMutex by another type.
var readersKnown = func() bool {
	m := new(sync.RWMutex)
	v := reflect.ValueOf(m.RLocker())
	return v.Kind() == reflect.Pointer && v.UnsafePointer() == reflect.ValueOf(m).UnsafePointer()
}()
