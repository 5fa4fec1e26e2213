package emit

import (
	"go/ast"
	"go/token"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// blocks lists the blocks that the body needs.
func (b *body) blocks() []*ir.BasicBlock {
	if !b.resume {
		return reached(b.fn.Flow)
	}
	var alive []*ir.BasicBlock
	for _, blk := range b.fn.Flow {
		if blk.Alive {
			alive = append(alive, blk)
		}
	}
	return alive
}

// reached lists the blocks that can run at all, in order.
func reached(flow []*ir.BasicBlock) []*ir.BasicBlock {
	seen := map[*ir.BasicBlock]bool{}
	var visit func(*ir.BasicBlock)
	visit = func(blk *ir.BasicBlock) {
		if seen[blk] {
			return
		}
		seen[blk] = true
		for _, s := range append(blk.Term.Succs(), blk.Exits...) {
			visit(s)
		}
	}
	visit(flow[0])
	var out []*ir.BasicBlock
	for _, blk := range flow {
		if seen[blk] {
			out = append(out, blk)
		}
	}
	return out
}

// blocksCode writes the blocks. It runs first: it finds out which labels and
// variables are needed.
func (b *body) blocksCode() []jen.Code {
	alive := b.blocks()
	codes := make([][]jen.Code, len(alive))
	inner := b.inner(alive)
	for i, blk := range alive {
		if inner[blk] {
			continue
		}
		var next *ir.BasicBlock
		if i+1 < len(alive) {
			next = alive[i+1]
		}
		codes[i] = b.blockCode(blk, next, inner, alive[min(i+2, len(alive)):])
	}
	if b.resume {
		b.foresee(alive)
	}
	var out []jen.Code
	for i, blk := range alive {
		if inner[blk] {
			continue
		}
		if _, stop := blk.Term.(*ir.Stop); stop && len(blk.Stmts) == 0 && !b.refs[blk] && i > 0 && b.ended(alive[i-1]) && !inner[alive[i-1]] {
			continue // no one comes here
		}
		if b.refs[blk] {
			out = append(out, jen.Id(b.label(blk)).Op(":"))
			if len(codes[i]) == 0 && i == len(alive)-1 {
				codes[i] = append(codes[i], jen.Panic(jen.Lit("unreachable")))
			}
		}
		out = append(out, codes[i]...)
	}
	return out
}

// blockCode writes a block; next comes behind it, then rest.
func (b *body) blockCode(blk, next *ir.BasicBlock, inner map[*ir.BasicBlock]bool, rest []*ir.BasicBlock) []jen.Code {
	var code []jen.Code
	for _, s := range blk.Stmts {
		code = append(code, b.line(irPos(s))...)
		code = append(code, b.straight(s)...)
	}
	if b.ended(blk) {
		return code // no goto of what follows may keep a label in use
	}
	var t []jen.Code
	if branch, ok := blk.Term.(*ir.Branch); ok && next != nil && inner[next] {
		t = b.ifCode(branch, inner, rest)
	} else {
		t = b.term(blk, next)
	}
	if len(t) > 0 {
		code = append(append(code, b.line(termPos(blk))...), t...)
	}
	return code
}

// ifCode writes: if cond { then }, for a branch around a block.
func (b *body) ifCode(t *ir.Branch, inner map[*ir.BasicBlock]bool, rest []*ir.BasicBlock) []jen.Code {
	code := []jen.Code{jen.If(b.expr(t.Cond)).Block(b.blockCode(t.Then, t.Else, inner, nil)...)}
	if len(rest) > 0 && rest[0] == t.Else {
		return code
	}
	return append(code, b.jump(t.Else))
}

// inner lists the blocks that a branch leads to, and nothing else, and in which
// nothing suspends: they can stand in an if.
func (b *body) inner(alive []*ir.BasicBlock) map[*ir.BasicBlock]bool {
	ways := map[*ir.BasicBlock]int{}
	for _, blk := range alive {
		for _, s := range append(blk.Term.Succs(), blk.Exits...) {
			ways[s]++
		}
	}
	for _, blk := range b.fn.Flow {
		if t, ok := blk.Term.(*ir.Suspend); ok { // the entry may lead there
			ways[t.Next] += 2
		}
	}
	inner := map[*ir.BasicBlock]bool{}
	for i, blk := range alive[:max(len(alive)-1, 0)] {
		t, ok := blk.Term.(*ir.Branch)
		if !ok || inner[blk] || t.Then != alive[i+1] || ways[t.Then] != 1 || b.ended(blk) || b.fn.Flow[0] == t.Then {
			continue
		}
		switch t.Then.Term.(type) {
		case *ir.Goto, *ir.Leave, *ir.Stop:
			inner[t.Then] = true
		}
	}
	return inner
}

// ended reports whether what a block says after its statements is unreachable.
func (b *body) ended(blk *ir.BasicBlock) bool {
	if len(blk.Stmts) == 0 {
		return false
	}
	raw, ok := blk.Stmts[len(blk.Stmts)-1].(*ir.Raw)
	return ok && rawTerminates(b.p.Info, raw.S)
}

// not writes the opposite of a condition.
func (b *body) not(e ast.Expr) *jen.Statement {
	if n, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && n.Op == token.NOT {
		return b.expr(n.X)
	}
	return jen.Op("!").Parens(b.expr(e))
}

func (b *body) term(blk, next *ir.BasicBlock) []jen.Code {
	to := func(t *ir.BasicBlock) []jen.Code {
		if t == next {
			return nil
		}
		return []jen.Code{b.jump(t)}
	}
	switch t := blk.Term.(type) {
	case *ir.Goto:
		return to(t.To)
	case *ir.Branch:
		if t.Then == next {
			return []jen.Code{jen.If(b.not(t.Cond)).Block(b.jump(t.Else))}
		}
		return append([]jen.Code{jen.If(b.expr(t.Cond)).Block(b.jump(t.Then))}, to(t.Else)...)
	case *ir.Choose:
		var clauses []jen.Code
		for i, c := range t.S.Clauses {
			code := append(b.bindClause(t.S, c, false), b.jump(t.Clauses[i]))
			clauses = append(clauses, b.clauseHead(t.S, i).Block(code...))
		}
		out := []jen.Code{b.switchHead(t.S).Block(clauses...)}
		if t.Else != nil {
			return append(out, to(t.Else)...)
		}
		if next == nil && len(clauses) > 0 {
			out = append(out, jen.Panic(jen.Lit("unreachable")))
		}
		return out
	case *ir.Suspend:
		if !b.resume {
			return b.fastSuspend(t, to)
		}
		return b.resumeCall(t, to)
	case *ir.Leave:
		return b.leave(t.R.Results)
	case *ir.Stop:
		return []jen.Code{jen.Panic(jen.Lit("unreachable"))}
	}
	ir.Bug(b.fn.Pos(), "emit: terminator %T", blk.Term)
	return nil
}
