package desugar

import (
	"go/ast"
	"go/token"

	"github.com/greengen/greengen/transform/ir"
)

// gotos is what a function's gotos lead to.
type gotos struct {
	labels  map[*ast.LabeledStmt]*ir.Label
	outside map[*ast.LabeledStmt]bool // some goto to it is not within it
}

// findGotos resolves the gotos in body, literals apart.
func (d *desugarer) findGotos(body *ast.BlockStmt) gotos {
	g := gotos{labels: map[*ast.LabeledStmt]*ir.Label{}, outside: map[*ast.LabeledStmt]bool{}}
	byName := map[string]*ast.LabeledStmt{}
	each := func(visit func(ast.Node)) {
		ast.Inspect(body, func(n ast.Node) bool {
			if _, ok := n.(*ast.FuncLit); ok {
				return false
			}
			visit(n)
			return true
		})
	}
	each(func(n ast.Node) {
		if l, ok := n.(*ast.LabeledStmt); ok {
			byName[l.Label.Name] = l
		}
	})
	each(func(n ast.Node) {
		b, ok := n.(*ast.BranchStmt)
		if !ok || b.Tok != token.GOTO {
			return
		}
		l := byName[b.Label.Name]
		d.f.Targets[b] = l
		g.labels[l] = &ir.Label{Name: l.Label.Name, Place: true}
		if !contains(l, b) {
			g.outside[l] = true
		}
	})
	return g
}

// fromOutside reports whether a goto elsewhere leads to l, or to a label right behind it.
func (g gotos) fromOutside(l *ast.LabeledStmt) bool {
	in, ok := l.Stmt.(*ast.LabeledStmt)
	return g.outside[l] || ok && g.fromOutside(in)
}

// contains reports whether n is part of the tree at root.
func contains(root, n ast.Node) bool {
	found := false
	ast.Inspect(root, func(m ast.Node) bool {
		found = found || m == n
		return !found
	})
	return found
}

// labelled handles a statement that is taken apart, or that a goto outside it
// leads to. A label that only breaks and continues name needs no place: they know
// the statement.
func (d *desugarer) labelled(s *ast.LabeledStmt) {
	d.place(s)
	if d.flatten(s) {
		d.stmt(s.Stmt)
	} else {
		d.raw(s)
	}
}

// place marks where the gotos to s arrive.
func (d *desugarer) place(s *ast.LabeledStmt) {
	if l := d.gotos.labels[s]; l != nil {
		d.f.Labels[s] = l
		d.f.Gotos = true
		d.emit(&ir.Place{Label: l})
	}
}

// branchStmt emits a jump to a flattened statement, or to a place; false if it
// stays within a kept statement.
func (d *desugarer) branchStmt(s *ast.BranchStmt) bool {
	target := d.f.Targets[s]
	l := d.f.Labels[target]
	if s.Tok == token.GOTO {
		// It stands in a list that is taken apart, and so does its label.
		l = d.gotos.labels[target.(*ast.LabeledStmt)]
		d.yield(s.Pos())
		if d.f.Pkg.LeadsBack(s) {
			d.giveWay(s)
		}
	}
	if l == nil {
		return false
	}
	l.Named = l.Named || s.Label != nil
	d.emit(&ir.Jump{Label: l, Continue: s.Tok == token.CONTINUE, Named: s.Label != nil, At: s.Pos()})
	return true
}
