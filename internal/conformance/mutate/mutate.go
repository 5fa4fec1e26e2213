// Package mutate deletes statements of a program, one at a time, to see whether
// a comparison that should notice does.
//
// A statement is overwritten with blanks, line ends apart, so that all else
// stays in its place. Declarations and labelled statements are left alone, and
// so are the calls that the instrumenter inserted, which say in which block a
// statement is: the loss of one that never runs would show nowhere.
package mutate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
)

// Span is a statement, as byte offsets.
type Span struct {
	From, To int
	Line     int
	Block    int // the number of the block around it, 0 if that has none
}

// Spans lists the statements of src, instrumented, that may be deleted, in order
// of the source.
func Spans(src []byte) ([]Span, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("mutate: %w", err)
	}
	tok := fset.File(f.FileStart)
	var spans []Span
	ast.Inspect(f, func(n ast.Node) bool {
		block := 0
		for i, s := range statements(n) {
			if number := blockOf(s); number != 0 && i == 0 {
				block = number
			} else if deletable(s) {
				spans = append(spans, Span{
					tok.Offset(s.Pos()), tok.Offset(s.End()), tok.PositionFor(s.Pos(), false).Line, block,
				})
			}
		}
		return true
	})
	slices.SortStableFunc(spans, func(a, b Span) int { return a.From - b.From })
	return spans, nil
}

// statements returns the list of statements that n holds.
func statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

func deletable(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.DeclStmt, *ast.LabeledStmt, *ast.EmptyStmt, *ast.CaseClause, *ast.CommClause, *ast.BadStmt:
		return false
	}
	return true
}

// blockOf returns the number in x.Block(number), 0 if s is something else.
func blockOf(s ast.Stmt) int {
	x, ok := s.(*ast.ExprStmt)
	if !ok {
		return 0
	}
	call, ok := x.X.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return 0
	}
	fun, ok := call.Fun.(*ast.SelectorExpr)
	arg, lit := call.Args[0].(*ast.BasicLit)
	if !ok || !lit || fun.Sel.Name != "Block" {
		return 0
	}
	n, _ := strconv.Atoi(arg.Value) // 0 for what is not a number
	return n
}

// Delete returns src without the statement.
func Delete(src []byte, s Span) []byte {
	out := slices.Clone(src)
	for i := s.From; i < s.To; i++ {
		if out[i] != '\n' && out[i] != '\r' {
			out[i] = ' '
		}
	}
	return out
}
