package color

import (
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// asked are the methods that std looks for in a value of any type. It calls others
// if its parameter has them, as sort.Sort does.
var asked = ir.Words(`Error String GoString Format MarshalJSON UnmarshalJSON MarshalText UnmarshalText Unwrap Is As LogValue`)

// heldBlocks reports whether what t may hold in interfaces, itself or in its
// elements, has a method of this unit that std may call and that blocks.
func (c *colorer) heldBlocks(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return c.implementorBlocks(u)
	case *types.Pointer:
		return c.heldBlocks(u.Elem(), seen)
	case *types.Slice:
		return c.elementBlocks(u.Elem(), seen)
	case *types.Array:
		return c.elementBlocks(u.Elem(), seen)
	case *types.Map:
		return c.elementBlocks(u.Key(), seen) || c.elementBlocks(u.Elem(), seen)
	case *types.Struct:
		if n, ok := types.Unalias(t).(*types.Named); ok && !c.inUnit(n.Obj().Pkg()) {
			return false // what a type from outside holds, it holds for itself
		}
		for i := range u.NumFields() {
			if c.elementBlocks(u.Field(i).Type(), seen) {
				return true
			}
		}
	}
	return false
}

func (c *colorer) elementBlocks(t types.Type, seen map[types.Type]bool) bool {
	return c.ownMethodBlocks(t) || c.heldBlocks(t, seen)
}

// implementorBlocks reports whether a type of this unit that implements iface has
// such a method.
func (c *colorer) implementorBlocks(iface *types.Interface) bool {
	if c.callable == nil {
		c.callable = c.findCallable()
	}
	own := map[string]bool{}
	for i := range iface.NumMethods() {
		own[iface.Method(i).Name()] = true
	}
	for _, g := range c.callable {
		if name := g.Obj.Name(); g.Blocks && (asked[name] || own[name]) && hasMethods(g.Obj.Signature().Recv().Type(), iface) {
			return true
		}
	}
	return false
}

// findCallable returns the methods that std may call by their names.
func (c *colorer) findCallable() []*ir.Func {
	found := []*ir.Func{}
	for _, p := range c.u.Packages {
		for _, g := range p.Funcs {
			if g.Obj != nil && g.Obj.Signature().Recv() != nil && calledByStd[g.Obj.Name()] {
				found = append(found, g)
			}
		}
	}
	return found
}
