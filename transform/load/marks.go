package load

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

const prefix = "//greengen:"

var directives = map[string]ir.Mark{"patch": ir.Patch, "skip": ir.Skip, "offload": ir.Offload}

// marks reads the directives of a package.
func marks(u *ir.Unit, p *ir.Package, r *diag.Reporter) {
	for _, file := range p.Files {
		m := &marker{u: u, p: p, r: r, used: map[*ast.Comment]bool{}}
		m.file(file)
		for _, g := range file.Ast.Comments {
			for _, c := range g.List {
				if !m.used[c] {
					m.unused(c)
				}
			}
		}
	}
}

type marker struct {
	u    *ir.Unit
	p    *ir.Package
	r    *diag.Reporter
	used map[*ast.Comment]bool
}

func (m *marker) file(file *ir.File) {
	all := m.read(file.Ast.Doc)
	if all != ir.NoMark {
		for _, f := range m.p.Funcs {
			if f.Decl != nil && f.Mark == ir.NoMark {
				f.Mark = all
			}
		}
	}
	for _, d := range file.Ast.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			m.function(d)
		case *ast.GenDecl:
			m.types(d)
		}
	}
}

func (m *marker) function(d *ast.FuncDecl) {
	mark := m.read(d.Doc)
	if mark == ir.NoMark {
		return
	}
	if d.Body == nil {
		m.report(d.Name, "no-body", d.Name.Name+" is marked, but has no body",
			"mark the function that calls it, or remove the directive")
		return
	}
	if obj, ok := m.p.Info.Defs[d.Name].(*types.Func); ok && m.p.Twins[obj] != nil {
		m.p.Twins[obj].Mark = mark
	}
}

// types marks all methods of a marked type.
func (m *marker) types(d *ast.GenDecl) {
	for _, s := range d.Specs {
		ts, ok := s.(*ast.TypeSpec)
		if !ok {
			continue
		}
		docs := []*ast.CommentGroup{ts.Doc}
		if len(d.Specs) == 1 {
			docs = []*ast.CommentGroup{d.Doc, ts.Doc}
		}
		mark := m.read(docs...)
		if mark == ir.NoMark {
			continue
		}
		named := m.p.Info.Defs[ts.Name]
		if named != nil && types.IsInterface(named.Type()) {
			m.report(ts.Name, "misplaced-directive", ts.Name.Name+" is marked, but an interface has no code",
				"mark the types that implement it, or what calls it")
			continue
		}
		for _, f := range m.p.Funcs {
			if f.Decl != nil && f.Mark == ir.NoMark && receiver(f.Sig) == named {
				f.Mark = mark
			}
		}
	}
}

// receiver returns the type that declares a method, nil for a function.
func receiver(sig *types.Signature) types.Object {
	if sig.Recv() == nil {
		return nil
	}
	t := sig.Recv().Type()
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj()
	}
	return nil
}

// read returns the mark that the doc comments of one declaration give it.
func (m *marker) read(docs ...*ast.CommentGroup) ir.Mark {
	mark, first := ir.NoMark, (*ast.Comment)(nil)
	for _, g := range docs {
		if g == nil {
			continue
		}
		for _, c := range g.List {
			k := parseDirective(c.Text)
			if k == ir.NoMark {
				continue
			}
			m.used[c] = true
			if first != nil && k != mark {
				m.conflict(first, c)
				continue
			}
			mark, first = k, c
		}
	}
	return mark
}

// parseDirective returns what text marks, if it is a directive written as it has to be.
func parseDirective(text string) ir.Mark {
	name, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return ir.NoMark
	}
	return directives[strings.TrimRight(name, " \t\r")]
}

func (m *marker) conflict(first, second *ast.Comment) {
	m.r.Report(diag.Diagnostic{
		Pos: m.u.Fset.Position(second.Pos()), Code: "conflicting-directives",
		Msg:     strings.TrimSpace(second.Text) + " contradicts another directive",
		Related: []diag.Related{{Pos: m.u.Fset.Position(first.Pos()), Msg: strings.TrimSpace(first.Text) + " stands here"}},
		Hint:    "keep one of them",
	})
}

func (m *marker) report(n ast.Node, code, msg, hint string) {
	m.r.Report(diag.Diagnostic{Pos: m.u.Fset.Position(n.Pos()), Code: code, Msg: msg, Hint: hint})
}
