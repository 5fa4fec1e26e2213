package load

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// functions lists the functions of a file, literals after the function around
// them. Literals outside functions, in package-level initialisers, are not
// listed: they run plain.
func functions(p *ir.Package, file *ir.File) {
	for _, d := range file.Ast.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Body == nil {
			continue
		}
		obj, _ := p.Info.Defs[fd.Name].(*types.Func)
		if obj == nil {
			continue
		}
		f := &ir.Func{Name: declName(p, fd), Pkg: p, File: file, Decl: fd, Obj: obj, Sig: obj.Signature()}
		p.Funcs = append(p.Funcs, f)
		p.Twins[obj] = f
		literals(p, f)
	}
}

func declName(p *ir.Package, fd *ast.FuncDecl) string {
	pkg := p.Types.Name()
	if p.Types.Name() != "main" {
		pkg = p.Path
	}
	if fd.Recv == nil || len(fd.Recv.List) == 0 {
		return pkg + "." + fd.Name.Name
	}
	t := fd.Recv.List[0].Type
	ptr := false
	for {
		switch x := t.(type) {
		case *ast.ParenExpr:
			t = x.X
			continue
		case *ast.StarExpr:
			ptr = true
			t = x.X
			continue
		case *ast.IndexExpr:
			t = x.X
			continue
		case *ast.IndexListExpr:
			t = x.X
			continue
		}
		break
	}
	name := "?"
	if id, ok := t.(*ast.Ident); ok {
		name = id.Name
	}
	if ptr {
		return fmt.Sprintf("%s.(*%s).%s", pkg, name, fd.Name.Name)
	}
	return fmt.Sprintf("%s.%s.%s", pkg, name, fd.Name.Name)
}

// literals lists the literals directly within f, and theirs.
func literals(p *ir.Package, f *ir.Func) {
	n := 0
	ast.Inspect(f.Syntax(), func(node ast.Node) bool {
		lit, ok := node.(*ast.FuncLit)
		if !ok {
			return true
		}
		n++
		sig, _ := p.Info.TypeOf(lit).(*types.Signature)
		name := fmt.Sprintf("%s.func%d", f.Name, n)
		if f.Lit != nil {
			name = fmt.Sprintf("%s.%d", f.Name, n)
		}
		g := &ir.Func{Name: name, Pkg: p, File: f.File, Lit: lit, Sig: sig, Outer: f}
		f.Lits = append(f.Lits, g)
		p.Funcs = append(p.Funcs, g)
		literals(p, g)
		return false
	})
}
