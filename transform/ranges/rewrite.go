package ranges

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// rewriter rewrites one function, literals apart.
type rewriter struct {
	*synth
	home    *ir.Func
	info    *types.Info
	results []*types.Var      // set if a body returns values
	loops   []*loop           // the ranges over functions around, outermost first
	targets []target          // the statements around that break and continue leave
	level   map[string]int    // of each label: how many loops are around it
	jumped  map[string]bool   // labels that gotos name
	exits   map[exitKey]*exit // ways out of more than one loop
	label   string            // of the statement at hand
	defers  *types.Var        // holds the function's Defers, while in a loop that needs them
	token   *types.Var        // holds its token of a deferred call
}

// target is a statement that break, and if it is a loop continue, may leave.
type target struct {
	label  string
	level  int
	isLoop bool
	over   int // which of loops it is, -1 if none
}

func rewrite(s *synth, f *ir.Func) {
	r := &rewriter{synth: s, home: f, info: f.Pkg.Info, level: map[string]int{}, jumped: map[string]bool{},
		exits: map[exitKey]*exit{}}
	r.labels(f.Syntax(), 0)
	r.nameResults()
	f.NewBody = r.block(f.Syntax())
}

// labels notes at which level each label is.
func (r *rewriter) labels(n ast.Node, level int) {
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.LabeledStmt:
			r.level[m.Label.Name] = level
		case *ast.BranchStmt:
			if m.Tok == token.GOTO {
				r.jumped[m.Label.Name] = true
			}
		case *ast.RangeStmt:
			if iterator(r.info, m) != nil {
				r.labels(m.Body, level+1)
				return false
			}
		}
		return true
	})
}

// nameResults gives each result a name, if some body returns values.
func (r *rewriter) nameResults() {
	old := r.home.Type()
	if old.Results == nil || !r.returnsInBody() {
		return
	}
	list := &ast.FieldList{Opening: old.Results.Opening, Closing: old.Results.Closing}
	i := 0
	add := func(id *ast.Ident, typ ast.Expr) {
		var v *types.Var
		if id != nil && id.Name != "_" {
			v = r.info.Defs[id].(*types.Var)
		} else {
			v, id = r.variable(typ.Pos(), "_result", r.home.Sig.Results().At(i).Type())
		}
		r.results = append(r.results, v)
		list.List = append(list.List, &ast.Field{Names: []*ast.Ident{id}, Type: typ})
		i++
	}
	for _, f := range old.Results.List {
		for _, id := range f.Names {
			add(id, f.Type)
		}
		if len(f.Names) == 0 {
			add(nil, f.Type)
		}
	}
	r.home.NewType = &ast.FuncType{Func: old.Func, TypeParams: old.TypeParams, Params: old.Params, Results: list}
}

// returnsInBody reports whether the body of a range over a function returns.
func (r *rewriter) returnsInBody() bool {
	found := false
	ast.Inspect(r.home.Syntax(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.RangeStmt:
			if iterator(r.info, n) != nil {
				found = found || has(n.Body, func(n ast.Node) bool { _, ok := n.(*ast.ReturnStmt); return ok })
			}
		}
		return !found
	})
	return found
}

// has reports whether some node in n, literals apart, is as wanted.
func has(n ast.Node, wanted func(ast.Node) bool) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok || found || n == nil {
			return false
		}
		found = wanted(n)
		return !found
	})
	return found
}

// changes reports whether a statement has to be copied.
func (r *rewriter) changes(n ast.Node) bool {
	if len(r.loops) == 0 {
		return rangesOver(r.info, n)
	}
	return has(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BranchStmt, *ast.ReturnStmt, *ast.DeferStmt:
			return true
		case *ast.RangeStmt:
			return iterator(r.info, n) != nil
		}
		return false
	})
}

func (r *rewriter) block(b *ast.BlockStmt) *ast.BlockStmt {
	if b == nil || !r.changes(b) {
		return b
	}
	return &ast.BlockStmt{Lbrace: b.Lbrace, List: r.list(b.List), Rbrace: b.Rbrace}
}

func (r *rewriter) list(list []ast.Stmt) []ast.Stmt {
	var out []ast.Stmt
	for _, s := range list {
		out = append(out, r.stmt(s))
	}
	return out
}

// stmt returns s, or what stands in its place.
func (r *rewriter) stmt(s ast.Stmt) ast.Stmt {
	if s == nil || !r.changes(s) {
		return s
	}
	label := r.label
	r.label = ""
	switch s := s.(type) {
	case *ast.BlockStmt:
		return r.block(s)
	case *ast.LabeledStmt:
		return r.labelled(s)
	case *ast.IfStmt:
		n := *s
		n.Body, n.Else = r.block(s.Body), r.stmt(s.Else)
		return &n
	case *ast.ForStmt:
		n := *s
		r.within(target{label: label, isLoop: true, over: -1}, func() { n.Body = r.block(s.Body) })
		return &n
	case *ast.RangeStmt:
		if sig := iterator(r.info, s); sig != nil {
			return r.rangeFunc(s, sig, label)
		}
		n := *s
		r.within(target{label: label, isLoop: true, over: -1}, func() { n.Body = r.block(s.Body) })
		return &n
	case *ast.SwitchStmt:
		n := *s
		r.within(target{label: label, over: -1}, func() { n.Body = r.clauses(s.Body) })
		return &n
	case *ast.TypeSwitchStmt:
		n := *s
		r.within(target{label: label, over: -1}, func() { n.Body = r.clauses(s.Body) })
		return &n
	case *ast.SelectStmt:
		n := *s
		r.within(target{label: label, over: -1}, func() { n.Body = r.clauses(s.Body) })
		return &n
	case *ast.ReturnStmt:
		return r.returnStmt(s)
	case *ast.BranchStmt:
		return r.branch(s)
	case *ast.DeferStmt:
		n := *s
		r.p.Also[&n] = r.use(s.Pos(), r.defers)
		return &n
	}
	ir.Bug(s.Pos(), "ranges: statement %T", s)
	return nil
}

// within does what is to be done in a statement that break may leave.
func (r *rewriter) within(t target, do func()) {
	t.level = len(r.loops)
	r.targets = append(r.targets, t)
	do()
	r.targets = r.targets[:len(r.targets)-1]
}

// clauses copies the clauses of a switch or select.
func (r *rewriter) clauses(b *ast.BlockStmt) *ast.BlockStmt {
	n := &ast.BlockStmt{Lbrace: b.Lbrace, Rbrace: b.Rbrace}
	for _, c := range b.List {
		switch c := c.(type) {
		case *ast.CaseClause:
			m := *c
			m.Body = r.list(c.Body)
			if v, ok := r.info.Implicits[c]; ok {
				r.info.Implicits[&m] = v
			}
			n.List = append(n.List, &m)
		case *ast.CommClause:
			m := *c
			m.Body = r.list(c.Body)
			n.List = append(n.List, &m)
		}
	}
	return n
}

// labelled drops a label that nothing names any more: breaks and continues of a
// range over a function are none in the call.
func (r *rewriter) labelled(s *ast.LabeledStmt) ast.Stmt {
	r.label = s.Label.Name
	in := r.stmt(s.Stmt)
	r.label = ""
	if loop, ok := s.Stmt.(*ast.RangeStmt); ok && iterator(r.info, loop) != nil && !r.jumped[s.Label.Name] {
		return in
	}
	return &ast.LabeledStmt{Label: s.Label, Colon: s.Colon, Stmt: in}
}
