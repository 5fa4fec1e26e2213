package channels

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/greengen/greengen/transform/ir"
)

// A Cond's Signal and Broadcast, and what changes the counter of a WaitGroup, may end
// waits: their wakers.

// wakers sees whether all calls of them can be made to look for greenlets. One that is
// not called on the spot may be called unseen; so may one that an interface gets at, or
// that is promoted from a field which other code sees.
func (f *finder) wakers() {
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
				case *ast.ImportSpec:
					f.own.NoGroups = f.own.NoGroups || n.Path.Value == `"testing/synctest"`
				case *ast.SelectorExpr:
					sel := p.Info.Selections[n]
					if sel == nil {
						break
					}
					unseen := f.unseen(sel.Obj())
					if unseen == nil {
						break
					}
					wakes := n.Sel.Name != "Wait"
					if wakes && (!called[n] || sel.Kind() != types.MethodVal) || !f.names(p, sel, wakes) {
						*unseen = true
					}
				}
				return true
			})
		}
	}
}

// unseen is what to set if obj, a method of a Cond or a WaitGroup, may be called unseen;
// nil for others.
func (f *finder) unseen(obj types.Object) *bool {
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	switch name := fn.FullName(); {
	case strings.HasPrefix(name, "(*sync.Cond)."):
		return &f.own.NoConds
	case strings.HasPrefix(name, "(*sync.WaitGroup)."):
		return &f.own.NoGroups
	}
	return nil
}

// oneLine reports whether a call can be edited without moving a line.
func (f *finder) oneLine(x *ast.SelectorExpr, n *ast.CallExpr) bool {
	return f.u.Fset.Position(x.X.End()).Line == f.u.Fset.Position(n.Lparen).Line
}

// isLock reports whether t is std's type of that name, or a pointer to it.
func isLock(t types.Type, name string) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "sync" && n.Obj().Name() == name
}

// shared notes that other code gets at a value of type t.
func (f *finder) shared(t types.Type) {
	f.own.NoConds = f.own.NoConds || isLock(t, "Cond")
	f.own.NoGroups = f.own.NoGroups || isLock(t, "WaitGroup")
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

// wakes notes an interface that Conds or WaitGroups implement in part. Nobody calls the
// method of os.Signal.
func (f *finder) wakes(t types.Type) {
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "os" {
		return
	}
	if t == nil || !types.IsInterface(t) {
		return
	}
	for m := range t.Underlying().(*types.Interface).Methods() {
		switch m.Name() + strings.TrimPrefix(types.TypeString(unnamed(m.Signature()), nil), "func") {
		case "Signal()", "Broadcast()":
			f.own.NoConds = true
		case "Add(int)", "Done()", "Go(func())":
			f.own.NoGroups = true
		}
	}
}

// unnamed returns sig without the names of its parameters.
func unnamed(sig *types.Signature) *types.Signature {
	var params []*types.Var
	for v := range sig.Params().Variables() {
		params = append(params, types.NewParam(0, nil, "", v.Type()))
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}

// wakeCall edits x.Signal(), or x.Add(1): greengen_sync_Add(&x, 1).
func (e *editor) wakeCall(n *ast.CallExpr) {
	x, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	name := e.u.Channels.WakeFunc(e.p.Info.Uses[x.Sel])
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
	if len(n.Args) > 0 {
		path += ", "
	}
	e.edit(n.Pos(), n.Pos(), ir.WakeCall+name+"("+addr)
	e.edit(x.X.End(), n.Lparen+1, path)
}
