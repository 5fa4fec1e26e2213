package rt

import (
	"cmp"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// panicText writes an uncaught panic as Go does, with the greenlet's stack.
func panicText(g *Greenlet, p *green.Panic) string {
	var b strings.Builder
	again := g != nil && g.repanics()
	p.Recovered = p.Recovered || again
	writePanics(&b, p, again)
	at := userFrames(p.Stack)
	if signalled(p) {
		pc := uintptr(0)
		if len(at) > 0 {
			pc = at[0].PC
		}
		fmt.Fprintf(&b, "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=%#x]\n", pc)
	}
	id := uint64(0)
	if g != nil {
		id = g.id()
	}
	fmt.Fprintf(&b, "\ngoroutine %d [running]:\n", id)
	var t trace
	t.panic(p)
	if len(t.list) > 0 && t.list[0].name == "panic" { // as in Go's report of one that nobody recovered
		t.list = t.list[1:]
	}
	return string(t.text([]byte(b.String()))) + g.createdBy()
}

// signalled reports whether p, or a panic that it interrupted, came from a signal.
// The same value, kept and raised again, does not.
func signalled(p *green.Panic) bool {
	for ; p != nil; p = p.Link {
		e, ok := p.Value.(runtime.Error)
		if ok && strings.Contains(e.Error(), "nil pointer dereference") && (len(p.Stack) == 0 || passes(p.Stack, "runtime.sigpanic")) {
			return true
		}
	}
	return false
}

// passes reports whether a stack has a frame of the function name.
func passes(pcs []uintptr, name string) bool {
	it := runtime.CallersFrames(pcs)
	for more := true; more; {
		var f runtime.Frame
		if f, more = it.Next(); f.Function == name {
			return true
		}
	}
	return false
}

// writePanics writes p after those that it interrupted.
func writePanics(b *strings.Builder, p *green.Panic, again bool) {
	if p.Link != nil {
		same := *(*[2]uintptr)(unsafe.Pointer(&p.Link.Value)) == *(*[2]uintptr)(unsafe.Pointer(&p.Value))
		writePanics(b, p.Link, same)
		if same {
			return
		}
		if _, exit := p.Link.IsUnwind(); !exit {
			b.WriteByte('\t')
		}
	}
	if _, exit := p.IsUnwind(); exit {
		return
	}
	b.WriteString("panic: " + panicValue(p.Value))
	switch {
	case p.Recovered && again:
		b.WriteString(" [recovered, repanicked]")
	case p.Recovered:
		b.WriteString(" [recovered]")
	}
	b.WriteByte('\n')
}

// panicValue formats v as the runtime does.
func panicValue(v any) (text string) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case string:
			text = "panic while printing panic value: " + r
		default:
			text = fmt.Sprintf("panic while printing panic value: type %T", r)
		}
	}()
	indent := func(s string) string { return strings.ReplaceAll(s, "\n", "\n\t") }
	switch v := v.(type) {
	case nil:
		return "nil"
	case error:
		return indent(v.Error())
	case fmt.Stringer:
		return indent(v.String())
	case string:
		return indent(v)
	}
	r := reflect.ValueOf(v)
	named := func(s string) string {
		if r.Type().PkgPath() == "" {
			return s
		}
		return r.Type().String() + "(" + s + ")"
	}
	switch r.Kind() {
	case reflect.Bool:
		return named(strconv.FormatBool(r.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return named(strconv.FormatInt(r.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return named(strconv.FormatUint(r.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		return named(strconv.FormatFloat(r.Float(), 'g', -1, r.Type().Bits()))
	case reflect.Complex64, reflect.Complex128:
		return named(strconv.FormatComplex(r.Complex(), 'g', -1, r.Type().Bits()))
	case reflect.String:
		return r.Type().String() + `("` + indent(r.String()) + `")`
	}
	return fmt.Sprintf("(%s) %#x", r.Type(), (*[2]uintptr)(unsafe.Pointer(&v))[1])
}

// userFrames cuts what the runtime and the hub added to a panic's stack.
func userFrames(pcs []uintptr) []runtime.Frame {
	var fs []runtime.Frame
	if len(pcs) == 0 {
		return nil
	}
	it := runtime.CallersFrames(pcs)
	for more := true; more; {
		var f runtime.Frame
		f, more = it.Next()
		if f.Function == rtPath+".(*Hub).turns" || f.Function == rtPath+".(*Hub).tracedBatch" || f.Function == "github.com/greengen/greengen/rt/green.Offload[...].func2" {
			break
		}
		fs = append(fs, f)
	}
	if i := slices.IndexFunc(fs, func(f runtime.Frame) bool { return f.Function == "runtime.gopanic" }); i >= 0 {
		fs = fs[i+1:]
	}
	return slices.DeleteFunc(fs, func(f runtime.Frame) bool {
		return strings.HasPrefix(f.Function, "runtime.") ||
			strings.HasPrefix(f.Function, "github.com/greengen/greengen/rt/green.") ||
			strings.HasPrefix(f.Function, "github.com/greengen/greengen/rt.begin") ||
			strings.HasPrefix(f.Function, "github.com/greengen/greengen/rt.goTwin")
	})
}

// userName is the name of the function that a twin was made from.
func userName(s string) string {
	return strings.NewReplacer("_green", "", "_resume", "").Replace(s)
}

// Info describes a greenlet that has not ended.
type Info struct {
	ID     uint64        `json:"id"`
	Parent uint64        `json:"parent,omitempty"` // who spawned it, see Greenlet.Parent
	Name   string        `json:"name"`
	State  State         `json:"state"`
	Wait   string        `json:"wait"`           // what it waits for
	For    time.Duration `json:"for,omitempty"`  // how long, to about a second; in ns, a few hours at most
	Left   time.Duration `json:"left,omitempty"` // until it stops waiting by itself, in ns; 0: it does not
	Stack  []string      `json:"stack"`          // "main.serve serve.go:12", innermost first
	Spawn  []string      `json:"spawn,omitempty"`
}

// lines keeps what is said of places: of many greenlets most are at a few.
type lines map[green.Place]line

type line struct{ name, text string }

// of returns the function where f is suspended, and its line; "": nobody knows.
func (ls lines) of(f *green.Frame) line {
	p := green.PlaceOf(f)
	l, ok := ls[p]
	if !ok {
		if name, file, n, known := p.Where(); known {
			l = line{name, name + " " + file + ":" + strconv.Itoa(n)}
		}
		ls[p] = l
	}
	return l
}

func (g *Greenlet) info(ls lines) Info {
	i := Info{ID: g.id(), Parent: g.Parent(), Name: g.ownName(), State: g.State(), Spawn: g.SpawnStack()}
	switch {
	case g.flags&isNew != 0:
		i.Name, i.State, i.Wait = g.Name(), StateNew, "not started"
		return i
	case g == g.home().cur && g.state == running: // at is where it was
		i.Name, i.Wait = g.Name(), "running"
		h := g.home()
		var t trace
		t.greenlet(h.Stack(), h.Hub)
		for _, s := range t.list {
			i.Stack = append(i.Stack, fmt.Sprintf("%s %s:%d", s.name, s.file, s.line))
		}
		return i
	case g.kind > 0:
		w := g.waiter()
		i.Wait, i.For, i.Left = w.String(), g.parkedFor(), g.home().timeLeft(w)
	default:
		i.Wait = "runnable"
	}
	outermost := ""
	for f := (*green.Frame)(g.at); f != nil; f = f.Parent {
		if l := ls.of(f); l.text != "" {
			i.Stack = append(i.Stack, l.text)
			outermost = l.name
		}
	}
	switch {
	case i.Name != "":
	case outermost != "":
		i.Name = outermost // not that of a twin, or of what starts one
	default:
		i.Name = g.Name()
	}
	return i
}

// Greenlets lists all that have not ended, the oldest first. Only from the
// hub's goroutine.
func (h *Hub) Greenlets() []Info {
	h.tick(h.poller.Now())
	var gs []*Greenlet
	h.each(func(g *Greenlet) { gs = append(gs, g) })
	slices.SortFunc(gs, func(a, b *Greenlet) int { return cmp.Compare(a.id(), b.id()) })
	is, ls := make([]Info, len(gs)), lines{}
	for i, g := range gs {
		is[i] = g.info(ls)
	}
	return is
}

// DeadlockError says that nothing could ever happen on a hub again. The hub's first
// greenlet unwinds with it; Catch stops that, then the hub goes on.
type DeadlockError struct {
	Parked []Info
	exited bool // the main greenlet is no more
}

func (h *Hub) deadlock() *DeadlockError {
	return &DeadlockError{Parked: h.Greenlets(), exited: h.exits}
}

func (e *DeadlockError) Error() string { return e.headline() + e.list("greenlet") }

func (e *DeadlockError) headline() string {
	if e.exited && len(e.Parked) == 0 {
		return "no goroutines (main called runtime.Goexit) - deadlock!\n"
	}
	return "all goroutines are asleep - deadlock!\n"
}

func (e *DeadlockError) list(what string) string {
	var b strings.Builder
	for _, i := range e.Parked {
		fmt.Fprintf(&b, "\n%s %d [%s]: %s\n", what, i.ID, i.Wait, i.Name)
		for _, s := range i.Stack {
			b.WriteString("\t" + s + "\n")
		}
	}
	return b.String()
}

// crash ends the program as an uncaught panic does.
func (h *Hub) crash(text string) {
	os.Stderr.WriteString(text)
	h.Exit(2)
}

func (h *Hub) printStats() {
	if h.config.Stats {
		os.Stderr.WriteString("greengen: " + h.Stats().String() + "\n")
	}
}
