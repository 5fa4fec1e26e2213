// Package diag holds the problems that greengen reports to its users.
package diag

import (
	"cmp"
	"go/token"
	"slices"
)

// Diagnostic is one problem, at a position of the user's source.
type Diagnostic struct {
	Pos     token.Position
	Code    string // one of codes.go
	Msg     string // lower case, no full stop
	Related []Related
	Hint    string // one thing that can be done, "" if there is none
}

// Related is a second position that explains a Diagnostic.
type Related struct {
	Pos token.Position
	Msg string
}

// List is a sorted list of problems. It is an error if it is not empty.
type List []Diagnostic

// Reporter collects the problems of one run. The zero value is ready.
type Reporter struct{ list List }

// Report adds a problem.
func (r *Reporter) Report(d Diagnostic) { r.list = append(r.list, d) }

// List returns what was reported, sorted by position, without doubles.
func (r *Reporter) List() List {
	l := slices.Clone(r.list)
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column), cmp.Compare(a.Msg, b.Msg))
	})
	return slices.CompactFunc(l, func(a, b Diagnostic) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Msg == b.Msg
	})
}

// Err returns the list as an error, nil if it is empty.
func (r *Reporter) Err() error {
	if l := r.List(); len(l) > 0 {
		return l
	}
	return nil
}
