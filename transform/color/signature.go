package color

import (
	"fmt"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"github.com/greengen/greengen/transform/ir"
)

// key groups signatures whose values may meet: the numbers of parameters and
// results, then the signature; "?" for one with type parameters, which may stand
// for any type.
func (c *colorer) key(s *types.Signature) string {
	arity := fmt.Sprintf("%d/%d:", s.Params().Len(), s.Results().Len())
	if ir.HasTypeParam(s) {
		return arity + "?"
	}
	return arity + signature(s)
}

// lookup returns the members of group k, and of those that may be the same.
func lookup(groups map[string][]*ir.Func, k string) []*ir.Func {
	i := strings.Index(k, ":")
	if k[i+1:] != "?" {
		return append(groups[k][:len(groups[k]):len(groups[k])], groups[k[:i+1]+"?"]...)
	}
	var names []string
	for name := range groups {
		if strings.HasPrefix(name, k[:i+1]) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var all []*ir.Func
	for _, name := range names {
		all = append(all, groups[name]...)
	}
	return all
}

// has is lookup for a set of groups.
func has(set map[string]bool, k string) bool {
	i := strings.Index(k, ":")
	if k[i+1:] != "?" {
		return set[k] || set[k[:i+1]+"?"]
	}
	for name := range set {
		if strings.HasPrefix(name, k[:i+1]) {
			return true
		}
	}
	return false
}

func signature(s *types.Signature) string { return types.TypeString(canon(s), nil) }

// canon strips the names of parameters.
func canon(t types.Type) types.Type {
	switch t := types.Unalias(t).(type) {
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, canonTuple(t.Params()), canonTuple(t.Results()), t.Variadic())
	case *types.Pointer:
		return types.NewPointer(canon(t.Elem()))
	case *types.Slice:
		return types.NewSlice(canon(t.Elem()))
	case *types.Array:
		return types.NewArray(canon(t.Elem()), t.Len())
	case *types.Map:
		return types.NewMap(canon(t.Key()), canon(t.Elem()))
	case *types.Chan:
		return types.NewChan(t.Dir(), canon(t.Elem()))
	default:
		return t
	}
}

func canonTuple(t *types.Tuple) *types.Tuple {
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		vars[i] = types.NewParam(token.NoPos, nil, "", canon(t.At(i).Type()))
	}
	return types.NewTuple(vars...)
}
