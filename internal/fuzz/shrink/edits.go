package shrink

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
)

// lister collects the edits of one program.
type lister struct {
	s    *Shrinker
	src  []byte
	info *types.Info
	list []edit
}

// edits lists what could be made smaller in src, what saves most first.
func (s *Shrinker) edits(src []byte) []edit {
	f, info, err := s.check(src)
	if err != nil {
		return nil
	}
	l := &lister{s: s, src: src, info: info}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.IMPORT {
			l.drop(d.Pos(), d.End())
		}
	}
	ast.Inspect(f, l.visit)
	saved := func(e edit) int { return e.to - e.from - len(e.text) }
	sort.SliceStable(l.list, func(i, j int) bool { return saved(l.list[i]) > saved(l.list[j]) })
	return l.list
}

func (l *lister) drop(from, to token.Pos) { l.put(from, to, "") }

func (l *lister) put(from, to token.Pos, text string) {
	e := edit{at(l.s.fset, from), at(l.s.fset, to), text}
	if e.to-e.from > len(text) {
		l.list = append(l.list, e)
	}
}

func (l *lister) text(n ast.Node) string {
	return string(l.src[at(l.s.fset, n.Pos()):at(l.s.fset, n.End())])
}

func (l *lister) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BlockStmt:
		l.statements(n.List)
	case *ast.CaseClause:
		l.statements(n.Body)
	case *ast.CommClause:
		l.statements(n.Body)
	case *ast.IfStmt:
		l.put(n.Pos(), n.End(), l.text(n.Body))
		if n.Else != nil {
			l.put(n.Pos(), n.End(), l.text(n.Else))
			l.drop(n.Body.End(), n.End())
		}
	case *ast.ForStmt:
		l.put(n.Pos(), n.End(), l.text(n.Body))
	case *ast.RangeStmt:
		l.put(n.Pos(), n.End(), l.text(n.Body))
	case *ast.LabeledStmt:
		l.put(n.Pos(), n.End(), l.text(n.Stmt))
	case *ast.GenDecl:
		for _, spec := range n.Specs {
			if n.Tok == token.VAR {
				l.drop(spec.Pos(), spec.End())
			}
		}
	case *ast.CallExpr:
		l.expr(n, append([]ast.Expr{n.Fun}, n.Args...)...)
	case *ast.BinaryExpr:
		l.expr(n, n.X, n.Y)
	case *ast.ParenExpr:
		l.expr(n, n.X)
	case *ast.UnaryExpr:
		l.expr(n, n.X)
	case *ast.CompositeLit:
		l.elements(n)
	case *ast.IndexExpr:
		l.expr(n)
	case *ast.SelectorExpr:
		l.expr(n)
	case *ast.DeferStmt:
		l.unwrap(n, n.Call)
	case *ast.GoStmt:
		l.unwrap(n, n.Call)
	case *ast.ExprStmt:
		if call, ok := n.X.(*ast.CallExpr); ok {
			l.unwrap(n, call)
		}
	}
	return true
}

// statements lists runs of statements, long and short.
func (l *lister) statements(list []ast.Stmt) {
	for _, s := range list {
		if inner, ok := s.(*ast.BlockStmt); ok {
			l.put(s.Pos(), s.End(), string(l.src[at(l.s.fset, inner.Lbrace)+1:at(l.s.fset, inner.Rbrace)]))
		}
	}
	for size := 1; size <= len(list); size *= 2 {
		for i := 0; i+size <= len(list); i++ {
			l.drop(list[i].Pos(), list[i+size-1].End())
		}
	}
}

// unwrap puts the body of a literal that is called, or handed to a function, in
// the place of the call.
func (l *lister) unwrap(n ast.Stmt, call *ast.CallExpr) {
	for _, x := range append([]ast.Expr{call.Fun}, call.Args...) {
		if lit, ok := x.(*ast.FuncLit); ok {
			l.put(n.Pos(), n.End(), l.text(lit.Body))
		}
	}
}

// elements drops what a composite literal lists.
func (l *lister) elements(n *ast.CompositeLit) {
	if len(n.Elts) > 0 {
		l.drop(n.Elts[0].Pos(), n.Elts[len(n.Elts)-1].End())
	}
	l.expr(n)
}

// expr puts an operand of the same type, or a zero value, in the place of e. A
// call of v is not its operand: it is there for the order.
func (l *lister) expr(e ast.Expr, operands ...ast.Expr) {
	t := l.info.TypeOf(e)
	if t == nil || l.info.Types[e].IsType() {
		return
	}
	for _, x := range operands {
		if xt := l.info.TypeOf(x); xt != nil && types.Identical(t, xt) && !bytes.HasPrefix(l.src[at(l.s.fset, e.Pos()):], []byte("v(")) {
			l.put(e.Pos(), e.End(), l.text(x))
		}
	}
	if zero := zero(t); zero != "" {
		l.put(e.Pos(), e.End(), zero)
	}
}

func zero(t types.Type) string {
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Basic:
		switch info := u.Info(); {
		case info&types.IsNumeric != 0:
			return "1"
		case info&types.IsString != 0:
			return `""`
		case info&types.IsBoolean != 0:
			return "true"
		}
	case *types.Slice, *types.Map, *types.Pointer, *types.Chan, *types.Signature, *types.Interface:
		return "nil"
	}
	return ""
}
