package ranges

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

// Run rewrites the functions of u that range over functions. A second run finds
// nothing left to do.
func Run(u *ir.Unit, _ *diag.Reporter) {
	rt := newRuntime()
	for _, p := range u.Packages {
		if p.Made == nil {
			p.Made, p.Also = map[*ast.Ident]ir.Made{}, map[ast.Node]*ast.Ident{}
		}
		s := &synth{p: p, rt: rt}
		lits := map[*ast.FuncLit]*ir.Func{}
		changed := false
		for _, f := range p.Funcs {
			if f.Lit != nil {
				lits[f.Lit] = f
			}
			if f.NewBody == nil && f.Home == nil && u.Failed[f.Root()] == "" && rangesOver(p.Info, f.Syntax()) {
				u.Now = f
				rewrite(s, f)
				changed = true
			}
		}
		if changed {
			relate(p, lits)
		}
	}
}

// rangesOver reports whether n, literals apart, ranges over a function.
func rangesOver(info *types.Info, n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.RangeStmt:
			found = found || iterator(info, n) != nil
		}
		return !found
	})
	return found
}

// iterator returns the type of the function that s ranges over, nil if it
// ranges over something else.
func iterator(info *types.Info, s *ast.RangeStmt) *types.Signature {
	sig, _ := core(info.TypeOf(s.X)).(*types.Signature)
	return sig
}

// core returns the underlying type; of a type parameter, that of its type set.
func core(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	p, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	iface := p.Constraint().Underlying().(*types.Interface)
	for i := range iface.NumEmbeddeds() {
		e := iface.EmbeddedType(i)
		if u, ok := e.(*types.Union); ok {
			e = u.Term(0).Type()
		}
		if u := core(e); u != nil && !types.IsInterface(u) {
			return u
		}
	}
	return nil
}

// relate finds anew which literals each function has, and lists them in order.
func relate(p *ir.Package, lits map[*ast.FuncLit]*ir.Func) {
	old := p.Funcs
	p.Funcs = nil
	for _, f := range old {
		if f.Outer == nil {
			adopt(p, f, lits)
		}
	}
}

func adopt(p *ir.Package, f *ir.Func, lits map[*ast.FuncLit]*ir.Func) {
	p.Funcs = append(p.Funcs, f)
	f.Lits = nil
	ast.Inspect(f.Syntax(), func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		g := lits[lit]
		if g == nil {
			g = bodyOf(p, f, lit)
		}
		g.Outer = f
		f.Lits = append(f.Lits, g)
		adopt(p, g, lits)
		return false
	})
}

// bodyOf makes the function of a literal that rewrite made, in f.
func bodyOf(p *ir.Package, f *ir.Func, lit *ast.FuncLit) *ir.Func {
	home := f
	if f.Home != nil {
		home = f.Home
	}
	home.Ranges++
	return &ir.Func{Name: fmt.Sprintf("%s.range%d", home.Name, home.Ranges), Pkg: p, File: f.File, Lit: lit,
		Sig: p.Info.TypeOf(lit).(*types.Signature), Home: home}
}
