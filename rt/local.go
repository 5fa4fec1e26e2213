package rt

import (
	"sync"

	"github.com/greengen/greengen/rt/green"
)

// Local is a variable of which each greenlet has its own. Goroutines share one. Use
// NewLocal.
type Local[T any] struct {
	inherited bool
	mu        sync.Mutex // guards outside
	outside   T
}

// NewLocal returns a Local that is zero in each new greenlet.
func NewLocal[T any]() *Local[T] { return &Local[T]{} }

// NewInherited returns a Local that has in a new greenlet the value of the one which
// spawned it, as of then.
func NewInherited[T any]() *Local[T] { return &Local[T]{inherited: true} }

// binding is one value of an inherited Local, in front of older ones.
type binding struct {
	key  any
	v    any
	next *binding
}

// Get returns the value of goroutines. Safe from any goroutine.
func (l *Local[T]) Get() T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.outside
}

// Get_green returns the greenlet's value; it never parks, but has a twin's form, so that
// it is found through interfaces. Only from the hub's goroutine.
func (l *Local[T]) Get_green(h *green.Hub) (v T, _ *green.Frame) {
	if h.Blocks() {
		return l.Get(), nil
	}
	x := HubOf(h).running().ext.Load()
	switch {
	case x == nil:
	case l.inherited:
		for b := x.inherited; b != nil; b = b.next {
			if b.key == any(l) {
				return b.v.(T), nil
			}
		}
	default:
		if p, ok := x.locals[l].(T); ok {
			return p, nil
		}
	}
	return v, nil
}

// Set sets the value of goroutines. Safe from any goroutine.
func (l *Local[T]) Set(v T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outside = v
}

// Set_green sets the greenlet's value, as Get_green gets it. Only from the hub's goroutine.
func (l *Local[T]) Set_green(h *green.Hub, v T) *green.Frame {
	if h.Blocks() {
		l.Set(v)
		return nil
	}
	x := HubOf(h).running().more()
	if l.inherited {
		x.inherited = &binding{l, v, x.inherited.without(l)}
		return nil
	}
	if x.locals == nil {
		x.locals = map[any]any{}
	}
	x.locals[l] = v
	return nil
}

// without returns the list with the key's binding taken out; others may share it.
func (b *binding) without(key any) *binding {
	switch {
	case b == nil:
		return nil
	case b.key == key:
		return b.next
	}
	next := b.next.without(key)
	if next == b.next {
		return b
	}
	return &binding{b.key, b.v, next}
}
