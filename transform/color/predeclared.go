package color

import (
	"go/ast"
	"go/types"
	"regexp"
	"strings"

	"github.com/greengen/greengen/transform/ir"
)

// needed are the predeclared names that generated code uses of its own accord and
// has no other way to write; types and constants have names in rt/green too.
var needed = ir.Words("nil new panic recover")

// objection returns what speaks against all functions of a package: it declares anew
// what generated code needs, or has a name that helpers have; "" if nothing does.
func (c *colorer) objection(p *types.Package) string {
	if why, ok := c.objections[p]; ok {
		return why
	}
	why := ""
	for _, n := range p.Scope().Names() {
		if needed[n] {
			why = "the package redeclares " + n
			break
		}
		if _, isVar := p.Scope().Lookup(n).(*types.Var); why == "" && !isVar && inHelpers.MatchString(n) {
			why = "generated code has a " + n + " of its own"
		}
	}
	if c.objections == nil {
		c.objections = map[*types.Package]string{}
	}
	c.objections[p] = why
	return why
}

// Emitted helpers have parameters and variables of their own. inHelpers matches
// those that stand where names of the package are used, inBodies those that stand
// beside what the function itself declares.
var (
	inHelpers = regexp.MustCompile(`^_(a\d+|r\d*|x\d*|P\d+|b|c|e|env|f|first|fn|h|m|rcv|rec|t|v|y)$`)
	inBodies  = regexp.MustCompile(`^_(a\d+|r|x\d*|P\d+|b|e|env|first|fn|h|m|rcv|rec|t|v|y)$`)
)

// helperNames checks that no name in the function is one that helpers have.
func (l *limits) helperNames() {
	ast.Inspect(root(l.f), func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || !strings.HasPrefix(id.Name, "_") || !inBodies.MatchString(id.Name) {
			return true
		}
		obj := l.info.Uses[id]
		if obj == nil {
			obj = l.info.Defs[id]
		}
		if v, ok := obj.(*types.Var); obj == nil || ok && v.IsField() {
			return true
		}
		if fn, ok := obj.(*types.Func); ok && fn.Signature().Recv() != nil {
			return true
		}
		l.no(id.Pos(), "generated code has a "+id.Name+" of its own")
		return true
	})
}

// root returns the syntax of the declaration around f.
func root(f *ir.Func) ast.Node {
	if r := f.Root(); r.Decl != nil {
		return r.Decl
	}
	return f.Root().Lit
}
