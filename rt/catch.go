package rt

import (
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// Catch calls fn. If something makes the calling greenlet unwind meanwhile, a
// Kill, a Timeout or a DeadlockError, that ends at this call, which returns its
// error; recover does not see it. Panics and Goexit go on. A goroutine is never
// made to unwind. Safe from any goroutine.
func Catch(fn func()) error { return catch(nil, fn) }

// Catch_green is Catch for greenlets. Only from the hub's goroutine.
func Catch_green(h *green.Hub, fn func()) (error, *green.Frame) { return catch_green(h, nil, fn) }

// catch is Catch for only one error, nil: for any.
func catch(only error, fn func()) error {
	fn()
	return nil
}

// catchFrame stops an unwinding. It has green.FlagDefers.
type catchFrame struct {
	green.FuncFrame
	only error
}

var catches green.Pool[catchFrame]

func catch_green(h *green.Hub, only error, fn func()) (err error, c *green.Frame) {
	if h.Blocks() {
		fn()
		return nil, nil
	}
	returned := false
	defer func() {
		if returned {
			return
		}
		if r := recover(); r != nil {
			p := h.NewPanic(r)
			if err = stops(p, only); err == nil {
				h.Repanic(p)
			}
		}
	}()
	c = call(h, fn)
	returned = true
	if c != nil {
		f := catches.Get(h)
		f.Resume, f.PC, f.Flags, f.only = resumeCatch, 1, green.FlagDefers, only
		c.Parent = &f.Frame
		c = &f.Frame
	}
	return nil, c
}

// stops returns the error that p unwinds with if a catch for only is to stop it.
func stops(p *green.Panic, only error) error {
	if u, ok := p.IsUnwind(); ok && u.Err != nil && (only == nil || u.Err == only) {
		return u.Err
	}
	return nil
}

func resumeCatch(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*catchFrame)(ptr(hd))
	var err error
	if p := h.TakePending(); p != nil {
		if err = stops(p, f.only); err == nil {
			h.Repanic(p)
		}
	}
	slotErr.Of(h).R0 = err
	return catches.Put(h, f)
}

// call calls the twin of fn; if it has none, fn runs on a worker.
func call(h *green.Hub, fn func()) *green.Frame {
	twin, env, _ := green.Lookup(fn)
	if twin == nil {
		return offloadWhole(h, green.Func(fn))
	}
	return green.As[func(*green.Hub, unsafe.Pointer) *green.Frame](twin)(h, env)
}

// Timeout is a limit on the time that a greenlet takes for something. When it is
// over the greenlet unwinds with the Timeout as its error, from where it is
// parked or parks next: a greenlet that does not park is not interrupted.
type Timeout struct {
	d     time.Duration
	g     *Greenlet // nil on a goroutine
	timer *timer
}

// StartTimeout starts a Timeout of the calling greenlet; d < 0: never, 0: in the
// next turn of the hub. It must be stopped. A goroutine cannot be interrupted:
// there the Timeout never ends. Safe from any goroutine.
func StartTimeout(d time.Duration) *Timeout { return &Timeout{d: d} }

// StartTimeout_green is StartTimeout for greenlets. Only from the hub's goroutine.
func StartTimeout_green(h *green.Hub, d time.Duration) *Timeout {
	t := &Timeout{d: d}
	if !h.Blocks() && d >= 0 {
		hub := HubOf(h)
		t.g = hub.running().known()
		t.timer = hub.newTimer(d, nil, t.fire)
	}
	return t
}

func (t *Timeout) fire() {
	t.timer = nil
	h := t.g.home()
	switch {
	case t.g.state == ended:
	case t.g.flags&(killed|killLater|killHeld) != 0: // one after the other
		d := time.Duration(0)
		if t.g.state != queued { // it may be stuck for long: the hub must be able to sleep
			d = time.Millisecond
		}
		t.timer = h.newTimer(d, nil, t.fire)
	default:
		h.killBy(t.g, t)
	}
}

// Stop ends the Timeout: its greenlet is not interrupted any more, from the hub's
// next turn on. It can be called again. Safe from any goroutine.
func (t *Timeout) Stop() {
	if t.g != nil {
		t.g.home().Post(t.stop)
	}
}

// Stop_green is Stop, at once. Only from the hub's goroutine.
func (t *Timeout) Stop_green(h *green.Hub) {
	if t.g != nil && !h.Blocks() && HubOf(h) == t.g.home() {
		t.stop()
	} else {
		t.Stop()
	}
}

func (t *Timeout) stop() {
	if t.timer != nil {
		t.timer.stop()
		t.timer = nil
	}
	if g := t.g; g.flags&killLater != 0 && g.ext.Load().kill == error(t) {
		g.flags &^= killLater
	}
}

func (t *Timeout) Error() string { return "rt: timeout of " + t.d.String() }

// Timeout reports that this is a timeout, as net.Error does.
func (t *Timeout) Timeout() bool { return true }

// ErrTimeout is what the waits with a limit return that have an error.
var ErrTimeout error = timeoutError{}

type timeoutError struct{}

func (timeoutError) Error() string { return "rt: timeout" }
func (timeoutError) Timeout() bool { return true }
