package channels

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/greengen/greengen/transform/ir"
)

// conds sees whether all calls of a Cond's Signal and Broadcast can be made to look for
// greenlets. One that is not called on the spot may be called unseen; so may one that an
// interface gets at, or that is promoted from a field which other code sees.
func (f *finder) conds() {
	for _, p := range f.u.Packages {
		for _, file := range p.Files {
			called := map[*ast.SelectorExpr]bool{}
			ast.Inspect(file.Ast, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if x, ok := n.Fun.(*ast.SelectorExpr); ok {
						called[x] = f.oneLine(x, n)
					}
				case *ast.InterfaceType:
					f.wakes(p.Info.TypeOf(n))
				case *ast.SelectorExpr:
					sel := p.Info.Selections[n]
					if sel == nil || !ofCond(sel.Obj()) {
						break
					}
					wakes := n.Sel.Name != "Wait"
					if wakes && (!called[n] || sel.Kind() != types.MethodVal) || !f.names(p, sel, wakes) {
						f.own.NoConds = true
					}
				}
				return true
			})
		}
	}
}

// oneLine reports whether a call can be edited without moving a line.
func (f *finder) oneLine(x *ast.SelectorExpr, n *ast.CallExpr) bool {
	return f.u.Fset.Position(x.X.End()).Line == f.u.Fset.Position(n.Rparen).Line
}

// ofCond reports whether obj is a method of sync.Cond.
func ofCond(obj types.Object) bool {
	fn, ok := obj.(*types.Func)
	return ok && strings.HasPrefix(fn.FullName(), "(*sync.Cond).")
}

// isCond reports whether t is sync.Cond, or a pointer to it.
func isCond(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "sync" && n.Obj().Name() == "Cond"
}

// names reports whether the embedded fields through which a method is promoted are the
// program's own, and can be named in p if they must be.
func (f *finder) names(p *ir.Package, sel *types.Selection, must bool) bool {
	for _, v := range embedded(sel) {
		if !f.u.Has(v.Pkg()) || must && !v.Exported() && v.Pkg() != p.Types {
			return false
		}
	}
	return true
}

// embedded returns the fields on the way to a promoted method.
func embedded(sel *types.Selection) (way []*types.Var) {
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		v := t.Underlying().(*types.Struct).Field(i)
		way, t = append(way, v), v.Type()
	}
	return way
}

// wakes notes an interface that Conds implement in part. Nobody calls the method of
// os.Signal.
func (f *finder) wakes(t types.Type) {
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "os" {
		return
	}
	if t == nil || !types.IsInterface(t) {
		return
	}
	for m := range t.Underlying().(*types.Interface).Methods() {
		sig := m.Signature()
		if (m.Name() == "Signal" || m.Name() == "Broadcast") && sig.Params().Len() == 0 && sig.Results().Len() == 0 {
			f.own.NoConds = true
		}
	}
}

// condCall edits x.Signal(): greengen_cond_Signal(&x).
func (e *editor) condCall(n *ast.CallExpr) {
	x, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	name := e.u.Channels.CondFunc(e.p.Info.Uses[x.Sel])
	if name == "" {
		return
	}
	sel := e.p.Info.Selections[x]
	last, path := sel.Recv(), ""
	for _, v := range embedded(sel) {
		last, path = v.Type(), path+"."+v.Name()
	}
	addr := ""
	if _, ok := last.Underlying().(*types.Pointer); !ok {
		addr = "&"
	}
	e.edit(n.Pos(), n.Pos(), ir.CondCall+name+"("+addr)
	e.edit(x.X.End(), n.Lparen+1, path)
}
