package bufio

import (
	"bufio"

	"github.com/greengen/greengen/rt/green"
)

// Await reports whether std's methods of r read what they need without waiting for
// other greenlets: on a goroutine they may wait. Safe from any goroutine.
func Await(r *bufio.Reader, enough func(buffered []byte) bool) bool { return true }

// Await_green waits until what r has in its buffer is enough, or its end or an error
// follows. It returns false if what r reads from is not known, or the buffer is too
// small: then a worker must read. Only from the hub's goroutine.
func Await_green(h *green.Hub, r *bufio.Reader, enough func(buffered []byte) bool) (bool, *green.Frame) {
	if h.Blocks() {
		return true, nil
	}
	if r == nil {
		return false, nil
	}
	o := readOp{r: r, kind: opAwait, enough: enough}
	c, ok := o.begin(h)
	return ok && o.more, c
}

// await is opAwait; false: it would block.
func (o *readOp) await() bool {
	for {
		n := o.r.Buffered()
		b, _ := o.r.Peek(n)
		if o.src == nil || o.src.fails() || o.enough(b) {
			o.more = true
			return true
		}
		if n == o.r.Size() {
			return true
		}
		if !o.peek(n + 1) {
			return false
		}
	}
}
