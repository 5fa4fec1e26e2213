package color

import "go/types"

// importers lists the packages outside the unit that import one of it, at once or
// through others.
func (c *colorer) importers() (list []*types.Package) {
	known := map[*types.Package]bool{}
	var reaches func(p *types.Package) bool
	reaches = func(p *types.Package) bool {
		if r, ok := known[p]; ok {
			return r
		}
		known[p] = false // until it is known: there are no cycles
		r := false
		for _, q := range p.Imports() {
			r = reaches(q) || r // all are to be visited
		}
		if known[p] = r || c.inUnit(p); r && !c.inUnit(p) {
			list = append(list, p)
		}
		return known[p]
	}
	for _, p := range c.u.Packages {
		for _, q := range p.Types.Imports() {
			reaches(q)
		}
	}
	return list
}
