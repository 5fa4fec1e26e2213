package desugar

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/greengen/greengen/transform/ir"
)

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
	for i, l := range s.Lhs {
		lhs[i] = d.lvalue(l, true)
	}
	var defs []*ir.Var
	// The operands are evaluated before what the statement declares is in scope.
	finish := d.source(r, len(s.Lhs))
	if s.Tok == token.DEFINE {
		defs = d.defined(s.Lhs)
	}
	dst := make([]*ir.Var, len(lhs))
	isNew := make([]bool, len(lhs))
	direct := true
	for i, l := range s.Lhs {
		v, ok := d.simple(l)
		direct = direct && ok && !(i == 1 && !isCall && d.otherBool(l))
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
	if len(lhs) == 2 && !isCall {
		n.Rhs[1] = d.asOk(n.Rhs[1], s.Lhs[1])
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

// otherBool reports whether l is of another type than bool.
func (d *desugarer) otherBool(l ast.Expr) bool {
	return !blank(l) && !types.Identical(d.info.TypeOf(l), types.Typ[types.Bool])
}

// asOk writes the ok of a comma-ok form, which a temporary holds as a bool, as the
// untyped one that it is: a target of a named type takes ok == (0 == 0).
func (d *desugarer) asOk(ok, target ast.Expr) ast.Expr {
	if !d.otherBool(target) {
		return ok
	}
	yes := &ast.BinaryExpr{X: intLit(0), Op: token.EQL, Y: intLit(0)}
	return &ast.BinaryExpr{X: ok, Op: token.EQL, Y: &ast.ParenExpr{X: yes}}
}

func (d *desugarer) resultTypes(r ast.Expr, n int) []types.Type {
	t := d.info.TypeOf(r)
	if _, call := r.(*ast.CallExpr); n == 2 && !call { // a comma-ok form; its tuple has the type of the target
		if tuple, ok := t.(*types.Tuple); ok {
			t = tuple.At(0).Type()
		}
		return []types.Type{t, types.Typ[types.Bool]}
	}
	if tuple, ok := t.(*types.Tuple); ok {
		var ts []types.Type
		for i := range tuple.Len() {
			ts = append(ts, tuple.At(i).Type())
		}
		return ts
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
		if _, call := ast.Unparen(v.Values[0]).(*ast.CallExpr); !call {
			rhs[1] = d.asOk(rhs[1], v.Names[1])
		}
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
