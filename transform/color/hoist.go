package color

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strconv"
	"strings"

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
// nothing else there, and the function must not be generic. Else the type gets a
// name of its own, point_2, and the function's type parameters, if nothing can
// print it. Where sources are not overlaid it has that name in the green form only:
// without an interface no value leaves the form that made it.

// hoist chooses the types of p to declare at package level.
func (c *colorer) hoist(p *ir.Package) {
	p.Hoisted = nil
	n := &namer{c: c, p: p, taken: map[string]bool{"init": true, "main": true, "_": true}}
	var list []*ir.Hoisted
	for _, printed := range []bool{true, false} { // these need their own names
		for _, f := range p.Funcs {
			if f.Outer == nil && f.Reached {
				list = append(list, n.function(f, printed)...)
			}
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name.Pos() < list[j].Name.Pos() })
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

// namer names hoisted types.
type namer struct {
	c     *colorer
	p     *ir.Package
	taken map[string]bool // at package level
	all   map[string]bool // everywhere in the package
}

// function lists the types of f that can have a name, of those that may be printed
// or of the others.
func (n *namer) function(f *ir.Func, printed bool) []*ir.Hoisted {
	var list []*ir.Hoisted
	specs := localTypes(f.Syntax())
	if len(specs) == 0 || unnamedParams(f) {
		return nil
	}
	shown := observed(f)
	for _, spec := range specs {
		tn, ok := n.p.Info.Defs[spec.Name].(*types.TypeName)
		alias := spec.Assign.IsValid()
		if !ok || spec.TypeParams != nil || tn.Name() == "_" || alias && generic(f) || printed != (shown[tn] && !alias) {
			continue
		}
		as := tn.Name()
		if !n.c.u.Weave || generic(f) || n.taken[as] || means(n.p, tn) || tn.Exported() && n.c.dotImported(n.p) {
			if printed {
				continue
			}
			as = n.fresh(as)
		}
		n.taken[as] = true
		list = append(list, &ir.Hoisted{Name: tn, As: as, Fn: f, Type: n.p.Info.TypeOf(spec.Type), Alias: alias, File: f.File})
	}
	return list
}

// fresh returns a name that the package does not have anywhere.
func (n *namer) fresh(base string) string {
	if n.all == nil {
		n.all = map[string]bool{}
		for id := range n.p.Info.Defs {
			n.all[id.Name] = true
		}
		for id := range n.p.Info.Uses {
			n.all[id.Name] = true
		}
	}
	base = strings.ToLower(base[:1]) + base[1:]
	for i := 2; ; i++ {
		if name := fmt.Sprint(base, "_", i); !n.all[name] && !n.taken[name] {
			return name
		}
	}
}

func typeParams(f *ir.Func) []*types.TypeParam {
	return append(slices.Collect(f.Sig.TypeParams().TypeParams()), slices.Collect(f.Sig.RecvTypeParams().TypeParams())...)
}

func generic(f *ir.Func) bool { return len(typeParams(f)) > 0 }

// unnamedParams reports whether f has type parameters that it cannot write.
func unnamedParams(f *ir.Func) bool {
	return slices.ContainsFunc(typeParams(f), func(t *types.TypeParam) bool { return t.Obj().Name() == "_" })
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
