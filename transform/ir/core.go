package ir

import "go/types"

// Under is t.Underlying, but for a type parameter the one underlying type that
// all types of its set have, if there is one.
func Under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		if c := core(p.Constraint()); c != nil {
			return c
		}
	}
	return t.Underlying()
}

// core returns the core type of an element of a constraint, nil if it has none.
// What an interface embeds is an intersection: one element with a core decides.
func core(t types.Type) types.Type {
	switch u := t.(type) {
	case *types.Union:
		return coreOfUnion(u)
	default:
		i, ok := t.Underlying().(*types.Interface)
		if !ok {
			return t.Underlying()
		}
		for e := range i.EmbeddedTypes() {
			if c := core(e); c != nil {
				return c
			}
		}
	}
	return nil
}

// coreOfUnion wants all terms alike. Channels of one element type may differ in
// direction: the one that is restricted is the core.
func coreOfUnion(u *types.Union) types.Type {
	var c types.Type
	for t := range u.Terms() {
		d := core(t.Type())
		switch {
		case d == nil:
			return nil
		case c == nil || types.Identical(c, d):
			c = d
		default:
			if c = narrower(c, d); c == nil {
				return nil
			}
		}
	}
	return c
}

func narrower(a, b types.Type) types.Type {
	x, ok := a.(*types.Chan)
	y, also := b.(*types.Chan)
	switch {
	case !ok || !also || !types.Identical(x.Elem(), y.Elem()):
		return nil
	case x.Dir() == types.SendRecv:
		return y
	case y.Dir() == types.SendRecv || x.Dir() == y.Dir():
		return x
	}
	return nil
}
