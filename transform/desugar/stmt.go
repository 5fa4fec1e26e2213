package desugar

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/greengen/greengen/transform/ir"
)

func (d *desugarer) stmt(s ast.Stmt) {
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
	case *ast.LabeledStmt:
		d.labelled(s)
	case *ast.ReturnStmt:
		d.returnStmt(s)
	case *ast.GoStmt:
		call := d.operands(s.Call)
		d.emit(&ir.Raw{S: &ast.GoStmt{Go: s.Go, Call: call}})
	case *ast.DeferStmt:
		d.deferStmt(s)
	default:
		ir.Bug(s.Pos(), "desugar: statement that cannot suspend")
	}
}

// raw keeps a statement as it was.
func (d *desugarer) raw(s ast.Stmt) {
	if l, ok := s.(*ast.LabeledStmt); ok && !d.labelStays(l) {
		s = l.Stmt
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
		if l := d.f.Labels[d.f.Targets[s]]; l != nil {
			l.Named = l.Named || s.Label != nil
			d.emit(&ir.Jump{Label: l, Continue: s.Tok == token.CONTINUE, Named: s.Label != nil, At: s.Pos()})
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

// labelStays reports whether some branch in l names its label.
func (d *desugarer) labelStays(l *ast.LabeledStmt) bool {
	used := false
	ast.Inspect(l.Stmt, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Label != nil && b.Label.Name == l.Label.Name {
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

func (d *desugarer) labelled(s *ast.LabeledStmt) {
	switch in := s.Stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.BlockStmt:
		d.stmt(in)
	default:
		// Only a goto could name it.
		d.stmt(in)
	}
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

// simple returns the Var behind e if a call can store into it directly.
func (d *desugarer) simple(e ast.Expr) (*ir.Var, bool) {
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil, false
	}
	if id.Name == "_" {
		return nil, true
	}
	v := d.f.VarOf(id)
	if v == nil || v.Boxed || v.From != nil {
		return nil, false
	}
	// A callee that suspended has set it to zero, and may panic when it goes
	// on: deferred calls, and who calls this function, must see what it was.
	if d.f.Guard && slices.Contains(d.f.Results, v) {
		return nil, false
	}
	return v, true
}

func (d *desugarer) assign(s *ast.AssignStmt) {
	if len(s.Rhs) == 1 && (s.Tok == token.ASSIGN || s.Tok == token.DEFINE) {
		if d.assignCall(s) {
			return
		}
	}
	n := &ast.AssignStmt{TokPos: s.TokPos, Tok: s.Tok}
	later := make([]bool, len(s.Rhs)+1) // does something after Rhs[i-1] suspend
	for i := len(s.Rhs) - 1; i >= 0; i-- {
		later[i] = later[i+1] || d.suspends(s.Rhs[i])
	}
	for i, l := range s.Lhs {
		keep := later[0]
		for _, m := range s.Lhs[i+1:] {
			keep = keep || d.suspends(m)
		}
		n.Lhs = append(n.Lhs, d.lvalue(l, keep))
	}
	for i, r := range s.Rhs {
		n.Rhs = append(n.Rhs, d.commaOk(r, len(s.Lhs) == 2 && len(s.Rhs) == 1, later[i+1]))
	}
	raw := &ir.Raw{S: n}
	if s.Tok == token.DEFINE {
		raw.Defs = d.defined(s.Lhs)
	}
	d.emit(raw)
}

// commaOk keeps the outermost index, assertion or receive of v, ok := x in place.
func (d *desugarer) commaOk(r ast.Expr, ok, keep bool) ast.Expr {
	if !ok {
		return d.expr(r, keep)
	}
	switch x := ast.Unparen(r).(type) {
	case *ast.IndexExpr:
		return d.lvalue(x, keep)
	case *ast.TypeAssertExpr:
		return d.copyOf(x, &ast.TypeAssertExpr{X: d.expr(x.X, keep), Type: x.Type})
	}
	return d.expr(r, keep)
}

// assignCall handles an assignment from one call or receive that suspends.
func (d *desugarer) assignCall(s *ast.AssignStmt) bool {
	r := ast.Unparen(s.Rhs[0])
	t := d.f.Calls[r]
	_, isCall := r.(*ast.CallExpr)
	if !t.Suspends() && !(isCall && len(s.Lhs) > 1) {
		return false
	}
	lhs := make([]ast.Expr, len(s.Lhs))
	direct := true
	for i, l := range s.Lhs {
		lhs[i] = d.lvalue(l, true)
		direct = direct && s.Tok == token.DEFINE
		_ = i
	}
	var defs []*ir.Var
	// The operands are evaluated before what the statement declares is in scope.
	finish := d.source(r, len(s.Lhs))
	if s.Tok == token.DEFINE {
		defs = d.defined(s.Lhs)
	}
	dst := make([]*ir.Var, len(lhs))
	isNew := make([]bool, len(lhs))
	direct = true
	for i, l := range s.Lhs {
		v, ok := d.simple(l)
		direct = direct && ok
		dst[i] = v
		for _, w := range defs {
			isNew[i] = isNew[i] || w == v && v != nil
		}
	}
	if direct && t.Suspends() {
		finish(dst, isNew)
		return true
	}
	types := d.resultTypes(r, len(lhs))
	n := &ast.AssignStmt{TokPos: s.TokPos, Tok: s.Tok, Lhs: lhs}
	for i := range dst {
		if id, ok := s.Lhs[i].(*ast.Ident); ok && id.Name == "_" && t.Suspends() {
			dst[i] = nil
			if len(lhs) == 1 {
				finish(dst, isNew)
				return true
			}
			dst[i], isNew[i] = d.temp(types[i], s.Pos()), true
		} else {
			dst[i], isNew[i] = d.temp(types[i], s.Pos()), true
		}
		n.Rhs = append(n.Rhs, d.f.Ident(dst[i]))
	}
	finish(dst, isNew)
	d.emit(&ir.Raw{S: n, Defs: defs})
	return true
}

// source evaluates the operands of a call or receive, and returns what makes it.
func (d *desugarer) source(r ast.Expr, n int) func(dst []*ir.Var, isNew []bool) {
	switch x := r.(type) {
	case *ast.UnaryExpr:
		ch := d.expr(x.X, false)
		t := *d.f.Calls[x]
		if n == 2 {
			t.Kind = ir.OpRecv2
		}
		return func(dst []*ir.Var, isNew []bool) {
			d.point2(&ir.Call{Target: &t, Node: x, Args: []ast.Expr{ch}, Dst: dst, New: isNew, At: x.Pos()})
		}
	case *ast.CallExpr:
		call := d.operands(x)
		return func(dst []*ir.Var, isNew []bool) {
			if d.f.Calls[x].Suspends() {
				d.call(x, call, dst, isNew)
				return
			}
			d.torture(x)
			lhs := make([]ast.Expr, len(dst))
			for i, v := range dst {
				lhs[i] = d.f.Ident(v)
			}
			d.emit(&ir.Raw{S: &ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, TokPos: x.Pos(), Rhs: []ast.Expr{call}}, Defs: dst})
		}
	}
	ir.Bug(r.Pos(), "desugar: no call")
	return nil
}

func (d *desugarer) resultTypes(r ast.Expr, n int) []types.Type {
	t := d.info.TypeOf(r)
	if tuple, ok := t.(*types.Tuple); ok {
		var ts []types.Type
		for i := range tuple.Len() {
			ts = append(ts, tuple.At(i).Type())
		}
		return ts
	}
	if n == 2 {
		return []types.Type{t, types.Typ[types.Bool]}
	}
	return []types.Type{t}
}

// decl takes a var declaration apart: its variables may have to be hoisted.
func (d *desugarer) decl(s *ast.DeclStmt) {
	g := s.Decl.(*ast.GenDecl)
	if g.Tok != token.VAR {
		d.emit(&ir.Raw{S: s})
		return
	}
	for _, spec := range g.Specs {
		d.spec(spec.(*ast.ValueSpec))
	}
}

func (d *desugarer) spec(v *ast.ValueSpec) {
	lhs := make([]ast.Expr, len(v.Names))
	for i, id := range v.Names {
		lhs[i] = id
	}
	if len(v.Values) == 0 {
		if vs := d.defined(lhs); len(vs) > 0 {
			d.emit(&ir.Zero{Vars: vs})
		}
		return
	}
	if v.Type == nil {
		d.define(v, lhs)
		return
	}
	// var a, b T = x, y: the values take the variables' type, not their own.
	var rhs []ast.Expr
	if len(v.Values) == len(v.Names) {
		for i, x := range v.Values {
			keep := false
			for _, y := range v.Values[i+1:] {
				keep = keep || d.suspends(y)
			}
			rhs = append(rhs, d.expr(x, keep))
		}
	} else {
		rhs = d.spread(v.Values[0], len(v.Names))
	}
	var names []ast.Expr
	vs := d.defined(lhs)
	if len(vs) > 0 {
		d.emit(&ir.Zero{Vars: vs})
	}
	for _, id := range v.Names {
		names = append(names, id)
	}
	d.emit(&ir.Raw{S: &ast.AssignStmt{Lhs: names, TokPos: v.Pos(), Tok: token.ASSIGN, Rhs: rhs}})
}

// define handles var a, b = x, y as a, b := x, y.
func (d *desugarer) define(v *ast.ValueSpec, lhs []ast.Expr) {
	n := &ast.AssignStmt{Lhs: lhs, TokPos: v.Pos(), Tok: token.DEFINE, Rhs: v.Values}
	blank := true
	for _, id := range v.Names {
		blank = blank && id.Name == "_"
	}
	if blank {
		n.Tok = token.ASSIGN
	}
	suspends := false
	for _, x := range v.Values {
		suspends = suspends || d.suspends(x)
	}
	if suspends {
		d.assign(n)
		return
	}
	raw := &ir.Raw{S: n}
	if !blank {
		raw.Defs = d.defined(lhs)
	}
	d.emit(raw)
}

// spread evaluates x, which has n values, into temporaries.
func (d *desugarer) spread(x ast.Expr, n int) []ast.Expr {
	x = ast.Unparen(x)
	ts := d.resultTypes(x, n)
	dst, isNew := make([]*ir.Var, n), make([]bool, n)
	ids := make([]ast.Expr, n)
	for i := range dst {
		dst[i], isNew[i] = d.temp(ts[i], x.Pos()), true
		ids[i] = d.f.Ident(dst[i])
	}
	if _, ok := x.(*ast.CallExpr); ok || d.f.Calls[x].Suspends() {
		d.source(x, n)(dst, isNew)
		return ids
	}
	d.emit(&ir.Raw{S: &ast.AssignStmt{Lhs: append([]ast.Expr(nil), ids...), TokPos: x.Pos(), Tok: token.DEFINE,
		Rhs: []ast.Expr{d.commaOk(x, n == 2, false)}}, Defs: dst})
	return ids
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

func (d *desugarer) deferStmt(s *ast.DeferStmt) {
	call := d.operands(s.Call)
	t := d.f.Calls[s.Call]
	d.emit(&ir.Defer{Target: t, Node: s.Call, Fun: call.Fun, Args: call.Args, Ellipsis: call.Ellipsis.IsValid()})
}
