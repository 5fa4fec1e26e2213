package ir

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Package is one package that is transformed.
type Package struct {
	Path   string // import path, as the type checker has it
	Types  *types.Package
	Info   *types.Info
	Files  []*File
	Wanted bool    // matched by a pattern, or imported by one that is: its files are written
	Funcs  []*Func // declarations and literals, in source order, outer before inner
	Dir    string
	Fixed  bool // some of its files must stay as they are

	Inits    []Init // package-level initialisers, in source order
	Literals int    // how many literals they have

	// Forwards are the methods that are added to p's types. Set by color.
	Forwards []*Forward
	Hoisted  []*Hoisted    // in source order
	Exprs    []*MethodExpr // those whose twin is to be registered
	// Unnamed are operands of defer and go statements, func values or receivers, whose types p
	// cannot name.
	Unnamed map[ast.Expr]bool

	// Wraps are expressions of the source that a function of the generated code
	// takes, in a woven build. Set by emit.
	Wraps []Wrap
	Edits []Edit // others, set by channels
	// StandIns are mentions of functions that have a StandIn, which are wrapped too. Set by weave.
	StandIns []Wrap

	// Twins maps a plain function of this unit to its Func. Set by load.
	Twins map[*types.Func]*Func

	// Set by ranges.
	Made map[*ast.Ident]Made     // made identifiers that have no object
	Also map[ast.Node]*ast.Ident // what a defer statement, or the call of defer recover(), uses in a range over a function
}

// Wrap puts Call(X) in X's place.
type Wrap struct {
	File *File
	X    ast.Expr
	Call string
}

// Made is what an identifier stands for that has no object.
type Made struct {
	Kind MadeKind
	Type types.Type
}

// MadeKind says what kind of Made it is.
type MadeKind uint8

const (
	MadeType   MadeKind = iota // Type itself
	MadeDefers                 // the Defers of the function
	MadeToken                  // the function's token of a deferred call
)

// Inspect is ast.Inspect, and visits the identifiers of Also too.
func (p *Package) Inspect(n ast.Node, visit func(ast.Node) bool) {
	if len(p.Also) == 0 {
		ast.Inspect(n, visit)
		return
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if id := p.Also[n]; id != nil {
			visit(id)
		}
		return visit(n)
	})
}

// LeadsBack reports whether s is a goto back: it makes a loop.
func (p *Package) LeadsBack(s *ast.BranchStmt) bool {
	if s.Tok != token.GOTO {
		return false
	}
	l := p.Info.Uses[s.Label]
	return l != nil && l.Pos() < s.Pos()
}

// Runtime is the package that emitted code uses most.
const Runtime = "github.com/greengen/greengen/rt/green"

// CallsRuntime reports whether a pass made the call: of a function of Runtime.
func (p *Package) CallsRuntime(c *ast.CallExpr) bool {
	id, ok := c.Fun.(*ast.Ident)
	if !ok {
		return false
	}
	fn, ok := p.Info.Uses[id].(*types.Func)
	return ok && fn.Pkg() != nil && fn.Pkg().Path() == Runtime
}
