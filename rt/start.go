package rt

import (
	"fmt"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// State is what a greenlet is doing.
type State uint8

// The states of a greenlet.
const (
	StateNew     State = iota // made, not started
	StateQueued               // ready, waits for its turn
	StateRunning              // or, on a goroutine, started
	StateParked               // waits for something
	StateDone                 // ended
)

func (s State) String() string {
	return [...]string{"new", "queued", "running", "parked", "done"}[s]
}

// MarshalText implements encoding.TextMarshaler.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *State) UnmarshalText(text []byte) error {
	for t := StateNew; t <= StateDone; t++ {
		if t.String() == string(text) {
			*s = t
			return nil
		}
	}
	return fmt.Errorf("rt: no state %q", text)
}

// State returns what g is doing. Only from the goroutine of g's hub; of one on a
// goroutine it is safe from any.
func (g *Greenlet) State() State {
	switch {
	case g.isDone():
		return StateDone
	case g.home() == nil:
		if g.waitsForStart() {
			return StateNew
		}
		return StateRunning
	}
	return [...]State{queued: StateQueued, running: StateRunning, parked: StateParked, ended: StateDone, fresh: StateNew}[g.state]
}

// waitsForStart reports whether g, on a goroutine, was not started yet.
func (g *Greenlet) waitsForStart() bool {
	x := g.ext.Load()
	if x == nil {
		return false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.start != nil
}

// New returns a greenlet that is going to run fn once it is started, on a
// goroutine. Safe from any goroutine.
func New(fn func()) *Greenlet {
	g := &Greenlet{}
	g.setCode(codeOf(green.Func(fn)))
	g.more().start = func() { go g.goroutine(fn) }
	return g
}

// New_green is New, for a greenlet of the hub. Only from the hub's goroutine.
func New_green(h *green.Hub, fn func()) *Greenlet {
	if h.Blocks() {
		return New(fn)
	}
	g := HubOf(h).create(green.Func(fn))
	g.state = fresh
	return g
}

// Start queues g. If it was started or killed, nothing happens. Safe from any
// goroutine.
func (g *Greenlet) Start() {
	if g.home() != nil {
		g.home().Post(g.start)
	} else if start := g.takeStart(); start != nil {
		start()
	}
}

// Start_green is Start for greenlets. Only from the hub's goroutine.
func (g *Greenlet) Start_green(h *green.Hub) {
	if !h.Blocks() && HubOf(h) == g.home() {
		g.start()
	} else {
		g.Start()
	}
}

// start is Start, on the goroutine of g's hub.
func (g *Greenlet) start() {
	if g.state != fresh {
		return
	}
	g.state = queued
	if x := g.ext.Load(); x != nil && x.delay != nil {
		x.delay.stop()
		x.delay = nil
	}
	g.home().runq.push(g)
}

// takeStart returns what starts a greenlet on a goroutine, only once.
func (g *Greenlet) takeStart() func() {
	x := g.ext.Load()
	if x == nil {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	start := x.start
	x.start = nil
	return start
}

// neverStart ends a greenlet on a goroutine that was not started.
func (g *Greenlet) neverStart(err error) {
	if g.takeStart() != nil {
		x := g.ext.Load()
		x.err = err
		g.life.Store(hasEnded)
		x.tell()
	}
}

// SpawnAfter is Spawn in d. A Kill before that cancels it. Safe from any goroutine.
func SpawnAfter(d time.Duration, fn func()) *Greenlet {
	g := New(fn)
	t := time.AfterFunc(d, g.Start)
	g.onEnd(func() { t.Stop() })
	return g
}

// SpawnAfter_green is SpawnAfter for greenlets. Only from the hub's goroutine.
func SpawnAfter_green(h *green.Hub, d time.Duration, fn func()) *Greenlet {
	if h.Blocks() {
		return SpawnAfter(d, fn)
	}
	g := New_green(h, fn)
	x := g.more()
	x.delay = g.home().newTimer(d, nil, func() {
		x.delay = nil
		g.start()
	})
	return g
}
