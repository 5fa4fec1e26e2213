package emit

import (
	"go/ast"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

func (b *body) fastIf(s *ir.If) jen.Code {
	n := jen.If(b.expr(s.Cond)).Block(b.list(s.Then)...)
	if s.Else == nil {
		return n
	}
	// else if, where there is nothing to do before the condition
	if len(s.Else.List) == 1 {
		if e, ok := s.Else.List[0].(*ir.If); ok {
			return n.Else().Add(b.fastIf(e))
		}
	}
	return n.Else().Block(b.list(s.Else)...)
}

func (b *body) fastLoop(s *ir.Loop) []jen.Code {
	var out []jen.Code
	if s.Label.Named {
		out = append(out, jen.Id(s.Label.Name).Op(":"))
	}
	cond := jen.Empty()
	if s.Cond != nil {
		cond = b.expr(s.Cond)
	}
	if post, ok := b.simplePost(s.Post); ok {
		head := []jen.Code{cond}
		if post != nil {
			head = []jen.Code{jen.Empty(), cond, post}
		} else if s.Cond == nil {
			head = nil
		}
		return append(out, jen.For(head...).Block(b.list(s.Body)...))
	}
	// The step is more than a simple statement: it comes first, but for the
	// first round.
	first := jen.Id("_first")
	code := []jen.Code{jen.If(jen.Op("!").Add(first.Clone())).Block(b.list(s.Post)...)}
	if s.Cond != nil {
		code = append(code, jen.If(b.not(s.Cond)).Block(jen.Break()))
	}
	code = append(code, b.list(s.Body)...)
	return append(out, jen.For(first.Clone().Op(":=").Add(b.truth(true)), jen.Empty(), first.Clone().Op("=").Add(b.truth(false))).Block(code...))
}

// simplePost writes a loop's step if a for header can hold it.
func (b *body) simplePost(p *ir.Block) (*jen.Statement, bool) {
	if p == nil || len(p.List) == 0 {
		return nil, true
	}
	if len(p.List) > 1 {
		return nil, false
	}
	switch s := p.List[0].(type) {
	case *ir.Raw:
		switch s.S.(type) {
		case *ast.AssignStmt, *ast.IncDecStmt, *ast.ExprStmt, *ast.SendStmt:
			b.raw = s.S
			defer func() { b.raw = nil }()
			return b.simple(s.S), true
		}
	case *ir.SetVar:
		if !s.New && !s.Var.Boxed {
			b.seen[s.Var] = true
			return jen.Id(s.Var.Name).Op("=").Add(b.expr(s.X)), true
		}
	}
	return nil, false
}

func (b *body) fastSwitch(s *ir.Switch) []jen.Code {
	var out, clauses []jen.Code
	if s.Label.Named {
		out = append(out, jen.Id(s.Label.Name).Op(":"))
	}
	for i, c := range s.Clauses {
		code := append(b.bindClause(s, c, true), b.list(c.Body)...)
		if c.Fallthrough {
			code = append(code, jen.Fallthrough())
		}
		clauses = append(clauses, b.clauseHead(s, i).Block(code...))
	}
	return append(out, b.switchHead(s).Block(clauses...))
}

// switchHead writes a switch up to its brace.
func (b *body) switchHead(s *ir.Switch) *jen.Statement {
	if h, ok := s.S.(*ast.SwitchStmt); ok {
		if h.Tag == nil {
			return jen.Switch()
		}
		return jen.Switch(b.expr(h.Tag))
	}
	x := b.expr(s.S.(*ast.TypeSwitchStmt).Assign.(*ast.ExprStmt).X)
	if s.Bind != nil {
		return jen.Switch(jen.Id(s.Bind.Name).Op(":=").Add(x))
	}
	return jen.Switch(x)
}

// clauseHead writes a clause up to its colon.
func (b *body) clauseHead(s *ir.Switch, i int) *jen.Statement {
	var body *ast.BlockStmt
	switch h := s.S.(type) {
	case *ast.SwitchStmt:
		body = h.Body
	case *ast.TypeSwitchStmt:
		body = h.Body
	}
	return b.caseHead(body.List[i].(*ast.CaseClause).List)
}

// bindClause declares the variable of a type switch's clause.
func (b *body) bindClause(s *ir.Switch, c *ir.Clause, declare bool) []jen.Code {
	v := c.Var
	if v == nil {
		return nil
	}
	b.seen[v] = true
	from := jen.Id(s.Bind.Name)
	switch {
	case v.Boxed:
		return []jen.Code{b.box(v), jen.Op("*").Id(v.Name).Op("=").Add(from)}
	case declare:
		return []jen.Code{jen.Id(v.Name).Op(":=").Add(from)}
	}
	return []jen.Code{jen.Id(v.Name).Op("=").Add(from)}
}

func fastJump(s *ir.Jump) jen.Code {
	n := jen.Break()
	if s.Continue {
		n = jen.Continue()
	}
	if s.Named {
		n = n.Id(s.Label.Name)
	}
	return n
}
