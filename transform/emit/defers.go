package emit

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// deferStmt writes: { a0 := x; _d.Push(func(h, d) { call(h, a0) }) }. If all there is to
// evaluate is a pointer, or of a type that is one, that takes no closure:
// _d.PushWord(func(h, d, _p) { a0 := green.As[T](_p); call(h, a0) }, green.Func(x)).
func (b *body) deferStmt(s *ir.Defer) []jen.Code {
	d := &deferral{body: b, s: s}
	d.operands()
	defers := jen.Id(b.fn.Names.Defers)
	if s.On != nil {
		defers = b.expr(s.On)
	}
	params := []jen.Code{jen.Id(b.fn.Names.Hub).Op("*").Add(g("Hub")), jen.Id("_x").Op("*").Add(g("Defers"))}
	if d.word != nil && len(d.pre) == 1 && !generic(b.fn) {
		operand := jen.Id(d.name).Op(":=").Add(g("As")).Types(d.word).Call(jen.Id("_p"))
		return []jen.Code{defers.Dot("PushWord").Call(
			jen.Func().Params(append(params, jen.Id("_p").Add(unsafePointer()))...).Params(frameType()).Block(append([]jen.Code{operand}, d.code...)...),
			g("Func").Call(d.operand))}
	}
	push := defers.Dot("Push").Call(jen.Func().Params(params...).Params(frameType()).Block(d.code...))
	if len(d.pre) == 0 {
		return []jen.Code{push}
	}
	return []jen.Code{jen.Block(append(d.pre, push)...)}
}

// maxGoArgs is up to which n rt/green has a function GoN.
const maxGoArgs = 4

// goStmt writes: { a0 := x; green.Go1(h, func(h, _p) { a0 := green.Args1[T](h, _p); return call(h, a0) }, a0) },
// or, if there are many operands, { a0 := x; ...; green.Go(h, func(h) { return call(h, a0, ...) }) }.
func (b *body) goStmt(s *ir.Go) []jen.Code {
	if code := b.goLit(s); code != nil {
		return code
	}
	d := &deferral{body: b, s: &s.Defer, starts: true}
	d.operands()
	hub := jen.Id(b.fn.Names.Hub).Op("*").Add(g("Hub"))
	if n := len(d.kept); n > 0 && n <= maxGoArgs && !d.untyped && !generic(b.fn) {
		var names, ts []jen.Code
		for _, k := range d.kept {
			names, ts = append(names, jen.Id(k.name)), append(ts, k.typ)
		}
		take := jen.List(names...).Op(":=").Add(g("Args"+itoa(n))).Types(ts...).Call(d.hub(), jen.Id("_p"))
		fn := jen.Func().Params(hub, jen.Id("_p").Add(unsafePointer())).Params(frameType()).Block(append([]jen.Code{take}, d.code...)...)
		return []jen.Code{jen.Block(append(d.pre, g("Go"+itoa(n)).Call(append([]jen.Code{d.hub(), fn}, names...)...))...)}
	}
	start := g("Go").Call(d.hub(), jen.Func().Params(hub).Params(frameType()).Block(d.code...))
	if len(d.pre) == 0 {
		return []jen.Code{start}
	}
	return []jen.Code{jen.Block(append(d.pre, start)...)}
}

// goLit starts a literal without parameters and results, which needs no closure; nil if
// s does something else. What the literal captures is used again if it has a pool, which
// a generic one has not.
func (b *body) goLit(s *ir.Go) []jen.Code {
	t := s.Target
	if t == nil || t.Kind != ir.CallLit || t.Sig.Params().Len()+t.Sig.Results().Len() > 0 {
		return nil
	}
	twin := g("Func").Call(jen.Id(b.twin(t.Fn)).Add(b.useParams(t.Fn)))
	if !bare(t.Fn) && !generic(t.Fn) {
		t.Fn.Pooled = true
		return []jen.Code{jen.Id(b.envs(t.Fn)).Dot("Go").Call(jen.Id(b.fn.Names.Hub), twin, b.captured(t.Fn))}
	}
	return []jen.Code{g("GoLit").Call(jen.Id(b.fn.Names.Hub), twin, unsafePointer().Call(b.environment(t.Fn)))}
}

// deferral builds one deferred call, or one that a go statement starts: pre
// evaluates its operands, code calls.
type deferral struct {
	*body
	starts  bool     // of a go statement: there is no panic that it could recover
	word    jen.Code // not nil: the type of what keepWord kept, by this name
	name    string
	operand jen.Code
	s       *ir.Defer
	pre     []jen.Code
	kept    []keptOperand // what pre declares
	untyped bool          // ... and something whose type has no name
	args    []jen.Code
	code    []jen.Code
}

type keptOperand struct {
	name string
	typ  jen.Code
}

// keep evaluates x, of a type that may have no name here, into a variable.
func (d *deferral) keep(name string, x jen.Code) *jen.Statement {
	d.untyped = true
	d.pre = append(d.pre, jen.Id(name).Op(":=").Add(x))
	return jen.Id(name)
}

// keepTyped is keep for a type that has a name.
func (d *deferral) keepTyped(name string, x, t jen.Code) *jen.Statement {
	d.kept = append(d.kept, keptOperand{name, t})
	d.pre = append(d.pre, jen.Id(name).Op(":=").Add(x))
	return jen.Id(name)
}

// keepWord is keep for a value of type t, a word that points to something.
func (d *deferral) keepWord(name string, x, t jen.Code) *jen.Statement {
	d.name, d.operand, d.word = name, x, t
	return d.keepTyped(name, x, t)
}

// keepOf is keep for the func value fun, or a receiver of its, of type t.
func (d *deferral) keepOf(fun ast.Expr, name string, x jen.Code, t types.Type) *jen.Statement {
	if d.p.Unnamed[fun] {
		return d.keep(name, x)
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Signature:
		return d.keepWord(name, x, d.typ(t))
	}
	return d.keepTyped(name, x, d.typ(t))
}

func (d *deferral) operands() {
	fun := ast.Unparen(d.s.Fun)
	if id, ok := fun.(*ast.Ident); ok {
		if _, ok := d.p.Info.Uses[id].(*types.Builtin); ok {
			d.builtin(id)
			return
		}
	}
	t := d.s.Target
	sig, _ := d.p.Info.TypeOf(fun).Underlying().(*types.Signature)
	if t != nil && t.Sig != nil {
		sig = t.Sig
	}
	if d.p.Info.Types[fun].IsType() {
		d.code = []jen.Code{jen.Return(jen.Nil())} // a conversion: evaluated, and dropped
		d.pre = append(d.pre, jen.Id("_").Op("=").Add(d.call(d.s.Node)))
		return
	}
	if sig == nil {
		ir.Bug(fun.Pos(), "emit: deferred call")
	}
	// As Go does: the function value and the operands are evaluated now.
	callee := d.callee(t, fun)
	d.arguments(sig)
	d.code = append(d.code, callee()...)
}

// arguments keeps the arguments, with the parameters' types.
func (d *deferral) arguments(sig *types.Signature) {
	n := sig.Params().Len()
	for i, a := range d.s.Args {
		name := fmt.Sprintf("_a%d", i)
		var t types.Type
		switch {
		case sig.Variadic() && i >= n-1 && !d.s.Ellipsis:
			t = sig.Params().At(n - 1).Type().Underlying().(*types.Slice).Elem()
		case i < n:
			t = sig.Params().At(i).Type()
		}
		if tuple, ok := d.p.Info.TypeOf(a).(*types.Tuple); ok { // defer f(g())
			d.spread(a, tuple)
			return
		}
		d.pre = append(d.pre, jen.Var().Id(name).Add(d.typ(t)).Op("=").Add(d.expr(a)))
		d.kept = append(d.kept, keptOperand{name, d.typ(t)})
		arg := jen.Id(name)
		if d.s.Ellipsis && i == len(d.s.Args)-1 {
			arg = arg.Op("...")
		}
		d.args = append(d.args, arg)
	}
}

func (d *deferral) spread(a ast.Expr, t *types.Tuple) {
	var names []jen.Code
	for i := range t.Len() {
		names = append(names, jen.Id(fmt.Sprintf("_a%d", i)))
	}
	d.untyped = true
	d.pre = append(d.pre, jen.List(names...).Op(":=").Add(d.expr(a)))
	d.args = names
}

// callee evaluates what names the function, and returns what writes the call.
func (d *deferral) callee(t *ir.Target, fun ast.Expr) func() []jen.Code {
	kind := ir.CallPlain
	if t != nil {
		kind = t.Kind
	}
	if lit, ok := fun.(*ast.FuncLit); ok && kind == ir.CallOffload {
		fn := d.keep("_fn", d.literal(lit))
		return func() []jen.Code { return d.value(t, fn) }
	}
	switch kind {
	case ir.CallLit:
		env := d.environment(t.Fn)
		if !bare(t.Fn) {
			env = d.keepWord("_env", env, jen.Op("*").Id(d.env(t.Fn)).Add(d.useParams(t.Fn)))
		}
		return func() []jen.Code {
			return d.suspends(jen.Id(d.twin(t.Fn)).Add(d.useParams(t.Fn)).Call(append([]jen.Code{d.hub(), unsafePointer().Call(env)}, d.args...)...), t)
		}
	case ir.CallValue:
		fn := d.keepOf(fun, "_fn", d.rvalue(fun), d.p.Info.TypeOf(fun))
		if d.starts && t.Sig.Params().Len()+t.Sig.Results().Len() == 0 {
			// Of a nil func Go throws here, unless it has to wrap the call.
			d.pre = append(d.pre, jen.If(fn.Clone().Op("==").Nil()).Block(jen.Go().Add(fn.Clone()).Call()))
		}
		return func() []jen.Code { return d.value(t, fn) }
	case ir.CallTwin, ir.CallOffload, ir.CallHub, ir.CallIface:
		return d.method(t, fun)
	}
	return d.plainCall(fun)
}

func (d *deferral) hub() jen.Code { return jen.Id(d.fn.Names.Hub) }

// suspends writes the call of a twin as a tail call of the deferred closure.
func (d *deferral) suspends(call *jen.Statement, t *ir.Target) []jen.Code {
	var code []jen.Code
	if !d.starts && (t.Recovers || t.Fn != nil && t.Fn.Recovers && t.Fn.Color == ir.Green) {
		code = append(code, jen.Id(d.fn.Names.Hub).Dot("SetTok").Call(jen.Id("_x")))
	}
	n := t.Sig.Results().Len()
	if n == 0 {
		return append(code, jen.Return(call))
	}
	var dst []jen.Code
	for range n {
		dst = append(dst, jen.Id("_"))
	}
	return append(code, jen.List(append(dst, jen.Id("_c"))...).Op(":=").Add(call), jen.Return(jen.Id("_c")))
}

// method handles a deferred call of a named function or method.
func (d *deferral) method(t *ir.Target, fun ast.Expr) func() []jen.Code {
	x, ok := d.methodOf(fun)
	if !ok {
		return func() []jen.Code {
			if t.Kind == ir.CallOffload {
				return d.offloaded(d.twinCall2(t, fun, d.args), d.rvalue(fun).Call(d.args...), t)
			}
			return d.ending(d.twinCall2(t, fun, d.args), t)
		}
	}
	if t.Kind == ir.CallIface {
		recv, rt := d.interfaceOperand(x)
		v := d.keep("_rcv", recv)
		return func() []jen.Code {
			// Of a nil interface the statement panics, after its operands, not the call.
			d.pre = append(d.pre, jen.Id("_").Op("=").Add(v.Clone()).Dot(t.Obj.Name()))
			return d.suspends(d.ifaceCall(t, rt, v, d.args), t)
		}
	}
	rt := d.receiverType(x)
	v := d.keepOf(fun, "_rcv", d.receiver(x), rt)
	if types.IsInterface(rt) { // as above
		d.pre = append(d.pre, jen.Id("_").Op("=").Add(v.Clone()).Dot(t.Obj.Name()))
	}
	return func() []jen.Code {
		var call *jen.Statement
		switch {
		case t.Kind == ir.CallOffload:
			return d.offloaded(d.offloadCallOf(t, x, v, d.args), v.Clone().Dot(t.Obj.Name()).Call(d.args...), t)
		case t.Symbol == nil:
			call = v.Clone().Dot(d.twin(t.Fn)).Call(append([]jen.Code{d.hub()}, d.args...)...)
		case t.Symbol.Pkg == "":
			call = v.Clone().Dot(t.Symbol.Name).Call(append([]jen.Code{d.hub()}, d.args...)...)
		default:
			call = jen.Qual(t.Symbol.Pkg, t.Symbol.Name).Call(append([]jen.Code{d.hub(), v}, d.args...)...)
		}
		return d.ending(call, t)
	}
}

func (b *body) twinCall2(t *ir.Target, fun ast.Expr, args []jen.Code) *jen.Statement {
	if t.Kind == ir.CallHub {
		return b.symbolTwin(t, fun, args)
	}
	return b.twinCall(t, fun, args)
}

// offloadCallOf is offloadCall with the receiver already evaluated.
func (b *body) offloadCallOf(t *ir.Target, x *ast.SelectorExpr, recv *jen.Statement, args []jen.Code) *jen.Statement {
	want := b.receiverType(x)
	name := b.once("offload "+t.Obj.FullName()+" of "+b.typeKey(want)+b.sigKey(t.Sig)+b.genericKey(), "offload"+t.Obj.Name(), func(name string) jen.Code {
		call := func(args []jen.Code) *jen.Statement { return jen.Id("_x").Dot(t.Obj.Name()).Call(args...) }
		return b.helper(name, []jen.Code{jen.Id("_x").Add(b.typ(want))}, t.Sig, nil, jen.Id("_h").Dot("Blocks").Call(), call, t.Obj.FullName())
	})
	return jen.Id(name).Add(b.useParams(b.fn)).Call(append([]jen.Code{jen.Id(b.fn.Names.Hub), recv}, args...)...)
}

func (d *deferral) ending(call *jen.Statement, t *ir.Target) []jen.Code {
	if t.Kind == ir.CallHub {
		return []jen.Code{call, jen.Return(jen.Nil())}
	}
	return d.suspends(call, t)
}

// value handles a deferred func value: if it may recover, it must get the token,
// or, unknown, be called under a real panic.
func (d *deferral) value(t *ir.Target, fn *jen.Statement) []jen.Code {
	call := jen.Id(d.valueHelper(t)).Add(d.useParams(d.fn)).Call(append([]jen.Code{d.hub(), fn}, d.args...)...)
	if d.starts {
		return d.suspends(call, &ir.Target{Sig: t.Sig})
	}
	plain := fn.Clone().Call(d.args...)
	code := []jen.Code{
		jen.List(jen.Id("_t"), jen.Id("_"), jen.Id("_rec")).Op(":=").Add(g("Lookup").Types(jen.Func().Add(d.signature(t.Sig))).Call(fn)),
		jen.If(jen.Id("_t").Op("==").Nil().Op("&&").Id("_x").Dot("Panicking").Call()).Block(
			jen.Return(jen.Id("_x").Dot("Foreign").Call(d.hub(), foreign(plain)))),
		jen.If(jen.Id("_rec")).Block(jen.Id(d.fn.Names.Hub).Dot("SetTok").Call(jen.Id("_x"))),
	}
	return append(code, d.suspends(call, &ir.Target{Sig: t.Sig})...)
}

// foreign writes the body that Defers.CallForeign wants.
func foreign(call *jen.Statement) *jen.Statement {
	return jen.Func().Params().Block(jen.Defer().Add(call), jen.Id("_x").Dot("Reraise").Call())
}

// offloaded handles a deferred call of code that runs on a worker: it may recover
// there by Go's own rules.
func (d *deferral) offloaded(call, plain *jen.Statement, t *ir.Target) []jen.Code {
	guard := jen.If(jen.Id("_x").Dot("Panicking").Call()).Block(
		jen.Return(jen.Id("_x").Dot("Foreign").Call(d.hub(), foreign(plain))))
	return append([]jen.Code{guard}, d.suspends(call, &ir.Target{Sig: t.Sig})...)
}

// plainCall handles a deferred call that cannot suspend.
func (d *deferral) plainCall(fun ast.Expr) func() []jen.Code {
	end := jen.Return(jen.Nil())
	direct := func() []jen.Code {
		call := d.rvalue(fun).Call(d.args...)
		if d.ownOrStd(fun) {
			return []jen.Code{call, end}
		}
		return []jen.Code{jen.Id("_x").Dot("CallForeign").Call(foreign(call)), end}
	}
	if id, ok := ir.Uninstantiate(fun).(*ast.Ident); ok {
		if _, ok := d.p.Info.Uses[id].(*types.Func); ok {
			return direct
		}
	}
	if x, ok := ir.Uninstantiate(fun).(*ast.SelectorExpr); ok && d.p.Info.Selections[x] == nil {
		if _, ok := d.p.Info.Uses[x.Sel].(*types.Func); ok {
			return direct
		}
	}
	fn := d.keepOf(fun, "_fn", d.rvalue(fun), d.p.Info.TypeOf(fun))
	return func() []jen.Code {
		call := fn.Clone().Call(d.args...)
		return []jen.Code{jen.Id("_x").Dot("CallForeign").Call(foreign(call)), end}
	}
}

// ownOrStd reports whether a function is known not to recover, or to have a twin
// if it does.
func (d *deferral) ownOrStd(fun ast.Expr) bool {
	var obj types.Object
	switch x := ir.Uninstantiate(fun).(type) {
	case *ast.Ident:
		obj = d.p.Info.Uses[x]
	case *ast.SelectorExpr:
		obj = d.p.Info.Uses[x.Sel]
	}
	if obj == nil || obj.Pkg() == nil {
		return true
	}
	if d.u.Has(obj.Pkg()) {
		return true
	}
	first, _, _ := strings.Cut(obj.Pkg().Path(), "/")
	return !strings.Contains(first, ".")
}

func (d *deferral) builtin(id *ast.Ident) {
	if id.Name == "recover" { // recovers what this function could, not what its deferred calls could
		d.code = []jen.Code{jen.If(jen.Op("!").Id("_x").Dot("Panicking").Call()).Block(
			g("Recover").Call(d.token(d.s.Node))), jen.Return(jen.Nil())}
		return
	}
	for i, a := range d.s.Args {
		name := fmt.Sprintf("_a%d", i)
		t := d.p.Info.TypeOf(a)
		if d.p.Info.Types[a].IsNil() {
			d.args = append(d.args, jen.Nil())
			continue
		}
		if id.Name == "close" {
			d.keepWord(name, d.expr(a), d.typ(t))
		} else {
			d.untyped = true
			d.pre = append(d.pre, jen.Var().Id(name).Add(d.typ(types.Default(t))).Op("=").Add(d.expr(a)))
		}
		arg := jen.Id(name)
		if d.s.Ellipsis && i == len(d.s.Args)-1 {
			arg = arg.Op("...")
		}
		d.args = append(d.args, arg)
	}
	call := jen.Id(id.Name).Call(d.args...)
	if id.Name == "close" {
		call = d.closeCall(d.s.Args[0], jen.Id("_a0"))
	}
	d.code = []jen.Code{call, jen.Return(jen.Nil())}
	if id.Name == "panic" {
		d.code = d.code[:1]
	}
}
