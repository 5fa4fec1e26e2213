package desugar

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/greengen/greengen/transform/ir"
)

// expr emits what e must do first, and returns what is left of it. keep says
// that something to the right of e, in the same statement, suspends: then all
// calls of e are made now.
func (d *desugarer) expr(e ast.Expr, keep bool) ast.Expr {
	if e == nil || !d.suspends(e) && !(keep && d.calls(e)) {
		return e
	}
	switch x := e.(type) {
	case *ast.ParenExpr:
		return d.copyOf(x, &ast.ParenExpr{X: d.expr(x.X, keep)})
	case *ast.CallExpr:
		if d.measures(x) {
			return e
		}
		return d.callExpr(x, keep)
	case *ast.UnaryExpr:
		if x.Op == token.ARROW {
			return d.toTemp(x, func(dst []*ir.Var, n []bool) { d.source(x, 1)(dst, n) })
		}
		return d.copyOf(x, &ast.UnaryExpr{Op: x.Op, OpPos: x.OpPos, X: d.lvalueIf(x.Op == token.AND, x.X, keep)})
	case *ast.BinaryExpr:
		return d.binary(x, keep)
	case *ast.SliceExpr:
		n := d.copyOf(x, d.sliceOperands(x, keep))
		if keep {
			return d.store(n, d.info.TypeOf(x))
		}
		return n
	case *ast.TypeAssertExpr:
		n := d.copyOf(x, &ast.TypeAssertExpr{X: d.expr(x.X, keep), Type: x.Type})
		if keep {
			return d.store(n, d.info.TypeOf(x))
		}
		return n
	case *ast.CompositeLit:
		if d.isMap(x) {
			if m := d.mapLit(x); m != nil {
				return m
			}
		}
		return d.composite(x, keep)
	case *ast.KeyValueExpr, *ast.FuncLit:
		return e
	}
	return d.lvalue(e, keep)
}

func (d *desugarer) lvalueIf(lv bool, e ast.Expr, keep bool) ast.Expr {
	x, ok := ast.Unparen(e).(*ast.CompositeLit)
	switch {
	case lv && ok: // &T{} is a new one each time, a temporary is one
		return d.composite(x, keep)
	case lv:
		return d.lvalue(e, keep)
	}
	return d.expr(e, keep)
}

// lvalue is expr for what must stay addressable or assignable: only its operands
// are evaluated.
func (d *desugarer) lvalue(e ast.Expr, keep bool) ast.Expr {
	if !d.suspends(e) && !(keep && d.calls(e)) {
		return e
	}
	switch x := e.(type) {
	case *ast.ParenExpr:
		return d.copyOf(x, &ast.ParenExpr{X: d.lvalue(x.X, keep)})
	case *ast.StarExpr:
		return d.copyOf(x, &ast.StarExpr{X: d.expr(x.X, keep)})
	case *ast.SelectorExpr:
		n := &ast.SelectorExpr{X: d.lvalue(x.X, keep), Sel: x.Sel}
		d.info.Selections[n] = d.info.Selections[x]
		if d.info.Selections[x] == nil {
			delete(d.info.Selections, n)
		}
		return d.copyOf(x, n)
	case *ast.IndexExpr:
		if tv := d.info.Types[x.Index]; tv.IsType() {
			return e
		}
		return d.copyOf(x, &ast.IndexExpr{X: d.lvalue(x.X, keep || d.suspends(x.Index)), Index: d.expr(x.Index, keep)})
	}
	return d.expr(e, keep)
}

// copyOf gives n, made in place of old, old's type.
func (d *desugarer) copyOf(old, n ast.Expr) ast.Expr {
	if tv, ok := d.info.Types[old]; ok {
		d.info.Types[n] = tv
	}
	return n
}

// calls reports whether e contains a call, conversions apart, or something else
// that gc evaluates in order.
func (d *desugarer) calls(e ast.Node) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			switch tv := d.info.Types[ast.Unparen(n.Fun)]; {
			case tv.IsType():
				found = d.copies(n)
			case !(tv.IsBuiltin() && d.info.Types[n].Value != nil):
				found = true
			}
		case *ast.SliceExpr, *ast.TypeAssertExpr:
			found = true
		case *ast.BinaryExpr:
			found = (n.Op == token.LAND || n.Op == token.LOR) && d.info.Types[n].Value == nil
		case *ast.CompositeLit:
			found = d.isMap(n) && slices.ContainsFunc(n.Elts, d.inserted)
		}
		return !found
	})
	return found
}

// toTemp makes a suspending operation store its one result in a temporary.
func (d *desugarer) toTemp(x ast.Expr, do func([]*ir.Var, []bool)) ast.Expr {
	t := d.info.TypeOf(x)
	if tuple, ok := t.(*types.Tuple); ok { // v, ok := <-ch has a tuple type
		t = tuple.At(0).Type()
	}
	v := d.temp(t, x.Pos())
	do([]*ir.Var{v}, []bool{true})
	return d.use(v, x)
}

// use refers to v in place of x.
func (d *desugarer) use(v *ir.Var, x ast.Expr) ast.Expr {
	id := d.f.Ident(v)
	d.info.Types[id] = types.TypeAndValue{Type: v.Type}
	return id
}

// store keeps the value of e, which cannot suspend, in a temporary.
func (d *desugarer) store(e ast.Expr, t types.Type) ast.Expr {
	v := d.temp(t, e.Pos())
	d.emit(&ir.SetVar{Var: v, X: e, New: true})
	return d.use(v, e)
}

func (d *desugarer) callExpr(x *ast.CallExpr, keep bool) ast.Expr {
	tv := d.info.Types[ast.Unparen(x.Fun)]
	if tv.IsType() && d.intoPointer(x) {
		return d.store(d.copyOf(x, &ast.CallExpr{Fun: x.Fun, Args: []ast.Expr{d.address(x.Args[0])}}), tv.Type)
	}
	if tv.IsType() {
		n := d.copyOf(x, &ast.CallExpr{Fun: x.Fun, Args: []ast.Expr{d.expr(x.Args[0], keep)}})
		if keep && d.copies(x) {
			return d.store(n, tv.Type)
		}
		return n
	}
	if d.f.Calls[x].Suspends() {
		call := d.operands(x)
		return d.toTemp(x, func(dst []*ir.Var, n []bool) { d.call(x, call, dst, n) })
	}
	call := d.operands(x)
	d.measured(x, call)
	d.torture(x)
	t := d.info.TypeOf(x)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() == 0 || t == nil {
		return call
	}
	if !keep && !(d.u.Torture && d.realCall(x)) {
		return call
	}
	return d.store(call, t)
}

// intoPointer reports whether x makes an address that a call returned a pointer. That
// must be done at once: an address in a temporary keeps nothing alive.
func (d *desugarer) intoPointer(x *ast.CallExpr) bool {
	to, _ := under(d.info.TypeOf(x)).(*types.Basic)
	from, _ := under(d.info.TypeOf(x.Args[0])).(*types.Basic)
	_, isCall := ast.Unparen(x.Args[0]).(*ast.CallExpr)
	return isCall && to != nil && to.Kind() == types.UnsafePointer && from != nil && from.Kind() == types.Uintptr
}

// address evaluates what the call e, of an address, needs, and leaves the call in its
// place if it cannot suspend.
func (d *desugarer) address(e ast.Expr) ast.Expr {
	x := ast.Unparen(e).(*ast.CallExpr)
	if d.info.Types[ast.Unparen(x.Fun)].IsType() || d.f.Calls[x].Suspends() || d.measures(x) {
		return d.expr(e, false)
	}
	call := d.operands(x)
	d.torture(x)
	return call
}

// measured evaluates the array whose length is asked for: with its calls taken
// out, len(*f()) would be a constant, and *f() never evaluated.
func (d *desugarer) measured(x, call *ast.CallExpr) {
	if !d.info.Types[ast.Unparen(x.Fun)].IsBuiltin() || len(x.Args) != 1 || call.Args[0] == x.Args[0] {
		return
	}
	if _, ok := under(d.info.TypeOf(x.Args[0])).(*types.Array); ok {
		d.emit(&ir.Raw{S: &ast.AssignStmt{Lhs: []ast.Expr{&ast.Ident{Name: "_"}}, Tok: token.ASSIGN, Rhs: []ast.Expr{call.Args[0]}}})
	}
}

// operands evaluates what the callee and the arguments of x need, and returns
// the call with what is left of them.
func (d *desugarer) operands(x *ast.CallExpr) *ast.CallExpr {
	n := &ast.CallExpr{Lparen: x.Lparen, Ellipsis: x.Ellipsis, Rparen: x.Rparen}
	d.copyOf(x, n)
	if t, ok := d.f.Calls[x]; ok {
		d.f.Calls[n] = t
	}
	later := false
	for _, a := range x.Args {
		later = later || d.suspends(a)
	}
	n.Fun = d.callee(x.Fun, later)
	if len(x.Args) == 1 {
		if tuple, ok := d.info.TypeOf(x.Args[0]).(*types.Tuple); ok && (d.suspends(x)) {
			n.Args = d.spread(x.Args[0], tuple.Len())
			return n
		}
	}
	for i, a := range x.Args {
		if d.info.Types[a].IsType() { // make, new
			n.Args = append(n.Args, a)
			continue
		}
		keep := false
		for _, b := range x.Args[i+1:] {
			keep = keep || d.suspends(b)
		}
		n.Args = append(n.Args, d.expr(a, keep))
	}
	return n
}

// callee is expr for the operand that names the function: a method's receiver
// stays addressable, a name stays a name.
func (d *desugarer) callee(fun ast.Expr, keep bool) ast.Expr {
	switch x := fun.(type) {
	case *ast.ParenExpr:
		return d.callee(x.X, keep)
	case *ast.Ident, *ast.FuncLit:
		return fun
	case *ast.SelectorExpr:
		if d.info.Selections[x] == nil {
			return fun
		}
		return d.lvalue(x, keep)
	case *ast.IndexExpr:
		if d.info.Types[x.Index].IsType() {
			return fun
		}
	case *ast.IndexListExpr:
		return fun
	}
	return d.expr(fun, keep)
}

// makeCall builds the suspension point for call x with operands evaluated.
func (d *desugarer) makeCall(x, call *ast.CallExpr) *ir.Call {
	return &ir.Call{Target: d.f.Calls[x], Node: call, Fun: call.Fun, Args: call.Args,
		Ellipsis: call.Ellipsis.IsValid(), At: x.Pos()}
}

func (d *desugarer) call(x, call *ast.CallExpr, dst []*ir.Var, isNew []bool) {
	c := d.makeCall(x, call)
	c.Dst, c.New = dst, isNew
	d.point2(c)
}

func (d *desugarer) binary(x *ast.BinaryExpr, keep bool) ast.Expr {
	if x.Op != token.LAND && x.Op != token.LOR {
		n := &ast.BinaryExpr{Op: x.Op, OpPos: x.OpPos}
		n.X = d.expr(x.X, keep || d.suspends(x.Y))
		n.Y = d.expr(x.Y, keep)
		return d.copyOf(x, n)
	}
	if !d.suspends(x.Y) && !keep {
		return d.copyOf(x, &ast.BinaryExpr{Op: x.Op, OpPos: x.OpPos, X: d.expr(x.X, false), Y: x.Y})
	}
	v := d.temp(d.info.TypeOf(x), x.Pos())
	left := d.expr(x.X, false)
	d.emit(&ir.SetVar{Var: v, X: left, New: true})
	var cond ast.Expr = d.use(v, x)
	if x.Op == token.LOR {
		cond = &ast.UnaryExpr{Op: token.NOT, X: cond}
	}
	d.emit(&ir.If{Cond: cond, At: x.Pos(), Then: d.collect(func() {
		d.emit(&ir.SetVar{Var: v, X: d.expr(x.Y, false)})
	})})
	return d.use(v, x)
}

func (d *desugarer) sliceOperands(x *ast.SliceExpr, keep bool) *ast.SliceExpr {
	n := &ast.SliceExpr{Slice3: x.Slice3}
	parts := []ast.Expr{x.Low, x.High, x.Max}
	later := func(i int) bool {
		for _, p := range parts[i:] {
			if p != nil && d.suspends(p) {
				return true
			}
		}
		return keep
	}
	n.X = d.lvalue(x.X, later(0))
	for i, dst := range []*ast.Expr{&n.Low, &n.High, &n.Max} {
		if parts[i] != nil {
			*dst = d.expr(parts[i], later(i+1))
		}
	}
	return n
}

// copies reports whether the conversion x makes bytes or runes of a string: that is a
// call of the runtime.
func (d *desugarer) copies(x *ast.CallExpr) bool {
	to, from := under(d.info.TypeOf(x)), under(d.info.TypeOf(x.Args[0]))
	if to == nil || from == nil {
		return false
	}
	_, slice := to.(*types.Slice)
	b, basic := from.(*types.Basic)
	return slice && basic && b.Info()&types.IsString != 0
}

func (d *desugarer) isMap(x *ast.CompositeLit) bool {
	_, ok := under(d.info.TypeOf(x)).(*types.Map)
	return ok
}

// inserted reports whether e, an entry of a map's literal, is not made of constants:
// gc fills in those first.
func (d *desugarer) inserted(e ast.Expr) bool {
	kv := e.(*ast.KeyValueExpr)
	return !d.constant(kv.Key) || !d.constant(kv.Value)
}

func (d *desugarer) constant(e ast.Expr) bool {
	e = ast.Unparen(e)
	tv := d.info.Types[e]
	x, ok := e.(*ast.CompositeLit)
	if !ok {
		return tv.Value != nil || tv.IsNil()
	}
	switch under(tv.Type).(type) {
	case *types.Struct, *types.Array:
		return !slices.ContainsFunc(x.Elts, func(e ast.Expr) bool {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				e = kv.Value
			}
			return !d.constant(e)
		})
	}
	return false
}

// mapLit fills a map in entry by entry, as gc does: an entry is read before the calls
// of the next one, and a key that none can be panics before them.
//
//	map[K]V{k: v, f(): g()}       _t1 := map[K]V{}
//	                              _t1[k] = v
//	                              _t1[f()] = g()
//
// It returns nil if an entry is a literal without a type that it does not see.
func (d *desugarer) mapLit(x *ast.CompositeLit) ast.Expr {
	n := d.copyOf(x, &ast.CompositeLit{Type: x.Type, Lbrace: x.Lbrace, Rbrace: x.Rbrace}).(*ast.CompositeLit)
	var key, elem ast.Expr
	if t, ok := x.Type.(*ast.MapType); ok {
		key, elem = t.Key, t.Value
	}
	var later []*ast.KeyValueExpr
	for _, e := range x.Elts {
		if !d.inserted(e) {
			n.Elts = append(n.Elts, e)
			continue
		}
		kv := e.(*ast.KeyValueExpr)
		kv = &ast.KeyValueExpr{Key: d.typed(kv.Key, key), Colon: kv.Colon, Value: d.typed(kv.Value, elem)}
		if x.Type == nil || kv.Key == nil || kv.Value == nil {
			return nil
		}
		later = append(later, kv)
	}
	t := d.info.TypeOf(x)
	m := d.temp(t, x.Pos())
	d.emit(&ir.SetVar{Var: m, X: n, New: true})
	for _, kv := range later {
		id := d.f.Ident(m)
		id.NamePos = kv.Pos()
		d.info.Types[id] = types.TypeAndValue{Type: t}
		at := &ast.IndexExpr{X: id, Index: kv.Key}
		d.info.Types[at] = types.TypeAndValue{Type: under(t).(*types.Map).Elem()}
		d.stmt(&ast.AssignStmt{Lhs: []ast.Expr{at}, TokPos: kv.Colon, Tok: token.ASSIGN, Rhs: []ast.Expr{kv.Value}})
	}
	return d.use(m, x)
}

// typed gives the literal e, if it has left out its type, the type t; nil if t is not
// known, or does not say what it points to.
func (d *desugarer) typed(e, t ast.Expr) ast.Expr {
	x, ok := e.(*ast.CompositeLit)
	if !ok || x.Type != nil {
		return e
	}
	n := &ast.CompositeLit{Type: t, Lbrace: x.Lbrace, Elts: x.Elts, Rbrace: x.Rbrace}
	p, pointer := under(d.info.TypeOf(x)).(*types.Pointer)
	if !pointer {
		if t == nil {
			return nil
		}
		return d.copyOf(x, n)
	}
	star, ok := t.(*ast.StarExpr)
	if !ok {
		return nil
	}
	n.Type = star.X
	d.info.Types[n] = types.TypeAndValue{Type: p.Elem()}
	return d.copyOf(x, &ast.UnaryExpr{OpPos: x.Lbrace, Op: token.AND, X: n})
}

func (d *desugarer) composite(x *ast.CompositeLit, keep bool) ast.Expr {
	n := &ast.CompositeLit{Type: x.Type, Lbrace: x.Lbrace, Rbrace: x.Rbrace}
	d.copyOf(x, n)
	_, isStruct := under(d.info.TypeOf(x)).(*types.Struct)
	if p, ok := under(d.info.TypeOf(x)).(*types.Pointer); ok {
		_, isStruct = under(p.Elem()).(*types.Struct)
	}
	later := make([]bool, len(x.Elts)+1)
	later[len(x.Elts)] = keep
	for i := len(x.Elts) - 1; i >= 0; i-- {
		later[i] = later[i+1] || d.suspends(x.Elts[i])
	}
	for i, e := range x.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			n.Elts = append(n.Elts, d.expr(e, later[i+1]))
			continue
		}
		m := &ast.KeyValueExpr{Key: kv.Key, Colon: kv.Colon}
		if !isStruct {
			m.Key = d.expr(kv.Key, later[i+1] || d.suspends(kv.Value))
		}
		m.Value = d.expr(kv.Value, later[i+1])
		n.Elts = append(n.Elts, m)
	}
	return n
}
