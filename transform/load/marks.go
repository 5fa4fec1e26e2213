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
				if strings.HasPrefix(c.Text, prefix) && !m.used[c] {
					m.stray(c)
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
		mark := m.read(ts.Doc)
		if len(d.Specs) == 1 {
			mark = max(mark, m.read(d.Doc))
		}
		if mark == ir.NoMark {
			continue
		}
		named := m.p.Info.Defs[ts.Name]
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

func (m *marker) read(g *ast.CommentGroup) ir.Mark {
	mark := ir.NoMark
	if g == nil {
		return mark
	}
	for _, c := range g.List {
		name, ok := strings.CutPrefix(c.Text, prefix)
		if !ok {
			continue
		}
		name, _, _ = strings.Cut(name, " ")
		if k, ok := directives[strings.TrimSpace(name)]; ok {
			mark = k
			m.used[c] = true
		}
	}
	return mark
}

func (m *marker) stray(c *ast.Comment) {
	name, _, _ := strings.Cut(strings.TrimPrefix(c.Text, prefix), " ")
	if _, ok := directives[strings.TrimSpace(name)]; ok {
		m.report(c, "misplaced-directive", prefix+name+" stands before no function, type or package clause",
			"move it to the doc comment of what it is meant for, with no empty line between")
		return
	}
	m.report(c, "unknown-directive", "unknown directive "+prefix+name,
		"the directives are patch, skip and offload")
}

func (m *marker) report(n ast.Node, code, msg, hint string) {
	m.r.Report(diag.Diagnostic{Pos: m.u.Fset.Position(n.Pos()), Code: code, Msg: msg, Hint: hint})
}
