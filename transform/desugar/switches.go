package desugar

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

func (d *desugarer) switchStmt(s *ast.SwitchStmt) {
	d.emit(d.collect(func() {
		if s.Init != nil {
			d.stmt(s.Init)
		}
		suspends := false
		for _, c := range s.Body.List {
			for _, e := range c.(*ast.CaseClause).List {
				suspends = suspends || d.suspends(e)
			}
		}
		if suspends {
			d.chooseFirst(s)
			return
		}
		sw := &ast.SwitchStmt{Switch: s.Switch, Tag: d.expr(s.Tag, false), Body: &ast.BlockStmt{}}
		n := &ir.Switch{Label: d.labelOf(s, false), S: sw}
		for _, c := range s.Body.List {
			cc := c.(*ast.CaseClause)
			sw.Body.List = append(sw.Body.List, &ast.CaseClause{Case: cc.Case, List: cc.List})
			n.Clauses = append(n.Clauses, d.clause(cc))
		}
		d.emit(n)
	}))
}

// clause desugars the body of a case of an expression switch.
func (d *desugarer) clause(cc *ast.CaseClause) *ir.Clause {
	c := &ir.Clause{Default: cc.List == nil}
	list := cc.Body
	var labels []*ast.LabeledStmt
	if k := len(list); k > 0 {
		last, ls := unlabelled(list[k-1])
		if b, ok := last.(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
			c.Fallthrough, labels = true, ls
			list = list[:k-1]
		}
	}
	c.Body = d.collect(func() {
		for _, s := range list {
			d.stmt(s)
		}
		for _, l := range labels {
			d.place(l)
		}
	})
	return c
}

// unlabelled returns the statement behind the labels of s, and those.
func unlabelled(s ast.Stmt) (ast.Stmt, []*ast.LabeledStmt) {
	var labels []*ast.LabeledStmt
	for {
		l, ok := s.(*ast.LabeledStmt)
		if !ok {
			return s, labels
		}
		labels = append(labels, l)
		s = l.Stmt
	}
}

// chooseFirst handles a switch whose case expressions suspend: it finds the
// number of the clause first, testing the cases in order, then switches on it.
func (d *desugarer) chooseFirst(s *ast.SwitchStmt) {
	k := d.temp(types.Typ[types.Int], s.Pos())
	d.setNew(k, intLit(-1))
	var tag *ir.Var
	if s.Tag != nil {
		x := d.expr(s.Tag, false)
		tag = d.temp(d.info.TypeOf(s.Tag), s.Pos())
		d.setNew(tag, x)
	}
	for i, c := range s.Body.List {
		for _, e := range c.(*ast.CaseClause).List {
			d.emit(&ir.If{Cond: binary(d.id(k), token.LSS, intLit(0)), At: e.Pos(), Then: d.collect(func() {
				cond := d.expr(e, false)
				if tag != nil {
					cond = binary(d.id(tag), token.EQL, &ast.ParenExpr{X: cond})
				}
				d.emit(&ir.If{Cond: cond, At: e.Pos(), Then: d.collect(func() {
					d.emit(&ir.SetVar{Var: k, X: intLit(int64(i))})
				})})
			})})
		}
	}
	sw := &ast.SwitchStmt{Switch: s.Switch, Tag: d.id(k), Body: &ast.BlockStmt{}}
	n := &ir.Switch{Label: d.labelOf(s, false), S: sw}
	for i, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		m := &ast.CaseClause{Case: cc.Case}
		if cc.List != nil {
			m.List = []ast.Expr{intLit(int64(i))}
		}
		sw.Body.List = append(sw.Body.List, m)
		n.Clauses = append(n.Clauses, d.clause(cc))
	}
	d.emit(n)
}

func (d *desugarer) typeSwitch(s *ast.TypeSwitchStmt) {
	d.emit(d.collect(func() {
		if s.Init != nil {
			d.stmt(s.Init)
		}
		var x ast.Expr
		switch a := s.Assign.(type) {
		case *ast.ExprStmt:
			x = ast.Unparen(a.X).(*ast.TypeAssertExpr).X
		case *ast.AssignStmt:
			x = ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X
		}
		head := &ast.TypeSwitchStmt{Switch: s.Switch, Body: &ast.BlockStmt{},
			Assign: &ast.ExprStmt{X: &ast.TypeAssertExpr{X: d.expr(x, false)}}}
		n := &ir.Switch{Label: d.labelOf(s, false), S: head}
		for _, c := range s.Body.List {
			cc := c.(*ast.CaseClause)
			head.Body.List = append(head.Body.List, &ast.CaseClause{Case: cc.Case, List: cc.List})
			cl := d.typeClause(cc)
			if cl.Var != nil && n.Bind == nil {
				d.temps++
				n.Bind = &ast.Ident{Name: d.fresh("_y" + itoa(d.temps))}
			}
			n.Clauses = append(n.Clauses, cl)
		}
		d.emit(n)
	}))
}

func (d *desugarer) typeClause(cc *ast.CaseClause) *ir.Clause {
	c := &ir.Clause{Default: cc.List == nil}
	if obj, ok := d.info.Implicits[cc].(*types.Var); ok && d.s.of(obj).used {
		c.Var = d.newVar(obj)
	}
	c.Body = d.block(cc.Body)
	return c
}

// keep evaluates an operand of a communication: all of them are, before one is
// chosen.
func (d *desugarer) keep(e ast.Expr) ast.Expr {
	if d.info.Types[e].Value != nil || d.info.Types[e].IsNil() {
		return e
	}
	return d.store(d.expr(e, false), d.info.TypeOf(e))
}

// received makes temporaries of what a case received, first thing, and assigns them to
// the left side, whose operands are evaluated only if the case is chosen.
func (d *desugarer) received(comm *ast.AssignStmt, x *ast.UnaryExpr) func() {
	elem := d.info.TypeOf(x)
	if tuple, ok := elem.(*types.Tuple); ok { // v, ok := <-ch
		elem = tuple.At(0).Type()
	}
	return func() {
		rhs := []ast.Expr{d.store(d.got(ir.OpGot, elem, comm), elem)}
		if len(comm.Lhs) == 2 {
			is := types.Typ[types.Bool]
			rhs = append(rhs, d.asOk(d.store(d.got(ir.OpGotOk, is, comm), is), comm.Lhs[1]))
		}
		n := &ast.AssignStmt{Tok: comm.Tok, TokPos: comm.TokPos, Rhs: rhs}
		raw := &ir.Raw{S: n}
		if comm.Tok == token.DEFINE {
			raw.Defs = d.defined(comm.Lhs)
			if len(raw.Defs) == 0 {
				n.Tok = token.ASSIGN
			}
		}
		for _, l := range comm.Lhs {
			n.Lhs = append(n.Lhs, d.lvalue(l, false))
		}
		d.emit(raw)
	}
}

// got makes a call that gives what the select received.
func (d *desugarer) got(op ir.Kind, t types.Type, comm *ast.AssignStmt) ast.Expr {
	call := &ast.CallExpr{Fun: &ast.Ident{NamePos: comm.Pos(), Name: "got"}}
	d.f.Calls[call] = &ir.Target{Kind: op}
	d.info.Types[call] = types.TypeAndValue{Type: t}
	return call
}

// selectStmt makes a select one suspension point, which gives the number of the
// case, and a switch on that.
func (d *desugarer) selectStmt(s *ast.SelectStmt) { d.emit(d.collect(func() { d.selects(s) })) }

func (d *desugarer) selects(s *ast.SelectStmt) {
	call := &ir.Call{Target: d.f.Calls[s], Node: s, At: s.Pos()}
	k := d.temp(types.Typ[types.Int], s.Pos())
	sw := &ast.SwitchStmt{Switch: s.Select, Tag: d.id(k), Body: &ast.BlockStmt{}}
	n := &ir.Switch{Label: d.labelOf(s, false), S: sw}
	sets := make([]func(), len(s.Body.List))
	for i, cl := range s.Body.List {
		cc := cl.(*ast.CommClause)
		if cc.Comm == nil {
			call.Default = true
			sw.Body.List = append(sw.Body.List, &ast.CaseClause{Case: cc.Case})
			continue
		}
		sw.Body.List = append(sw.Body.List, &ast.CaseClause{Case: cc.Case, List: []ast.Expr{intLit(int64(len(call.Cases)))}})
		var sc ir.SelectCase
		switch comm := cc.Comm.(type) {
		case *ast.SendStmt:
			sc.Chan, sc.Value = d.keep(comm.Chan), d.keep(comm.Value)
		case *ast.ExprStmt:
			sc.Chan = d.keep(ast.Unparen(comm.X).(*ast.UnaryExpr).X)
		case *ast.AssignStmt:
			x := ast.Unparen(comm.Rhs[0]).(*ast.UnaryExpr)
			sc.Chan = d.keep(x.X)
			sc.Got, sets[i] = true, d.received(comm, x)
		}
		call.Cases = append(call.Cases, sc)
	}
	call.Dst, call.New = []*ir.Var{k}, []bool{true}
	d.point2(call)
	for i, cl := range s.Body.List {
		cc := cl.(*ast.CommClause)
		n.Clauses = append(n.Clauses, &ir.Clause{Default: cc.Comm == nil, Body: d.collect(func() {
			if sets[i] != nil {
				sets[i]()
			}
			for _, t := range cc.Body {
				d.stmt(t)
			}
		})})
	}
	d.emit(n)
}
