package ranges

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"

	"github.com/greengen/greengen/transform/ir"
)

// loop is a range over a function that is being rewritten.
type loop struct {
	state *types.Var     // its *green.Range
	exits map[*exit]bool // taken in its body, past its own end
}

// exit is a way out of more than the innermost loop: a jump with a number.
type exit struct {
	code  int
	level int // how many loops are around where it leads
	make  func(at token.Pos) ast.Stmt
}

// exitKey tells exits apart; a return has token.RETURN and no label.
type exitKey struct {
	tok   token.Token
	label string
}

// rangeFunc makes the call that stands in the place of a range over a function:
//
//	{
//		_loop := green.NewRange()
//		X(func(params) bool { green.RangeBegin(_loop); body; return green.RangeNext(_loop) })
//		_n := green.RangeEnd(_loop)
//		if _n == 1 { ... }
//	}
func (r *rewriter) rangeFunc(s *ast.RangeStmt, sig *types.Signature, label string) ast.Stmt {
	l := &loop{exits: map[*exit]bool{}}
	out := &ast.BlockStmt{Lbrace: s.For, Rbrace: s.Body.Rbrace}
	add := func(s ast.Stmt) { out.List = append(out.List, s) }
	var id *ast.Ident
	l.state, id = r.variable(s.For, "_loop", r.rt.loop)
	add(r.define(id, r.call(s.For, "NewRange")))
	if len(r.loops) == 0 {
		out.List = append(out.List, r.owned(s)...)
		defer func() { r.defers, r.token = nil, nil }()
	}
	call := &ast.CallExpr{Fun: s.X, Lparen: s.For, Args: []ast.Expr{r.body(s, sig, l, label)}, Rparen: s.For}
	add(&ast.ExprStmt{X: call})
	end := r.call(s.For, "RangeEnd", r.use(s.For, l.state))
	if len(l.exits) == 0 {
		add(&ast.ExprStmt{X: end})
		return out
	}
	n, id := r.variable(s.For, "_n", r.rt.integer)
	add(r.define(id, end))
	out.List = append(out.List, r.dispatch(s.For, l, n)...)
	return out
}

// owned declares what holds the Defers and the token of the function, if some
// body in the outermost loop s needs them.
func (r *rewriter) owned(s *ast.RangeStmt) (out []ast.Stmt) {
	hold := func(base string, kind ir.MadeKind) *types.Var {
		v, id := r.variable(s.For, base, r.rt.defers)
		out = append(out, r.define(id, r.made(s.For, base, ir.Made{Kind: kind, Type: r.rt.defers})))
		return v
	}
	if has(s.Body, func(n ast.Node) bool { _, ok := n.(*ast.DeferStmt); return ok }) {
		r.defers = hold("_defers", ir.MadeDefers)
	}
	has(s.Body, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok && r.calls(d.Call, "recover") {
			if r.token == nil {
				r.token = hold("_token", ir.MadeToken)
			}
			r.p.Also[d.Call] = r.use(d.Pos(), r.token)
		}
		return false
	})
	return out
}

// calls reports whether c calls that built-in function.
func (r *rewriter) calls(c *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := r.info.Uses[id].(*types.Builtin)
	return ok && b.Name() == name
}

// body makes the literal that the iterator calls.
func (r *rewriter) body(s *ast.RangeStmt, sig *types.Signature, l *loop, label string) *ast.FuncLit {
	yield := core(sig.Params().At(0).Type()).(*types.Signature)
	// Behind the loop's own variables, before those that the statement declares.
	at := s.For + 1
	typ := &ast.FuncType{Func: at, Params: &ast.FieldList{Opening: at, Closing: at},
		Results: &ast.FieldList{List: []*ast.Field{{Type: r.typ(at, r.rt.truth)}}}}
	list := []ast.Stmt{&ast.ExprStmt{X: r.call(at, "RangeBegin", r.use(at, l.state))}}
	var params []*types.Var
	for i := range yield.Params().Len() {
		t := yield.Params().At(i).Type()
		var lhs ast.Expr
		if i < 2 {
			lhs = []ast.Expr{s.Key, s.Value}[i]
		}
		id, v, set := r.param(s, lhs, t)
		if set != nil {
			list = append(list, set)
		}
		params = append(params, v)
		typ.Params.List = append(typ.Params.List, &ast.Field{Names: []*ast.Ident{id}, Type: r.typ(at, t)})
	}
	r.loops = append(r.loops, l)
	r.within(target{label: label, isLoop: true, over: len(r.loops) - 1}, func() {
		body := r.list(s.Body.List)
		if r.redeclares(s.Body, params) {
			body = []ast.Stmt{&ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}}
		}
		list = append(list, body...)
	})
	r.loops = r.loops[:len(r.loops)-1]
	if !r.terminates(list[len(list)-1]) {
		list = append(list, r.ends(s.Body.Rbrace, "RangeNext", l))
	}
	lit := &ast.FuncLit{Type: typ, Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: list, Rbrace: s.Body.Rbrace}}
	result := types.NewParam(token.NoPos, r.p.Types, "", r.rt.truth)
	r.info.Types[lit] = types.TypeAndValue{Type: types.NewSignatureType(nil, nil, nil, types.NewTuple(params...),
		types.NewTuple(result), false)}
	return lit
}

// redeclares reports whether b declares a name that a parameter has: that needs
// a scope of its own.
func (r *rewriter) redeclares(b *ast.BlockStmt, params []*types.Var) bool {
	return has(b, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		return ok && r.info.Defs[id] != nil && slices.ContainsFunc(params, func(v *types.Var) bool { return v.Name() == id.Name && id.Name != "_" })
	})
}

// param makes the parameter for what lhs is given: the variable that the range
// statement declares, or one that is assigned to lhs.
func (r *rewriter) param(s *ast.RangeStmt, lhs ast.Expr, t types.Type) (*ast.Ident, *types.Var, ast.Stmt) {
	id, ok := lhs.(*ast.Ident)
	if lhs == nil || ok && id.Name == "_" {
		return &ast.Ident{NamePos: s.For + 1, Name: "_"}, types.NewParam(s.For+1, r.p.Types, "_", t), nil
	}
	if s.Tok == token.DEFINE {
		return id, r.info.Defs[id].(*types.Var), nil
	}
	v, id := r.variable(s.For+1, "_v", t)
	return id, v, &ast.AssignStmt{Lhs: []ast.Expr{lhs}, TokPos: s.TokPos, Tok: token.ASSIGN, Rhs: []ast.Expr{r.use(lhs.Pos(), v)}}
}

// terminates reports whether s surely ends its list, so that nothing is to follow.
func (r *rewriter) terminates(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok == token.GOTO
	case *ast.LabeledStmt:
		return r.terminates(s.Stmt)
	case *ast.ExprStmt:
		c, ok := s.X.(*ast.CallExpr)
		return ok && r.calls(c, "panic")
	case *ast.BlockStmt:
		return len(s.List) > 0 && r.terminates(s.List[len(s.List)-1])
	case *ast.IfStmt:
		return s.Else != nil && r.terminates(s.Body) && r.terminates(s.Else)
	case *ast.ForStmt:
		return s.Cond == nil && !has(s.Body, func(n ast.Node) bool {
			b, ok := n.(*ast.BranchStmt)
			return ok && b.Tok == token.BREAK
		})
	}
	return false
}

// ends makes: return green.RangeNext(_loop).
func (r *rewriter) ends(at token.Pos, how string, l *loop) ast.Stmt {
	return &ast.ReturnStmt{Return: at, Results: []ast.Expr{r.call(at, how, r.use(at, l.state))}}
}

// leave makes the end of the innermost loop's body by e.
func (r *rewriter) leave(at token.Pos, e *exit) ast.Stmt {
	for _, l := range r.loops[e.level:] {
		l.exits[e] = true
	}
	in := r.loops[len(r.loops)-1]
	return &ast.ReturnStmt{Return: at, Results: []ast.Expr{r.call(at, "RangeLeave", r.use(at, in.state), r.number(at, e.code))}}
}

// exit returns the way out of that key, made when it is first taken.
func (r *rewriter) exit(k exitKey, level int, make func(at token.Pos) ast.Stmt) *exit {
	e := r.exits[k]
	if e == nil {
		e = &exit{code: len(r.exits) + 1, level: level, make: make}
		r.exits[k] = e
	}
	return e
}

// dispatch makes what follows the end of l: the jumps that lead to here, and the
// leaving of the loop around for all others.
func (r *rewriter) dispatch(at token.Pos, l *loop, n *types.Var) (out []ast.Stmt) {
	var exits []*exit
	for e := range l.exits {
		exits = append(exits, e)
	}
	sort.Slice(exits, func(i, j int) bool { return exits[i].code < exits[j].code })
	further := false
	for _, e := range exits {
		if e.level == len(r.loops) {
			out = append(out, r.when(at, n, token.EQL, e.code, e.make(at)))
		} else {
			further = true
		}
	}
	if further {
		around := r.loops[len(r.loops)-1]
		leave := r.call(at, "RangeLeave", r.use(at, around.state), r.use(at, n))
		out = append(out, r.when(at, n, token.NEQ, 0, &ast.ReturnStmt{Return: at, Results: []ast.Expr{leave}}))
	}
	return out
}

// returnStmt makes: { results = values; return green.RangeLeave(_loop, n) }.
func (r *rewriter) returnStmt(s *ast.ReturnStmt) ast.Stmt {
	if len(r.loops) == 0 {
		return s
	}
	e := r.exit(exitKey{tok: token.RETURN}, 0, func(at token.Pos) ast.Stmt { return &ast.ReturnStmt{Return: at} })
	leave := r.leave(s.Return, e)
	if len(s.Results) == 0 {
		return leave
	}
	set := &ast.AssignStmt{TokPos: s.Return, Tok: token.ASSIGN}
	spread := len(s.Results) < len(r.results)
	if spread {
		set.Rhs = s.Results
	}
	for i, v := range r.results {
		if !spread {
			if id, ok := s.Results[i].(*ast.Ident); ok && r.info.Uses[id] == v {
				continue // has that value
			}
			set.Rhs = append(set.Rhs, s.Results[i])
		}
		set.Lhs = append(set.Lhs, r.use(s.Return, v))
	}
	if len(set.Lhs) == 0 {
		return leave
	}
	return block(s.Return, set, leave)
}

// branch returns s if it stays in its function, else what leaves the loops.
func (r *rewriter) branch(s *ast.BranchStmt) ast.Stmt {
	if len(r.loops) == 0 || s.Tok == token.FALLTHROUGH {
		return s
	}
	if s.Tok == token.GOTO {
		level := r.level[s.Label.Name]
		if level == len(r.loops) {
			return s
		}
		return r.leave(s.Pos(), r.jump(s, level))
	}
	t := r.targetOf(s)
	innermost := len(r.loops) - 1
	switch {
	case t.over < 0 && t.level == len(r.loops):
		return s
	case t.over < 0:
		return r.leave(s.Pos(), r.jump(s, t.level))
	case t.over == innermost:
		return r.ends(s.Pos(), ending(s.Tok), r.loops[innermost])
	}
	l, how := r.loops[t.over], ending(s.Tok)
	return r.leave(s.Pos(), r.exit(exitKey{s.Tok, s.Label.Name}, t.over+1, func(at token.Pos) ast.Stmt { return r.ends(at, how, l) }))
}

func ending(tok token.Token) string {
	if tok == token.CONTINUE {
		return "RangeNext"
	}
	return "RangeBreak"
}

// jump is the exit by a branch that is made again at its target's level.
func (r *rewriter) jump(s *ast.BranchStmt, level int) *exit {
	return r.exit(exitKey{s.Tok, s.Label.Name}, level, func(at token.Pos) ast.Stmt {
		id := &ast.Ident{NamePos: at, Name: s.Label.Name}
		r.info.Uses[id] = r.info.Uses[s.Label]
		return &ast.BranchStmt{TokPos: at, Tok: s.Tok, Label: id}
	})
}

// targetOf finds the statement that a break or continue leaves.
func (r *rewriter) targetOf(s *ast.BranchStmt) target {
	for i := len(r.targets) - 1; i >= 0; i-- {
		t := r.targets[i]
		if s.Label != nil && t.label == s.Label.Name || s.Label == nil && (s.Tok == token.BREAK || t.isLoop) {
			return t
		}
	}
	ir.Bug(s.Pos(), "ranges: a branch without target")
	return target{}
}
