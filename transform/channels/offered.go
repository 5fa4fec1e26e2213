package channels

import (
	"go/types"
	"slices"
	"strings"
)

// offered returns the packages of the unit that others import, and so those that these
// import: packages of another module, or of a workspace.
func (f *finder) offered() (list []*types.Package) {
	seen := map[*types.Package]bool{}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if seen[p] || !f.u.Has(p) {
			return
		}
		seen[p] = true
		list = append(list, p)
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	for p := range f.others() {
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	slices.SortFunc(list, func(a, b *types.Package) int { return strings.Compare(a.Path(), b.Path()) })
	return list
}

// offers makes public what other code gets at in p. It reports false where that depends
// on type arguments, which other code chooses.
func (f *finder) offers(p *types.Package) bool {
	f.offering, f.chosen = true, false
	defer func() { f.offering = false }()
	for _, name := range p.Scope().Names() {
		obj := p.Scope().Lookup(name)
		f.mention(obj.Type())
		t, ok := obj.(*types.TypeName)
		if !ok {
			continue
		}
		f.members(t.Type())
	}
	return !f.chosen
}

// members mentions the types of the fields and methods of t, also those of a type that is
// not exported: a function may return it, or another one embed it.
func (f *finder) members(t types.Type) {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for v := range u.Fields() {
			if v.Exported() {
				f.mention(v.Type())
			}
		}
	case *types.Interface:
		for m := range u.Methods() {
			f.mention(m.Type())
		}
	default:
		f.mention(u)
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		for m := range n.Methods() {
			f.mention(m.Type())
		}
	}
}
