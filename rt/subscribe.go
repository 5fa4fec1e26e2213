package rt

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/greengen/greengen/rt/green"
)

// Notice is what Subscribe tells of: a HubBegun, a HubEnded, a BlockReport, a TakenOver, a
// Panicked or a *DeadlockError.
type Notice interface{ isNotice() }

// HubBegun says that a hub was made.
type HubBegun struct{ Hub uint64 }

// HubEnded says that a hub was closed.
type HubEnded struct {
	Hub   uint64
	Stats Stats // what it did
}

// TakenOver says that a hub goes on without a greenlet that is stuck in plain code.
type TakenOver struct {
	Hub      uint64
	Greenlet uint64
}

// Panicked says that a panic was not recovered: with OnPanic, which is told next, it ends
// the greenlet, else the program.
type Panicked struct {
	Hub      uint64
	Greenlet uint64 // 0: a callback of the hub
	Err      *PanicError
}

func (HubBegun) isNotice()       {}
func (HubEnded) isNotice()       {}
func (BlockReport) isNotice()    {}
func (TakenOver) isNotice()      {}
func (Panicked) isNotice()       {}
func (*DeadlockError) isNotice() {}

// subscribers are told of all notices, in the order they came.
var subscribers struct {
	sync.Mutex // guards writes
	list       atomic.Pointer[[]*func(Notice)]
}

// Subscribe calls fn for what happens from now on to any hub of the program that its
// operator may want to hear of, until cancel is called. fn is called on whatever
// goroutine, also on hubs' own and several at once: it must not block, park or panic. It
// comes beside what Config says of the same. Safe from any goroutine.
func Subscribe(fn func(Notice)) (cancel func()) {
	p := &fn
	setSubscribers(func(list []*func(Notice)) []*func(Notice) { return append(list, p) })
	return func() {
		setSubscribers(func(list []*func(Notice)) []*func(Notice) {
			return slices.DeleteFunc(list, func(q *func(Notice)) bool { return p == q })
		})
	}
}

// Subscribe_green is Subscribe: it never suspends.
func Subscribe_green(_ *green.Hub, fn func(Notice)) (cancel func()) { return direct(Subscribe(fn)) }

// setSubscribers replaces the list by one that change makes of a copy.
func setSubscribers(change func([]*func(Notice)) []*func(Notice)) {
	subscribers.Lock()
	defer subscribers.Unlock()
	var list []*func(Notice)
	if old := subscribers.list.Load(); old != nil {
		list = slices.Clone(*old)
	}
	list = change(list)
	subscribers.list.Store(&list)
}

// notify tells the subscribers.
func notify(n Notice) {
	list := subscribers.list.Load()
	if list == nil {
		return
	}
	for _, f := range *list {
		(*f)(n)
	}
}
