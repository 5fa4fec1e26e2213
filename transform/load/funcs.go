package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// functions lists the functions of a file, literals after the function around
// them.
func functions(p *ir.Package, file *ir.File) {
	for _, d := range file.Ast.Decls {
		if g, ok := d.(*ast.GenDecl); ok {
			initialisers(p, file, g)
		}
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

// initialisers lists the literals in the package-level initialisers of g, under
// names such as the runtime gives them.
func initialisers(p *ir.Package, file *ir.File, g *ast.GenDecl) {
	for _, spec := range g.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, x := range v.Values {
			p.Inits = append(p.Inits, ir.Init{File: file, X: x})
			each(x, func(lit *ast.FuncLit) {
				p.Literals++
				name := fmt.Sprintf("%s.init.func%d", pkgName(p), p.Literals)
				sig, _ := p.Info.TypeOf(lit).(*types.Signature)
				f := &ir.Func{Name: name, Pkg: p, File: file, Lit: lit, Sig: sig}
				p.Funcs = append(p.Funcs, f)
				literals(p, f)
			})
		}
	}
}

// crowd finds the literals of initialisers that stand on a line with another one:
// the runtime knows such a literal by its lines.
func crowd(fset *token.FileSet, p *ir.Package) {
	by := map[string]*ir.Func{}
	for _, f := range p.Funcs {
		if f.Lit == nil || f.Outer != nil {
			continue
		}
		file, from, to := f.Lines(fset)
		for line := from; line <= to; line++ {
			key := fmt.Sprint(file, ":", line)
			if g := by[key]; g != nil && g != f {
				g.Crowded, f.Crowded = true, true
			}
			by[key] = f
		}
	}
}

func pkgName(p *ir.Package) string {
	if p.Types.Name() == "main" {
		return "main"
	}
	return p.Path
}

func declName(p *ir.Package, fd *ast.FuncDecl) string {
	pkg := pkgName(p)
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

// each calls do for each outermost literal of n.
func each(n ast.Node, do func(*ast.FuncLit)) {
	ast.Inspect(n, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if ok {
			do(lit)
		}
		return !ok
	})
}

// literals lists the literals directly within f, and theirs.
func literals(p *ir.Package, f *ir.Func) {
	n := 0
	each(f.Syntax(), func(lit *ast.FuncLit) {
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
	})
}
