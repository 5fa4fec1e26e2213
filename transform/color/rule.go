package color

import (
	"go/types"
	"strings"

	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/rules"
)

// rule is what a rule file says of obj, nil if none speaks of it.
func (c *colorer) rule(obj *types.Func) *ir.Rule {
	if len(c.u.Rules) == 0 || obj == nil {
		return nil
	}
	return c.u.Rules[key(obj.Origin())]
}

// ruled reports whether a rule says that obj blocks, or that it does not. One with a twin
// blocks where that is not called: as a func value, or where it cannot be imported.
func (c *colorer) ruled(obj *types.Func) (blocks, ok bool) {
	r := c.rule(obj)
	if r == nil {
		return false, false
	}
	return r.Verb != rules.Plain, true
}

// plainFunc is plainStd, unless a rule decides, or the assembly that obj is.
func (c *colorer) plainFunc(obj *types.Func) bool {
	if blocks, ok := c.ruled(obj); ok {
		return !blocks
	}
	plain, ok := c.plains[obj]
	if !ok { // the same however often the fixed point asks
		plain = c.leaf(obj) || plainFunc(obj)
		c.plains[obj] = plain
	}
	return plain
}

// leaf reports whether obj is assembly that calls nothing, not even what it is handed.
func (c *colorer) leaf(obj *types.Func) bool {
	return len(c.u.Leaves) > 0 && obj.Pkg() != nil && obj.Signature().Recv() == nil && c.u.Leaves[obj.Pkg().Path()+"."+obj.Name()]
}

// staticRule fills in st where a rule decides how the callee is called. A twin that f
// cannot name is none.
func (c *colorer) staticRule(f *ir.Func, st *site) bool {
	r := c.rule(st.t.Obj)
	if r == nil {
		return false
	}
	st.t.Rule = r
	switch {
	case r.Verb == rules.Native && c.canCall(f.Pkg.Types, r.By):
		st.t.Symbol = &ir.Symbol{Pkg: r.By.Pkg().Path(), Name: r.By.Name(), Recv: r.Func.Signature().Recv() != nil}
		st.t.Kind = ir.CallHub
		if r.Suspends() {
			st.t.Kind = ir.CallTwin
		}
		c.hand(st.t.Sig)
		c.results(st)
		return true
	case r.Verb == rules.Blocks || c.funcOf(st.t.Obj) != nil: // which has its mark
		return false
	}
	st.t.Kind = ir.CallOffload // or plain, if what it is handed does not block
	c.results(st)
	return true
}

// canCall reports whether code of p can call fn: its package can be imported, and does
// not import p itself.
func (c *colorer) canCall(p *types.Package, fn *types.Func) bool {
	q := fn.Pkg()
	if q.Path() == p.Path() {
		return true
	}
	if !fn.Exported() || q.Name() == "main" || !mayImport(p.Path(), q.Path()) {
		return false
	}
	for known := range packagesFrom(q) { // a variant of p is another package
		if known.Path() == p.Path() {
			return false
		}
	}
	return true
}

// mayImport is the go command's rule for internal packages.
func mayImport(from, path string) bool {
	elems := strings.Split(path, "/")
	for i := len(elems) - 1; i >= 0; i-- {
		if elems[i] == "internal" {
			parent := strings.Join(elems[:i], "/")
			return from == parent || strings.HasPrefix(from, parent+"/")
		}
	}
	return true
}
