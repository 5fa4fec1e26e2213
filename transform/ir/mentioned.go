package ir

import "go/types"

// EachName calls do for each named type and alias that t is made of, its type
// arguments and what local types are declared as included.
func EachName(t types.Type, do func(*types.TypeName)) { eachName(t, do, map[types.Type]bool{}) }

func eachName(t types.Type, do func(*types.TypeName), seen map[types.Type]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	rec := func(t types.Type) { eachName(t, do, seen) }
	switch t := t.(type) {
	case *types.Alias:
		do(t.Obj())
		eachOf(t.TypeArgs(), rec)
		rec(t.Rhs())
	case *types.Named:
		do(t.Obj())
		eachOf(t.TypeArgs(), rec)
		if Local(t.Obj()) {
			rec(t.Underlying())
		}
	case interface{ Elem() types.Type }: // pointer, slice, array, chan, map
		if m, ok := t.(*types.Map); ok {
			rec(m.Key())
		}
		rec(t.Elem())
	case *types.Tuple:
		for v := range t.Variables() {
			rec(v.Type())
		}
	case *types.Signature:
		rec(t.Params())
		rec(t.Results())
	case *types.Struct:
		for v := range t.Fields() {
			rec(v.Type())
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			rec(m.Type())
		}
		for e := range t.EmbeddedTypes() {
			rec(e)
		}
	case *types.Union:
		for term := range t.Terms() {
			rec(term.Type())
		}
	}
}

func eachOf(l *types.TypeList, do func(types.Type)) {
	for t := range l.Types() {
		do(t)
	}
}

// Local reports whether tn is declared in a function.
func Local(tn *types.TypeName) bool {
	if _, ok := tn.Type().(*types.TypeParam); ok {
		return false
	}
	return tn.Pkg() != nil && tn.Parent() != tn.Pkg().Scope() && tn.Parent() != types.Universe && tn.Parent() != nil
}
