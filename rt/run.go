package rt

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/poll"
)

// Config is how a hub behaves. The zero value is Go's way.
type Config struct {
	// OnPanic isolates greenlets from each other: it is told of a panic that
	// nobody recovered, and the hub goes on. nil: the program dies, as Go's do.
	// g is nil if a callback of the hub panicked. Called on the hub's goroutine.
	OnPanic func(g *Greenlet, e *PanicError)
	// Stats makes the hub print its counters to stderr when Run returns, or the
	// program ends by an os.Exit of green code. GREENGEN_STATS=1 in the environment
	// sets it for all hubs.
	Stats bool
	// Linger lets the greenlets that are left when Run returns go on, on a
	// goroutine of their own, as goroutines do.
	Linger bool
	// RunBudget is how long ready greenlets run until the hub looks at descriptors
	// and time again; 0: 100 µs. A greenlet is not interrupted for that.
	RunBudget time.Duration
	// RunBatch is the most switches between two looks at the clock; 0: 64.
	RunBatch int
	// OffloadMax is the most offloaded calls that run at once; the others wait, first
	// come first served. 0: no bound. Offloaded code that waits for other offloaded
	// code can make that last for ever. Waits for channels and locks do not count.
	// GREENGEN_OFFLOAD_MAX, such as 100, in the environment sets it for all hubs.
	OffloadMax int
	// TrackSpawns keeps for each greenlet where it was spawned, for reports: a
	// microsecond and some hundred bytes each. GREENGEN_TRACK_SPAWNS=1 in the
	// environment sets it for all hubs.
	TrackSpawns bool
	// MaxBlock is how long, to 10 ms, a greenlet may hold the hub while others are
	// there, until OnBlocked is told: once per place. 0: for ever. GREENGEN_MONITOR in
	// the environment, such as 100ms, sets it for all hubs; greengen run does that.
	MaxBlock time.Duration
	// OnBlocked is called on a goroutine of its own while the hub is held. nil: the
	// report is printed to stderr.
	OnBlocked func(BlockReport)

	poller   poll.Poller
	strict   bool // see StrictDeadlocks
	takeover bool // see WithTakeover
	tracers  tracers
}

// Option changes a Config.
type Option func(*Config)

// OnPanic sets Config.OnPanic.
func OnPanic(f func(g *Greenlet, e *PanicError)) Option {
	return func(c *Config) { c.OnPanic = f }
}

// WithStats sets Config.Stats.
func WithStats() Option { return func(c *Config) { c.Stats = true } }

// Lingering sets Config.Linger.
func Lingering() Option { return func(c *Config) { c.Linger = true } }

// StrictDeadlocks says that nobody but hubs, and who has a Hold, wakes greenlets
// which wait for an Event, a Queue or another primitive of this package. Then it is
// a deadlock at once if none of them can. Without it, goroutines may do so at any
// time: the hub sleeps, and Go reports a deadlock if all goroutines do. With virtual
// time it is always so.
func StrictDeadlocks() Option { return func(c *Config) { c.strict = true } }

// WithRunBudget sets Config.RunBudget.
func WithRunBudget(d time.Duration) Option { return func(c *Config) { c.RunBudget = d } }

// WithRunBatch sets Config.RunBatch.
func WithRunBatch(n int) Option { return func(c *Config) { c.RunBatch = n } }

// WithOffloadMax sets Config.OffloadMax.
func WithOffloadMax(n int) Option { return func(c *Config) { c.OffloadMax = n } }

// TrackingSpawns sets Config.TrackSpawns.
func TrackingSpawns() Option { return func(c *Config) { c.TrackSpawns = true } }

// WithMonitor sets Config.MaxBlock, 0 stands for 100 ms. A negative d switches the
// monitor off, whatever the environment says.
func WithMonitor(d time.Duration) Option {
	if d == 0 {
		d = maxBlock
	}
	return func(c *Config) { c.MaxBlock = max(d, 0) }
}

// OnBlocked sets Config.OnBlocked, and MaxBlock to 100 ms unless it is set.
func OnBlocked(f func(BlockReport)) Option {
	return func(c *Config) {
		c.OnBlocked = f
		if c.MaxBlock == 0 {
			c.MaxBlock = maxBlock
		}
	}
}

// Stats counts what a hub did.
type Stats struct {
	Greenlets       uint64 `json:"greenlets"`        // spawned, also those that ended
	Switches        uint64 `json:"switches"`         // into greenlets
	Suspensions     uint64 `json:"suspensions"`      // parks and yields
	Offloads        uint64 `json:"offloads"`         // calls that ran on a worker
	SpawnsOffloaded uint64 `json:"spawns_offloaded"` // greenlets that ran on a worker as a whole
	Polls           uint64 `json:"polls"`            // looks at descriptors and time
	Workers         int    `json:"workers"`          // jobs in flight
	Alive           int    `json:"alive"`            // greenlets that have not ended
	Ready           int    `json:"ready"`            // ... that wait for their turn
	Timers          int    `json:"timers"`           // that are set
	DescWaits       int    `json:"desc_waits"`       // greenlets that wait for descriptors
	Holds           int    `json:"holds"`            // that were not released
	Blocked         uint64 `json:"blocked"`          // places that the monitor reported
	Takeovers       int    `json:"takeovers"`        // how often the hub went on without a stuck greenlet
}

// Stats returns the counters. Only from the hub's goroutine, or after Run.
func (h *Hub) Stats() Stats {
	s := h.stats
	s.Greenlets = h.ids.Load() - uint64(h.idsLeft)
	s.Switches, s.Suspensions, s.Offloads = h.Turn, h.Suspensions, h.Offloads
	s.Workers, s.Alive, s.Timers = h.offloads, h.living, h.timers.n
	h.taken.mu.Lock()
	s.Takeovers = h.taken.count
	h.taken.mu.Unlock()
	s.Ready, s.DescWaits, s.Holds = h.runq.len()+h.hogs.len(), h.fdWaits, int(h.holds.Load())
	s.Blocked = h.blocked.Load()
	return s
}

// add adds what counts events: what o has at the moment is of no use any more.
func (s *Stats) add(o Stats) {
	s.Greenlets += o.Greenlets
	s.Switches += o.Switches
	s.Suspensions += o.Suspensions
	s.Offloads += o.Offloads
	s.SpawnsOffloaded += o.SpawnsOffloaded
	s.Polls += o.Polls
	s.Blocked += o.Blocked
}

// Plus returns the sums of both. Safe from any goroutine.
func (s Stats) Plus(o Stats) Stats {
	s.add(o)
	s.Workers += o.Workers
	s.Alive += o.Alive
	s.Ready += o.Ready
	s.Timers += o.Timers
	s.DescWaits += o.DescWaits
	s.Holds += o.Holds
	return s
}

func (s Stats) String() string {
	text := fmt.Sprintf("greenlets=%d switches=%d suspensions=%d offloads=%d spawns-offloaded=%d polls=%d",
		s.Greenlets, s.Switches, s.Suspensions, s.Offloads, s.SpawnsOffloaded, s.Polls)
	if s.Takeovers > 0 {
		text += fmt.Sprintf(" takeovers=%d", s.Takeovers)
	}
	return text
}

// Run calls fn as the first greenlet of a new hub, on the calling goroutine, and
// returns when fn does; greenlets that are left are abandoned, unless
// Lingering. If fn has no twin
// it simply calls fn. The error is what fn's greenlet was killed with, such as a
// *DeadlockError, or with OnPanic a *PanicError. If fn calls Goexit, so does Run.
// Safe from any goroutine but a hub's.
func Run(fn func(), opts ...Option) error {
	if !hasTwin(fn) {
		fn()
		return nil
	}
	h := newHub(configure(opts))
	h.enlist()
	h.root = h.spawn(green.Func(fn))
	return h.runRoot()
}

// endRun is what Run does last.
func (h *Hub) endRun() {
	if h.config.Linger && h.err == nil && h.living > 0 {
		h.printStats() // the program may end before those that are left do
		h.over, h.root = false, nil
		go func() {
			h.run()
			h.close()
		}()
		return
	}
	h.close()
	h.printStats()
}

func configure(opts []Option) Config {
	c := Config{Stats: os.Getenv("GREENGEN_STATS") == "1", MaxBlock: monitorFromEnv(),
		TrackSpawns: os.Getenv("GREENGEN_TRACK_SPAWNS") == "1", OffloadMax: offloadMaxFromEnv()}
	for _, o := range opts {
		o(&c)
	}
	if quit != nil && os.Getenv("GREENGEN_DUMP") == "1" {
		DumpOn(quit)
	}
	return c
}

var badOffloadMax sync.Once

// offloadMaxFromEnv reads GREENGEN_OFFLOAD_MAX.
func offloadMaxFromEnv() int {
	text := os.Getenv("GREENGEN_OFFLOAD_MAX")
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		badOffloadMax.Do(func() { fmt.Fprintf(os.Stderr, "greengen: GREENGEN_OFFLOAD_MAX=%s is no number of calls\n", text) })
		return 0
	}
	return n
}

func hasTwin(fn func()) bool {
	twin, _, _ := green.Lookup(fn)
	return twin != nil
}

// Run_green runs fn as a greenlet of the hub that is there, and waits for it; if
// there are options, as the first greenlet of a new hub, on a goroutine of its own,
// for they say how that hub behaves. Only from the hub's goroutine.
func Run_green(h *green.Hub, fn func(), opts ...Option) (error, *green.Frame) {
	if h.Blocks() {
		return Run(fn, opts...), nil
	}
	if len(opts) > 0 {
		return nil, green.Offload(h, "Run", func() struct{ R0 error } {
			return struct{ R0 error }{Run(fn, opts...)}
		})
	}
	return HubOf(h).spawn(green.Func(fn)).Wait_green(h)
}

// On runs fn as a greenlet of h, and waits for its end: with its error, ErrHubClosed
// if h ended first. If fn calls Goexit, so does On. From any goroutine but a hub's.
func (h *Hub) On(fn func()) error {
	g := h.Spawn(fn)
	g.Join()
	if g.Err() == nil && g.flags&exited != 0 {
		runtime.Goexit()
	}
	return g.Err()
}

// RunMain is a program's main under greengen run: Run, but a deadlock ends the
// program as Go does, and so does a Goexit of main. Only from main.
func RunMain(fn func()) {
	if !hasTwin(fn) {
		fn()
		return
	}
	h := newHub(configure([]Option{WithTakeover()}))
	h.enlist()
	h.main = true
	returned := false
	defer func() {
		// Not returned: the goroutine was lost to a Goexit, but the hub ended.
		h.endMain()
		if !returned {
			os.Exit(0)
		}
	}()
	h.root = h.spawn(green.Func(fn))
	h.run()
	returned = true
}

func (h *Hub) endMain() {
	h.close()
	if e, ok := h.err.(*DeadlockError); ok {
		h.crash("fatal error: " + e.headline() + e.list("goroutine"))
	}
	h.printStats()
}

// Exit is os.Exit, after the counters are printed if they are wanted. Only from
// the hub's goroutine.
func (h *Hub) Exit(code int) {
	h.printStats()
	os.Exit(code)
}
