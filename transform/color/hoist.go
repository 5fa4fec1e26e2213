package color

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"github.com/greengen/greengen/transform/ir"
)

// A type declared in a function is one for its plain and its green form, or
// values of both could not meet. In a woven build, where sources are overlaid, it
// can be: it is declared once, at package level, under its own name, and the
// function declares _ in its place.
//
//	func f() any {            func f() any {          type point struct{ x, y int }
//		type point struct {       type _ struct {
//			x, y int              	x, y int
//		}                         }
//		return point{}            return point{}
//	}                         }
//
// So it prints as main.point wherever Go prints it, as before. The name must mean
// nothing else there: where two functions declare one name, the first has it.
// Types of generic functions depend on their type arguments, and stay.

// hoist chooses the types of p to declare at package level.
func (c *colorer) hoist(p *ir.Package) {
	p.Hoisted = nil
	taken := map[string]bool{"init": true, "main": true, "_": true}
	var list []*ir.Hoisted
	for _, f := range p.Funcs {
		if f.Outer != nil || !f.Reached || f.Sig.TypeParams().Len()+f.Sig.RecvTypeParams().Len() > 0 {
			continue
		}
		for _, spec := range localTypes(f.Syntax()) {
			tn, ok := p.Info.Defs[spec.Name].(*types.TypeName)
			if !ok || spec.TypeParams != nil || taken[tn.Name()] || means(p, tn) ||
				tn.Exported() && c.dotImported(p) {
				continue
			}
			taken[tn.Name()] = true
			list = append(list, &ir.Hoisted{Name: tn, Type: p.Info.TypeOf(spec.Type), Alias: spec.Assign.IsValid(), File: f.File})
		}
	}
	// What one is made of must be hoisted as well.
	for _, h := range list {
		c.hoisted[h.Name] = true
	}
	for changed := true; changed; {
		changed = false
		for _, h := range list {
			if c.hoisted[h.Name] && c.unnameable(h.Type, p.Types, map[types.Type]bool{}) != "" {
				delete(c.hoisted, h.Name)
				changed = true
			}
		}
	}
	for _, h := range list {
		if c.hoisted[h.Name] {
			p.Hoisted = append(p.Hoisted, h)
		}
	}
}

// localTypes lists the types that n declares, in source order.
func localTypes(n ast.Node) []*ast.TypeSpec {
	var list []*ast.TypeSpec
	ast.Inspect(n, func(n ast.Node) bool {
		if g, ok := n.(*ast.GenDecl); ok && g.Tok == token.TYPE {
			for _, s := range g.Specs {
				list = append(list, s.(*ast.TypeSpec))
			}
		}
		return true
	})
	return list
}

// means reports whether the name of a local type means something else around it,
// or in some file of p.
func means(p *ir.Package, tn *types.TypeName) bool {
	if _, obj := tn.Parent().Parent().LookupParent(tn.Name(), token.NoPos); obj != nil {
		return true
	}
	// Files that are not transformed count too.
	for scope := range p.Types.Scope().Children() {
		if scope.Lookup(tn.Name()) != nil {
			return true
		}
	}
	return false
}

// dotImported reports whether a file has all exported names of p as its own.
func (c *colorer) dotImported(p *ir.Package) bool {
	for _, q := range c.u.Packages {
		for _, f := range q.Files {
			for _, i := range f.Ast.Imports {
				if i.Name != nil && i.Name.Name == "." && i.Path.Value == strconv.Quote(p.Path) {
					return true
				}
			}
		}
	}
	return false
}
