package color

import (
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// outsiders has the methods of types outside the unit that may block, by name.
type outsiders map[string][]outsider

type outsider struct {
	m *types.Func
	t types.Type // a pointer to the type that has it, perhaps from an embedded one
}

// quiet methods never block, by convention, whoever implements them.
var quiet = ir.Words(`String GoString Error Format Unwrap Is As Timeout Temporary Network Addr LocalAddr RemoteAddr
	SetDeadline SetReadDeadline SetWriteDeadline Len Less Swap Cap Name Size Mode ModTime IsDir Sys Type`)

// ifaceBlocks reports whether a type outside the unit may implement m, a method of
// an interface, by code that blocks: m is known for it, or such a type is at hand, as
// *tls.Conn for interface{ Handshake() error }. What std's plain packages declare, all
// may implement: there the known methods are all.
func (c *colorer) ifaceBlocks(m *types.Func) bool {
	if blocks, ok := c.ruled(m); ok {
		return blocks
	}
	if blockingMethod(m) {
		return true
	}
	if m.Pkg() == nil || quiet[m.Name()] || plainPackages[m.Pkg().Path()] {
		return false
	}
	if blocks, ok := c.ifaces[m]; ok {
		return blocks
	}
	c.ifaces[m] = c.implementedOutside(m)
	return c.ifaces[m]
}

func (c *colorer) implementedOutside(m *types.Func) bool {
	if c.outside == nil {
		c.outside = c.findOutsiders()
	}
	iface, _ := m.Signature().Recv().Type().Underlying().(*types.Interface)
	generic := ir.HasTypeParam(m.Signature())
	want := signature(m.Signature())
	for _, o := range c.outside[m.Name()] {
		sig := o.m.Signature()
		if generic && sig.Params().Len() == m.Signature().Params().Len() {
			return true
		}
		same := signature(sig) == want || ir.HasTypeParam(sig) && sameShape(sig, m.Signature())
		if same && hasMethods(o.t, iface) {
			return true
		}
	}
	return false
}

// sameShape reports whether a and b have as many parameters and results.
func sameShape(a, b *types.Signature) bool {
	return a.Params().Len() == b.Params().Len() && a.Results().Len() == b.Results().Len() && a.Variadic() == b.Variadic()
}

// hasMethods reports whether t has the methods of iface, by name: a type may have come
// in two variants, so they cannot be compared.
func hasMethods(t types.Type, iface *types.Interface) bool {
	if iface == nil {
		return true
	}
	ms := types.NewMethodSet(t)
	for i := range iface.NumMethods() {
		if w := iface.Method(i); ms.Lookup(w.Pkg(), w.Name()) == nil {
			return false
		}
	}
	return true
}

// findOutsiders looks at all types that the unit's packages import, at once or
// through others; those of the runtime only where the unit is not part of it.
func (c *colorer) findOutsiders() outsiders {
	out := outsiders{}
	seen := map[*types.Package]bool{}
	own := false
	var roots []*types.Package
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if seen[p] {
			return
		}
		seen[p] = true
		for _, q := range p.Imports() {
			visit(q)
		}
		if !c.inUnit(p) && !(own && ofRuntime(p.Path())) {
			c.addOutsiders(out, p)
		}
	}
	for _, p := range c.u.Packages {
		own = own || ofRuntime(p.Path)
		roots = append(roots, p.Types)
	}
	for _, p := range roots {
		visit(p)
	}
	return out
}

func (c *colorer) addOutsiders(out outsiders, p *types.Package) {
	for _, name := range p.Scope().Names() {
		t, ok := p.Scope().Lookup(name).(*types.TypeName)
		if !ok || t.IsAlias() {
			continue
		}
		n, ok := t.Type().(*types.Named)
		if !ok || types.IsInterface(n) {
			continue
		}
		ptr := types.NewPointer(n)
		for sel := range types.NewMethodSet(ptr).Methods() {
			m, ok := sel.Obj().(*types.Func)
			if ok && m.Exported() && (!quiet[m.Name()] || c.rule(m) != nil) && !c.plainValue(m) {
				out[m.Name()] = append(out[m.Name()], outsider{m, ptr})
			}
		}
	}
}
