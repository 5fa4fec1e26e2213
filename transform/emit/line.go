package emit

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// line writes a directive that gives what follows its place in the user's file.
// Only in a woven build, where nobody reads the file: beside the sources,
// generated code stays readable and has a comment per resume block.
func (b *body) line(at token.Pos) []jen.Code {
	if !b.u.Weave || !at.IsValid() {
		return nil
	}
	p := b.u.Fset.PositionFor(at, true)
	return []jen.Code{jen.Comment(fmt.Sprintf("//line %s:%d", p.Filename, p.Line))}
}

// ownLine gives a helper that stands for no line of the user's the generated
// file's name.
func (f *file) ownLine() jen.Code {
	return jen.Comment("//line " + filepath.Base(f.src.Out) + ":1")
}

// irPos is where a statement is in the source; made ones have no place.
func irPos(s ir.Stmt) token.Pos {
	switch s := s.(type) {
	case *ir.Raw:
		return s.S.Pos()
	case *ir.SetVar:
		return s.X.Pos()
	case *ir.Call:
		return callPos(s)
	case *ir.If:
		return s.At
	case *ir.Loop:
		return s.At
	case *ir.Switch:
		return s.S.Pos()
	case *ir.Jump:
		return s.At
	case *ir.Return:
		return s.At
	case *ir.Defer:
		return s.Node.Pos()
	case *ir.Go:
		return s.Node.Pos()
	}
	return token.NoPos
}

// callPos is on the line that gc gives a call: it may have begun lines above its
// parenthesis.
func callPos(c *ir.Call) token.Pos {
	if x, ok := c.Node.(*ast.CallExpr); ok && x.Lparen.IsValid() {
		return x.Lparen
	}
	return c.At
}

func termPos(b *ir.BasicBlock) token.Pos {
	switch t := b.Term.(type) {
	case *ir.Branch:
		return t.Cond.Pos()
	case *ir.Choose:
		return t.S.S.Pos()
	case *ir.Suspend:
		return callPos(t.Call)
	case *ir.Leave:
		return t.R.At
	}
	return token.NoPos
}
