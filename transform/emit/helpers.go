package emit

import (
	"fmt"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// helper writes a function in a twin's form: find is what it tries first, call
// the plain call, plain the condition under which that is made on the spot; nil: where it
// may block.
func (b *body) helper(name string, extra []jen.Code, sig *types.Signature, find []jen.Code, plain *jen.Statement,
	call func(args []jen.Code) *jen.Statement, why string) jen.Code {
	t := b.tuple(sig)
	params := append(append([]jen.Code{hubParam()}, extra...), t.params...)
	results := append(append([]jen.Code(nil), t.results...), jen.Id("_c").Add(frameType()))
	set := func(prefix string) *jen.Statement {
		if sig.Results().Len() == 0 {
			return call(t.args)
		}
		var dst []jen.Code
		for i := range sig.Results().Len() {
			dst = append(dst, jen.Id(fmt.Sprintf(prefix, i)))
		}
		return jen.List(dst...).Op("=").Add(call(t.args))
	}
	if sig.Results().Len() <= 3 {
		return jen.Func().Id(name).Add(b.declParams(b.fn)).Params(params...).Params(results...).Block(b.byHand(t, find, plain, call, why)...)
	}
	if plain == nil {
		plain = jen.Id("_h").Dot("Blocks").Call()
	}
	done := append(append([]jen.Code(nil), t.names...), jen.Nil())
	work := jen.Func().Params().Params(jen.Id("_r").Add(b.resultStruct(sig.Results()))).Block(set("_r.R%d"), jen.Return(jen.Id("_r")))
	code := append(find, jen.If(plain).Block(set("_r%d"), jen.Return(done...)),
		jen.Return(append(append([]jen.Code(nil), t.names...), g("Offload").Call(jen.Id("_h"), jen.Lit(why), work))...))
	return jen.Func().Id(name).Add(b.declParams(b.fn)).Params(params...).Params(results...).Block(code...)
}

// byHand is the body of a helper whose function has no more results than the
// runtime's OffloadN take. They call it on the spot in blocking mode.
func (b *body) byHand(t tuple, find []jen.Code, plain *jen.Statement, call func(args []jen.Code) *jen.Statement, why string) []jen.Code {
	work := call(t.args)
	if len(t.names) > 0 {
		work = jen.Return(work)
	}
	offload := []*jen.Statement{g("Offload0"), g("Offload1"), g("Offload2"), g("Offload3")}[len(t.names)]
	code := jen.Return(offload.Call(jen.Id("_h"), jen.Lit(why), jen.Func().Params().Params(t.only...).Block(work)))
	if plain == nil { // OffloadN looks
		return []jen.Code{code}
	}
	spot := []jen.Code{call(t.args), jen.Return(jen.Nil())}
	if len(t.names) > 0 {
		spot = []jen.Code{jen.List(t.names...).Op("=").Add(call(t.args)), jen.Return(append(append([]jen.Code(nil), t.names...), jen.Nil())...)}
	}
	return append(find, jen.If(plain).Block(spot...), code)
}

// ifaceHelper finds the twin of an interface method by a type assertion.
func (b *body) ifaceHelper(t *ir.Target, recv types.Type) string {
	m := t.Obj.Name()
	key := "iface " + b.typeKey(recv) + "." + m + b.sigKey(t.Sig) + b.genericKey()
	return b.once(key, "call"+m, func(name string) jen.Code {
		x := jen.Id("_x")
		if !types.IsInterface(recv) || isTypeParam(recv) {
			x = b.predeclared("any").Call(jen.Id("_x"))
		}
		tp := b.tuple(t.Sig)
		find := []jen.Code{jen.If(
			jen.List(jen.Id("_t"), jen.Id("ok")).Op(":=").Add(x.Clone()).Assert(jen.Interface(jen.Id(m+"_green").Add(b.twinSig(t.Sig, false)))),
			jen.Id("ok")).Block(jen.Return(jen.Id("_t").Dot(m + "_green").Call(append([]jen.Code{jen.Id("_h")}, tp.args...)...)))}
		plain := jen.Id("_h").Dot("Blocks").Call().Op("||").Add(g("PlainType").Call(jen.Id("_x")))
		call := func(args []jen.Code) *jen.Statement { return jen.Id("_x").Dot(m).Call(args...) }
		return b.helper(name, []jen.Code{jen.Id("_x").Add(b.typ(recv))}, t.Sig, find, plain, call, t.Obj.FullName())
	})
}

// valueHelper finds the twin of a func value.
func (b *body) valueHelper(t *ir.Target) string {
	return b.once("value "+b.sigKey(t.Sig)+b.genericKey(), "callFunc", func(name string) jen.Code {
		tp := b.tuple(t.Sig)
		twin := jen.Func().Add(b.twinSig(t.Sig, true))
		find := []jen.Code{jen.If(
			jen.List(jen.Id("_t"), jen.Id("_e"), jen.Id("_")).Op(":=").Add(g("Lookup").Call(jen.Id("_fn"))),
			jen.Id("_t").Op("!=").Nil().Op("&&").Op("!").Id("_h").Dot("Blocks").Call()).Block(
			jen.Return(g("As").Types(twin).Call(jen.Id("_t")).Call(append([]jen.Code{jen.Id("_h"), jen.Id("_e")}, tp.args...)...)))}
		plain := jen.Id("_h").Dot("Blocks").Call().Op("||").Id("_fn").Op("==").Nil()
		call := func(args []jen.Code) *jen.Statement { return jen.Id("_fn").Call(args...) }
		return b.helper(name, []jen.Code{jen.Id("_fn").Func().Add(b.signature(t.Sig))}, t.Sig, find, plain, call, "a func value")
	})
}
