package channels

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// announce edits the text of a file.
func announce(u *ir.Unit, p *ir.Package, file *ir.File) {
	e := &editor{u: u, p: p, file: file, hasty: map[ast.Node]bool{}}
	ast.Inspect(file.Ast, func(n ast.Node) bool {
		e.node(n)
		return true
	})
}

type editor struct {
	u     *ir.Unit
	p     *ir.Package
	file  *ir.File
	hasty map[ast.Node]bool // communications of a select with a default case
}

func (e *editor) edit(from, to token.Pos, text string) {
	e.p.Edits = append(e.p.Edits, ir.Edit{File: e.file, From: from, To: to, Text: text})
}

func (e *editor) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.SelectStmt:
		e.selects(n)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			e.operand(n, n.X, false)
		}
	case *ast.SendStmt:
		e.operand(n, n.Chan, true)
	case *ast.RangeStmt:
		if _, ok := ir.Under(e.p.Info.TypeOf(n.X)).(*types.Chan); ok {
			e.operand(n, n.X, false)
		}
	case *ast.CallExpr:
		e.call(n)
		e.timerCall(n)
		e.wakeCall(n)
	case *ast.SelectorExpr:
		if id, ok := n.X.(*ast.Ident); ok {
			if _, ok := e.p.Info.Uses[id].(*types.PkgName); ok {
				e.timerFunc(n, e.p.Info.Uses[n.Sel])
			}
		}
	}
}

func (e *editor) selects(n *ast.SelectStmt) {
	var comms []ast.Node
	hasty := false
	for _, cl := range n.Body.List {
		switch comm := cl.(*ast.CommClause).Comm.(type) {
		case nil:
			hasty = true
		case *ast.SendStmt:
			comms = append(comms, comm)
		case *ast.ExprStmt:
			comms = append(comms, ast.Unparen(comm.X))
		case *ast.AssignStmt:
			comms = append(comms, ast.Unparen(comm.Rhs[0]))
		}
	}
	for _, c := range comms {
		e.hasty[c] = hasty
	}
}

// operand announces x, whose channel n acts on.
func (e *editor) operand(n ast.Node, x ast.Expr, send bool) {
	if !e.announced(x, send) {
		return
	}
	name := ir.Announced
	if e.hasty[n] {
		name = ir.AnnouncedNow
	}
	e.edit(x.Pos(), x.Pos(), name+"(")
	e.edit(x.End(), x.End(), ")")
}

func (e *editor) announced(x ast.Expr, send bool) bool {
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && doneOf(e.p.Info, call) != nil {
		return false // std's
	}
	c, ok := ir.Under(e.p.Info.TypeOf(x)).(*types.Chan)
	return ok && e.u.Channels.Announced(c.Elem(), send)
}

func (e *editor) call(n *ast.CallExpr) {
	if x := doneOf(e.p.Info, n); x != nil {
		e.edit(n.Pos(), n.Pos(), ir.DoneCall+"(")
		e.edit(x.X.End(), n.End(), ")")
		return
	}
	id, ok := ast.Unparen(n.Fun).(*ast.Ident)
	if !ok || id.Name != "close" || !e.p.Info.Types[id].IsBuiltin() || !e.announced(n.Args[0], true) {
		return
	}
	if _, ok := types.Unalias(e.p.Info.TypeOf(n.Args[0])).(*types.TypeParam); ok {
		e.operand(n, n.Args[0], true)
		return
	}
	e.edit(id.Pos(), id.End(), ir.CloseCall)
}
