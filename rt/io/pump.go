package io

import (
	"io"

	"github.com/greengen/greengen/rt/green"
)

// Pump is a ByteStream that copies to another one by itself as long as neither waits:
// what most copies of servers do, most of the time.
type Pump interface {
	io.Reader
	Trier
	ByteStream
	// Pump_green reads into buf what is there, and writes it to dst, again and again.
	// Only from the hub's goroutine.
	Pump_green(h *green.Hub, dst io.Writer, buf []byte) Pumped
}

// Pumped says how far a Pump came. Zero but for Written: the caller goes on by itself, since
// dst is none that the Pump knows, or others are to run first.
type Pumped struct {
	Written int64
	N       int          // what the last Read returned, and is not written yet
	Err     error        // the same
	Failed  error        // of the last Write
	Waits   *green.Frame // until something can be read
	Writes  *green.Frame // buf[:N]
}

// pumpFrame is the frame of a copy that waits for a Pump.
type pumpFrame struct {
	green.Frame
	dst     io.Writer
	src     Pump
	written int64
}

var pumps green.Pool[pumpFrame]

func resumePump(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*pumpFrame)(ptr(hd))
	buf := gulps.Get().(*gulp)
	x := f.src.Pump_green(h, f.dst, buf[:])
	f.written += x.Written
	if x.Waits != nil {
		gulps.Put(buf)
		x.Waits.Parent = hd
		return green.Parked
	}
	s := copying{dst: f.dst, src: f.src, trier: f.src, pump: f.src, gulps: true, buf: buf[:], lent: true,
		written: f.written, reading: true}
	c := x.Writes
	switch {
	case c != nil:
		s.n, s.reading = x.N, false
	case x.Failed != nil:
		s.err, s.done = x.Failed, true
		s.giveBack()
	default:
		if x.N > 0 || x.Err != nil {
			s.took(x.N, x.Err)
		}
		c = s.loop(h)
	}
	if c == nil {
		*slotN64.Of(h) = count64{s.written, s.err}
		return pumps.Put(h, f)
	}
	if s.waits && s.pump != nil {
		f.written = s.written
		c.Parent = hd
		return green.Parked
	}
	c.Parent = s.frame(h)
	c.Parent.Parent = pumps.Put(h, f)
	return green.Parked
}
