package emit

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

func (b *body) stmts(list []ast.Stmt) []jen.Code {
	var out []jen.Code
	for _, s := range list {
		out = append(out, b.line(s.Pos())...)
		out = append(out, b.stmt(s)...)
	}
	return out
}

// stmt writes a statement as it is in the source.
func (b *body) stmt(s ast.Stmt) []jen.Code {
	one := func(c jen.Code) []jen.Code { return []jen.Code{c} }
	switch s := s.(type) {
	case nil, *ast.EmptyStmt:
		return nil
	case *ast.BlockStmt:
		return one(jen.Block(b.stmts(s.List)...))
	case *ast.IfStmt:
		return one(b.ifStmt(s))
	case *ast.ForStmt:
		return one(jen.For(b.header(s.Init), b.cond(s.Cond), b.header(s.Post)).Block(b.stmts(s.Body.List)...))
	case *ast.RangeStmt:
		return one(b.rangeStmt(s))
	case *ast.SwitchStmt:
		return one(jen.Switch(b.headers(s.Init, s.Tag)...).Block(b.clauses(s.Body)...))
	case *ast.TypeSwitchStmt:
		return one(b.typeSwitch(s))
	case *ast.SelectStmt:
		return one(jen.Select().Block(b.clauses(s.Body)...))
	case *ast.LabeledStmt:
		return append(one(jen.Id(s.Label.Name).Op(":")), b.labelled(s.Stmt)...)
	case *ast.ReturnStmt:
		if b.plain {
			return one(jen.Return(b.exprs(s.Results)...))
		}
		return b.leave(s.Results)
	case *ast.BranchStmt:
		return one(b.branch(s))
	case *ast.GoStmt:
		return one(jen.Go().Add(b.goCall(s.Call)))
	case *ast.DeferStmt:
		if id := b.also(s); id != nil && b.plain {
			return b.deferStmt(&ir.Defer{On: id, Node: s.Call, Fun: s.Call.Fun, Args: s.Call.Args, Ellipsis: s.Call.Ellipsis.IsValid()})
		}
		if !b.plain {
			ir.Bug(s.Pos(), "emit: a kept statement defers")
		}
		return one(jen.Defer().Add(b.call(s.Call)))
	case *ast.DeclStmt:
		return b.decl(s.Decl.(*ast.GenDecl))
	}
	return one(b.simple(s))
}

// labelled keeps a label that stands before nothing legal.
func (b *body) labelled(s ast.Stmt) []jen.Code {
	if out := b.stmt(s); len(out) > 0 {
		return out
	}
	return []jen.Code{jen.Op(";")}
}

// goCall writes the call of a go statement: it runs elsewhere, as plain code.
func (b *body) goCall(c *ast.CallExpr) *jen.Statement {
	saved := b.fn.Calls[c]
	delete(b.fn.Calls, c)
	defer func() {
		if saved != nil {
			b.fn.Calls[c] = saved
		}
	}()
	if s := b.channelCall(c, true); s != nil {
		return s
	}
	return b.call(c)
}

func (b *body) simple(s ast.Stmt) *jen.Statement {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return b.expr(s.X)
	case *ast.SendStmt:
		return b.announced(s.Chan, true).Op("<-").Add(b.expr(s.Value))
	case *ast.IncDecStmt:
		return b.expr(s.X).Op(s.Tok.String())
	case *ast.AssignStmt:
		return b.assign(s.Lhs, s.Tok, s.Rhs)
	}
	ir.Bug(s.Pos(), "emit: statement %T", s)
	return nil
}

func (b *body) assign(lhs []ast.Expr, tok token.Token, rhs []ast.Expr) *jen.Statement {
	r := jen.List(b.exprs(rhs)...)
	return b.targets(lhs, tok == token.ASSIGN || tok == token.DEFINE).Op(tok.String()).Add(r)
}

// targets writes the left side of an assignment.
func (b *body) targets(lhs []ast.Expr, whole bool) *jen.Statement {
	saved := b.lhs
	b.lhs = whole
	defer func() { b.lhs = saved }()
	return jen.List(b.exprs(lhs)...)
}

func (b *body) cond(e ast.Expr) *jen.Statement {
	if e == nil {
		return jen.Empty()
	}
	return b.expr(e)
}

func (b *body) header(s ast.Stmt) *jen.Statement {
	if s == nil {
		return jen.Empty()
	}
	return b.simple(s)
}

func (b *body) headers(init ast.Stmt, tag ast.Expr) []jen.Code {
	var out []jen.Code
	if init != nil {
		out = append(out, b.header(init), b.cond(tag))
	} else if tag != nil {
		out = append(out, b.expr(tag))
	}
	return out
}

func (b *body) ifStmt(s *ast.IfStmt) *jen.Statement {
	head := []jen.Code{b.expr(s.Cond)}
	if s.Init != nil {
		head = []jen.Code{b.header(s.Init), b.expr(s.Cond)}
	}
	n := jen.If(head...).Block(b.stmts(s.Body.List)...)
	switch e := s.Else.(type) {
	case *ast.IfStmt:
		n = n.Else().Add(b.ifStmt(e))
	case *ast.BlockStmt:
		n = n.Else().Block(b.stmts(e.List)...)
	}
	return n
}

func (b *body) rangeStmt(s *ast.RangeStmt) *jen.Statement {
	x := jen.Range().Add(b.announced(s.X, false))
	head := x
	if s.Key != nil {
		vars := []ast.Expr{s.Key}
		if s.Value != nil {
			vars = append(vars, s.Value)
		}
		head = b.targets(vars, true).Op(s.Tok.String()).Add(x)
	}
	return jen.For(head).Block(b.stmts(s.Body.List)...)
}

func (b *body) typeSwitch(s *ast.TypeSwitchStmt) *jen.Statement {
	var head []jen.Code
	if s.Init != nil {
		head = append(head, b.header(s.Init))
	}
	return jen.Switch(append(head, b.simple(s.Assign))...).Block(b.clauses(s.Body)...)
}

func (b *body) clauses(body *ast.BlockStmt) []jen.Code {
	hasty := slices.ContainsFunc(body.List, func(s ast.Stmt) bool {
		c, ok := s.(*ast.CommClause)
		return ok && c.Comm == nil
	})
	var out []jen.Code
	for _, c := range body.List {
		switch c := c.(type) {
		case *ast.CaseClause:
			out = append(out, b.caseHead(c.List).Block(b.stmts(c.Body)...))
		case *ast.CommClause:
			head := jen.Default()
			if c.Comm != nil {
				b.hasty = hasty
				head = jen.Case(b.simple(c.Comm))
				b.hasty = false
			}
			out = append(out, head.Block(b.stmts(c.Body)...))
		}
	}
	return out
}

func (b *body) caseHead(list []ast.Expr) *jen.Statement {
	if list == nil {
		return jen.Default()
	}
	return jen.Case(b.exprs(list)...)
}

func (b *body) decl(d *ast.GenDecl) []jen.Code {
	keyword := map[token.Token]func() *jen.Statement{token.VAR: jen.Var, token.CONST: jen.Const, token.TYPE: jen.Type}[d.Tok]
	var specs []jen.Code
	for _, spec := range d.Specs {
		if b.isHoisted(spec) {
			continue
		}
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			specs = append(specs, b.valueSpec(spec))
		case *ast.TypeSpec:
			s := jen.Id(spec.Name.Name)
			if spec.TypeParams != nil {
				s = s.Index(jen.List(b.params(spec.TypeParams)...))
			}
			if spec.Assign.IsValid() {
				s = s.Op("=")
			}
			specs = append(specs, s.Add(b.expr(spec.Type)))
		}
	}
	if len(specs) == 0 {
		return nil
	}
	if len(specs) == 1 && !d.Lparen.IsValid() {
		return []jen.Code{keyword().Add(specs[0])}
	}
	return []jen.Code{keyword().Defs(specs...)}
}

func (b *body) isHoisted(spec ast.Spec) bool {
	t, ok := spec.(*ast.TypeSpec)
	return ok && b.p.Hoist(b.p.Info.Defs[t.Name]) != nil
}

func (b *body) valueSpec(v *ast.ValueSpec) *jen.Statement {
	var names []jen.Code
	for _, n := range v.Names {
		names = append(names, jen.Id(n.Name))
	}
	s := jen.List(names...)
	if v.Type != nil {
		s = s.Add(b.expr(v.Type))
	}
	if len(v.Values) > 0 {
		s = s.Op("=").List(b.exprs(v.Values)...)
	}
	return s
}

// branch writes a break, continue or goto: to a flattened statement, by a goto
// where there are blocks.
func (b *body) branch(s *ast.BranchStmt) *jen.Statement {
	if l := b.fn.Labels[b.fn.Targets[s]]; l != nil && b.flat && !b.plain {
		to := b.fn.Jumps[l]
		if s.Tok == token.CONTINUE {
			return b.jump(to[1])
		}
		return b.jump(to[0])
	}
	n := jen.Op(s.Tok.String())
	if s.Label != nil {
		n = n.Id(s.Label.Name)
	}
	return n
}

// jump writes a goto to a block.
func (b *body) jump(to *ir.BasicBlock) *jen.Statement {
	b.refs[to] = true
	return jen.Goto().Id(b.label(to))
}

func (b *body) label(to *ir.BasicBlock) string {
	return b.fn.Names.Label + itoa(to.ID)
}

// leave writes a return: in the resume body, results go to their slot or, if
// there is a guard, to the result variables.
func (b *body) leave(results []ast.Expr) []jen.Code {
	n := len(b.fn.Results)
	var out []jen.Code
	var values []jen.Code
	switch {
	case n == 0:
	case len(results) == 0:
		for _, v := range b.fn.Results {
			values = append(values, b.variable(v))
		}
	case len(results) == 1 && n > 1: // return f()
		var tmps []jen.Code
		for i := range n {
			tmps = append(tmps, jen.Id("_x"+itoa(i)))
			values = append(values, jen.Id("_x"+itoa(i)))
		}
		out = append(out, jen.List(tmps...).Op(":=").Add(b.expr(results[0])))
	default:
		values = b.exprs(results)
	}
	out = append(out, b.finish(values)...)
	if len(results) == 1 && n > 1 {
		return []jen.Code{jen.Block(out...)}
	}
	return out
}

// finish returns values from the body being written.
func (b *body) finish(values []jen.Code) []jen.Code {
	if b.fn.Guard && b.resume {
		return append(b.setResults(values), jen.Return(jen.Nil()))
	}
	var out []jen.Code
	if anyBoxed(b.fn.Results) { // a literal may look at them later
		out = b.setResults(values)
		values = nil
		for _, v := range b.fn.Results {
			values = append(values, b.variable(v))
		}
	}
	if !b.resume {
		return append(out, jen.Return(append(values, jen.Nil())...))
	}
	if len(values) > 0 {
		out = append(out, b.give(values))
	}
	return append(out, jen.Return(b.put()))
}

func anyBoxed(vs []*ir.Var) bool {
	for _, v := range vs {
		if v.Boxed {
			return true
		}
	}
	return false
}

// setResults assigns to the result variables, but for those that a return names.
func (b *body) setResults(values []jen.Code) []jen.Code {
	var vars, rest []jen.Code
	for i, v := range b.fn.Results {
		b.lhs = true
		dst := b.variable(v)
		b.lhs = false
		if i >= len(values) || reflect.DeepEqual(values[i], jen.Code(dst)) {
			continue
		}
		vars, rest = append(vars, dst), append(rest, values[i])
	}
	if len(vars) == 0 {
		return nil
	}
	return []jen.Code{jen.List(vars...).Op("=").List(rest...)}
}

// put gives the frame back and yields its parent.
func (b *body) put() *jen.Statement {
	b.frames = true
	if generic(b.fn) {
		return g("Recycle").Call(jen.Id(b.fn.Names.Hub), jen.Id(b.fn.Names.Frame))
	}
	pool, args := jen.Id(b.pool(b.fn)), []jen.Code{jen.Id(b.fn.Names.Hub), jen.Id(b.fn.Names.Frame)}
	if b.fn.Pooled {
		return pool.Dot("PutEnv").Call(append(args, jen.Op("&").Add(args[1]).Dot(b.fn.Names.Env).Dot("Env"))...)
	}
	return pool.Dot("Put").Call(args...)
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// sameType reports whether x := e would give x the type want.
func (b *body) sameType(e ast.Expr, want types.Type) bool {
	tv, ok := b.p.Info.Types[e]
	return ok && tv.Value == nil && !tv.IsNil() && types.Identical(tv.Type, want)
}
