package debug

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"sync"

	"github.com/greengen/greengen/rt"
)

// Trace is an rt.Tracer that writes what hubs do in the JSON format of Chrome's trace
// viewer, which Perfetto reads as well (ui.perfetto.dev): a process for each hub, in
// it a track for each greenlet, and one for the hub's polling and sleeping. Several
// hubs may have the same. It keeps nothing but the greenlets that have not ended.
type Trace struct {
	mu     sync.Mutex // guards what follows
	w      *bufio.Writer
	err    error // the first one of w
	n      int   // events written
	buf    []byte
	hubs   map[uint64]int64 // the time of the last event of each
	tracks map[track]*life
	closed bool
}

type track struct{ hub, greenlet uint64 }

// life is what a greenlet is doing.
type life struct {
	since int64
	wait  string // "": it runs
}

// hubTrack is the track of the hub itself: greenlets count from 1.
const hubTrack = 0

// NewTrace begins a trace. Hubs write to w, and wait for it: a file, not a conn. It
// must be closed.
func NewTrace(w io.Writer) *Trace {
	t := &Trace{w: bufio.NewWriterSize(w, 64<<10), hubs: map[uint64]int64{}, tracks: map[track]*life{}}
	t.write("[\n")
	return t
}

// Run implements rt.Tracer.
func (t *Trace) Run(now int64, g *rt.Greenlet) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	k := t.at(now, g)
	l := t.tracks[k]
	if l == nil {
		l = &life{}
		t.tracks[k] = l
		t.name("thread_name", k, strconv.FormatUint(g.ID(), 10)+" "+g.Name())
		t.event('B', k, now, 0, g.Name())
	} else {
		t.event('X', k, l.since, now-l.since, l.wait)
	}
	l.since, l.wait = now, ""
}

// Stop implements rt.Tracer.
func (t *Trace) Stop(now int64, g *rt.Greenlet, wait string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.at(now, g)
	l := t.tracks[k]
	if t.closed || l == nil {
		return
	}
	t.span(k, l, now)
	l.since, l.wait = now, wait
	if wait == "" {
		t.event('E', k, now, 0, "")
		delete(t.tracks, k)
	}
}

// span writes what a greenlet did until now.
func (t *Trace) span(k track, l *life, now int64) {
	t.event('X', k, l.since, now-l.since, cmp.Or(l.wait, "run"))
}

// Poll implements rt.Tracer.
func (t *Trace) Poll(from, to int64, h *rt.Hub) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	t.hub(to, h)
	t.event('X', track{h.ID(), hubTrack}, from, to-from, "poll")
}

// Close ends the trace: hubs that go on write nothing any more. It returns the first
// error of the writer. It can be called again. Safe from any goroutine.
func (t *Trace) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return t.err
	}
	t.closed = true
	var open []track
	for k := range t.tracks {
		open = append(open, k)
	}
	slices.SortFunc(open, func(a, b track) int {
		return cmp.Or(cmp.Compare(a.hub, b.hub), cmp.Compare(a.greenlet, b.greenlet))
	})
	for _, k := range open {
		now := t.hubs[k.hub]
		t.span(k, t.tracks[k], now)
		t.event('E', k, now, 0, "")
	}
	t.write("\n]\n")
	if err := t.w.Flush(); t.err == nil {
		t.err = err
	}
	return t.err
}

// at returns g's track, and notes the time.
func (t *Trace) at(now int64, g *rt.Greenlet) track {
	t.hub(now, g.Hub())
	return track{g.Hub().ID(), g.ID()}
}

// hub notes the time of a hub's event; before the first one it names the hub.
func (t *Trace) hub(now int64, h *rt.Hub) {
	if _, known := t.hubs[h.ID()]; !known {
		k := track{h.ID(), hubTrack}
		t.name("process_name", k, "hub "+strconv.FormatUint(h.ID(), 10))
		t.name("thread_name", k, "hub")
	}
	t.hubs[h.ID()] = now
}

// name writes an event that names a process or a track.
func (t *Trace) name(what string, k track, name string) {
	b := t.begin('M', k)
	b = append(b, `,"name":"`+what+`","args":{"name":`...)
	b = quote(b, name)
	t.end(append(b, '}'))
}

// event writes an event of a track, in ns: B and E are the life of a greenlet, X is
// what it does meanwhile.
func (t *Trace) event(kind byte, k track, from, took int64, name string) {
	b := t.begin(kind, k)
	b = append(b, `,"ts":`...)
	b = micros(b, from)
	if kind == 'X' {
		b = append(b, `,"dur":`...)
		b = micros(b, took)
	}
	if kind != 'E' {
		b = append(b, `,"name":`...)
		b = quote(b, name)
	}
	t.end(b)
}

func (t *Trace) begin(kind byte, k track) []byte {
	b := t.buf[:0]
	if t.n > 0 {
		b = append(b, ",\n"...)
	}
	b = append(b, `{"ph":"`...)
	b = append(b, kind)
	b = append(b, `","pid":`...)
	b = strconv.AppendUint(b, k.hub, 10)
	b = append(b, `,"tid":`...)
	return strconv.AppendUint(b, k.greenlet, 10)
}

func (t *Trace) end(b []byte) {
	t.buf = append(b, '}')
	t.n++
	if _, err := t.w.Write(t.buf); t.err == nil {
		t.err = err
	}
}

func (t *Trace) write(s string) {
	if _, err := t.w.WriteString(s); t.err == nil {
		t.err = err
	}
}

// micros writes ns as microseconds.
func micros(b []byte, ns int64) []byte { return strconv.AppendFloat(b, float64(ns)/1000, 'f', 3, 64) }

func quote(b []byte, s string) []byte {
	q, _ := json.Marshal(s) // a string has no errors
	return append(b, q...)
}
