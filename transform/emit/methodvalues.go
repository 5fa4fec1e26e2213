package emit

import (
	"go/ast"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// boundMethod returns the method if e is a method value that has a twin. One that
// recovers stays as it is: Go's recover knows its own wrappers, not ours.
func (b *body) boundMethod(e *ast.SelectorExpr) *ir.Func {
	if b.plain {
		return nil
	}
	if _, ok := b.methodOf(e); !ok {
		return nil
	}
	sel := b.p.Info.Selections[e]
	fn := b.u.Lookup(sel.Obj().(*types.Func))
	if b.u.Registered[sel] || fn == nil || fn.Color != ir.Green || fn.Recovers {
		return nil
	}
	return fn
}

// boundInterface reports whether e is a value of an interface method that may
// have a twin.
func (b *body) boundInterface(e *ast.SelectorExpr) bool {
	if _, ok := b.methodOf(e); !ok || b.plain {
		return false
	}
	sel := b.p.Info.Selections[e]
	if _, t := b.interfaceOperand(e); b.u.Registered[sel] || isTypeParam(t) || !types.IsInterface(t) {
		return false
	}
	return b.u.Bound[sel.Obj().(*types.Func)]
}

// bound is what a method value is made from.
type bound struct {
	method string
	recv   types.Type
	sig    *types.Signature
	twin   func(x *jen.Statement, args []jen.Code) *jen.Statement // the call of the twin
	iface  bool
	stays  bool // the twin never suspends: it returns no frame
}

// runtimeMethod returns the twin of the method if e is a value of one of the
// runtime's.
func (b *body) runtimeMethod(e *ast.SelectorExpr) (ir.RuntimeTwin, bool) {
	if _, ok := b.methodOf(e); !ok || b.plain {
		return ir.RuntimeTwin{}, false
	}
	t, ok := b.u.Runtime[b.p.Info.Selections[e].Obj().(*types.Func).Origin()]
	return t, ok
}

// runtimeValue is methodValue for a method of the runtime.
func (b *body) runtimeValue(e *ast.SelectorExpr, t ir.RuntimeTwin) *jen.Statement {
	m := bound{method: e.Sel.Name, recv: b.receiverType(e), sig: b.p.Info.TypeOf(e).(*types.Signature), stays: !t.Suspends}
	m.twin = func(x *jen.Statement, args []jen.Code) *jen.Statement {
		return x.Dot(t.Name).Call(append([]jen.Code{jen.Id("_h")}, args...)...)
	}
	return b.bindMethod(m, b.receiver(e))
}

// methodValue writes a method value in both its forms, as a literal that holds
// the receiver.
func (b *body) methodValue(e *ast.SelectorExpr, fn *ir.Func) *jen.Statement {
	m := bound{method: fn.Obj.Name(), recv: b.receiverType(e), sig: b.p.Info.TypeOf(e).(*types.Signature)}
	m.twin = func(x *jen.Statement, args []jen.Code) *jen.Statement {
		return x.Dot(b.twin(fn)).Call(append([]jen.Code{jen.Id("_h")}, args...)...)
	}
	return b.bindMethod(m, b.receiver(e))
}

// interfaceValue is methodValue for a method that is found at run time.
func (b *body) interfaceValue(e *ast.SelectorExpr) *jen.Statement {
	x, t := b.interfaceOperand(e)
	m := bound{method: e.Sel.Name, recv: t, sig: b.p.Info.TypeOf(e).(*types.Signature), iface: true}
	target := &ir.Target{Kind: ir.CallIface, Obj: b.p.Info.Selections[e].Obj().(*types.Func), Sig: m.sig}
	m.twin = func(x *jen.Statement, args []jen.Code) *jen.Statement {
		return b.ifaceCallWith(jen.Id("_h"), target, t, x, args)
	}
	return b.bindMethod(m, x)
}

func (b *body) bindMethod(m bound, recv *jen.Statement) *jen.Statement {
	key := "method value " + b.typeKey(m.recv) + "." + m.method + b.sigKey(m.sig) + b.genericKey()
	name := b.once(key, "value"+m.method, func(name string) jen.Code { return b.methodValueDecl(name, m) })
	return jen.Id(name).Add(b.useParams(b.fn)).Call(recv)
}

// methodValueDecl writes
//
//	type env_value1 struct { green.Env; _x T }
//
//	func twin_value1(_h *green.Hub, _env unsafe.Pointer) (_c *green.Frame) {
//		return (*env_value1)(_env)._x.M_green(_h)
//	}
//
//	func value1(_x T) func() {
//		_e := &env_value1{_x: _x}
//		...
//		_fn := func() { _e._x.M() }
//
// Of an interface the value _x.M is taken at once: a nil one panics.
func (b *body) methodValueDecl(name string, m bound) jen.Code {
	t := b.tuple(m.sig)
	env, twin := "env_"+name, "twin_"+name
	envType := jen.Id(env).Add(b.useParams(b.fn))
	fields := []jen.Code{g("Env"), jen.Id("_x").Add(b.typ(m.recv))}
	values := []jen.Code{jen.Id("_x").Op(":").Id("_x")}
	plain := jen.Id("_e").Dot("_x").Dot(m.method).Call(t.args...)
	if m.iface {
		fields = append(fields, jen.Id("_m").Func().Add(b.signature(m.sig)))
		values = append(values, jen.Id("_m").Op(":").Id("_x").Dot(m.method))
		plain = jen.Id("_e").Dot("_m").Call(t.args...)
	}
	if len(t.names) > 0 {
		plain = jen.Return(plain)
	}
	types := jen.Type().Id(env).Add(b.declParams(b.fn)).Struct(fields...)
	x := jen.Parens(jen.Op("*").Add(envType.Clone())).Parens(jen.Id("_env")).Dot("_x")
	twinDecl := jen.Func().Id(twin).Add(b.declParams(b.fn)).Params(append([]jen.Code{hubParam(), jen.Id("_env").Add(unsafePointer())}, t.params...)...).
		Params(append(append([]jen.Code(nil), t.results...), jen.Id("_c").Add(frameType()))...).Block(t.hand(m.twin(x, t.args), m.stays)...)
	maker := jen.Comment("//go:noinline").Line().Func().Id(name).Add(b.declParams(b.fn)).Params(jen.Id("_x").Add(b.typ(m.recv))).
		Params(jen.Func().Add(b.signature(m.sig))).Block(
		jen.Id("_e").Op(":=").Op("&").Add(envType.Clone()).Values(values...),
		jen.Id("_e").Dot("Twin").Op("=").Add(g("Func")).Call(jen.Id(twin).Add(b.useParams(b.fn))),
		jen.Id("_fn").Op(":=").Func().Params(t.params...).Params(t.results...).Block(plain),
		g("Bind").Call(g("Func").Call(jen.Id("_fn")), unsafePointer().Call(jen.Id("_e"))),
		jen.Return(jen.Id("_fn")))
	return types.Line().Line().Add(twinDecl).Line().Line().Add(maker)
}

// methodExpr registers the twin of T.M, whose code pointer is that of a function
// with the receiver in front, or of all x.M, whose closures hold x.
func (f *file) methodExpr(e *ir.MethodExpr) {
	if e.Value {
		f.registerValue(e)
		return
	}
	b := f.newBody(&ir.Func{Pkg: f.p, File: f.src, Sig: types.NewSignatureType(nil, nil, nil, nil, nil, false)}, false)
	m := e.Sel.Obj().(*types.Func)
	t := f.tuple(e.Sig)
	var call *jen.Statement
	recovers := false
	if e.Fn != nil {
		call = jen.Id("_x").Dot(f.twinOf(e.Fn)).Call(append([]jen.Code{jen.Id("_h")}, t.args...)...)
		recovers = e.Fn.Recovers
	} else {
		x, xt := embedded(e.Sel)
		call = b.ifaceCallWith(jen.Id("_h"), &ir.Target{Kind: ir.CallIface, Obj: m, Sig: e.Sig}, xt, x, t.args)
	}
	recv := f.typ(e.Sel.Recv())
	twin := jen.Func().Params(append([]jen.Code{hubParam(), jen.Id("_").Add(unsafePointer()), jen.Id("_x").Add(recv)}, t.params...)...).
		Params(f.resultsOf(e.Sig)...).Block(jen.Return(call))
	f.inits = append(f.inits, g("Register").Call(g("Func").Call(jen.Parens(recv.Clone()).Dot(m.Name())), g("Func").Call(twin), f.truth(recovers)))
}

// registerValue registers the twin of x.M for all x of a type.
func (f *file) registerValue(e *ir.MethodExpr) {
	b := f.newBody(&ir.Func{Pkg: f.p, File: f.src, Sig: types.NewSignatureType(nil, nil, nil, nil, nil, false)}, false)
	m := e.Sel.Obj().(*types.Func)
	t := f.tuple(e.Sig)
	recv := f.typ(e.Recv)
	x := jen.Parens(jen.Op("*").Add(g("Value")).Types(recv.Clone())).Parens(jen.Id("_env")).Dot("R")
	var call, some *jen.Statement
	if e.Fn != nil {
		call = x.Dot(f.twinOf(e.Fn)).Call(append([]jen.Code{jen.Id("_h")}, t.args...)...)
		some = jen.Parens(jen.Op("*").New(recv.Clone()))
	} else {
		call = b.ifaceCallWith(jen.Id("_h"), &ir.Target{Kind: ir.CallIface, Obj: m, Sig: e.Sig}, e.Recv, x, t.args)
		some = g("Hollow").Types(recv.Clone()).Call()
	}
	twin := jen.Func().Params(append([]jen.Code{hubParam(), jen.Id("_env").Add(unsafePointer())}, t.params...)...).
		Params(f.resultsOf(e.Sig)...).Block(jen.Return(call))
	f.inits = append(f.inits, g("RegisterValue").Call(g("Func").Call(some.Dot(m.Name())), g("Func").Call(twin)))
}

// resultsOf writes the results of a twin, without names.
func (f *file) resultsOf(sig *types.Signature) []jen.Code {
	var rs []jen.Code
	for i := range sig.Results().Len() {
		rs = append(rs, f.typ(sig.Results().At(i).Type()))
	}
	return append(rs, frameType())
}
