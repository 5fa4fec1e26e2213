package main

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/greengen/greengen/transform/color"
)

// graph says who calls whom in std, as far as can be told without the programs.
type graph struct {
	lib     *library
	traps   map[int64]string            // the names of system calls
	globals map[*ssa.Global][]ssa.Value // what is stored there
	calls   map[*ssa.Function][]*ssa.Function
	callers map[*ssa.Function][]*ssa.Function
	waits   map[*ssa.Function]string        // why a function may block by itself
	next    map[*ssa.Function]*ssa.Function // the way from one that may block to why
}

func newGraph(lib *library) *graph {
	return &graph{lib: lib, traps: traps(lib.prog), globals: stores(lib.prog), calls: map[*ssa.Function][]*ssa.Function{},
		callers: map[*ssa.Function][]*ssa.Function{}, waits: map[*ssa.Function]string{}, next: map[*ssa.Function]*ssa.Function{}}
}

// name is how transform/color calls a function; inner ones have that of the outer.
func name(f *ssa.Function) string {
	if fn, ok := f.Object().(*types.Func); ok {
		return color.StdName(fn)
	}
	return f.String()
}

// origin is the generic function that f is an instance of, or f.
func origin(f *ssa.Function) *ssa.Function {
	if o := f.Origin(); o != nil {
		return o
	}
	return f
}

// add looks at f, and at all that it calls.
func (g *graph) add(f *ssa.Function) {
	for list := []*ssa.Function{f}; len(list) > 0; {
		f := list[len(list)-1]
		list = list[:len(list)-1]
		if _, ok := g.calls[f]; ok {
			continue
		}
		g.calls[f] = nil
		g.look(f)
		for _, callee := range g.calls[f] {
			g.callers[callee] = append(g.callers[callee], f)
		}
		list = append(list, g.calls[f]...)
	}
}

func (g *graph) look(f *ssa.Function) {
	n := name(f)
	if primitives[n] {
		g.waits[f] = "it waits"
	}
	if cuts[n] || primitives[n] || f.Pkg != nil && ofRuntime(f.Pkg.Pkg.Path()) {
		return
	}
	if f.Blocks == nil {
		if to := g.lib.find(g.lib.pulled[n]); to != nil {
			g.edge(f, to)
		}
	}
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			g.instruction(f, in)
		}
	}
}

// ofRuntime packages are made of waits that nobody sees.
func ofRuntime(path string) bool {
	return path == "runtime" || strings.HasPrefix(path, "internal/runtime/") || strings.HasPrefix(path, "runtime/internal/")
}

// find returns the function that a linkname means.
func (lib *library) find(full string) *ssa.Function {
	i := strings.LastIndex(full, ".")
	if i < 0 {
		return nil
	}
	p := lib.prog.ImportedPackage(full[:i])
	if p == nil {
		return nil
	}
	return p.Func(full[i+1:])
}

func (g *graph) edge(f, to *ssa.Function) {
	if to != nil {
		g.calls[f] = append(g.calls[f], origin(to))
	}
}

func (g *graph) instruction(f *ssa.Function, in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.Go: // another's wait
	case ssa.CallInstruction:
		g.call(f, in.Common())
	case *ssa.Send:
		g.waits[f] = "it sends"
	case *ssa.UnOp:
		if in.Op == token.ARROW {
			g.waits[f] = "it receives"
		}
	case *ssa.Select:
		if in.Blocking {
			g.waits[f] = "it selects"
		}
	}
}

func (g *graph) call(f *ssa.Function, c *ssa.CallCommon) {
	if c.IsInvoke() {
		g.invoke(f, c.Value, c.Method)
		g.arguments(f, c.Args, c.Signature())
		return
	}
	callee := c.StaticCallee()
	if callee == nil {
		for _, to := range g.functions(c.Value) {
			g.edge(f, to)
		}
		g.arguments(f, c.Args, c.Signature())
		return
	}
	n := name(origin(callee))
	if trap, ok := systemCall(n, c.Args); ok {
		if why := g.trapWaits(trap); why != "" {
			g.waits[f] = why
		}
		return
	}
	if len(c.Args) > 0 && ownOutput(c.Args[0]) {
		return
	}
	g.edge(f, callee)
	if !keepers[n] && !cuts[n] {
		g.arguments(f, c.Args, callee.Signature)
	}
}

// arguments charges f with what it hands to others: they call functions, and the
// methods of the interfaces that they ask for.
func (g *graph) arguments(f *ssa.Function, args []ssa.Value, sig *types.Signature) {
	for _, a := range args {
		if _, ok := a.Type().Underlying().(*types.Signature); ok {
			for _, to := range g.functions(a) {
				g.edge(f, to)
			}
			continue
		}
		iface, ok := a.Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for _, t := range g.concrete(a) {
			for m := range iface.Methods() {
				g.method(f, t, m)
			}
		}
	}
}

func (g *graph) invoke(f *ssa.Function, x ssa.Value, m *types.Func) {
	for _, t := range g.concrete(x) {
		g.method(f, t, m)
	}
}

// method charges f with method m of t, if it has it.
func (g *graph) method(f *ssa.Function, t types.Type, m *types.Func) {
	sel := types.NewMethodSet(t).Lookup(m.Pkg(), m.Name())
	if sel == nil {
		return
	}
	if fn, ok := sel.Obj().(*types.Func); ok {
		g.edge(f, g.lib.prog.FuncValue(fn.Origin())) // none if an embedded interface has it
	}
}

// spread finds all that may block, and the way there.
func (g *graph) spread() {
	var list []*ssa.Function
	for f := range g.waits {
		list = append(list, f)
	}
	sortFunctions(list)
	for len(list) > 0 {
		f := list[0]
		list = list[1:]
		for _, caller := range g.callers[f] {
			if g.next[caller] == nil && g.waits[caller] == "" {
				g.next[caller] = f
				list = append(list, caller)
			}
		}
	}
}

// blocks reports whether f may.
func (g *graph) blocks(f *ssa.Function) bool { return g.next[f] != nil || g.waits[f] != "" }

// chain says why f may block.
func (g *graph) chain(f *ssa.Function) string {
	var b strings.Builder
	for ; g.next[f] != nil; f = g.next[f] {
		b.WriteString(name(f) + " -> ")
	}
	return b.String() + name(f) + ": " + g.waits[f]
}
