package bufio

import (
	"bufio"
	"io"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// State is what Await found out about a reader.
type State uint8

const (
	Unknown State = iota // what it reads from is not known: a worker must read
	Ready                // std's methods read what they need without waiting
	Rest                 // an error follows first, or the buffer is full: the twins read
)

// Await says how to read what is needed: on a goroutine std's methods may wait. Safe
// from any goroutine.
func Await(r *bufio.Reader, enough func(buffered []byte) bool) State { return Ready }

// Await_green waits until what r has in its buffer is enough, its end or an error
// follows, or the buffer is full. Only from the hub's goroutine.
func Await_green(h *green.Hub, r *bufio.Reader, enough func(buffered []byte) bool) (State, *green.Frame) {
	if h.Blocks() {
		return Ready, nil
	}
	if r == nil {
		return Unknown, nil
	}
	o := readOp{r: r, kind: opAwait, ask: enough}
	c, _ := o.begin(h)
	return o.state, c
}

// await is opAwait; false: it would block.
func (o *readOp) await() bool {
	o.state = Ready
	enough := o.ask.(func([]byte) bool)
	for o.src != nil {
		n := o.r.Buffered()
		b, _ := peek(o.r, n)
		if enough(b) {
			break
		}
		if o.src.fails() || n == o.r.Size() {
			o.state = Rest
			break
		}
		if !o.peek(n + 1) {
			return false
		}
	}
	return true
}

// An Op is plain code that reads from a reader. Where that would block it fails with an
// error that WouldBlock knows. Attempt then returns that error, and is called again when
// there is more: it must have taken nothing else on that error, or remember it.
type Op interface{ Attempt() error }

// WouldBlock says that an Op was called by Try, and is to be called again.
func WouldBlock(err error) bool { return err == errWouldBlock }

// Try calls op, which on a goroutine waits itself. It returns false, and has done
// nothing, if what r reads from is not known: then a worker must. Safe from any goroutine.
func Try(r *bufio.Reader, op Op) bool {
	op.Attempt()
	return true
}

// Try_green is Try. Only from the hub's goroutine.
func Try_green(h *green.Hub, r *bufio.Reader, op Op) (bool, *green.Frame) {
	if h.Blocks() {
		return Try(r, op), nil
	}
	if r == nil {
		return false, nil
	}
	o := readOp{r: r, kind: opTry, ask: op}
	c, ok := o.begin(h)
	return ok, c
}

// Restart is Try for an Op that knows nothing of WouldBlock: where it would block it is left
// by a panic, and called again. It must have changed nothing, or remember it. Safe from any
// goroutine.
func Restart(r *bufio.Reader, op Op) bool { return Try(r, op) }

// Restart_green is Restart. Only from the hub's goroutine.
func Restart_green(h *green.Hub, r *bufio.Reader, op Op) (bool, *green.Frame) {
	return Try_green(h, r, &restarted{r, op})
}

// restarted is an Op that is left by panics.
type restarted struct {
	r  *bufio.Reader
	op Op
}

func (x *restarted) Attempt() (err error) {
	src, ok := under(x.r).(*source)
	if !ok || src.hub == nil {
		return x.op.Attempt()
	}
	src.raises = true
	defer func() {
		src.raises = false
		if src.raised {
			src.raised = false
			recover()
			err = errWouldBlock
		}
	}()
	return x.op.Attempt()
}

// Under returns what r reads from, nil if that is unknown. Safe from any goroutine.
func Under(r *bufio.Reader) io.Reader { return under(r) }

// Adopt makes a reader of std's read by twins, if it does not yet: from what twin returns
// for what it reads from. That must read from the same, also for plain code. It returns
// false if twin returns nil, or what r reads from is unknown. Safe from any goroutine.
func Adopt(r *bufio.Reader, twin func(from io.Reader) io.Reader) bool {
	if r == nil {
		return false
	}
	from := under(r)
	if _, ok := from.(*source); ok || from == nil {
		return ok
	}
	if from = twin(from); from == nil {
		return false
	}
	*(*io.Reader)(unsafe.Add(unsafe.Pointer(r), placeRd)) = &source{rd: from}
	return true
}
