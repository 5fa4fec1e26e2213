package desugar

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// fewRounds is how often a loop may run to be short: a greenlet may hold the hub
// for so long.
const fewRounds = 256

// giveWay emits the check of a round. It stands before the body, not at the back
// edge, so that the loop's step stays simple.
func (d *desugarer) giveWay(s ast.Stmt) {
	if d.u.Preempt && d.long(s) {
		c := &ir.Call{Target: &ir.Target{Kind: ir.OpPreempt}, At: s.Pos()}
		d.f.Points = append(d.f.Points, c)
		d.emit(c)
	}
}

// long reports whether a loop must give way to others: false if it is known to
// end soon. That is a loop of few rounds, or one over data in memory whose body
// neither calls nor loops. A goto back is not.
func (d *desugarer) long(s ast.Node) bool {
	switch s := s.(type) {
	case *ast.ForStmt:
		return !d.counts(s)
	case *ast.RangeStmt:
		switch t := ir.Under(d.info.TypeOf(s.X)).(type) {
		case *types.Basic:
			if v := d.info.Types[s.X].Value; v != nil && v.Kind() == constant.Int {
				return constant.Compare(v, token.GTR, constant.MakeInt64(fewRounds))
			}
			return t.Info()&types.IsString == 0 || !d.flows(s.Body)
		case *types.Array:
			return t.Len() > fewRounds && !d.flows(s.Body)
		case *types.Pointer, *types.Slice, *types.Map:
			return !d.flows(s.Body)
		case *types.Chan:
			return false // it gives way in the receive
		}
	}
	return true
}

// counts reports whether s is for i := a; i < n; i++ with a small constant n, or
// with the length of something and a body that neither calls nor loops.
func (d *desugarer) counts(s *ast.ForStmt) bool {
	init, ok := s.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE || len(init.Lhs) != 1 {
		return false
	}
	v, _ := d.info.Defs[init.Lhs[0].(*ast.Ident)].(*types.Var)
	cond, ok := s.Cond.(*ast.BinaryExpr)
	if v == nil || !ok || cond.Op != token.LSS && cond.Op != token.LEQ || !d.is(cond.X, v) {
		return false
	}
	post, ok := s.Post.(*ast.IncDecStmt)
	if !ok || post.Tok != token.INC || !d.is(post.X, v) || d.changes(v) {
		return false
	}
	from, to := d.info.Types[init.Rhs[0]].Value, d.info.Types[cond.Y].Value
	if from == nil || constant.Sign(from) < 0 {
		return false
	}
	if to != nil {
		return constant.Compare(to, token.LEQ, constant.MakeInt64(fewRounds))
	}
	call, ok := cond.Y.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	b, _ := d.info.Uses[id].(*types.Builtin)
	_, plain := call.Args[0].(*ast.Ident)
	return ok && b != nil && b.Name() == "len" && plain && d.flows(s.Body) && !d.grows(s.Body)
}

func (d *desugarer) is(e ast.Expr, v *types.Var) bool {
	id, ok := e.(*ast.Ident)
	return ok && d.info.Uses[id] == v
}

// changes reports whether v may change other than by its loop's step.
func (d *desugarer) changes(v *types.Var) bool {
	u := d.s.of(v)
	return u.assigned > 1 || u.address || u.captured
}

// flows reports whether nothing in n calls, loops or waits.
func (d *desugarer) flows(n ast.Node) bool {
	straight := true
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			tv := d.info.Types[ast.Unparen(n.Fun)]
			straight = straight && (tv.IsType() || tv.IsBuiltin())
		case *ast.ForStmt, *ast.RangeStmt, *ast.SelectStmt, *ast.SendStmt, *ast.LabeledStmt:
			straight = false
		case *ast.UnaryExpr:
			straight = straight && n.Op != token.ARROW
		case *ast.BranchStmt:
			straight = straight && n.Tok != token.GOTO
		}
		return straight
	})
	return straight
}

// grows reports whether n appends: then a length is no bound.
func (d *desugarer) grows(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			if id, ok := c.Fun.(*ast.Ident); ok && id.Name == "append" {
				found = true
			}
		}
		return !found
	})
	return found
}
