package color

import (
	"go/types"
	"slices"
	"strings"

	"github.com/greengen/greengen/transform/ir"
)

// calledBack has the interfaces of std whose methods rt's twins call, of what they are
// handed or know from before: of std's packages, and those for HTTP.
var calledBack = map[bool]map[string][]string{
	false: {
		"io":  {"Reader", "Writer", "Closer", "ReaderFrom", "WriterTo", "StringWriter", "ByteReader", "ByteWriter", "RuneReader", "ReaderAt"},
		"net": {"Conn", "PacketConn", "Listener"},
	},
	true: {
		"net/http": {"Handler", "ResponseWriter", "Flusher"},
	},
}

// handedAt returns the methods of this unit that the twin called at s may call. Unless all is
// to be green, those of packages that s's own does not know count for plain.
func (c *colorer) handedAt(s *site, done map[handing]bool) (list []*ir.Func) {
	if s.t.Symbol == nil && s.arg == nil && s.seq == nil || s.t.Obj == nil || s.t.Obj.Pkg() == nil {
		return nil
	}
	path := s.t.Obj.Pkg().Path()
	for _, web := range []bool{false, true} {
		if web && path != "net/http" && !(ofRuntime(path) && strings.HasSuffix(path, "/net/http")) {
			continue
		}
		at := handing{web: web}
		if !c.u.All {
			at.p = s.f.Pkg.Types
		}
		if done[at] {
			continue
		}
		done[at] = true
		known := packagesFrom(at.p)
		for _, k := range c.methodKeys(calledBack[web]) {
			for _, g := range lookup(c.methods, k) {
				if c.u.All || known[g.Pkg.Types] {
					list = append(list, g)
				}
			}
		}
	}
	return list
}

// handing is a kind of calls, and where they are, nil: anywhere.
type handing struct {
	web bool
	p   *types.Package
}

// packagesFrom returns roots and what they import, at once or through others.
func packagesFrom(roots ...*types.Package) map[*types.Package]bool {
	seen := map[*types.Package]bool{nil: true}
	for todo := roots; len(todo) > 0; {
		p := todo[len(todo)-1]
		if todo = todo[:len(todo)-1]; !seen[p] {
			seen[p] = true
			todo = append(todo, p.Imports()...)
		}
	}
	delete(seen, nil)
	return seen
}

// methodKeys returns the keys in c.methods of the methods of interfaces, if their packages
// are used.
func (c *colorer) methodKeys(ifaces map[string][]string) (keys []string) {
	var roots []*types.Package
	for _, p := range c.u.Packages {
		roots = append(roots, p.Types)
	}
	for p := range packagesFrom(roots...) {
		for _, name := range ifaces[p.Path()] {
			t, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok {
				continue // it is not loaded whole
			}
			i := t.Type().Underlying().(*types.Interface)
			for n := range i.NumMethods() {
				m := i.Method(n)
				keys = append(keys, m.Name()+c.key(m.Signature()))
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
