package green

import (
	"sync/atomic"
	"unsafe"
)

// Hub is the part of a hub that emitted code touches. rt.Hub begins with one.
type Hub struct {
	// Leaf is set by a primitive that parks: the frame to resume.
	Leaf *Frame
	// Above is the parent of the frame that the loop resumed, which keeps it alive. It is
	// no pointer since it is written at each step.
	Above uintptr
	// Ops is what the hub does for primitives; nil in blocking mode.
	Ops Ops
	// Owner is rt's hub. Away says whether the hub went on without the greenlet that
	// runs with this Hub: see rt/takeover.go.
	Owner unsafe.Pointer
	Away  atomic.Uint32

	// Turn counts the hub's switches into greenlets. Suspensions counts parks.
	Turn, Suspensions, Offloads uint64
	// Scheds is how many calls of Gosched there are until one is for Go.
	Scheds uint32

	// GotOk is chans.GotOk.
	GotOk bool

	spent      atomic.Uint32 // Preempt must yield
	link       FuncFrame
	pending    *Panic // to be raised by the frame that is resumed next
	propagated *Panic // last panic that left an Exit, to keep its chain
	ongoing    *Panic // see Ongoing
	tok        *Defers
	defers     *Defers // to be used again
	slots      []unsafe.Pointer
	pools      []*Frame
	sizes      []uint8
	types      types
}

// Ops is implemented by rt's hub. All calls come from the hub's goroutine.
type Ops interface {
	// Offload runs work on another goroutine while the current greenlet is
	// parked, then makes the greenlet ready. why says what it waits for.
	Offload(work func(), why string)
	// Go makes a greenlet that calls fn, and queues it.
	Go(fn func(h *Hub) *Frame)
	// Launch is Go for the twin of a literal without parameters and results; code is
	// that of the twin which the user knows.
	Launch(twin, env unsafe.Pointer, code uintptr)
	// Yield puts the current greenlet, which parks, at the end of the run queue.
	Yield()
	// GiveWay is Yield for a greenlet that held the hub for long.
	GiveWay()
	// InGreenlet reports whether a greenlet runs, not a callback of the hub.
	InGreenlet() bool
	// Stack returns the callers' program counters, for a panic's report. It may
	// be called from any goroutine.
	Stack() []uintptr
	// Exiting ends the current greenlet by unwinding, as runtime.Goexit does.
	Exiting() *Unwind
	// Back waits until the hub takes back the goroutine that runs with h.
	Back(h *Hub)
}

// The values of Hub.Away.
const (
	Attached = iota // this goroutine is the hub's
	IsAway          // it must not touch the hub
	Visiting        // the hub waits for it
)

// Back is what each operation on the hub does first, since the hub may have gone on
// without the goroutine while that was in plain code.
func (h *Hub) Back() {
	if h.Away.Load() == IsAway {
		h.back()
	}
}

func (h *Hub) back() { h.Ops.Back(h) }

// Caller returns the frame that called the one which the loop resumed, nil if none did.
// Only while a greenlet runs.
func (h *Hub) Caller() *Frame { return *(**Frame)(unsafe.Pointer(&h.Above)) }

// Blocking returns a hub in blocking mode.
func Blocking() *Hub { return &Hub{} }

// Blocks reports whether twins must block, since no hub runs them.
func (h *Hub) Blocks() bool { return h == nil || h.Ops == nil }

// ParkLink parks the current greenlet without a frame of the primitive's own:
// the primitive returns this as its frame.
func (h *Hub) ParkLink() *Frame {
	h.link.Parent = nil
	h.Leaf = &h.link.Frame
	return &h.link.Frame
}

// ParkAt parks the current greenlet with f as its leaf, and returns f.
func (h *Hub) ParkAt(f *Frame) *Frame {
	h.Leaf = f
	return f
}

// TakeLeaf is for the hub after a park: the frame to resume later, nil if the
// greenlet ends when it is next resumed.
func (h *Hub) TakeLeaf() *Frame {
	f := h.Leaf
	h.Leaf = nil
	if f == &h.link.Frame {
		f = h.link.Parent
		h.link.Parent = nil
	}
	return f
}

// Yield lets the other ready greenlets of the hub run first.
func Yield(h *Hub) *Frame {
	if h.Blocks() {
		return nil
	}
	h.Back()
	h.Ops.Yield()
	return h.ParkLink()
}

// Torture is the Yield before each call and in each round of code that was made to
// suspend everywhere: a callback of the hub goes on.
func Torture(h *Hub) *Frame {
	if h.Blocks() {
		return nil
	}
	h.Back()
	if !h.Ops.InGreenlet() {
		return nil
	}
	return Yield(h)
}

// Go is a go statement: fn calls a twin. In blocking mode it starts a goroutine.
func Go(h *Hub, fn func(h *Hub) *Frame) {
	if h.Blocks() {
		go fn(Blocking())
		return
	}
	h.Back()
	h.Ops.Go(fn)
}

// GoLit is a go statement for a literal without parameters and results: twin is the word
// of its twin, env its environment.
func GoLit(h *Hub, twin, env unsafe.Pointer) {
	if h.Blocks() {
		go As[func(*Hub, unsafe.Pointer) *Frame](twin)(Blocking(), env)
		return
	}
	h.Back()
	h.Ops.Launch(twin, env, *(*uintptr)(twin))
}

// Preempt is what a loop of a green function does on each round: it yields if the
// greenlet has held the hub for long.
func Preempt(h *Hub) *Frame {
	if h == nil || h.spent.Load() == 0 {
		return nil
	}
	return h.giveWay()
}

func (h *Hub) giveWay() *Frame {
	h.spent.Store(0)
	if h.Blocks() {
		return nil
	}
	h.Back()
	if !h.Ops.InGreenlet() { // a callback of the hub keeps it
		return nil
	}
	h.Ops.GiveWay()
	return h.ParkLink()
}

// Spend makes the next Preempt yield. Safe from any goroutine.
func (h *Hub) Spend() { h.spent.Store(1) }

var preempts atomic.Bool

// NeedPreempt says that some function of the program calls Preempt. For init functions.
func NeedPreempt() { preempts.Store(true) }

// NeedsPreempt reports whether NeedPreempt was called.
func NeedsPreempt() bool { return preempts.Load() }

// made returns how many frames to make at the next refill of pool id, at most that many.
func (h *Hub) made(id uint32, most uint8) uint8 {
	for int(id) >= len(h.sizes) {
		h.sizes = append(h.sizes, 0)
	}
	n := h.sizes[id]
	switch {
	case n == 0:
		n = 1
	default:
		n = min(2*n, most)
	}
	h.sizes[id] = n
	return n
}

// DropFrames forgets the frames that were kept for later.
func (h *Hub) DropFrames() {
	clear(h.pools)
	clear(h.sizes)
	h.DropSingle()
	h.defers = nil
}

// DropSingle forgets those that are not parts of slabs: others would keep the memory of what
// is dropped.
func (h *Hub) DropSingle() { h.types.drop() }

var lastID atomic.Uint32

// claim gives *id a number of its own, once.
func claim(id *uint32) uint32 {
	if n := atomic.LoadUint32(id); n != 0 {
		return n
	}
	atomic.CompareAndSwapUint32(id, 0, lastID.Add(1))
	return atomic.LoadUint32(id)
}

// spin guards the tables that init functions and first uses write.
type spin struct{ n atomic.Uint32 }

func (s *spin) lock() {
	for !s.n.CompareAndSwap(0, 1) {
	}
}
func (s *spin) unlock() { s.n.Store(0) }

var slotTable struct {
	spin
	ids map[unsafe.Pointer]uint32
}

func slotID(typ unsafe.Pointer) uint32 {
	slotTable.lock()
	defer slotTable.unlock()
	if slotTable.ids == nil {
		slotTable.ids = map[unsafe.Pointer]uint32{}
	}
	id, ok := slotTable.ids[typ]
	if !ok {
		id = uint32(len(slotTable.ids))
		slotTable.ids[typ] = id
	}
	return id
}
