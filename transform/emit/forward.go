package emit

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// forward writes a method that is added to a type:
//
//	func (_x dog) Speak_green(_h *green.Hub) (string, *green.Frame) {
//		return forwardSpeak1_prog(_h, _x)
//	}
func (f *file) forward(w *ir.Forward) {
	b := f.newBody(&ir.Func{Pkg: f.p, File: f.src, Sig: types.NewSignatureType(nil, nil, nil, nil, nil, false), Names: ir.Names{Hub: "_h"}}, false)
	m := w.Sel.Obj().(*types.Func)
	sig := w.Sel.Type().(*types.Signature)
	recv := w.Type.Type()
	if w.Pointer {
		recv = types.NewPointer(recv)
	}
	t := f.tuple(sig)
	var code []jen.Code
	switch w.Kind {
	case ir.CallIface:
		x, xt := embedded(w.Sel)
		code = append(code, jen.Return(b.ifaceCall(&ir.Target{Kind: ir.CallIface, Obj: m, Sig: sig}, xt, x, t.args)))
	case ir.CallPlain:
		code = append(code, dropToken(), f.plainCall(t, jen.Id("_x").Dot(m.Name()).Call(t.args...)),
			jen.Return(append(append([]jen.Code(nil), t.names...), jen.Nil())...))
	default:
		name := f.once("forward "+f.typeKey(recv)+"."+m.Name(), "forward"+m.Name(), func(name string) jen.Code {
			call := func(args []jen.Code) *jen.Statement { return jen.Id("_x").Dot(m.Name()).Call(args...) }
			return b.helper(name, []jen.Code{jen.Id("_x").Add(f.typ(recv))}, sig, nil, jen.Id("_h").Dot("Blocks").Call(), call, m.FullName())
		})
		code = append(code, dropToken(), jen.Return(jen.Id(name).Call(append([]jen.Code{jen.Id("_h"), jen.Id("_x")}, t.args...)...)))
	}
	name := m.Name() + "_green"
	f.add(jen.Comment(name + " does what " + m.Name() + " of " + w.Type.Name() + " does.").Line().
		Func().Params(jen.Id("_x").Add(f.typ(recv))).Id(name).Params(append([]jen.Code{hubParam()}, t.params...)...).
		Params(append(t.results, jen.Id("_c").Add(frameType()))...).Block(code...))
}

// dropToken writes h.TakeTok(): the token of a deferred call is for the method
// itself, which is plain and cannot take it.
func dropToken() *jen.Statement { return jen.Id("_h").Dot("TakeTok").Call() }

// plainCall writes _r0, _r1 = call.
func (f *file) plainCall(t tuple, call *jen.Statement) *jen.Statement {
	if len(t.names) == 0 {
		return call
	}
	return jen.List(t.names...).Op("=").Add(call)
}

// embedded writes the way from _x to the embedded field that has the method.
func embedded(sel *types.Selection) (*jen.Statement, types.Type) {
	x, t := jen.Id("_x"), sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		v := deref(t).Underlying().(*types.Struct).Field(i)
		x, t = x.Dot(v.Name()), v.Type()
	}
	return x, t
}
