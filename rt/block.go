package rt

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// maxBlock is the default of Config.MaxBlock where the monitor is on.
const maxBlock = 100 * time.Millisecond

// BlockReport says that a greenlet held its hub for long: other greenlets, of which
// there are some, could not run.
type BlockReport struct {
	Hub      uint64        `json:"hub"`
	Greenlet uint64        `json:"greenlet"` // 0: a callback of the hub
	Name     string        `json:"name"`     // of the greenlet
	Held     time.Duration `json:"held"`     // so far, in ns
	Place    string        `json:"place"`    // "main.serve serve.go:12": where green code is
	Mark     string        `json:"mark"`     // the function to mark //greengen:offload, "" if none is known
	Stack    string        `json:"stack"`    // of the hub's goroutine, as Go prints it
}

func (r BlockReport) String() string {
	who := "a callback"
	if r.Greenlet != 0 {
		who = fmt.Sprintf("greenlet %d (%s)", r.Greenlet, r.Name)
	}
	s := fmt.Sprintf("hub %d has been held for %v by %s", r.Hub, r.Held, who)
	if r.Place != "" {
		s += " at " + r.Place
	}
	if r.Mark != "" {
		s += "\n\tif it may block, put //greengen:offload before " + r.Mark + ", or rt.MayBlock around the call if that is fine"
	}
	return s + "\n" + r.Stack
}

// blockings keeps the latest reports of all hubs.
var blockings struct {
	sync.Mutex // guards what follows
	list       []BlockReport
}

// Blockings returns the latest reports of the monitors of all hubs, at most 16, the
// oldest first. Safe from any goroutine.
func Blockings() []BlockReport {
	blockings.Lock()
	defer blockings.Unlock()
	return append([]BlockReport(nil), blockings.list...)
}

func keepBlocking(r BlockReport) {
	blockings.Lock()
	defer blockings.Unlock()
	if len(blockings.list) == 16 {
		blockings.list = append(blockings.list[:0], blockings.list[1:]...)
	}
	blockings.list = append(blockings.list, r)
}

// MayBlock calls fn. Safe from any goroutine.
func MayBlock(fn func()) { fn() }

// MayBlock_green calls fn, as plain code: it holds the hub for as long as it takes,
// and the monitor says nothing. Only from the hub's goroutine.
func MayBlock_green(h *green.Hub, fn func()) {
	if !h.Blocks() {
		hub := HubOf(h)
		hub.exempt.Add(1)
		defer hub.exempt.Add(-1)
	}
	fn()
}

// blockWatch finds out that a hub is held. It is the monitor's.
type blockWatch struct {
	max  time.Duration // 0: it does not look
	at   progress      // at the last look
	held time.Duration // since when nothing changed
	said map[string]bool
}

// progress changes whenever a hub does anything but run one greenlet or callback.
type progress struct{ turns, polls uint64 }

// progress reads what the hub's goroutine writes without telling anybody, so that a
// switch costs nothing. Words are read whole, and at worst late: a stay that is
// reported is seen twice, with the stack taken in between.
//
//go:norace
//go:noinline
func (h *Hub) progress() progress { return progress{h.Turn, h.stats.Polls} }

// whoHolds returns the current greenlet, and whether any other waits for the hub.
// It reads as progress does.
//
//go:norace
//go:noinline
func (h *Hub) whoHolds() (id uint64, g *Greenlet, others bool) {
	if g = h.cur; g != nil {
		id = g.id()
	}
	return id, g, g == nil || h.living > 1 || h.posted.Load()
}

// asleep is for a hub that sleeps.
func (b *blockWatch) asleep() { b.held = 0 }

// look is for a hub that is awake, each time that d has passed.
func (b *blockWatch) look(h *Hub, d time.Duration) {
	if b.max <= 0 {
		return
	}
	at := h.progress()
	if at != b.at || h.exempt.Load() > 0 {
		b.at, b.held = at, 0
		return
	}
	was := b.held
	b.held += d
	if was >= b.max || b.held < b.max {
		return
	}
	id, g, others := h.whoHolds()
	if !others {
		return
	}
	r := BlockReport{Hub: h.id, Greenlet: id, Held: b.held, Stack: goroutineStack(h.goid.Load())}
	if g != nil {
		r.Name = strings.TrimSuffix(userName(g.Name()), "_plain") // a woven main
	}
	r.Place, r.Mark = blame(r.Stack)
	if h.progress() == at { // else it went on meanwhile
		b.say(h, r)
	}
}

// say reports once per place.
func (b *blockWatch) say(h *Hub, r BlockReport) {
	key := r.Place + " " + r.Mark
	if r.Place == "" {
		key = linesOf(r.Stack)
	}
	if b.said[key] {
		return
	}
	if b.said == nil {
		b.said = map[string]bool{}
	}
	b.said[key] = true
	h.blocked.Add(1)
	keepBlocking(r)
	notify(r)
	if f := h.config.OnBlocked; f != nil {
		f(r)
		return
	}
	os.Stderr.WriteString("greengen: " + r.String())
}

// linesOf returns the source lines of a stack: what is the same the next time.
func linesOf(stack string) string {
	var b strings.Builder
	for line := range strings.Lines(stack) {
		if at, ok := strings.CutPrefix(line, "\t"); ok {
			at, _, _ = strings.Cut(at, " +0x")
			b.WriteString(at + "\n")
		}
	}
	return b.String()
}

// blame finds in the stack of a hub's goroutine where the innermost green code is,
// and what it called.
func blame(stack string) (place, mark string) {
	lines := strings.Split(stack, "\n")
	for i := 1; i+1 < len(lines); i += 2 { // innermost first
		name := lines[i]
		if j := strings.LastIndexByte(name, '('); j > 0 {
			name = name[:j]
		}
		if name == rtPath+".(*Hub).turns" || name == rtPath+".(*Hub).tracedBatch" {
			break
		}
		if strings.HasPrefix(name, rtPath+".") || strings.HasPrefix(name, rtPath+"/green.") {
			continue
		}
		plain, isGreen := twinOf(name)
		at, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +0x")
		if place = plain + " " + at; isGreen {
			if mark == "" || isStd(mark) {
				mark = plain
			}
			return place, mark
		}
		mark = plain
	}
	return place, mark
}

const rtPath = "github.com/greengen/greengen/rt"

// twinOf returns the name of the function that a twin was made from.
func twinOf(name string) (plain string, isTwin bool) {
	dir := name[:strings.LastIndexByte(name, '/')+1]
	pkg, fn, _ := strings.Cut(name[len(dir):], ".")
	plain, resumed := strings.CutPrefix(fn, "resume_")
	plain, fast := strings.CutSuffix(plain, "_green")
	return dir + pkg + "." + plain, resumed || fast
}

// isStd reports whether a function is the standard library's.
func isStd(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	if first == name {
		first, _, _ = strings.Cut(name, ".")
		return first != "main"
	}
	return !strings.Contains(first, ".")
}

var badMonitor sync.Once

// monitorFromEnv reads GREENGEN_MONITOR: a duration, 1 for the default, 0 for off.
func monitorFromEnv() time.Duration {
	text := os.Getenv("GREENGEN_MONITOR")
	if n, err := strconv.Atoi(text); text == "" || err == nil {
		return time.Duration(min(max(n, 0), 1)) * maxBlock
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		badMonitor.Do(func() { fmt.Fprintf(os.Stderr, "greengen: GREENGEN_MONITOR=%s is no duration\n", text) })
		return 0
	}
	return d
}
