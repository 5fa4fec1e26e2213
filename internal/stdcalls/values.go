package main

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// stores lists what is stored in each global variable.
func stores(prog *ssa.Program) map[*ssa.Global][]ssa.Value {
	m := map[*ssa.Global][]ssa.Value{}
	for f := range ssautil.AllFunctions(prog) {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				if s, ok := in.(*ssa.Store); ok {
					if to, ok := s.Addr.(*ssa.Global); ok {
						m[to] = append(m[to], s.Val)
					}
				}
			}
		}
	}
	return m
}

// sources follows x back to where it was made: through variables, results of
// functions, and closures; not through parameters, fields, elements and channels.
func (g *graph) sources(x ssa.Value, seen map[ssa.Value]bool, do func(ssa.Value)) {
	if x == nil || seen[x] || ownOutput(x) {
		return
	}
	seen[x] = true
	switch x := x.(type) {
	case *ssa.Phi:
		for _, e := range x.Edges {
			g.sources(e, seen, do)
		}
	case *ssa.ChangeType:
		g.sources(x.X, seen, do)
	case *ssa.ChangeInterface:
		g.sources(x.X, seen, do)
	case *ssa.TypeAssert:
		g.sources(x.X, seen, do)
	case *ssa.Extract:
		switch t := x.Tuple.(type) {
		case *ssa.Call:
			g.results(t, x.Index, seen, do)
		case *ssa.TypeAssert:
			if x.Index == 0 {
				g.sources(t.X, seen, do)
			}
		}
	case *ssa.Call:
		g.results(x, 0, seen, do)
	case *ssa.UnOp:
		if x.Op == token.MUL {
			g.stored(x.X, seen, do)
		}
	default:
		do(x)
	}
}

// stored follows what the variable at p was given.
func (g *graph) stored(p ssa.Value, seen map[ssa.Value]bool, do func(ssa.Value)) {
	if seen[p] {
		return
	}
	seen[p] = true
	switch p := p.(type) {
	case *ssa.Global:
		for _, v := range g.globals[p] {
			g.sources(v, seen, do)
		}
	case *ssa.Alloc:
		for _, in := range *p.Referrers() {
			if s, ok := in.(*ssa.Store); ok && s.Addr == p {
				g.sources(s.Val, seen, do)
			}
		}
	case *ssa.FreeVar:
		for _, b := range bindings(p) {
			g.stored(b, seen, do)
		}
	}
}

// bindings returns what closures have for v.
func bindings(v *ssa.FreeVar) []ssa.Value {
	f := v.Parent()
	i := 0
	for i < len(f.FreeVars) && f.FreeVars[i] != v {
		i++
	}
	var list []ssa.Value
	if f.Parent() == nil || f.Referrers() == nil {
		return nil
	}
	for _, b := range f.Parent().Blocks {
		for _, in := range b.Instrs {
			if c, ok := in.(*ssa.MakeClosure); ok && c.Fn == f {
				list = append(list, c.Bindings[i])
			}
		}
	}
	return list
}

// results follows result i of a call; a function made of others, as sync.OnceValue
// makes it, stands for them.
func (g *graph) results(c *ssa.Call, i int, seen map[ssa.Value]bool, do func(ssa.Value)) {
	callee := c.Call.StaticCallee()
	if callee == nil {
		return
	}
	for _, b := range origin(callee).Blocks {
		for _, in := range b.Instrs {
			if r, ok := in.(*ssa.Return); ok && i < len(r.Results) {
				g.sources(r.Results[i], seen, do)
			}
		}
	}
	if _, ok := callee.Signature.Results().At(i).Type().Underlying().(*types.Signature); ok {
		for _, a := range c.Call.Args {
			if _, ok := a.Type().Underlying().(*types.Signature); ok {
				g.sources(a, seen, do)
			}
		}
	}
}

// functions returns those that the func value x may be.
func (g *graph) functions(x ssa.Value) []*ssa.Function {
	var list []*ssa.Function
	g.sources(x, map[ssa.Value]bool{}, func(v ssa.Value) {
		switch v := v.(type) {
		case *ssa.Function:
			list = append(list, v)
		case *ssa.MakeClosure:
			list = append(list, v.Fn.(*ssa.Function))
		case *ssa.FreeVar:
			for _, b := range bindings(v) {
				list = append(list, g.functions(b)...)
			}
		}
	})
	return list
}

// concrete returns the types of values that the interface x may hold.
func (g *graph) concrete(x ssa.Value) []types.Type {
	var list []types.Type
	g.sources(x, map[ssa.Value]bool{}, func(v ssa.Value) {
		if m, ok := v.(*ssa.MakeInterface); ok && !ownOutput(m.X) {
			list = append(list, m.X.Type())
		}
	})
	return list
}

// ownOutput reports whether x is os.Stdout or os.Stderr: writing there is declared
// plain.
func ownOutput(x ssa.Value) bool {
	load, ok := x.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	v, ok := load.X.(*ssa.Global)
	return ok && v.Pkg.Pkg.Path() == "os" && (v.Name() == "Stdout" || v.Name() == "Stderr")
}
