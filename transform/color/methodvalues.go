package color

import (
	"go/types"
	"slices"
	"sort"

	"github.com/greengen/greengen/transform/ir"
)

// methodUse is an interface method whose value is taken: x.M or I.M. Who calls
// that value calls a member of the group.
type methodUse struct {
	m     *types.Func
	group string
}

// methodValue notes a method value or expression of type sig.
func (c *colorer) methodValue(f *ir.Func, sel *types.Selection, sig *types.Signature) {
	m := sel.Obj().(*types.Func)
	e := &ir.MethodExpr{Sel: sel, Recv: holder(sel), Sig: sig, Fn: c.funcOf(m.Origin()), File: f.File, Value: true}
	if sel.Kind() == types.MethodExpr {
		e.Sig, e.Recv, e.Value = withoutReceiver(sig), sel.Recv(), false
	}
	c.exprs = append(c.exprs, e)
	plain := e.Sig
	if !types.IsInterface(m.Signature().Recv().Type()) {
		return
	}
	u := methodUse{m, m.Name() + c.key(plain)}
	if k := c.key(sig); !slices.Contains(c.through[k], u) {
		c.through[k] = append(c.through[k], u)
	}
}

// holder returns what a method value holds: the embedded field, or its address, if the
// method is promoted.
func holder(sel *types.Selection) types.Type {
	recv := sel.Obj().(*types.Func).Signature().Recv().Type()
	if !types.IsInterface(recv) {
		return recv
	}
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		st, ok := deref(t).Underlying().(*types.Struct)
		if !ok {
			return t
		}
		t = st.Field(i).Type()
	}
	return t
}

func withoutReceiver(sig *types.Signature) *types.Signature {
	var params []*types.Var
	for i := 1; i < sig.Params().Len(); i++ {
		params = append(params, sig.Params().At(i))
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}

// throughInterfaces returns the methods that a call of a func value may reach
// because the value is that of an interface method.
func (c *colorer) throughInterfaces(k string) []*ir.Func {
	var keys []string
	for key := range c.through {
		if has(map[string]bool{key: true}, k) {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	var all []*ir.Func
	for _, key := range keys {
		for _, u := range c.through[key] {
			all = append(all, lookup(c.methods, u.group)...)
		}
	}
	return all
}

// methodValues settles which of them get twins. One whose method recovers stays
// as it is: Go's recover knows its own wrappers, not ours.
func (c *colorer) methodValues() {
	c.u.Bound = map[*types.Func]bool{}
	for _, uses := range c.through {
		for _, u := range uses {
			group := lookup(c.methods, u.group)
			c.u.Bound[u.m] = (c.anyGreen(group) || c.ifaceBlocks(u.m)) && !c.anyRecovers(group)
		}
	}
	c.u.Registered = map[*types.Selection]bool{}
	seen := map[string]bool{}
	for _, p := range c.u.Packages {
		p.Exprs = nil
	}
	for _, e := range c.exprs {
		p := e.File.Pkg
		if !c.exprHasTwin(e) {
			continue
		}
		key := p.Path + " " + types.TypeString(e.Recv, nil) + "." + e.Sel.Obj().Id()
		if e.Value {
			key += " of a value"
			c.u.Registered[e.Sel] = true
		}
		if !seen[key] {
			seen[key] = true
			p.Exprs = append(p.Exprs, e)
		}
	}
}

func (c *colorer) anyRecovers(fs []*ir.Func) bool {
	return slices.ContainsFunc(fs, func(f *ir.Func) bool { return f.Recovers })
}

// exprHasTwin reports whether the twin of T.M, or of all x.M, can be registered: its code
// knows no dictionary, as that of a generic type's does, and it can be written.
func (c *colorer) exprHasTwin(e *ir.MethodExpr) bool {
	recv := e.Recv
	if ir.HasTypeParam(e.Sig) || ir.HasTypeParam(recv) {
		return false
	}
	switch t := types.Unalias(deref(recv)).(type) {
	case *types.Named:
		if t.TypeArgs().Len() > 0 {
			return false
		}
	case *types.Interface:
	default:
		return false
	}
	bad := map[types.Type]bool{}
	if c.unnameable(recv, e.File.Pkg.Types, bad) != "" || c.unnameable(e.Sig, e.File.Pkg.Types, bad) != "" {
		return false
	}
	if e.Fn != nil {
		return e.Fn.Color == ir.Green && !(e.Value && e.Fn.Recovers)
	}
	m := e.Sel.Obj().(*types.Func)
	return types.IsInterface(m.Signature().Recv().Type()) && c.u.Bound[m] && (e.Value || nameablePath(e.Sel, e.File.Pkg.Types))
}
