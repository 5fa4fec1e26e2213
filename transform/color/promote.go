package color

import (
	"go/ast"
	"go/types"
	"slices"
	"sort"

	"github.com/greengen/greengen/transform/ir"
)

// Green code finds the twin of an interface method by its name, M_green, and Go
// promotes that name from embedded types as any other. It must lead where M
// leads. Where it would not, the outer type gets an M_green of its own, which
// does what its M does:
//
//	type dog struct{ animal }     // animal.Speak has a twin
//	func (d dog) Speak() string   // has none
//
//	func (_x dog) Speak_green(...) { offload _x.Speak }
//
// So does a type that embeds an interface, for there is nothing to promote:
//
//	type logged struct{ net.Conn }
//
//	func (_x logged) Read_green(...) { look for the twin of _x.Conn }

// forwards finds the methods to add, after colors are settled.
func (c *colorer) forwards() {
	type method struct {
		t *types.TypeName
		m string
	}
	made := map[method]bool{}
	for _, p := range c.u.Packages {
		p.Forwards = nil
		for _, f := range p.Funcs {
			if f.Color == ir.Green && f.Sig.Recv() != nil {
				made[method{receiverName(f.Obj), f.Obj.Name()}] = true
			}
		}
	}
	wanted := c.calledMethods()
	for changed := true; changed; {
		changed = false
		for _, p := range c.u.Packages {
			for _, t := range outerTypes(p) {
				for _, sel := range methodsOf(t) {
					m := sel.Obj().Name()
					if c.unnameable(sel.Type(), p.Types, map[types.Type]bool{}) != "" || foreignName(sel.Obj(), p.Types) {
						continue
					}
					if made[method{t, m}] || declares(t, m+"_green") {
						continue
					}
					path, ok := greenPath(t, m+"_green", func(q *types.TypeName) bool { return made[method{q, m}] })
					iface := types.IsInterface(sel.Obj().(*types.Func).Signature().Recv().Type())
					wrong := ok && !prefix(path, sel.Index()[:len(sel.Index())-1])
					if wrong || !ok && iface && has(wanted, m+c.key(sel.Obj().(*types.Func).Signature())) {
						made[method{t, m}], changed = true, true
						p.Forwards = append(p.Forwards, c.forward(p, t, sel, iface))
					}
				}
			}
		}
	}
}

// calledMethods returns the groups of interface methods that green code looks
// for twins of.
func (c *colorer) calledMethods() map[string]bool {
	groups := map[string]bool{}
	for _, uses := range c.through {
		for _, u := range uses {
			groups[u.group] = true
		}
	}
	for _, p := range c.u.Packages {
		for _, f := range p.Funcs {
			for _, s := range c.sites[f] {
				if f.Color == ir.Green && s.t.Kind == ir.CallIface {
					groups[s.group] = true
				}
			}
		}
	}
	return groups
}

// foreignName reports whether obj's name is one that only another package can write.
func foreignName(obj types.Object, pkg *types.Package) bool {
	return !obj.Exported() && obj.Pkg() != pkg
}

func (c *colorer) forward(p *ir.Package, t *types.TypeName, sel *types.Selection, iface bool) *ir.Forward {
	w := &ir.Forward{Type: t, Sel: sel, Kind: ir.CallOffload, File: fileOf(p, t)}
	m := sel.Obj().(*types.Func)
	w.Pointer = types.NewMethodSet(t.Type()).Lookup(m.Pkg(), m.Name()) == nil
	if f := c.funcOf(m); f != nil && f.Color == ir.Plain || f == nil && !iface && c.plainFunc(m) {
		w.Kind = ir.CallPlain
	}
	if iface && nameablePath(sel, p.Types) {
		w.Kind = ir.CallIface
	}
	return w
}

// nameablePath reports whether code in pkg can write the way to the embedded field.
func nameablePath(sel *types.Selection, pkg *types.Package) bool {
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		f := deref(t).Underlying().(*types.Struct).Field(i)
		if !f.Exported() && f.Pkg() != pkg {
			return false
		}
		t = f.Type()
	}
	return true
}

func fileOf(p *ir.Package, t *types.TypeName) *ir.File {
	for _, f := range p.Files {
		if f.Ast.FileStart <= t.Pos() && t.Pos() < f.Ast.FileEnd {
			return f
		}
	}
	return nil
}

// outerTypes lists p's types with embedded fields, but for generic ones.
func outerTypes(p *ir.Package) []*types.TypeName {
	var list []*types.TypeName
	for _, n := range p.Types.Scope().Names() {
		t, ok := p.Types.Scope().Lookup(n).(*types.TypeName)
		if !ok || t.IsAlias() || !embeds(t.Type()) || fileOf(p, t) == nil {
			continue
		}
		if named, ok := t.Type().(*types.Named); ok && named.TypeParams().Len() == 0 {
			list = append(list, t)
		}
	}
	return list
}

func embeds(t types.Type) bool {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range s.NumFields() {
		if s.Field(i).Embedded() {
			return true
		}
	}
	return false
}

// methodsOf lists the methods of *t, sorted by name.
func methodsOf(t *types.TypeName) []*types.Selection {
	ms := types.NewMethodSet(types.NewPointer(t.Type()))
	var list []*types.Selection
	for i := range ms.Len() {
		list = append(list, ms.At(i))
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Obj().Name() < list[j].Obj().Name() })
	return list
}

func receiverName(m *types.Func) *types.TypeName {
	n, _ := types.Unalias(deref(m.Signature().Recv().Type())).(*types.Named)
	if n == nil {
		return nil
	}
	return n.Origin().Obj()
}

// declares reports whether t itself declares a field or method of that name.
func declares(t *types.TypeName, name string) bool {
	obj, index, _ := types.LookupFieldOrMethod(t.Type(), true, t.Pkg(), name)
	return obj != nil && len(index) == 1
}

func prefix(path, of []int) bool { return len(path) <= len(of) && slices.Equal(path, of[:len(path)]) }

// greenPath returns the embedded fields through which t gets the method name,
// as Go promotes it, if it gets one: declared tells which types will have it,
// those apart that have it in their source.
func greenPath(t *types.TypeName, name string, declared func(*types.TypeName) bool) ([]int, bool) {
	return promoted(t.Type(), func(q types.Type) bool {
		n, ok := types.Unalias(q).(*types.Named)
		return ok && (declared(n.Origin().Obj()) || declares(n.Obj(), name))
	})
}

// promoted finds the one shallowest type in t, or embedded in it, for which has holds.
func promoted(t types.Type, has func(types.Type) bool) ([]int, bool) {
	type entry struct {
		t    types.Type
		path []int
	}
	seen := map[*types.TypeName]bool{}
	for level := []entry{{t, nil}}; len(level) > 0; {
		var next []entry
		var found [][]int
		for _, e := range level {
			if n, ok := types.Unalias(e.t).(*types.Named); ok {
				if seen[n.Origin().Obj()] {
					continue
				}
			}
			if has(e.t) {
				found = append(found, e.path)
			}
			for i, f := range embeddedFields(e.t) {
				if f != nil {
					next = append(next, entry{deref(f.Type()), append(slices.Clone(e.path), i)})
				}
			}
		}
		if len(found) > 0 {
			return found[0], len(found) == 1
		}
		for _, e := range level {
			if n, ok := types.Unalias(e.t).(*types.Named); ok {
				seen[n.Origin().Obj()] = true
			}
		}
		level = next
	}
	return nil, false
}

// embeddedFields returns the fields of a struct, nil in place of those not embedded.
func embeddedFields(t types.Type) []*types.Var {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	fields := make([]*types.Var, s.NumFields())
	for i := range fields {
		if f := s.Field(i); f.Embedded() {
			fields[i] = f
		}
	}
	return fields
}

// findTangled finds the methods that can have no twins, by name: a struct type
// without a name, of a function or generic can be given no method of its own, nor
// any type one whose signature cannot be written, nor one of another package that is
// not of the unit but imports it; and the twin of another method than its own would be
// promoted to it.
func (c *colorer) findTangled() {
	c.tangled = map[string]bool{}
	for _, p := range c.importers() {
		for _, n := range p.Scope().Names() {
			if t, ok := p.Scope().Lookup(n).(*types.TypeName); ok && !t.IsAlias() && embeds(t.Type()) {
				c.tangle(t.Type(), func(*types.Selection) bool { return true })
			}
		}
	}
	for _, p := range c.u.Packages {
		for _, f := range p.Files {
			for _, t := range c.bareStructs(p, f) {
				c.tangle(t, func(*types.Selection) bool { return true })
			}
		}
		for _, t := range outerTypes(p) {
			c.tangle(t.Type(), func(sel *types.Selection) bool {
				return c.unnameable(sel.Type(), p.Types, map[types.Type]bool{}) != ""
			})
		}
	}
}

// bareStructs lists the types of f that embed something and get no methods.
func (c *colorer) bareStructs(p *ir.Package, f *ir.File) []types.Type {
	var list []types.Type
	named := map[ast.Expr]bool{}
	ast.Inspect(f.Ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			tn, ok := p.Info.Defs[n.Name].(*types.TypeName)
			if ok && !tn.IsAlias() && embeds(tn.Type()) {
				named[n.Type] = true
				if ir.Local(tn) || n.TypeParams != nil {
					list = append(list, tn.Type())
				}
			}
		case *ast.StructType:
			if t := p.Info.TypeOf(n); t != nil && !named[n] && embeds(t) {
				list = append(list, t)
			}
		}
		return true
	})
	return list
}

// tangle notes those methods of t that other embedded types of the unit have too,
// beside the way to t's own.
func (c *colorer) tangle(t types.Type, which func(*types.Selection) bool) {
	ms := types.NewMethodSet(types.NewPointer(t))
	for i := range ms.Len() {
		sel := ms.At(i)
		if !which(sel) {
			continue
		}
		own := sel.Index()[:len(sel.Index())-1]
		aside := func(path []int) bool { return !prefix(path, own) && !prefix(own, path) }
		if len(own) == 0 { // declared by a generic type: hides what is embedded
			aside = func([]int) bool { return true }
		}
		c.walkEmbedded(t, nil, map[types.Type]bool{}, func(q *types.Named, path []int) {
			obj, _, _ := types.LookupFieldOrMethod(q, true, q.Obj().Pkg(), sel.Obj().Name())
			if _, ok := obj.(*types.Func); ok && len(path) > 0 && aside(path) && c.inUnit(q.Obj().Pkg()) {
				c.tangled[sel.Obj().Name()] = true
			}
		})
	}
}

func (c *colorer) walkEmbedded(t types.Type, path []int, seen map[types.Type]bool, do func(*types.Named, []int)) {
	if seen[t] {
		return
	}
	seen[t] = true
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		do(n, path)
	}
	for i, f := range embeddedFields(t) {
		if f != nil {
			c.walkEmbedded(deref(f.Type()), append(slices.Clone(path), i), seen, do)
		}
	}
}
