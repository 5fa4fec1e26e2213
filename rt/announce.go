package rt

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
	"weak"
)

// A greenlet may wait for a channel in its hub's lot for as long as it takes if the
// hub hears of all who act on the channel from elsewhere. It does where the program
// is woven: then
//
//   - goroutines call Announce before they send to or receive from a channel; from
//     then on greenlets that wait for that one hand their waits to workers,
//   - who closes a channel elsewhere calls Closed, and so does who leaves nobody in a
//     WaitGroup,
//   - the Done channels of contexts, which are closed by std, come from DoneOf: the
//     hub asks the context to be told,
//   - the channels of timers are known by SetAlarm: the hub looks at them when it is
//     time.
//
// A Place that is Heard says that its channel is one of these. With several hubs
// it is of no use: they would have to announce themselves all the time.

var ownChannels atomic.Bool

// OwnChannels says that code of this program announces itself. For init functions of
// woven programs, and for what announces itself before them: goroutines that variables and
// other init functions start. Safe from any goroutine.
func OwnChannels() {
	if !ownChannels.Load() {
		ownChannels.Store(true)
	}
}

// strangers is 0 as long as nobody but the greenlets of one hub has acted on the program's
// own channels, those of Places that are Own.
var strangers atomic.Uint32

// AmongOurselves reports that: a channel of the program's own that has no buffer has
// nothing for a receiver, and nobody who waits, but what the lot knows. Safe from any
// goroutine.
func AmongOurselves() bool { return ownChannels.Load() && strangers.Load() == 0 }

var ownGroups bool

// OwnGroups says that all of this program that changes the counters of its WaitGroups
// calls Closed when one gets to zero elsewhere. For init functions of woven programs.
func OwnGroups() { ownGroups = true }

// HearsGroups reports whether hubs hear of that. Safe from any goroutine.
func HearsGroups() bool { return ownGroups && ownChannels.Load() }

// origin is what is known of a channel that is not only this hub's.
type origin struct {
	ch    weak.Pointer[byte]
	acted atomic.Bool                 // Announce was called
	std   atomic.Bool                 // std closes it
	timer dueTime                     // a timer's
	ctx   atomic.Pointer[weakContext] // who knows when
	first weakContext                 // what ctx points to, most often
	noted atomic.Bool                 // first is taken
}

// note makes w the context that knows.
func (o *origin) note(w weakContext) {
	if o.noted.CompareAndSwap(false, true) {
		o.first = w
		o.ctx.Store(&o.first)
		return
	}
	another := w
	o.ctx.Store(&another)
}

// weakContext is a context that is not kept alive.
type weakContext struct {
	typ unsafe.Pointer
	val weak.Pointer[byte]
}

type iface struct{ typ, val unsafe.Pointer }

func makeWeak(ctx context.Context) weakContext {
	i := (*iface)(unsafe.Pointer(&ctx))
	return weakContext{i.typ, weak.Make((*byte)(i.val))}
}

// strong returns the context, nil if it is no more, or w is nil.
func (w *weakContext) strong() (ctx context.Context) {
	if w == nil {
		return nil
	}
	if v := w.val.Value(); v != nil {
		*(*iface)(unsafe.Pointer(&ctx)) = iface{w.typ, unsafe.Pointer(v)}
	}
	return ctx
}

// origins maps the addresses of channels to their *origin. An address may be used
// again before the entry of its last owner is gone: then that one's ch is nil. Those of
// channels that are no more are swept out when half of them may be: a cleanup for each
// would cost more.
var (
	origins sync.Map
	sweep   struct {
		made atomic.Int64 // since the last one
		at   atomic.Int64 // how many are made before the next one
	}
)

func init() { sweep.at.Store(minSweep) }

const minSweep = 1 << 10

// sweepOrigins is called by whoever makes one too many.
func sweepOrigins() {
	sweep.made.Store(0)
	live := int64(0)
	for at, o := range origins.Range {
		if o.(*origin).ch.Value() == nil {
			origins.CompareAndDelete(at, o)
		} else {
			live++
		}
	}
	sweep.at.Store(max(live, minSweep))
}

func originOf(key unsafe.Pointer) *origin {
	v, ok := origins.Load(uintptr(key))
	if !ok {
		return nil
	}
	if o := v.(*origin); unsafe.Pointer(o.ch.Value()) == key {
		return o
	}
	return nil
}

func makeOrigin(key unsafe.Pointer) *origin {
	at := uintptr(key)
	o := &origin{ch: weak.Make((*byte)(key))}
	if sweep.made.Add(1) > sweep.at.Load() {
		sweepOrigins()
	}
	for {
		v, loaded := origins.LoadOrStore(at, o)
		if loaded {
			old := v.(*origin)
			if unsafe.Pointer(old.ch.Value()) == key {
				return old
			}
			if !origins.CompareAndSwap(at, v, o) {
				continue
			}
		}
		return o
	}
}

// Announce says that somebody who is on no hub is about to send to, or receive from,
// the channel at key. With at once it returns only when greenlets that wait for it
// do so for all to see, as far as that can be known: for a select with a default
// case. Safe from any goroutine.
func Announce(key unsafe.Pointer, atOnce bool) {
	if key == nil || !ownChannels.Load() {
		return
	}
	Strange()
	o := originOf(key)
	if o == nil {
		o = makeOrigin(key)
	}
	if o.acted.Load() {
		return
	}
	o.acted.Store(true) // before keepers are looked at: keep does it the other way round
	for _, h := range keepers() {
		heard := make(chan bool, 1)
		if !h.post(post{fn: func() { heard <- h.handOver(key) }}) || !atOnce || h.goid.Load() == self().goid {
			continue
		}
		select {
		case some := <-heard:
			if some { // let the workers begin to wait
				time.Sleep(100 * time.Microsecond)
			}
		case <-h.taken.closed:
		}
	}
}

// Strange says that somebody is about to act on a channel of whom hubs may not hear, or to
// close it elsewhere than on a hub. Safe from any goroutine.
func Strange() {
	if strangers.Load() == 0 {
		strangers.Store(1)
	}
}

// Closed says that the channel at key was closed, or the WaitGroup there has got to zero,
// elsewhere than on a hub. Safe from any goroutine.
func Closed(key unsafe.Pointer) {
	if keeping.Load() == 0 && nappers.Load() == 0 {
		return
	}
	for _, h := range hubsThat(func(h *Hub) bool { return h.keeps.Load() || h.naps.Load() }) {
		h.post(post{fn: func() { h.againAll(key) }})
	}
}

// DoneOf is d.Done(); hubs can wait for it without a worker if d is a context. Safe
// from any goroutine.
func DoneOf(d interface{ Done() <-chan struct{} }) <-chan struct{} {
	ch := d.Done()
	key := *(*unsafe.Pointer)(unsafe.Pointer(&ch))
	if key == nil {
		return ch
	}
	o := originOf(key)
	if o == nil {
		o = makeOrigin(key)
	}
	if known := o.ctx.Load(); known != nil && known.val.Value() != nil {
		return ch
	}
	o.std.Store(true) // before ctx: who sees that one looks no further
	if ctx, ok := d.(context.Context); ok {
		o.note(makeWeak(ctx))
	}
	return ch
}

// keepers are the hubs that keep waits: one at most.
func keepers() (list []*Hub) {
	if keeping.Load() == 0 {
		return nil
	}
	return hubsThat(func(h *Hub) bool { return h.keeps.Load() })
}

func hubsThat(which func(*Hub) bool) (list []*Hub) {
	hubs.Lock()
	defer hubs.Unlock()
	for h := range hubs.live {
		if which(h) {
			list = append(list, h)
		}
	}
	return list
}

// keeping counts the hubs that keep waits, nappers those that nap, aliveHubs all of them.
var keeping, nappers, aliveHubs atomic.Int32

// Prober is a Native that its hub can try.
type Prober interface {
	// Probe does the operation at one of the Waiting's places that IsFirst, if it need
	// not wait. again: the greenlet must try, which is going to panic. On the hub's
	// goroutine.
	Probe() (done, again bool)
}

// IsFirst reports whether nobody has waited longer than w at its place i.
func (w *Waiting) IsFirst(i int) bool {
	p := w.place(uint32(i))
	if p.at == nil || p.at.queue[p.Side] != p {
		return false
	}
	return p.Unpacked || p.at.bundles[p.Side] == nil
}

// keep ends the youth of w in the lot, where it stays. It reports false if somebody
// may end the wait without telling.
func (h *Hub) keep(w *Waiting) bool {
	op, ok := w.op.(Prober)
	if !ok || !ownChannels.Load() {
		return false
	}
	if !h.keeps.Swap(true) {
		keeping.Add(1)
	}
	// From here on all who act tell. Who did before left something to be seen: a mark,
	// a closed channel.
	if aliveHubs.Load() != 1 || !h.hearsAll(w) {
		return false
	}
	if h.probe(w, op) {
		return true
	}
	h.young.remove(w)
	if h.pack(w) {
		return true
	}
	h.kept.add(w)
	w.state = isKept
	return true
}

// forget is for when nothing is kept any more.
func (h *Hub) forget() {
	if h.keeps.Swap(false) {
		keeping.Add(-1)
	}
}

func (h *Hub) hearsAll(w *Waiting) bool {
	for i := range w.n {
		if p := w.place(i); p.Key != nil && !h.hears(p) {
			return false
		}
	}
	return true
}

func (h *Hub) hears(p *Place) bool {
	if p.When != 0 {
		h.setAlarm(p, p.When)
		return true
	}
	o := originOf(p.Key)
	switch {
	case o == nil:
		return p.Heard
	case o.acted.Load():
		return false
	case o.timer.when.Load() != 0:
		h.setAlarm(p, o.timer.next(Clock()))
		return true
	case !p.Heard:
		return false
	case !o.std.Load() || p.at.ext != nil && p.at.ext.unhear != nil:
		return true
	}
	ctx := o.ctx.Load().strong()
	if ctx == nil {
		return false
	}
	key := p.Key
	p.at.more().unhear = context.AfterFunc(ctx, func() {
		h.post(post{fn: func() { h.againAll(key) }})
	})
	return true
}

// handOver lets workers wait in the place of all who wait at key.
func (h *Hub) handOver(key unsafe.Pointer) (some bool) {
	for _, side := range []Side{Takes, Gives} {
		for p := h.First(key, side); p != nil; p = h.First(key, side) {
			h.goNative(p.w)
			some = true
		}
	}
	return some
}

// againAll lets all who wait at key try again.
func (h *Hub) againAll(key unsafe.Pointer) {
	for _, side := range []Side{Takes, Gives} {
		for p := h.First(key, side); p != nil; p = h.First(key, side) {
			h.Again(p)
		}
	}
}

// releaseKept is for when another hub comes into being: the kept waits are as others.
func (h *Hub) releaseKept() {
	h.unpackAll()
	for w := h.kept.head; w != nil; w = h.kept.head {
		h.kept.remove(w)
		h.young.add(w)
		w.state = isYoung
	}
}
