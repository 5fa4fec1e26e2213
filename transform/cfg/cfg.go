package cfg

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

// Run builds the blocks of all green functions.
func Run(u *ir.Unit, _ *diag.Reporter) {
	for _, p := range u.Packages {
		for _, f := range p.Funcs {
			if f.Color == ir.Green {
				u.Now = f
				build(f)
			}
		}
	}
}

type builder struct {
	f   *ir.Func
	cur *ir.BasicBlock // nil after a jump
}

func build(f *ir.Func) {
	f.Flow, f.Jumps = nil, map[*ir.Label][2]*ir.BasicBlock{}
	b := &builder{f: f}
	b.start(b.block(f.Pos()))
	b.list(f.Body)
	if b.cur != nil {
		if len(f.Results) > 0 {
			b.end(&ir.Stop{}) // a function with results ends in a terminating statement
		} else {
			b.end(&ir.Leave{R: &ir.Return{At: f.Syntax().Rbrace}})
		}
	}
	b.alive()
}

func (b *builder) block(at token.Pos) *ir.BasicBlock { return &ir.BasicBlock{At: at} }

// start makes blk current. Blocks are numbered in the order they are started.
func (b *builder) start(blk *ir.BasicBlock) {
	if b.cur != nil {
		b.cur.Term = &ir.Goto{To: blk}
	}
	blk.ID = len(b.f.Flow)
	b.f.Flow = append(b.f.Flow, blk)
	b.cur = blk
}

func (b *builder) end(t ir.Term) {
	if b.cur != nil {
		b.cur.Term = t
		b.cur = nil
	}
}

func (b *builder) list(l *ir.Block) {
	if l == nil {
		return
	}
	for _, s := range l.List {
		if b.cur == nil {
			b.start(b.block(token.NoPos)) // dead code still needs a home
		}
		b.stmt(s)
	}
}

func (b *builder) stmt(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.Raw:
		b.raw(s)
	case *ir.Zero, *ir.SetVar, *ir.Rebox, *ir.Defer, *ir.Go:
		b.cur.Stmts = append(b.cur.Stmts, s)
	case *ir.Call:
		b.call(s)
	case *ir.Block:
		b.nested(s)
	case *ir.If:
		b.branch(s)
	case *ir.Loop:
		b.loop(s)
	case *ir.Switch:
		b.choose(s)
	case *ir.Place:
		b.start(b.target(s.Label, false))
	case *ir.Jump:
		b.end(&ir.Goto{To: b.target(s.Label, s.Continue)})
	case *ir.Return:
		b.end(&ir.Leave{R: s})
	default:
		ir.Bug(b.f.Pos(), "cfg: statement %T", s)
	}
}

func (b *builder) raw(s *ir.Raw) {
	b.cur.Stmts = append(b.cur.Stmts, s)
	if b.panics(s.S) {
		b.end(&ir.Stop{})
		return
	}
	exits := b.exits(s.S)
	if len(exits) == 0 {
		return
	}
	b.cur.Exits = exits
	b.start(b.block(s.S.End()))
}

// panics reports whether s is a call of panic: what follows it is not reached.
func (b *builder) panics(s ast.Stmt) bool {
	x, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	c, ok := x.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := c.Fun.(*ast.Ident)
	if !ok || id.Name != "panic" {
		return false
	}
	_, ok = b.f.Pkg.Info.Uses[id].(*types.Builtin)
	return ok
}

// exits lists the blocks that a kept statement may jump to.
func (b *builder) exits(s ast.Stmt) []*ir.BasicBlock {
	var out []*ir.BasicBlock
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			if l := b.f.Labels[b.f.Targets[n]]; l != nil {
				out = append(out, b.target(l, n.Tok == token.CONTINUE))
			}
		}
		return true
	})
	return out
}

// target is where a jump to l goes. A goto may come before its place.
func (b *builder) target(l *ir.Label, cont bool) *ir.BasicBlock {
	to := b.f.Jumps[l]
	if l.Place && to[0] == nil {
		to[0] = b.block(token.NoPos)
		b.f.Jumps[l] = to
	}
	if cont {
		return to[1]
	}
	return to[0]
}

func (b *builder) call(s *ir.Call) {
	if s.Tail {
		b.end(&ir.Suspend{Call: s})
		return
	}
	next := b.block(s.At)
	b.end(&ir.Suspend{Call: s, Next: next})
	b.start(next)
}

func (b *builder) nested(s *ir.Block) {
	if s.Label == nil {
		b.list(s)
		return
	}
	after := b.block(token.NoPos)
	b.f.Jumps[s.Label] = [2]*ir.BasicBlock{after, nil}
	b.list(s)
	b.start(after)
}

func (b *builder) branch(s *ir.If) {
	then, after := b.block(s.At), b.block(s.At)
	other := after
	if s.Else != nil {
		other = b.block(s.At)
	}
	b.end(&ir.Branch{Cond: s.Cond, Then: then, Else: other})
	b.start(then)
	b.list(s.Then)
	if s.Else != nil {
		b.end(&ir.Goto{To: after})
		b.start(other)
		b.list(s.Else)
	}
	b.start(after)
}

func (b *builder) loop(s *ir.Loop) {
	head, after := b.block(s.At), b.block(s.At)
	post := head
	if s.Post != nil && len(s.Post.List) > 0 {
		post = b.block(s.At)
	}
	b.f.Jumps[s.Label] = [2]*ir.BasicBlock{after, post}
	b.start(head)
	if s.Cond != nil {
		body := b.block(s.At)
		b.end(&ir.Branch{Cond: s.Cond, Then: body, Else: after})
		b.start(body)
	}
	b.list(s.Body)
	if post != head {
		b.start(post)
		b.list(s.Post)
	}
	b.end(&ir.Goto{To: head})
	b.start(after)
}

func (b *builder) choose(s *ir.Switch) {
	after := b.block(s.S.Pos())
	b.f.Jumps[s.Label] = [2]*ir.BasicBlock{after, nil}
	t := &ir.Choose{S: s, Else: after}
	for _, c := range s.Clauses {
		t.Clauses = append(t.Clauses, b.block(s.S.Pos()))
		if c.Default {
			t.Else = nil
		}
	}
	b.end(t)
	for i, c := range s.Clauses {
		b.start(t.Clauses[i])
		b.list(c.Body)
		if b.cur == nil {
			continue
		}
		if c.Fallthrough {
			b.end(&ir.Goto{To: t.Clauses[i+1]})
		} else {
			b.end(&ir.Goto{To: after})
		}
	}
	b.start(after)
}

// alive marks the blocks that can run after a suspension.
func (b *builder) alive() {
	var visit func(*ir.BasicBlock)
	visit = func(blk *ir.BasicBlock) {
		if blk == nil || blk.Alive {
			return
		}
		blk.Alive = true
		for _, s := range blk.Term.Succs() {
			visit(s)
		}
		for _, s := range blk.Exits {
			visit(s)
		}
	}
	for _, blk := range b.f.Flow {
		if blk.Term == nil {
			blk.Term = &ir.Stop{}
		}
	}
	for _, blk := range b.f.Flow {
		if t, ok := blk.Term.(*ir.Suspend); ok {
			visit(t.Next)
		}
	}
}
