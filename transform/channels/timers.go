package channels

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// timers sees whether all code that makes and resets timers can be made to tell. A
// Reset that is not called on the spot, of a pointer, may be called unseen; so may one
// that other code, or an interface, gets at.
func (f *finder) timers() {
	for _, p := range f.u.Packages {
		called := map[*ast.SelectorExpr]bool{}
		for _, file := range p.Files {
			ast.Inspect(file.Ast, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if x, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && f.own.TimerMethod(p.Info, x) != "" {
						called[x] = true
					}
				case *ast.DeferStmt:
					f.aside(p.Info, n.Call)
				case *ast.GoStmt:
					f.aside(p.Info, n.Call)
				case *ast.UnaryExpr:
					if call, ok := ast.Unparen(n.X).(*ast.CallExpr); ok && n.Op == token.ARROW {
						f.own.Now[call] = true
					}
				case *ast.InterfaceType:
					f.resets(p.Info.TypeOf(n))
				case *ast.ImportSpec:
					f.own.NoTimers = f.own.NoTimers || n.Path.Value == `"testing/synctest"`
				case *ast.SelectorExpr:
					if sel := p.Info.Selections[n]; sel != nil && n.Sel.Name == "Reset" && f.own.TimerFunc(sel.Obj()) != "" && !called[n] {
						f.own.NoTimers = true
					}
				}
				return true
			})
		}
		for _, obj := range p.Info.Uses {
			if fn, ok := obj.(*types.Func); ok && fn.Pkg() != nil && !f.u.Has(fn.Pkg()) && fn.Pkg().Path() != "time" && takesTimer(fn.Signature()) {
				f.own.NoTimers = true
			}
		}
	}
}

// aside notes a Reset that a go or defer statement calls.
func (f *finder) aside(info *types.Info, n *ast.CallExpr) {
	if x, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && x.Sel.Name == "Reset" && f.own.TimerMethod(info, x) != "" {
		f.own.NoTimers = true
	}
}

// resets notes an interface that timers implement.
func (f *finder) resets(t types.Type) {
	i, ok := t.(*types.Interface)
	if !ok {
		return
	}
	for m := range i.Methods() {
		if ps := m.Signature().Params(); m.Name() == "Reset" && ps.Len() == 1 && types.TypeString(ps.At(0).Type(), nil) == "time.Duration" {
			f.own.NoTimers = true
		}
	}
}

func isTimer(t types.Type) bool {
	switch types.TypeString(t, nil) {
	case "time.Timer", "time.Ticker":
		return true
	}
	return false
}

func takesTimer(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if p, ok := v.Type().(*types.Pointer); ok && isTimer(p.Elem()) {
			return true
		}
	}
	return false
}

// timerFunc edits uses of std's functions for timers.
func (e *editor) timerFunc(n ast.Expr, obj types.Object) {
	if name := e.u.Channels.TimerFunc(obj); name != "" {
		e.edit(n.Pos(), n.Pos(), ir.TimerCall+name+"(")
		e.edit(n.End(), n.End(), ")")
	}
}

// timerCall edits x.Reset(d): greengen_timer_ResetTimer(x, d).
func (e *editor) timerCall(n *ast.CallExpr) {
	x, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	name := e.u.Channels.TimerMethod(e.p.Info, x)
	if name == "" {
		return
	}
	e.edit(n.Pos(), n.Pos(), ir.TimerCall+name+"(")
	sep := ""
	if len(n.Args) > 0 {
		sep = ", "
	}
	e.edit(x.X.End(), n.Lparen+1, sep)
}
