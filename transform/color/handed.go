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
		"io":  {"Reader", "Writer", "Closer", "ReaderFrom", "WriterTo", "StringWriter", "ByteReader", "ByteWriter", "RuneReader"},
		"net": {"Conn", "PacketConn", "Listener"},
	},
	true: {
		"net/http": {"Handler", "ResponseWriter", "Flusher"},
	},
}

// handedAt returns the methods of this unit that the twin called at s may call.
func (c *colorer) handedAt(s *site, done map[bool]bool) (list []*ir.Func) {
	if s.t.Symbol == nil && s.arg == nil && s.seq == nil || s.t.Obj == nil || s.t.Obj.Pkg() == nil {
		return nil
	}
	path := s.t.Obj.Pkg().Path()
	for _, web := range []bool{false, true} {
		if done[web] || web && path != "net/http" && !(ofRuntime(path) && strings.HasSuffix(path, "/net/http")) {
			continue
		}
		done[web] = true
		for _, k := range c.methodKeys(calledBack[web]) {
			list = append(list, lookup(c.methods, k)...)
		}
	}
	return list
}

// methodKeys returns the keys in c.methods of the methods of interfaces, if their packages
// are used.
func (c *colorer) methodKeys(ifaces map[string][]string) (keys []string) {
	seen := map[*types.Package]bool{}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if seen[p] {
			return
		}
		seen[p] = true
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
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	for _, p := range c.u.Packages {
		visit(p.Types)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
