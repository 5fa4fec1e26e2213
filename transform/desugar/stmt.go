package desugar

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

func (d *desugarer) stmt(s ast.Stmt) {
	if l, ok := s.(*ast.LabeledStmt); ok && (d.flatten(l) || d.gotos.fromOutside(l)) {
		d.labelled(l)
		return
	}
	if !d.flatten(s) {
		d.raw(s)
		return
	}
	switch s := s.(type) {
	case *ast.ExprStmt:
		d.exprStmt(s)
	case *ast.AssignStmt:
		d.assign(s)
	case *ast.IncDecStmt:
		d.emit(&ir.Raw{S: &ast.IncDecStmt{X: d.lvalue(s.X, false), TokPos: s.TokPos, Tok: s.Tok}})
	case *ast.SendStmt:
		d.send(s)
	case *ast.DeclStmt:
		d.decl(s)
	case *ast.BlockStmt:
		b := d.block(s.List)
		b.Label = d.labelOf(s, false)
		d.emit(b)
	case *ast.IfStmt:
		d.ifStmt(s)
	case *ast.ForStmt:
		d.forStmt(s)
	case *ast.RangeStmt:
		d.rangeStmt(s)
	case *ast.SwitchStmt:
		d.switchStmt(s)
	case *ast.TypeSwitchStmt:
		d.typeSwitch(s)
	case *ast.SelectStmt:
		d.selectStmt(s)
	case *ast.BranchStmt:
		d.branchStmt(s)
	case *ast.ReturnStmt:
		d.returnStmt(s)
	case *ast.GoStmt:
		d.goStmt(s)
	case *ast.DeferStmt:
		d.deferStmt(s)
	default:
		ir.Bug(s.Pos(), "desugar: statement that cannot suspend")
	}
}

// raw keeps a statement as it was.
func (d *desugarer) raw(s ast.Stmt) {
	if l, ok := s.(*ast.LabeledStmt); ok && !d.labelStays(l) {
		d.stmt(l.Stmt)
		return
	}
	r := &ir.Raw{S: s}
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			r.Defs = d.defined(s.Lhs)
		}
	case *ast.DeclStmt:
		if g := s.Decl.(*ast.GenDecl); g.Tok == token.VAR {
			d.decl(s)
			return
		}
	case *ast.EmptyStmt:
		return
	case *ast.ReturnStmt:
		d.returnStmt(s)
		return
	case *ast.BranchStmt:
		if d.branchStmt(s) {
			return
		}
	case *ast.BlockStmt:
		if d.f.Labels[s] == nil {
			break
		}
	}
	d.nameJumps(s)
	d.emit(r)
}

// labelStays reports whether some branch in l, kept as it is, names its label.
func (d *desugarer) labelStays(l *ast.LabeledStmt) bool {
	used := false
	ast.Inspect(l.Stmt, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if b, ok := n.(*ast.BranchStmt); ok && b.Label != nil && b.Label.Name == l.Label.Name && (b.Tok != token.GOTO || d.f.Labels[l] == nil) {
			used = true
		}
		return true
	})
	return used
}

// nameJumps notes the labels of flattened statements that a kept one jumps to.
func (d *desugarer) nameJumps(s ast.Stmt) {
	ast.Inspect(s, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if b, ok := n.(*ast.BranchStmt); ok && b.Label != nil {
			if l := d.f.Labels[d.f.Targets[b]]; l != nil {
				l.Named = true
			}
		}
		return true
	})
}

// defined makes Vars for the variables that a := declares.
func (d *desugarer) defined(lhs []ast.Expr) []*ir.Var {
	var vs []*ir.Var
	for _, l := range lhs {
		if id, ok := l.(*ast.Ident); ok {
			if v, ok := d.info.Defs[id].(*types.Var); ok && id.Name != "_" {
				vs = append(vs, d.newVar(v))
			}
		}
	}
	return vs
}

// labelOf makes the label of a flattened statement that branches may target.
func (d *desugarer) labelOf(s ast.Stmt, loop bool) *ir.Label {
	name := d.label[s]
	if name == "" {
		d.temps++
		name = "_b" + itoa(d.temps)
	}
	l := &ir.Label{Name: name, Loop: loop}
	d.f.Labels[s] = l
	return l
}

func (d *desugarer) exprStmt(s *ast.ExprStmt) {
	switch x := ast.Unparen(s.X).(type) {
	case *ast.CallExpr:
		d.callStmt(x)
	case *ast.UnaryExpr:
		ch := d.expr(x.X, false)
		d.point2(&ir.Call{Target: d.f.Calls[x], Node: x, Args: []ast.Expr{ch}, At: x.Pos()})
	default:
		d.emit(&ir.Raw{S: &ast.ExprStmt{X: d.expr(s.X, false)}})
	}
}

// callStmt makes a call whose results nobody wants.
func (d *desugarer) callStmt(x *ast.CallExpr) {
	call := d.operands(x)
	if t := d.f.Calls[x]; t.Suspends() {
		d.call(x, call, nil, nil)
		return
	}
	d.torture(x)
	d.emit(&ir.Raw{S: &ast.ExprStmt{X: call}})
}

func (d *desugarer) send(s *ast.SendStmt) {
	ch := d.expr(s.Chan, d.suspends(s.Value))
	v := d.expr(s.Value, false)
	d.point2(&ir.Call{Target: d.f.Calls[s], Node: s, Args: []ast.Expr{ch, v}, At: s.Pos()})
}

// point2 emits a suspension point, under -torture after another one.
func (d *desugarer) point2(c *ir.Call) {
	d.yield(c.At)
	d.f.Points = append(d.f.Points, c)
	d.emit(c)
}

// yield emits the suspension that -torture puts before each call.
func (d *desugarer) yield(at token.Pos) {
	if d.u.Torture {
		c := &ir.Call{Target: &ir.Target{Kind: ir.OpYield}, At: at}
		d.f.Points = append(d.f.Points, c)
		d.emit(c)
	}
}

func (d *desugarer) torture(x *ast.CallExpr) {
	if d.realCall(x) {
		d.yield(x.Pos())
	}
}

func (d *desugarer) ifStmt(s *ast.IfStmt) {
	build := func() {
		if s.Init != nil {
			d.stmt(s.Init)
		}
		n := &ir.If{Cond: d.expr(s.Cond, false), At: s.Pos()}
		n.Then = d.block(s.Body.List)
		switch e := s.Else.(type) {
		case *ast.BlockStmt:
			n.Else = d.block(e.List)
		case *ast.IfStmt:
			n.Else = d.block([]ast.Stmt{e})
		}
		d.emit(n)
	}
	if s.Init == nil {
		build()
		return
	}
	d.emit(d.collect(build))
}

func (d *desugarer) returnStmt(s *ast.ReturnStmt) {
	d.nameJumps(s)
	if len(s.Results) == 1 && d.tail(s) {
		return
	}
	r := &ir.Return{At: s.Pos()}
	if len(s.Results) == 1 && len(d.f.Results) > 1 {
		r.Results = d.spread(s.Results[0], len(d.f.Results))
		d.emit(r)
		return
	}
	for i, x := range s.Results {
		keep := false
		for _, y := range s.Results[i+1:] {
			keep = keep || d.suspends(y)
		}
		r.Results = append(r.Results, d.expr(x, keep))
	}
	d.emit(r)
}

// tail emits a call whose results are the function's own.
func (d *desugarer) tail(s *ast.ReturnStmt) bool {
	x, ok := ast.Unparen(s.Results[0]).(*ast.CallExpr)
	if !ok || d.f.Guard || !d.f.Calls[x].Suspends() {
		return false
	}
	sig := d.f.Calls[x].Sig.Results()
	if sig.Len() != d.f.Sig.Results().Len() {
		return false
	}
	for i := range sig.Len() {
		if !types.Identical(sig.At(i).Type(), d.f.Sig.Results().At(i).Type()) {
			return false
		}
	}
	for _, v := range d.f.Results {
		if v.Boxed {
			return false
		}
	}
	call := d.operands(x)
	d.torture(x)
	c := d.makeCall(x, call)
	c.Tail = true
	d.f.Points = append(d.f.Points, c)
	d.emit(c)
	return true
}

// goStmt starts a greenlet, or a goroutine if what it calls is not green.
func (d *desugarer) goStmt(s *ast.GoStmt) {
	call := d.operands(s.Call)
	t := d.f.Calls[s.Call]
	if !t.Suspends() || t.Kind == ir.CallOffload {
		delete(d.f.Calls, call)
		d.emit(&ir.Raw{S: &ast.GoStmt{Go: s.Go, Call: call}})
		return
	}
	d.emit(&ir.Go{Defer: ir.Defer{Target: t, Node: s.Call, Fun: call.Fun, Args: call.Args, Ellipsis: call.Ellipsis.IsValid()}})
}

func (d *desugarer) deferStmt(s *ast.DeferStmt) {
	call := d.operands(s.Call)
	t := d.f.Calls[s.Call]
	d.emit(&ir.Defer{Target: t, On: d.f.Pkg.Also[s], Node: s.Call, Fun: call.Fun, Args: call.Args, Ellipsis: call.Ellipsis.IsValid()})
}
