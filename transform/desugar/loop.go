package desugar

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"github.com/greengen/greengen/transform/ir"
)

func (d *desugarer) forStmt(s *ast.ForStmt) {
	d.emit(d.collect(func() {
		if s.Init != nil {
			d.stmt(s.Init)
		}
		l := &ir.Loop{Label: d.labelOf(s, true), At: s.Pos()}
		if s.Cond != nil && !d.suspends(s.Cond) {
			l.Cond = s.Cond
		}
		l.Body = d.collect(func() {
			d.giveWay(s)
			if s.Cond != nil && l.Cond == nil {
				d.unless(d.expr(s.Cond, false), l.Label, s.Cond.Pos())
			}
			for _, t := range s.Body.List {
				d.stmt(t)
			}
		})
		l.Post = d.collect(func() {
			d.yield(s.Pos())
			d.rebox(s)
			if s.Post != nil {
				d.stmt(s.Post)
			}
		})
		d.emit(l)
	}))
}

// unless emits: if !cond { break l }.
func (d *desugarer) unless(cond ast.Expr, l *ir.Label, at token.Pos) {
	d.emit(&ir.If{Cond: not(cond), At: at, Then: &ir.Block{List: []ir.Stmt{&ir.Jump{Label: l, At: at}}}})
}

func not(e ast.Expr) ast.Expr {
	if n, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && n.Op == token.NOT {
		return n.X
	}
	switch e.(type) {
	case *ast.Ident, *ast.ParenExpr, *ast.CallExpr, *ast.SelectorExpr:
		return &ast.UnaryExpr{Op: token.NOT, X: e}
	}
	return &ast.UnaryExpr{Op: token.NOT, X: &ast.ParenExpr{X: e}}
}

// rebox gives each boxed variable of a loop header a box for the next round.
func (d *desugarer) rebox(s *ast.ForStmt) {
	init, ok := s.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE || d.old {
		return
	}
	for _, v := range d.defined(init.Lhs) {
		if v.Boxed {
			d.emit(&ir.Rebox{Var: v})
		}
	}
}

func (d *desugarer) rangeStmt(s *ast.RangeStmt) {
	d.emit(d.collect(func() {
		switch t := ir.Under(d.info.TypeOf(s.X)).(type) {
		case *types.Basic:
			if t.Info()&types.IsString != 0 {
				d.rangeString(s)
			} else {
				d.rangeInt(s)
			}
		case *types.Slice:
			d.rangeIndex(s, -1, true)
		case *types.Array:
			d.rangeIndex(s, t.Len(), s.Value != nil && !blank(s.Value))
		case *types.Pointer:
			d.rangeIndex(s, ir.Under(t.Elem()).(*types.Array).Len(), s.Value != nil && !blank(s.Value))
		case *types.Map:
			d.rangeMap(s, t)
		case *types.Chan:
			d.rangeChan(s, t)
		default:
			ir.Bug(s.Pos(), "desugar: range over a function")
		}
	}))
}

func blank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return e == nil || ok && id.Name == "_"
}

func (d *desugarer) id(v *ir.Var) *ast.Ident {
	id := d.f.Ident(v)
	d.info.Types[id] = types.TypeAndValue{Type: v.Type}
	return id
}

func intLit(n int64) ast.Expr { return &ast.BasicLit{Kind: token.INT, Value: strconv.FormatInt(n, 10)} }

func binary(x ast.Expr, op token.Token, y ast.Expr) ast.Expr {
	return &ast.BinaryExpr{X: x, Op: op, Y: y}
}

// rt names a function or method of rt/green in generated syntax.
func (d *desugarer) rt(name string) *ast.Ident {
	id := &ast.Ident{Name: name}
	d.f.Runtime[id] = true
	return id
}

func (d *desugarer) setNew(v *ir.Var, x ast.Expr) { d.emit(&ir.SetVar{Var: v, X: x, New: true}) }

// counter returns the variable that counts the rounds: the key itself if nobody
// but the loop assigns to it.
func (d *desugarer) counter(s *ast.RangeStmt, t types.Type) (v *ir.Var, isKey bool) {
	if s.Tok == token.DEFINE && !blank(s.Key) {
		if obj, ok := d.info.Defs[s.Key.(*ast.Ident)].(*types.Var); ok && d.s.once(obj) && !d.s.of(obj).captured {
			return d.newVar(obj), true
		}
	}
	return d.temp(t, s.Pos()), false
}

// bind sets the loop's variables at the start of a round.
func (d *desugarer) bind(s *ast.RangeStmt, key, value ast.Expr) {
	if s.Tok == token.ASSIGN {
		n := &ast.AssignStmt{Tok: token.ASSIGN, TokPos: s.TokPos}
		for i, l := range []ast.Expr{s.Key, s.Value} {
			if l != nil && []ast.Expr{key, value}[i] != nil {
				n.Lhs = append(n.Lhs, d.lvalue(l, false))
				n.Rhs = append(n.Rhs, []ast.Expr{key, value}[i])
			}
		}
		if len(n.Lhs) > 0 {
			d.emit(&ir.Raw{S: n})
		}
		return
	}
	for i, l := range []ast.Expr{s.Key, s.Value} {
		x := []ast.Expr{key, value}[i]
		if l == nil || blank(l) || x == nil {
			continue
		}
		obj, _ := d.info.Defs[l.(*ast.Ident)].(*types.Var)
		d.emit(&ir.SetVar{Var: d.newVar(obj), X: x, New: !d.old})
	}
}

// declareOld declares the variables of a loop before Go 1.22, which all rounds share.
func (d *desugarer) declareOld(s *ast.RangeStmt) {
	if !d.old || s.Tok != token.DEFINE {
		return
	}
	var lhs []ast.Expr
	for _, l := range []ast.Expr{s.Key, s.Value} {
		if l != nil {
			lhs = append(lhs, l)
		}
	}
	if vs := d.defined(lhs); len(vs) > 0 {
		d.emit(&ir.Zero{Vars: vs})
	}
}

// body desugars the loop's body after what head emits.
func (d *desugarer) loopBody(s *ast.RangeStmt, head func()) *ir.Block {
	return d.collect(func() {
		d.giveWay(s)
		head()
		for _, t := range s.Body.List {
			d.stmt(t)
		}
	})
}

func (d *desugarer) post(s *ast.RangeStmt, step func()) *ir.Block {
	return d.collect(func() {
		d.yield(s.Pos())
		step()
	})
}

func (d *desugarer) incr(v *ir.Var) {
	d.emit(&ir.Raw{S: &ast.IncDecStmt{X: d.id(v), Tok: token.INC}})
}

func (d *desugarer) rangeInt(s *ast.RangeStmt) {
	t := types.Default(d.info.TypeOf(s.X))
	if s.Key != nil && !blank(s.Key) {
		t = d.info.TypeOf(s.Key)
		if s.Tok == token.ASSIGN && d.info.Types[s.X].Value == nil {
			t = d.info.TypeOf(s.X)
		}
	}
	x := d.expr(s.X, false)
	n := d.temp(t, s.Pos())
	d.setNew(n, x)
	d.declareOld(s)
	i, isKey := d.counter(s, t)
	d.setNew(i, intLit(0))
	l := &ir.Loop{Label: d.labelOf(s, true), Cond: binary(d.id(i), token.LSS, d.id(n)), At: s.Pos()}
	l.Body = d.loopBody(s, func() {
		if !isKey {
			d.bind(s, d.id(i), nil)
		}
	})
	l.Post = d.post(s, func() { d.incr(i) })
	d.emit(l)
}

// rangeIndex ranges over a slice (n < 0), an array of n, or a pointer to one.
func (d *desugarer) rangeIndex(s *ast.RangeStmt, n int64, evaluate bool) {
	var xs *ir.Var
	x := d.expr(s.X, false)
	_, name := ast.Unparen(s.X).(*ast.Ident) // else the variable might go unused
	if !evaluate && (name || x != s.X || d.calls(s.X)) {
		d.emit(&ir.Raw{S: &ast.AssignStmt{Lhs: []ast.Expr{&ast.Ident{Name: "_"}}, Tok: token.ASSIGN, Rhs: []ast.Expr{x}}})
	}
	if evaluate {
		xs = d.temp(d.info.TypeOf(s.X), s.Pos())
		d.setNew(xs, x)
	}
	length := intLit(n)
	if n < 0 {
		v := d.temp(types.Typ[types.Int], s.Pos())
		d.setNew(v, &ast.CallExpr{Fun: d.rt("Len"), Args: []ast.Expr{d.id(xs)}})
		length = d.id(v)
	}
	d.declareOld(s)
	i, isKey := d.counter(s, types.Typ[types.Int])
	d.setNew(i, intLit(0))
	l := &ir.Loop{Label: d.labelOf(s, true), Cond: binary(d.id(i), token.LSS, length), At: s.Pos()}
	l.Body = d.loopBody(s, func() {
		var key, value ast.Expr
		if !isKey {
			key = d.id(i)
		}
		if s.Value != nil {
			value = &ast.IndexExpr{X: d.id(xs0(xs)), Index: d.id(i)}
		}
		if s.Value != nil && blank(s.Value) {
			value = nil
		}
		d.bind(s, key, value)
	})
	l.Post = d.post(s, func() { d.incr(i) })
	d.emit(l)
}

// xs0 stands for an operand that is not evaluated: then no value is read either.
func xs0(v *ir.Var) *ir.Var {
	if v == nil {
		return &ir.Var{Name: "_"}
	}
	return v
}

func (d *desugarer) rangeString(s *ast.RangeStmt) {
	x := d.expr(s.X, false)
	str := d.temp(d.info.TypeOf(s.X), s.Pos())
	d.setNew(str, x)
	d.declareOld(s)
	i := d.temp(types.Typ[types.Int], s.Pos())
	next := d.temp(types.Typ[types.Int], s.Pos())
	r := d.temp(types.Typ[types.Rune], s.Pos())
	d.setNew(i, intLit(0))
	d.emit(&ir.Zero{Vars: []*ir.Var{next}})
	l := &ir.Loop{Label: d.labelOf(s, true), At: s.Pos(),
		Cond: binary(d.id(i), token.LSS, &ast.CallExpr{Fun: d.rt("LenString"), Args: []ast.Expr{d.id(str)}})}
	l.Body = d.loopBody(s, func() {
		var dst ast.Expr = &ast.Ident{Name: "_"}
		if s.Value != nil && !blank(s.Value) {
			d.emit(&ir.Zero{Vars: []*ir.Var{r}})
			dst = d.id(r)
		}
		d.emit(&ir.Raw{S: &ast.AssignStmt{Lhs: []ast.Expr{dst, d.id(next)}, Tok: token.ASSIGN,
			Rhs: []ast.Expr{&ast.CallExpr{Fun: d.rt("NextRune"), Args: []ast.Expr{d.id(str), d.id(i)}}}}})
		var value ast.Expr
		if s.Value != nil && !blank(s.Value) {
			value = d.id(r)
		}
		d.bind(s, d.id(i), value)
	})
	l.Post = d.post(s, func() { d.emit(&ir.SetVar{Var: i, X: d.id(next)}) })
	d.emit(l)
}

func (d *desugarer) rangeMap(s *ast.RangeStmt, t *types.Map) {
	x := d.expr(s.X, false)
	it := d.temp(d.info.TypeOf(s.X), s.Pos())
	it.Iter = []types.Type{t.Key(), t.Elem()}
	d.setNew(it, &ast.CallExpr{Fun: d.rt("RangeMap"), Args: []ast.Expr{x}})
	d.declareOld(s)
	field := func(name string) ast.Expr { return &ast.SelectorExpr{X: d.id(it), Sel: &ast.Ident{Name: name}} }
	l := &ir.Loop{Label: d.labelOf(s, true), Cond: &ast.CallExpr{Fun: field("Next")}, At: s.Pos()}
	l.Body = d.loopBody(s, func() {
		var value ast.Expr
		if s.Value != nil {
			value = field("Value")
		}
		d.bind(s, field("Key"), value)
	})
	l.Post = d.post(s, func() {})
	d.emit(l)
}

func (d *desugarer) rangeChan(s *ast.RangeStmt, t *types.Chan) {
	x := d.expr(s.X, false)
	ch := d.temp(d.info.TypeOf(s.X), s.Pos())
	d.setNew(ch, x)
	d.declareOld(s)
	l := &ir.Loop{Label: d.labelOf(s, true), At: s.Pos()}
	l.Body = d.loopBody(s, func() {
		v, ok := d.temp(t.Elem(), s.Pos()), d.temp(types.Typ[types.Bool], s.Pos())
		d.point2(&ir.Call{Target: &ir.Target{Kind: ir.OpRecv2}, Node: s, Args: []ast.Expr{d.id(ch)},
			Dst: []*ir.Var{v, ok}, New: []bool{true, true}, At: s.Pos()})
		d.unless(d.id(ok), l.Label, s.Pos())
		var key ast.Expr = d.id(v)
		if s.Key == nil || blank(s.Key) {
			d.emit(&ir.Raw{S: &ast.AssignStmt{Lhs: []ast.Expr{&ast.Ident{Name: "_"}}, Tok: token.ASSIGN, Rhs: []ast.Expr{key}}})
			key = nil
		}
		d.bind(s, key, nil)
	})
	l.Post = d.post(s, func() {})
	d.emit(l)
}
