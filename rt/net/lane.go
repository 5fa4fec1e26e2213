package net

import (
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// lane leads from one end of a pipe to the other. Who reads takes from who writes: nothing
// is handed to somebody who waits, and could be killed with it. Its methods never park;
// the signals that they return are to be rung then.
type lane struct {
	turn *rt.Semaphore // of those who write, one after the other

	mu      sync.Mutex // guards what follows, for some instructions
	gone    [2]bool    // by rt.Dir: that end is closed
	limits  [2]limit
	writer  *visit   // who offers something, nil: nobody
	readers []*visit // in the order they came; only the first one takes
}

// limit is the deadline of an end.
type limit struct {
	timer  *time.Timer // nil: none is to come
	count  int         // how many there were
	passed bool
}

// visit is a call of Read or Write that waits.
type visit struct {
	p     []byte
	n     int // how much of it is done
	err   error
	over  bool
	woken *signal // a reader may look again; a writer is over
}

// Pipe_green is net.Pipe. Only from the hub's goroutine.
func Pipe_green(h *green.Hub) (net.Conn, net.Conn) {
	if h.Blocks() {
		return net.Pipe()
	}
	a, b := newLane(), newLane()
	return &pipe{a, b}, &pipe{b, a}
}

func newLane() *lane { return &lane{turn: rt.NewSemaphore(1)} }

// fails says why who comes to an end now cannot do anything.
func (l *lane) fails(end rt.Dir) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failsLocked(end)
}

func (l *lane) failsLocked(end rt.Dir) error {
	switch {
	case l.gone[end]:
		return io.ErrClosedPipe
	case l.gone[1-end]:
		return l.end(end)
	case l.limits[end].passed:
		return os.ErrDeadlineExceeded
	}
	return nil
}

// end is what is said at one end when the other one is closed.
func (l *lane) end(end rt.Dir) error {
	if end == rt.Reading {
		return io.EOF
	}
	return io.ErrClosedPipe
}

// enter begins a Read. over: that was all.
func (l *lane) enter(b []byte) (v *visit, over bool, next *signal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v = &visit{p: b}
	if v.err = l.failsLocked(rt.Reading); v.err != nil {
		return v, true, nil
	}
	l.readers = append(l.readers, v)
	next = l.take(v)
	return v, v.over, next
}

// take lets v read, if it is its turn and there is something, else v has a new signal.
func (l *lane) take(v *visit) (next *signal) {
	w := l.writer
	if w == nil || l.readers[0] != v {
		v.woken = new(signal)
		return nil
	}
	v.n = copy(v.p, w.p[w.n:])
	v.over = true
	l.readers = slices.Delete(l.readers, 0, 1)
	if w.n += v.n; w.n < len(w.p) {
		return l.first()
	}
	w.over, l.writer = true, nil
	return w.woken
}

// first returns who reads next, if there is something.
func (l *lane) first() *signal {
	if l.writer == nil || len(l.readers) == 0 {
		return nil
	}
	return l.readers[0].woken
}

// again lets v, which was woken, read. over: that was all.
func (l *lane) again(v *visit) (over bool, next *signal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !v.over {
		next = l.take(v)
	}
	return v.over, next
}

// offer begins a Write. It is the caller's turn.
func (l *lane) offer(b []byte) (v *visit, next *signal, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err = l.failsLocked(rt.Writing); err != nil {
		return nil, nil, err
	}
	l.writer = &visit{p: b, woken: new(signal)}
	return l.writer, l.first(), nil
}

// giveUp takes v out, if it is not over.
func (l *lane) giveUp(v *visit) (next *signal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writer == v {
		l.writer = nil
	}
	if i := slices.Index(l.readers, v); i >= 0 {
		l.readers = slices.Delete(l.readers, i, i+1)
	}
	v.over = true
	return l.first()
}

// leave closes an end.
func (l *lane) leave(end rt.Dir) []*signal {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gone[end] = true
	l.limits[end].stop()
	return append(l.finish(end, io.ErrClosedPipe), l.finish(1-end, l.end(1-end))...)
}

// finish ends all calls at an end. Called with l.mu held.
func (l *lane) finish(end rt.Dir, err error) (all []*signal) {
	over := l.readers
	if end == rt.Writing {
		over = nil
		if l.writer != nil {
			over = []*visit{l.writer}
		}
		l.writer = nil
	} else {
		l.readers = nil
	}
	for _, v := range over {
		v.err, v.over = err, true
		all = append(all, v.woken)
	}
	return all
}

// until sets the deadline of an end.
func (l *lane) until(end rt.Dir, t time.Time) []*signal {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := &l.limits[end]
	d.stop()
	d.passed = false
	if t.IsZero() {
		return nil
	}
	left := time.Until(t)
	if left <= 0 {
		d.passed = true
		return l.finish(end, os.ErrDeadlineExceeded)
	}
	count := d.count
	d.timer = time.AfterFunc(left, func() { ringAll(l.timeUp(end, count)) })
	return nil
}

func (d *limit) stop() {
	d.count++
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}

// timeUp is called by a timer, on a goroutine.
func (l *lane) timeUp(end rt.Dir, count int) []*signal {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := &l.limits[end]
	if d.count != count { // there is another deadline now
		return nil
	}
	d.timer, d.passed = nil, true
	return l.finish(end, os.ErrDeadlineExceeded)
}

// ringAll is for any goroutine.
func ringAll(all []*signal) {
	for _, s := range all {
		s.Set(struct{}{})
	}
}

// pipeAddr is what std's pipes have.
var pipeAddr = func() net.Addr {
	c, _ := net.Pipe()
	return c.LocalAddr()
}()

// LocalAddr implements net.Conn.
func (p *pipe) LocalAddr() net.Addr { return pipeAddr }

// RemoteAddr implements net.Conn.
func (p *pipe) RemoteAddr() net.Addr { return pipeAddr }

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (p *pipe) SetDeadline(t time.Time) error { return p.until(t, true, true) }

// SetReadDeadline ends reads at t, of those who wait, too.
func (p *pipe) SetReadDeadline(t time.Time) error { return p.until(t, true, false) }

// SetWriteDeadline ends writes at t, of those who wait, too.
func (p *pipe) SetWriteDeadline(t time.Time) error { return p.until(t, false, true) }

func (p *pipe) until(t time.Time, read, write bool) error {
	if p.in.closed() {
		return io.ErrClosedPipe
	}
	if read {
		ringAll(p.in.until(rt.Reading, t))
	}
	if write {
		ringAll(p.out.until(rt.Writing, t))
	}
	return nil
}

func (l *lane) closed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.gone[rt.Reading] || l.gone[rt.Writing]
}
