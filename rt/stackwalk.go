package rt

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/greengen/greengen/rt/green"
)

// trace is a stack as a user expects it.
type trace struct {
	list  []shown
	names namer
}

// shown is one function of it.
type shown struct {
	name, file string
	line       int
	off        uintptr // 0: it is not known
}

func (t *trace) add(name, file string, line int, off uintptr) {
	t.list = append(t.list, shown{name, file, line, off})
}

// How a walk ended.
const (
	atEnd    = iota // of the goroutine, or of what was kept of it
	atLoop          // of a hub: frames follow
	complete        // at a panic, whose callers were added too
)

// The functions where a greenlet's part of a stack ends, and that of a worker.
var (
	loops = map[string]bool{rtPath + ".(*Hub).turns": true, rtPath + ".(*Hub).tracedBatch": true, rtPath + ".stepCoroutine": true}
	works = []string{rtPath + "/green.Offload[", rtPath + "/green.offload"}
)

const (
	inGreen = rtPath + "/green."
	exits   = inGreen + "(*Defers).Exit"
	repanic = inGreen + "(*Hub).Repanic"
)

// walk adds the functions of a stack, innermost first. ongoing is the panic that was that
// when the stack was taken.
//
// While deferred calls run the stack of the panic is still there, below gopanic; but where a
// function was resumed to raise what a callee of its had ended with there is a Rethrow for
// that, and where a deferred call has waited only the Exit that goes on with the others.
func (t *trace) walk(pcs []uintptr, ongoing *green.Panic) (how int) {
	fs := expand(pcs)
	t.names.see(fs)
	name := func(i int) string {
		if i < 0 || i >= len(fs) {
			return ""
		}
		return fs[i].Function
	}
	for i, f := range fs {
		switch by := name(i + 1); {
		case loops[f.Function]:
			return atLoop
		case strings.HasPrefix(f.Function, works[0]), strings.HasPrefix(f.Function, works[1]):
			return atEnd
		case f.Function == "runtime.gopanic":
			switch {
			case by == repanic && name(i+2) == inGreen+"(*Hub).Rethrow":
				if t.panic(ongoing) == complete {
					return complete
				}
			case by == repanic && name(i+2) == rtPath+".(*coroutine).rethrow",
				!strings.HasPrefix(by, inGreen) && by != rtPath+".Goexit_green":
				t.addPanic(f)
			}
		case name(i-1) == exits: // a guard
			if goesOn(fs[i+1:]) && t.panic(ongoing) == complete {
				return complete
			}
		case made(f, by):
		case visible(f):
			off := uintptr(0)
			if f.Func != nil && f.PC >= f.Entry {
				off = f.PC + 1 - f.Entry
			}
			t.add(t.names.of(f), f.File, f.Line, off)
		}
	}
	return atEnd
}

// goesOn reports whether a guard, whose callers are fs, is that of a function which the loop
// resumed when a deferred call of it had ended.
func goesOn(fs []runtime.Frame) bool {
	for i := 0; i < len(fs) && i < 3 && fs[i].Function != "runtime.gopanic"; i++ { // of a generic function there are two
		if loops[fs[i].Function] {
			return i > 0
		}
	}
	return false
}

func expand(pcs []uintptr) (fs []runtime.Frame) {
	if len(pcs) == 0 {
		return nil
	}
	it := runtime.CallersFrames(pcs)
	for more := true; more; {
		var f runtime.Frame
		f, more = it.Next()
		fs = append(fs, f)
	}
	return fs
}

// made reports whether f, called by by, is a function that only generated code has.
func made(f runtime.Frame, by string) bool {
	literal := strings.Contains(f.Function, ".func")
	if literal && (strings.HasPrefix(by, inGreen+"(*Defers).") || by == inGreen+"pushed" || by == rtPath+".goTwin" || by == rtPath+".begin" ||
		by == rtPath+".(*Hub).turns") {
		return true // it calls what was deferred, or started
	}
	if !strings.HasSuffix(f.File, "_green.go") && !strings.HasSuffix(f.File, "_green_test.go") {
		return false
	}
	if !strings.Contains(f.File, "/") { // by a line directive: it stands for no line of the source
		return true
	}
	return !strings.Contains(f.Function, "_green") && !strings.Contains(f.Function, ".resume_") && !strings.Contains(f.Function, ".bind_")
}

// visible reports whether Go would show f, and it is none of the runtime's own.
func visible(f runtime.Frame) bool {
	if rest, ok := strings.CutPrefix(f.Function, "runtime."); ok {
		return rest != "" && rest[0] >= 'A' && rest[0] <= 'Z'
	}
	own, ok := strings.CutPrefix(f.Function, rtPath)
	if !ok || strings.HasSuffix(f.File, "_test.go") {
		return f.Function != ""
	}
	for _, s := range []string{".", "/green.", "/chans.", "/callbacks.", "/internal/"} {
		if strings.HasPrefix(own, s) {
			return false
		}
	}
	return true
}

func (t *trace) addPanic(gopanic runtime.Frame) {
	t.add("panic", gopanic.File, gopanic.Line, gopanic.PC+1-gopanic.Entry)
}

// panic adds the stack of p from where it began on. If it is not complete the function
// that goes on with the panic follows.
func (t *trace) panic(p *green.Panic) (how int) {
	if p == nil || len(p.Stack)+len(p.Chain) == 0 { // or it is a Goexit, or a kill
		return atLoop
	}
	pcs := p.Stack
	for i := range pcs {
		f, _ := runtime.CallersFrames(pcs[i : i+1 : i+1]).Next()
		if f.Function == "runtime.gopanic" {
			t.addPanic(f)
			pcs = pcs[i+1:]
			break
		}
	}
	if t.walk(pcs, p.Under) == complete {
		return complete
	}
	for _, c := range p.Chain {
		t.place(c)
	}
	if p.Behind != nil {
		t.panic(p.Behind)
	}
	if p.Chain == nil {
		return atLoop
	}
	return complete
}

// greenlet adds the stack of the greenlet that runs with x: what is on the machine's, and
// its callers beyond that.
func (t *trace) greenlet(pcs []uintptr, x *green.Hub) {
	if t.walk(pcs, x.Ongoing()) == atLoop {
		t.parents(x.Caller())
	}
}

// parents adds the functions from f on.
func (t *trace) parents(f *green.Frame) {
	for ; f != nil; f = f.Parent {
		if p := green.PanicOf(f); p != nil {
			if t.panic(p) == complete {
				return
			}
		}
		t.place(green.PlaceOf(f))
	}
}

func (t *trace) place(p green.Place) {
	name, file, line, ok := p.Where()
	if !ok || !visible(runtime.Frame{Function: name, File: file}) {
		return
	}
	if f := runtime.FuncForPC(p.Code()); f != nil {
		name = instance(name, strings.Contains(f.Name(), typeArgs))
		file = whole(f, file)
	}
	t.add(stdName(name), file, line, 0)
}

// whole returns the path of a file of which code of f, a resume body, is.
func whole(f *runtime.Func, file string) string {
	const most = 16 << 10 // of code: soon there is a line of the source
	for pc := f.Entry(); pc < f.Entry()+most; pc += 8 {
		g := runtime.FuncForPC(pc)
		if g == nil || g.Entry() != f.Entry() {
			break
		}
		path, _ := g.FileLine(pc)
		dir, base := filepath.Split(path)
		if dir != "" && (base == file || strings.TrimSuffix(base, "_green.go") == strings.TrimSuffix(file, ".go")) {
			return dir + file
		}
	}
	return file
}

// Go shows so many functions of each end of a stack.
const shownInner, shownOuter = 50, 50

// text appends the trace to b, as Go writes one.
func (t *trace) text(b []byte) []byte {
	for i, s := range t.list {
		if hidden := len(t.list) - shownInner - shownOuter; hidden > 0 && i >= shownInner && i < shownInner+hidden {
			if i == shownInner {
				b = fmt.Appendf(b, "...%d frames elided...\n", hidden)
			}
			continue
		}
		b = fmt.Appendf(b, "%s(...)\n\t%s:%d", s.name, s.file, s.line)
		if s.off > 0 {
			b = fmt.Appendf(b, " +%#x", s.off)
		}
		b = append(b, '\n')
	}
	return b
}
