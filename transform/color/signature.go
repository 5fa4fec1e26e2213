package color

import (
	"fmt"
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

func signature(s *types.Signature) string { return ir.TypeKey(s) }
