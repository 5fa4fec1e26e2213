package green

import "unsafe"

// Panic is a panic as data, while deferred calls run and between frames.
type Panic struct {
	Value     any
	Stack     []uintptr // where it was raised, nil if unknown
	Chain     []Place   // the callers that existed only as frames; set by the hub
	Link      *Panic    // the panic that this one interrupted
	Under     *Panic    // the one that was Ongoing, of which Stack has no beginning; nil if none
	Behind    *Panic    // the one under way where Chain ends, nil if none; set by the hub
	Recovered bool
	goexit    bool
}

// Unwind is the value a greenlet panics with to end early, by Goexit or Kill.
// recover does not see it.
type Unwind struct{ Err error }

// IsUnwind reports whether p ends its greenlet rather than reports a fault.
func (p *Panic) IsUnwind() (*Unwind, bool) {
	u, ok := p.Value.(*Unwind)
	return u, ok
}

// Defers holds the deferred calls of one activation.
type Defers struct {
	top deferred // the last one, without fn: none
	ext *defersExt
}

// defersExt is what few activations need. It stays with the Defers.
type defersExt struct {
	rest *deferredLink // the other calls
	p    *Panic        // under way
}

type deferred struct {
	fn      func(h *Hub, d *Defers, operand unsafe.Pointer) *Frame
	operand unsafe.Pointer // in the hub's free list the next *Defers
}

type deferredLink struct {
	deferred
	next *deferredLink
}

// NewDefers returns one that holds nothing. Exit takes it back.
func NewDefers(h *Hub) *Defers {
	if h == nil || h.defers == nil {
		return new(Defers)
	}
	d := h.defers
	h.defers, d.top.operand = (*Defers)(d.top.operand), nil
	return d
}

// Push defers fn, which evaluated its operands already. fn returns the frame of
// the call it makes, as twins do, and hands d on if its callee may recover.
func (d *Defers) Push(fn func(h *Hub, d *Defers) *Frame) { d.PushWord(pushed, Func(fn)) }

func pushed(h *Hub, d *Defers, fn unsafe.Pointer) *Frame {
	return As[func(*Hub, *Defers) *Frame](fn)(h, d)
}

// PushWord is Push for a call with one operand, which is a pointer: nothing is allocated
// if fn captures nothing.
func (d *Defers) PushWord(fn func(h *Hub, d *Defers, operand unsafe.Pointer) *Frame, operand unsafe.Pointer) {
	if d.top.fn != nil { // most activations have one
		x := d.more()
		x.rest = &deferredLink{d.top, x.rest}
	}
	d.top = deferred{fn, operand}
}

func (d *Defers) more() *defersExt {
	if d.ext == nil {
		d.ext = &defersExt{}
	}
	return d.ext
}

// pop takes the call that is next.
func (d *Defers) pop() deferred {
	c := d.top
	d.top = deferred{}
	if x := d.ext; x != nil && x.rest != nil {
		d.top, x.rest = x.rest.deferred, x.rest.next
	}
	return c
}

// panic returns the one under way, nil if none is.
func (d *Defers) panic() *Panic {
	if d.ext == nil {
		return nil
	}
	return d.ext.p
}

// Exit runs the deferred calls. r is what the guard recovered. It returns a
// frame if one of them suspended: then the caller must be resumed with PCDefers
// and call Exit(h, nil) again. nil says that the function returns. If a panic
// goes on, Exit panics.
func (d *Defers) Exit(h *Hub, r any) *Frame {
	ongoing := false // the panic under way is the hub's
	if r != nil {
		p := h.NewPanic(r)
		ongoing = h != nil && h.ongoing == p
		d.raise(p)
	} else if d.settle(); d.panic() != nil && h != nil { // else a deferred call that suspended has recovered, or there was no panic
		ongoing, h.ongoing = true, d.panic()
	}
	for d.top.fn != nil {
		c, p := d.call(h, d.pop())
		switch {
		case p != nil:
			d.raise(p)
		case c != nil:
			if ongoing {
				h.ongoing = nil
			}
			return d.between(h, c)
		}
		if d.settle(); ongoing {
			h.ongoing = d.panic()
		}
	}
	d.settle()
	if p := d.panic(); p != nil {
		if !h.Blocks() {
			h.propagated = p
		}
		panic(p.Value)
	}
	if ongoing {
		h.ongoing = nil
	}
	if h != nil { // nobody else has d any more
		d.top.operand, h.defers = unsafe.Pointer(h.defers), d
	}
	return nil
}

// deferFrame is the caller of a deferred call that suspended while a panic was under way,
// for who asks where that began: the stack is not there any more.
type deferFrame struct {
	FuncFrame
	p *Panic
}

// between puts a deferFrame behind c, a deferred call, if there is a panic.
func (d *Defers) between(h *Hub, c *Frame) *Frame {
	p := d.panic()
	if p == nil || p.goexit || h.Blocks() {
		return c
	}
	if p.Chain == nil && p.Stack != nil { // it has not left the stack: the frames below are those that it began above
		p.Chain, p.Behind = Places(h.Caller())
	}
	f := &deferFrame{p: p}
	f.Resume = resumeDeferred
	c.Parent = &f.Frame
	return &f.Frame
}

func resumeDeferred(_ *Hub, f *Frame) *Frame { return f.Parent }

// PanicOf returns the panic during which the function whose frame is f's parent runs
// deferred calls, of which f's callee is one. nil: f is another frame, or there is none.
func PanicOf(f *Frame) *Panic {
	if f.kind != 0 || *(*uintptr)(Func(f.How())) != *(*uintptr)(Func(resumeDeferred)) {
		return nil
	}
	return (*deferFrame)(unsafe.Pointer(f)).p
}

// settle ends a recovered panic; a Goexit that it interrupted goes on.
func (d *Defers) settle() {
	for p := d.panic(); p != nil && p.Recovered; p = d.ext.p {
		for p = p.Link; p != nil && !p.goexit; {
			p = p.Link
		}
		d.ext.p = p
	}
}

func (d *Defers) raise(p *Panic) {
	// A panic raised by a deferred call hides the one that was under way.
	x, last := d.more(), p
	for last.Link != nil {
		last = last.Link
	}
	if last != x.p {
		last.Link = x.p
	}
	x.p = p
}

// call runs one deferred call and catches its panic, while the stack still shows
// where that was raised.
func (d *Defers) call(h *Hub, call deferred) (c *Frame, p *Panic) {
	if h == nil {
		h = Blocking() // the token needs a place
	}
	done := false
	defer func() {
		if !done {
			if r := recover(); r != nil {
				p = h.NewPanic(r)
			}
			h.tok = nil
		}
	}()
	c = call.fn(h, d, call.operand)
	done = true
	return c, nil
}

// Panicking reports whether a panic that can be recovered is under way.
func (d *Defers) Panicking() bool {
	if d == nil {
		return false
	}
	p := d.panic()
	return p != nil && !p.Recovered && !p.goexit
}

// CallForeign runs body, which defers a function that greengen does not know and
// then calls Reraise: if that function recovers, it does so by Go's own recover.
func (d *Defers) CallForeign(body func()) {
	if !d.Panicking() {
		body()
		return
	}
	p := d.panic()
	goesOn := false
	func() {
		defer func() {
			if r := recover(); r != nil {
				if !sameValue(r, p.Value) {
					panic(r)
				}
				goesOn = true
			}
		}()
		body()
	}()
	if !goesOn {
		p.Recovered = true
	}
}

// Foreign is CallForeign for a function that may block: it runs on a worker.
func (d *Defers) Foreign(h *Hub, body func()) *Frame {
	if h.Blocks() {
		d.CallForeign(body)
		return nil
	}
	return Offload(h, "a deferred call", func() (r struct{}) {
		d.CallForeign(body)
		return r
	})
}

// Reraise raises the panic under way, if there is one that can be recovered.
func (d *Defers) Reraise() {
	if d.Panicking() {
		panic(d.ext.p.Value)
	}
}

// NewPanic makes the record of a panic that a guard recovered. If the value
// just left an Exit on its way out, its record is taken up again.
func (h *Hub) NewPanic(r any) *Panic {
	if !h.Blocks() {
		h.tok = nil
		if p := h.propagated; p != nil {
			h.propagated = nil
			if sameValue(p.Value, r) {
				return p
			}
		}
	}
	p := &Panic{Value: plainText(r)}
	_, p.goexit = r.(*Unwind)
	if !h.Blocks() && !p.goexit {
		p.Stack, p.Under = h.Ops.Stack(), h.ongoing
	}
	return p
}

// Raise makes the frame that is resumed next raise p. It returns the nearest
// frame from f on that has deferred calls, nil if none: then p is uncaught.
func (h *Hub) Raise(f *Frame, p *Panic) *Frame {
	for f != nil && f.Flags&FlagDefers == 0 {
		f = f.Parent
	}
	if f != nil {
		h.pending = p
	}
	return f
}

// Pending reports whether a resume body must raise a panic, by calling Rethrow.
func (h *Hub) Pending() bool { return h.pending != nil }

// Rethrow raises the pending panic.
func (h *Hub) Rethrow() {
	h.ongoing = h.TakePending()
	h.Repanic(h.ongoing)
}

// Ongoing returns the panic that the frame which the loop resumed raised, by Rethrow, or
// runs deferred calls for; nil if there is none. Those of other functions on the stack
// began there.
func (h *Hub) Ongoing() *Panic { return h.ongoing }

// SetOngoing is for the loop, when a stack is left or another one begins.
func (h *Hub) SetOngoing(p *Panic) { h.ongoing = p }

// TakePending returns the pending panic, nil if there is none, and forgets it.
func (h *Hub) TakePending() *Panic {
	p := h.pending
	h.pending = nil
	return p
}

// Repanic raises p, which a guard caught, once more.
func (h *Hub) Repanic(p *Panic) {
	h.propagated = p
	panic(p.Value)
}

// SetTok announces that the next call is one deferred in d, by a callee that
// contains recover.
func (h *Hub) SetTok(d *Defers) { h.tok = d }

// TakeTok returns the token of the deferred call that this activation is, nil
// if it is none.
func (h *Hub) TakeTok() *Defers {
	if h == nil {
		return nil
	}
	d := h.tok
	h.tok = nil
	return d
}

// Recover is recover() in a twin; d is what TakeTok returned.
func Recover(d *Defers) any {
	if !d.Panicking() {
		return nil
	}
	d.ext.p.Recovered = true
	return d.ext.p.Value
}

// sameValue compares two values by identity: never panics, never calls ==.
func sameValue(a, b any) bool {
	return *(*[2]unsafe.Pointer)(unsafe.Pointer(&a)) == *(*[2]unsafe.Pointer)(unsafe.Pointer(&b))
}

// wrapperError is a runtime error whose text named a twin.
type wrapperError string

func (e wrapperError) Error() string { return string(e) }
func (e wrapperError) RuntimeError() {}

// plainText gives the error of a value method called with a nil pointer the text
// that it has in plain code. Other values stay as they are.
func plainText(r any) any {
	e, ok := r.(interface {
		error
		RuntimeError()
	})
	if !ok {
		return r
	}
	const mark = "_green called using nil *"
	text := e.Error()
	for i := 0; i+len(mark) <= len(text); i++ {
		if text[i:i+len(mark)] == mark {
			return wrapperError(text[:i] + text[i+len("_green"):])
		}
	}
	return r
}
