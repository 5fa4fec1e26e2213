package color

import (
	"go/ast"
	"go/types"
	"maps"
	"regexp"
	"slices"

	"github.com/greengen/greengen/transform/ir"
)

// needed are the predeclared names that generated code uses of its own accord, be
// it for the type of a temporary.
var needed = words("nil true false new panic recover any bool int int32 rune uint8 byte string len")

// redeclared returns the predeclared names that p declares anew.
func redeclared(p *types.Package) map[string]bool {
	names := map[string]bool{}
	for _, n := range p.Scope().Names() {
		if types.Universe.Lookup(n) != nil {
			names[n] = true
		}
	}
	return names
}

// predeclared checks that generated code does not need a name that the package
// declares anew: it knows the type of each variable and temporary, which the
// source need not name.
func (l *limits) predeclared() {
	names := redeclared(l.f.Pkg.Types)
	if len(names) == 0 {
		return
	}
	for _, n := range sorted(names) {
		if needed[n] {
			l.no(l.f.Pos(), "the package redeclares "+n)
		}
	}
	check := func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		if t := l.info.TypeOf(e); t != nil {
			if bad := mentions(types.Default(t), names, map[types.Type]bool{}); bad != "" {
				l.no(e.Pos(), "the package redeclares "+bad)
			}
		}
		return true
	}
	ast.Inspect(l.f.Type(), check)
	ast.Inspect(l.f.Syntax(), check)
}

// mentions returns a predeclared type among names that is written in t.
func mentions(t types.Type, names map[string]bool, seen map[types.Type]bool) string {
	if t == nil || seen[t] {
		return ""
	}
	seen[t] = true
	found := ""
	rec := func(t types.Type) {
		if found == "" {
			found = mentions(t, names, seen)
		}
	}
	list := func(l *types.TypeList) {
		for i := range l.Len() {
			rec(l.At(i))
		}
	}
	switch t := t.(type) {
	case *types.Basic:
		if names[t.Name()] {
			return t.Name()
		}
	case *types.Alias:
		if t.Obj().Pkg() == nil && names[t.Obj().Name()] {
			return t.Obj().Name()
		}
		list(t.TypeArgs())
		rec(t.Rhs())
	case *types.Named:
		if t.Obj().Pkg() == nil && names[t.Obj().Name()] {
			return t.Obj().Name()
		}
		list(t.TypeArgs())
	case *types.TypeParam:
		rec(t.Constraint())
	case *types.Pointer:
		rec(t.Elem())
	case *types.Slice:
		rec(t.Elem())
	case *types.Array:
		rec(t.Elem())
	case *types.Chan:
		rec(t.Elem())
	case *types.Map:
		rec(t.Key())
		rec(t.Elem())
	case *types.Tuple:
		for i := range t.Len() {
			rec(t.At(i).Type())
		}
	case *types.Signature:
		rec(t.Params())
		rec(t.Results())
	case *types.Struct:
		for i := range t.NumFields() {
			rec(t.Field(i).Type())
		}
	case *types.Interface:
		for i := range t.NumExplicitMethods() {
			rec(t.ExplicitMethod(i).Type())
		}
		for i := range t.NumEmbeddeds() {
			rec(t.EmbeddedType(i))
		}
	case *types.Union:
		for i := range t.Len() {
			rec(t.Term(i).Type())
		}
	}
	return found
}

// Emitted helpers have parameters and variables of their own. inHelpers matches
// those that stand where names of the package are used, inBodies those that stand
// beside what the function itself declares.
var (
	inHelpers = regexp.MustCompile(`^_(a\d+|r\d*|x\d*|P\d+|b|c|e|env|f|first|fn|h|m|rcv|rec|t|y)$`)
	inBodies  = regexp.MustCompile(`^_(a\d+|r|x\d*|P\d+|b|e|env|first|fn|h|m|rcv|rec|t|y)$`)
)

// helperNames checks that no name of the user's is one that helpers have.
func (l *limits) helperNames() {
	for _, n := range l.f.Pkg.Types.Scope().Names() {
		if _, isVar := l.f.Pkg.Types.Scope().Lookup(n).(*types.Var); !isVar && inHelpers.MatchString(n) {
			l.no(l.f.Pos(), "generated code has a "+n+" of its own")
		}
	}
	ast.Inspect(root(l.f), func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || !inBodies.MatchString(id.Name) {
			return true
		}
		obj := l.info.Uses[id]
		if obj == nil {
			obj = l.info.Defs[id]
		}
		if v, ok := obj.(*types.Var); obj == nil || ok && v.IsField() {
			return true
		}
		if fn, ok := obj.(*types.Func); ok && fn.Signature().Recv() != nil {
			return true
		}
		l.no(id.Pos(), "generated code has a "+id.Name+" of its own")
		return true
	})
}

// root returns the syntax of the declaration around f.
func root(f *ir.Func) ast.Node {
	if r := f.Root(); r.Decl != nil {
		return r.Decl
	}
	return f.Root().Lit
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
