// Package mutate deletes statements of a program, one at a time, to see whether
// a comparison that should notice does.
//
// A statement is overwritten with blanks, line ends apart, so that all else
// stays in its place. Declarations and labelled statements are left alone, and
// so are the calls that the instrumenter inserted.
package mutate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// Span is a statement, as byte offsets.
type Span struct {
	From, To int
	Line     int
}

// Spans lists the statements of src that may be deleted, in order of the
// source. Calls of a function whose name ends in kept stay.
func Spans(src []byte, kept string) ([]Span, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("mutate: %w", err)
	}
	tok := fset.File(f.FileStart)
	var spans []Span
	ast.Inspect(f, func(n ast.Node) bool {
		for _, s := range statements(n) {
			text := string(src[tok.Offset(s.Pos()):tok.Offset(s.End())])
			if deletable(s) && !isCall(text, kept) {
				spans = append(spans, Span{tok.Offset(s.Pos()), tok.Offset(s.End()), tok.PositionFor(s.Pos(), false).Line})
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

func isCall(text, name string) bool {
	fun, _, ok := strings.Cut(text, "(")
	return ok && strings.HasSuffix(fun, name)
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
