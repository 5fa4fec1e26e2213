package rt

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// Stack is debug.Stack: called by a greenlet, also through plain code, it gives the
// greenlet's stack instead of its hub's. That is the calls up to the hub's loop, with the
// names of functions and not of twins, and then those that are frames only. Below a
// deferred call it shows where the panic began that is under way, or was just recovered,
// as Go does. Generated code and woven programs call it in debug.Stack's place. Safe from
// any goroutine.
func Stack() []byte { return ownStack(2, debug.Stack) }

// PrintStack is debug.PrintStack, as Stack is debug.Stack. Safe from any goroutine.
func PrintStack() { os.Stderr.Write(ownStack(2, debug.Stack, debug.PrintStack)) }

// StackInto is runtime.Stack: that of the caller as Stack gives it, but without a line for
// itself, or those of all goroutines. Safe from any goroutine.
func StackInto(buf []byte, all bool) int {
	if all {
		return runtime.Stack(buf, true)
	}
	return copy(buf, ownStack(2))
}

// As values they are called where they stand, too, also where other functions of their types
// may block: a worker has another stack.
func init() {
	green.Register(green.Func(Stack), green.Func(func(*green.Hub, unsafe.Pointer) ([]byte, *green.Frame) { return Stack(), nil }), false)
	green.Register(green.Func(PrintStack), green.Func(func(*green.Hub, unsafe.Pointer) *green.Frame { PrintStack(); return nil }), false)
	green.Register(green.Func(StackInto), green.Func(func(_ *green.Hub, _ unsafe.Pointer, buf []byte, all bool) (int, *green.Frame) {
		return StackInto(buf, all), nil
	}), false)
}

// ownStack writes the stack of the function that is skip calls up. callees are what that
// called, as it thinks, innermost first.
func ownStack(skip int, callees ...any) []byte {
	var t trace
	for _, fn := range callees {
		f := runtime.FuncForPC(reflect.ValueOf(fn).Pointer())
		file, line := f.FileLine(f.Entry())
		t.add(f.Name(), file, line, 0)
	}
	pcs := callers(skip + 1)
	g, x := runningHere()
	if x == nil {
		return t.ofGoroutine(pcs)
	}
	if g == nil {
		t.walk(pcs, nil)
	} else {
		t.greenlet(pcs, x)
	}
	id := self().goid // a callback's
	if g != nil {
		id = g.id()
	}
	b := t.text(fmt.Appendf(nil, "goroutine %d [running]:\n", id))
	return append(b, g.createdBy()...)
}

// callers returns the stack above this function's caller, as much as a report needs.
func callers(skip int) []uintptr {
	for size := 128; ; size *= 4 {
		pcs := make([]uintptr, size)
		if n := runtime.Callers(skip+1, pcs); n < size || size > 1<<16 {
			return pcs[:n]
		}
	}
}

// runningHere returns the greenlet that runs on this goroutine, and what it runs with; x
// is nil if this is no hub's, and g if a callback of the hub runs.
func runningHere() (g *Greenlet, x *green.Hub) {
	id := self().goid
	for _, h := range allHubs() {
		if own, y := h.runsOn(id); y != nil {
			g, x = own, y // of the youngest: a callback of a hub may have called Run
		}
	}
	return g, x
}

// runsOn is runningHere for one hub.
func (h *Hub) runsOn(goid uint64) (g *Greenlet, x *green.Hub) {
	t := &h.taken
	t.mu.Lock() // so that the hub does not go on without this goroutine meanwhile
	defer t.mu.Unlock()
	for x, w := range t.absent {
		if w.goid == goid {
			return w.g, x
		}
	}
	if h.goid.Load() != goid {
		return nil, nil
	}
	return h.cur, h.Hub
}

// createdBy says who made g, if it is known.
func (g *Greenlet) createdBy() string {
	if g == nil || g.Parent() == 0 {
		return ""
	}
	x := g.ext.Load()
	if x == nil {
		return ""
	}
	var n namer
	for _, f := range userFrames(x.spawned) {
		if !spawns(f.Function) {
			return fmt.Sprintf("created by %s in goroutine %d\n\t%s:%d\n", n.of(f), g.Parent(), f.File, f.Line)
		}
	}
	return ""
}

// ofGoroutine is for a goroutine that is no hub's: a worker, or one of the program's own.
func (t *trace) ofGoroutine(pcs []uintptr) []byte {
	text := string(debug.Stack())
	head, rest, _ := strings.Cut(text, "\n")
	for range 4 { // debug.Stack itself, which is among t's if it is to be seen, this function, ownStack and who called that
		_, rest, _ = strings.Cut(rest, "\n\t")
		_, rest, _ = strings.Cut(rest, "\n")
	}
	made := ""
	if i := strings.LastIndex(rest, "created by "); i >= 0 {
		if rest, made = rest[:i], rest[i:]; strings.HasPrefix(made, "created by "+rtPath) {
			made = ""
		}
	}
	if strings.Contains(rest, rtPath+"/") {
		t.walk(pcs, nil)
		return append(t.text([]byte(head+"\n")), made...)
	}
	b := t.text([]byte(head + "\n"))
	for line := range strings.Lines(rest) {
		if i := strings.LastIndexByte(line, '('); i > 0 && line[0] != '\t' {
			b = append(b, t.names.of(runtime.Frame{Function: line[:i]})...)
			line = line[i:]
		}
		b = append(b, line...)
	}
	return append(b, made...)
}

// Stack implements green.Ops.
func (h *Hub) Stack() []uintptr {
	var pcs [64]uintptr
	n := runtime.Callers(2, pcs[:])
	return append([]uintptr(nil), pcs[:n]...)
}

// Exiting implements green.Ops.
func (h *Hub) Exiting() *green.Unwind { return &green.Unwind{} }
