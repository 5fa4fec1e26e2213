package emit

import (
	"fmt"
	"go/types"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// byNumber reports whether the slot of results is one that rt/green has by their
// number: a struct need not be named.
func (b *body) byNumber(t *types.Tuple) bool { return t.Len() <= 3 && !generic(b.fn) }

// slot returns the expression of the slot for results and, unless it goes by their
// number, the name of its struct type.
func (b *body) slot(t *types.Tuple) (slot, typ *jen.Statement) {
	if generic(b.fn) {
		return g("TypeSlot").Types(b.resultStruct(t)).Values(), b.resultStruct(t)
	}
	key := b.typeKey(types.NewTuple(anonymous(t)...))
	name, ok := b.slots[key]
	if !ok {
		name = b.name(fmt.Sprintf("ret%d_%s", len(b.slots)+1, b.suffix))
		b.slots[key] = name
		if b.byNumber(t) {
			slotFor := []*jen.Statement{g("SlotFor1"), g("SlotFor2"), g("SlotFor3")}[t.Len()-1]
			var ts []jen.Code
			for v := range t.Variables() {
				ts = append(ts, b.typ(v.Type()))
			}
			b.add(jen.Var().Id(name).Op("=").Add(slotFor.Types(ts...)).Call())
		} else {
			b.add(jen.Type().Id(name+"T").Op("=").Add(b.resultStruct(t)), jen.Var().Id(name).Op("=").Add(g("SlotFor").Types(jen.Id(name+"T")).Call()))
		}
	}
	return jen.Id(name), jen.Id(name + "T")
}

// give writes: ret1.Give(h, a, b), which hands the function's results to its parent.
func (b *body) give(values []jen.Code) jen.Code {
	rs := b.fn.Sig.Results()
	slot, typ := b.slot(rs)
	if b.byNumber(rs) {
		return slot.Dot("Give").Call(append([]jen.Code{jen.Id(b.fn.Names.Hub)}, values...)...)
	}
	return jen.Op("*").Add(slot).Dot("Of").Call(jen.Id(b.fn.Names.Hub)).Op("=").Add(typ).Values(values...)
}

// named reports whether a result of c goes to a variable.
func named(c *ir.Call) bool {
	return slices.ContainsFunc(c.Dst, func(v *ir.Var) bool { return v != nil })
}

// take writes: a, _ = ret1.Take(h), the results of a call that was suspended.
func (b *body) take(c *ir.Call, op string) []jen.Code {
	if !named(c) {
		return nil
	}
	rs := b.callResults(c)
	var dst, src, all []string
	for i := range rs.Len() {
		if i >= len(c.Dst) || c.Dst[i] == nil {
			all = append(all, "_")
			continue
		}
		x := c.Dst[i].Name
		dst, src, all = append(dst, x), append(src, "_r.R"+itoa(i)), append(all, x)
	}
	slot, _ := b.slot(rs)
	take := slot.Dot("Take").Call(jen.Id(b.fn.Names.Hub))
	if b.byNumber(rs) {
		return []jen.Code{listed(all).Op(op).Add(take)}
	}
	return []jen.Code{jen.Id("_r").Op(":=").Add(take), listed(dst).Op("=").Add(listed(src))}
}

func (b *body) callResults(c *ir.Call) *types.Tuple {
	tuple := func(ts ...types.Type) *types.Tuple {
		var vs []*types.Var
		for _, t := range ts {
			vs = append(vs, types.NewParam(0, nil, "", t))
		}
		return types.NewTuple(vs...)
	}
	switch c.Target.Kind {
	case ir.OpRecv:
		return tuple(chanElem(b.p.Info.TypeOf(c.Args[0])))
	case ir.OpRecv2:
		return tuple(chanElem(b.p.Info.TypeOf(c.Args[0])), types.Typ[types.Bool])
	case ir.OpSelect:
		return tuple(types.Typ[types.Int])
	}
	return c.Target.Sig.Results()
}

func chanElem(t types.Type) types.Type { return ir.Under(t).(*types.Chan).Elem() }
