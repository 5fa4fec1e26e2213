package rt

import (
	"iter"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// Pull is iter.Pull. Safe from any goroutine.
func Pull[V any](seq iter.Seq[V]) (next func() (V, bool), stop func()) { return iter.Pull(seq) }

// Pull_green is iter.Pull for greenlets: seq runs in a greenlet of its own, on the stack
// of who calls next as long as it does not park. What Pull_green returns may be called by
// greenlets and goroutines, one at a time. Only from the hub's goroutine.
func Pull_green[V any](h *green.Hub, seq iter.Seq[V]) (next func() (V, bool), stop func()) {
	twin, env, _ := green.Lookup(seq)
	if twin == nil || h.Blocks() {
		return iter.Pull(seq)
	}
	p := &pull[V]{std: seq}
	y, n := &p.yields, &p.nexts
	yield := func(v V) bool { return y.p.yieldOutside(v) }
	p.bind(y, green.Func(yield), green.Func(yieldTwin[V]))
	p.co.code = codeOf(green.Func(seq))
	p.co.begin = func(x *green.Hub) *green.Frame {
		return green.As[func(*green.Hub, unsafe.Pointer, func(V) bool) *green.Frame](twin)(x, env, yield)
	}
	next = func() (V, bool) { return n.p.nextOutside() }
	p.bind(n, green.Func(next), green.Func(nextTwin[V]))
	return next, p.stopper(resumeNext[V])
}

// Pull2 is iter.Pull2. Safe from any goroutine.
func Pull2[K, V any](seq iter.Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	return iter.Pull2(seq)
}

// Pull2_green is Pull_green for iter.Pull2. Only from the hub's goroutine.
func Pull2_green[K, V any](h *green.Hub, seq iter.Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	twin, env, _ := green.Lookup(seq)
	if twin == nil || h.Blocks() {
		return iter.Pull2(seq)
	}
	p := &pull[pulled[K, V]]{std: func(yield func(pulled[K, V]) bool) {
		seq(func(k K, v V) bool { return yield(pulled[K, V]{k, v}) })
	}}
	y, n := &p.yields, &p.nexts
	yield := func(k K, v V) bool { return y.p.yieldOutside(pulled[K, V]{k, v}) }
	p.bind(y, green.Func(yield), green.Func(yield2Twin[K, V]))
	p.co.code = codeOf(green.Func(seq))
	p.co.begin = func(x *green.Hub) *green.Frame {
		return green.As[func(*green.Hub, unsafe.Pointer, func(K, V) bool) *green.Frame](twin)(x, env, yield)
	}
	next = func() (K, V, bool) {
		v, ok := n.p.nextOutside()
		return v.k, v.v, ok
	}
	p.bind(n, green.Func(next), green.Func(next2Twin[K, V]))
	return next, p.stopper(resumeNext2[K, V])
}

type pulled[K, V any] struct {
	k K
	v V
}

// pull is what the functions share that Pull makes. T has what is yielded.
type pull[T any] struct {
	co      coroutine
	yields  pullEnv[T] // of yield
	nexts   pullEnv[T]
	stops   pullEnv[T]
	next    pullFrame[T]
	stop    pullFrame[T]
	v       T
	ok      bool
	std     iter.Seq[T]      // for goroutines, if they are the first to ask
	stdNext func() (T, bool) // then this goes on
	stdStop func()
}

// pullEnv is the environment of a func value.
type pullEnv[T any] struct {
	green.Env
	p *pull[T]
}

type pullFrame[T any] struct {
	green.FuncFrame
	p *pull[T]
}

// bind binds a closure that captured e alone to its twin.
func (p *pull[T]) bind(e *pullEnv[T], fn, twin unsafe.Pointer) {
	e.p, e.Twin = p, twin
	green.Bind(fn, unsafe.Pointer(e))
}

func pullOf[T any](env unsafe.Pointer) *pull[T] { return (*pullEnv[T])(env).p }

// stopper returns the func value of stop. resume is what resumes who is in next.
func (p *pull[T]) stopper(resume func(*green.Hub, *green.Frame) *green.Frame) func() {
	p.co.count()
	p.next.p, p.next.Resume = p, resume
	p.stop.p, p.stop.Resume = p, resumeStop[T]
	s := &p.stops
	stop := func() { s.p.stopOutside() }
	p.bind(s, green.Func(stop), green.Func(stopTwin[T]))
	return stop
}

func yieldTwin[V any](x *green.Hub, env unsafe.Pointer, v V) (bool, *green.Frame) {
	return pullOf[V](env).yield(x, v)
}

func yield2Twin[K, V any](x *green.Hub, env unsafe.Pointer, k K, v V) (bool, *green.Frame) {
	return pullOf[pulled[K, V]](env).yield(x, pulled[K, V]{k, v})
}

func nextTwin[V any](x *green.Hub, env unsafe.Pointer) (v V, ok bool, c *green.Frame) {
	p := pullOf[V](env)
	if c = p.ask(x, &p.next); c == nil {
		v, ok = p.take()
	}
	return v, ok, c
}

func next2Twin[K, V any](x *green.Hub, env unsafe.Pointer) (k K, v V, ok bool, c *green.Frame) {
	p := pullOf[pulled[K, V]](env)
	var kv pulled[K, V]
	if c = p.ask(x, &p.next); c == nil {
		kv, ok = p.take()
	}
	return kv.k, kv.v, ok, c
}

func stopTwin[T any](x *green.Hub, env unsafe.Pointer) *green.Frame {
	p := pullOf[T](env)
	if !p.ends() {
		return nil
	}
	c := p.ask(x, &p.stop)
	if c == nil {
		p.take()
	}
	return c
}

func resumeNext[V any](x *green.Hub, f *green.Frame) *green.Frame {
	p := (*pullFrame[V])(ptr(f)).p
	p.co.rethrow(x)
	v, ok := p.take()
	*green.SlotOf[struct {
		R0 V
		R1 bool
	}](x) = struct {
		R0 V
		R1 bool
	}{v, ok}
	return f.Parent
}

func resumeNext2[K, V any](x *green.Hub, f *green.Frame) *green.Frame {
	p := (*pullFrame[pulled[K, V]])(ptr(f)).p
	p.co.rethrow(x)
	v, ok := p.take()
	*green.SlotOf[struct {
		R0 K
		R1 V
		R2 bool
	}](x) = struct {
		R0 K
		R1 V
		R2 bool
	}{v.k, v.v, ok}
	return f.Parent
}

func resumeStop[T any](x *green.Hub, f *green.Frame) *green.Frame {
	p := (*pullFrame[T])(ptr(f)).p
	p.co.rethrow(x)
	p.take()
	return f.Parent
}

// yield parks seq until somebody asks for what follows v.
func (p *pull[T]) yield(x *green.Hub, v T) (bool, *green.Frame) {
	if x.Blocks() {
		return p.yieldOutside(v), nil
	}
	if p.co.stops {
		return false, nil
	}
	p.v, p.ok = v, true
	return false, p.co.yield(x)
}

// take returns what was yielded last.
func (p *pull[T]) take() (v T, ok bool) {
	v, ok = p.v, p.ok && !p.co.stops
	var none T
	p.v, p.ok = none, false
	return v, ok
}

// ask lets seq go on until it has yielded, or ended. It returns the caller's frame, f,
// if that must wait.
func (p *pull[T]) ask(x *green.Hub, f *pullFrame[T]) (c *green.Frame) {
	switch {
	case p.co.state == over && p.stdNext == nil:
		return nil
	case x.Blocks():
		p.askOutside()
		return nil
	}
	if p.stdNext == nil && (p.co.hub == nil || p.co.hub == HubOf(x)) {
		if c = p.co.ask(x, &f.Frame); c == nil {
			p.co.rethrow(x)
		}
		return c
	}
	c = green.Offload(x, "iter.Pull", func() (r struct{}) {
		p.askOutside()
		return r
	})
	c.Parent = &f.Frame
	return &f.Frame
}

// ends says that seq must end; false: it has.
func (p *pull[T]) ends() bool {
	if p.co.state == unresumed && p.stdNext == nil {
		p.co.state = over
		p.co.counted()
	}
	p.co.stops = true
	return p.co.state != over || p.stdNext != nil
}

// yieldOutside is yield for code that is not green, on a goroutine that is none of
// the hub's.
func (p *pull[T]) yieldOutside(v T) bool {
	if p.co.stops {
		return false
	}
	p.v, p.ok = v, true
	return p.co.yieldOutside()
}

// nextOutside is next for goroutines.
func (p *pull[T]) nextOutside() (T, bool) {
	p.askOutside()
	return p.take()
}

func (p *pull[T]) stopOutside() {
	if p.ends() {
		p.askOutside()
		p.take()
	}
}

// askOutside is ask for goroutines.
func (p *pull[T]) askOutside() {
	switch {
	case p.co.hub != nil && p.co.state != over:
		p.co.askOutside()
		return
	case p.co.state == over && p.stdNext == nil:
		return
	case p.stdNext == nil:
		p.co.counted()
		p.stdNext, p.stdStop = iter.Pull(p.std)
	}
	if p.co.stops {
		p.stdStop()
		return
	}
	p.v, p.ok = p.stdNext()
}
