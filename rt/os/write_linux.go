package os

import (
	"os"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// What a write that is parked waits for.
const (
	toYield = iota // others that are ready
	toTurn         // others that write
	toSpace        // the descriptor
	toStd          // a worker
)

// writeFrame is a write that waits. Its flag makes it see a kill, so that others have
// their turn.
type writeFrame struct {
	green.FuncFrame
	f     Handle
	p     []byte
	n     int
	t     *turn
	state uint8
}

var (
	writes   green.Pool[writeFrame]
	slotBool = green.SlotFor[struct{ R0 bool }]()
)

// File_Write_green is (*os.File).Write. Only from the hub's goroutine.
func File_Write_green(h *green.Hub, f *os.File, p []byte) (int, error, *green.Frame) {
	if h.Blocks() || f == nil || standard(f) {
		n, err := f.Write(p)
		return n, err, nil
	}
	return Write_green(h, (*Stream)(f), p)
}

// Write_green is f.Write. Only from the hub's goroutine, of a hub that does not block.
func Write_green(h *green.Hub, f Handle, p []byte) (int, error, *green.Frame) {
	w := writeFrame{f: f, p: p}
	if !rt.HubOf(h).Eager() {
		h.Back()
		h.Ops.Yield()
		w.state = toYield
		return 0, nil, h.ParkAt(w.keep(h))
	}
	n, err, c := w.begin(h)
	if c != nil {
		c.Parent = w.keep(h)
		return 0, nil, c.Parent
	}
	return n, err, nil
}

// keep returns the frame to park with.
func (w *writeFrame) keep(h *green.Hub) *green.Frame {
	f := writes.Get(h)
	resume := f.Frame
	*f = *w
	f.Frame = resume
	f.Resume, f.PC, f.Flags = resumeWrite, 1, green.FlagDefers
	return &f.Frame
}

// begin waits for the turn, then writes.
func (w *writeFrame) begin(h *green.Hub) (int, error, *green.Frame) {
	t, mine := takeTurn(rt.HubOf(h), w.f)
	w.t = t
	if !mine {
		return w.queue(h)
	}
	return w.write(h, false)
}

// queue waits for the turn.
func (w *writeFrame) queue(h *green.Hub) (int, error, *green.Frame) {
	w.state = toTurn
	ok, c := w.t.free.AcquireTimeout_green(h, stolenEvery)
	if c != nil {
		return 0, nil, c
	}
	return w.queued(h, ok)
}

func (w *writeFrame) queued(h *green.Hub, ok bool) (int, error, *green.Frame) {
	if !w.t.got(rt.HubOf(h), ok) {
		return w.queue(h)
	}
	return w.write(h, false)
}

// write goes on with the turn, and gives it back at the end.
func (w *writeFrame) write(h *green.Hub, waited bool) (int, error, *green.Frame) {
	o := try(h, w.f, w.p[w.n:], rt.Writing, waited, !h.Ops.InGreenlet())
	w.n += o.n
	switch o.verdict {
	case waits:
		if o.c == nil { // a callback of the hub: it panics
			w.t.leave(w.f, true)
			return 0, nil, w.offload(h)
		}
		w.state = toSpace
		return 0, nil, o.c
	case foreign:
		return 0, nil, w.offload(h)
	case closed:
		var n int
		n, o.err = w.f.Write(w.p[w.n:])
		w.n += n
	}
	w.t.leave(w.f, true)
	return w.n, o.err, nil
}

func (w *writeFrame) offload(h *green.Hub) *green.Frame {
	w.state = toStd
	return writeOffloaded(h, w.f, w.p[w.n:])
}

func resumeWrite(h *green.Hub, hd *green.Frame) *green.Frame {
	w := (*writeFrame)(unsafe.Pointer(hd))
	if h.Pending() { // killed, or a panic on the worker
		if w.t != nil {
			w.t.leave(w.f, w.state != toTurn)
		}
		h.Rethrow()
	}
	n, err, c := w.goOn(h)
	if c != nil {
		c.Parent = hd
		return green.Parked
	}
	*slotN.Of(h) = count{n, err}
	return writes.Put(h, w)
}

func (w *writeFrame) goOn(h *green.Hub) (int, error, *green.Frame) {
	switch w.state {
	case toYield:
		return w.begin(h)
	case toTurn:
		return w.queued(h, slotBool.Take(h).R0)
	case toStd:
		r := slotN.Take(h)
		w.t.leave(w.f, true)
		return w.n + r.R0, r.R1, nil
	}
	if slotErr.Take(h).R0 != nil { // a deadline that only std knows
		return 0, nil, w.offload(h)
	}
	return w.write(h, true)
}
