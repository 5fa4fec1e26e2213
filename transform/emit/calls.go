package emit

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// suspending writes the call of a suspension point.
func (b *body) suspending(c *ir.Call) *jen.Statement {
	h := jen.Id(b.fn.Names.Hub)
	switch c.Target.Kind {
	case ir.OpYield:
		return g("Torture").Call(h)
	case ir.OpPreempt:
		b.preempts = true
		return g("Preempt").Call(h)
	case ir.OpRecv:
		return b.chanOp("Recv", "", c.Args[0]).Call(h, b.channel(c.Args[0], false))
	case ir.OpRecv2:
		return b.chanOp("Recv2", "", c.Args[0]).Call(h, b.channel(c.Args[0], false))
	case ir.OpSend:
		return b.chanOp("Send", "", c.Args[0]).Call(h, b.channel(c.Args[0], true), b.expr(c.Args[1]))
	case ir.OpSelect:
		return b.selectCall(c)
	}
	return b.twinCall(c.Target, c.Fun, b.args(c.Args, c.Ellipsis))
}

// chanOp names the function of the runtime for an operation on ch: Send names the type
// of the element, which its value may not have.
func (b *body) chanOp(op, suffix string, ch ast.Expr) *jen.Statement {
	elem, send := chanElem(b.p.Info.TypeOf(ch)), op == "Send"
	switch c := b.u.Channels; {
	case c.Own(elem, true): // and so for those who receive
		op += "Own"
	case c.Own(elem, send):
		op += "Heard"
	}
	fn := jen.Qual(chansPath, op+suffix)
	if send {
		return fn.Types(b.typ(elem))
	}
	return fn
}

// channel writes a channel that a green operation acts on. Where generic code cannot know
// whose it is, other code may take it for the program's own.
func (b *body) channel(ch ast.Expr, send bool) *jen.Statement {
	x := b.expr(ch)
	elem := chanElem(b.p.Info.TypeOf(ch))
	if c := b.u.Channels; c != nil && ir.HasTypeParam(elem) && !c.Own(elem, send) {
		return jen.Qual(chansPath, "Unsure").Call(x)
	}
	return x
}

// announced writes a channel that plain code is about to act on.
func (b *body) announced(ch ast.Expr, send bool) *jen.Statement {
	x := b.rvalue(ch)
	c, ok := ir.Under(b.p.Info.TypeOf(ch)).(*types.Chan)
	switch {
	case !ok || !b.plain || !b.u.Channels.Announced(c.Elem(), send):
		return x
	case b.hasty:
		return jen.Qual(chansPath, "AnnouncedNow").Call(x)
	}
	return jen.Qual(chansPath, "Announced").Call(x)
}

// closeCall writes close(ch), where x stands for ch.
func (b *body) closeCall(ch ast.Expr, x *jen.Statement) *jen.Statement {
	return jen.Qual(chansPath, "Close").Types(b.typ(chanElem(b.p.Info.TypeOf(ch)))).Call(jen.Id(b.fn.Names.Hub), x)
}

func (b *body) selectCall(c *ir.Call) *jen.Statement {
	h := jen.Id(b.fn.Names.Hub)
	var cases []jen.Code
	for _, sc := range c.Cases {
		switch {
		case sc.Value != nil:
			cases = append(cases, b.chanOp("Send", "Case", sc.Chan).Call(h, b.channel(sc.Chan, true), b.expr(sc.Value)))
		case sc.Got:
			cases = append(cases, b.chanOp("Recv", "Case", sc.Chan).Call(h, b.channel(sc.Chan, false)))
		default:
			cases = append(cases, b.chanOp("Drop", "Case", sc.Chan).Call(h, b.channel(sc.Chan, false)))
		}
	}
	list := jen.Index().Qual(chansPath, "Case").Values(cases...)
	return jen.Qual(chansPath, "Select").Call(h, list, b.truth(c.Default))
}

// twinCall writes the call of a twin, or of a helper in a twin's form. fun names
// the callee as the source does.
func (b *body) twinCall(t *ir.Target, fun ast.Expr, args []jen.Code) *jen.Statement {
	h := []jen.Code{jen.Id(b.fn.Names.Hub)}
	switch t.Kind {
	case ir.CallTwin:
		if t.Symbol != nil {
			return b.symbolTwin(t, fun, args)
		}
		if x, ok := b.methodOf(fun); ok {
			return b.operandOf(x).Dot(b.twin(t.Fn)).Call(append(h, args...)...)
		}
		return b.funcTwin(t, fun).Call(append(h, args...)...)
	case ir.CallLit:
		return jen.Id(b.twin(t.Fn)).Add(b.useParams(t.Fn)).Call(append(append(h, unsafePointer().Call(b.environment(t.Fn))), args...)...)
	case ir.CallIface:
		x, _ := b.methodOf(fun)
		recv, recvType := b.interfaceOperand(x)
		return b.ifaceCall(t, recvType, recv, args)
	case ir.CallValue:
		return jen.Id(b.valueHelper(t)).Add(b.useParams(b.fn)).Call(append(append(h, b.rvalue(fun)), args...)...)
	case ir.CallOffload:
		return b.offloadCall(t, fun, args)
	case ir.CallPlain: // under -torture
	}
	ir.Bug(fun.Pos(), "emit: call of kind %d", t.Kind)
	return nil
}

// methodOf returns the selector if fun selects a method.
func (b *body) methodOf(fun ast.Expr) (*ast.SelectorExpr, bool) {
	x, ok := ast.Unparen(fun).(*ast.SelectorExpr)
	if !ok {
		return nil, false
	}
	sel := b.p.Info.Selections[x]
	return x, sel != nil && sel.Kind() == types.MethodVal
}

func (b *body) operandOf(x *ast.SelectorExpr) *jen.Statement { return b.operand(x.X) }

// funcTwin names the twin of a function of this unit, with the type arguments
// that the source gives.
func (b *body) funcTwin(t *ir.Target, fun ast.Expr) *jen.Statement {
	name := b.twinOf(t.Fn)
	s := jen.Id(name)
	if t.Fn.Pkg != b.p {
		s = jen.Qual(t.Fn.Pkg.Types.Path(), name)
	}
	return s.Add(b.instance(fun))
}

// twinOf is twin for functions of other packages of the unit too.
func (f *file) twinOf(fn *ir.Func) string {
	if fn.Pkg == f.p {
		return f.twin(fn)
	}
	other := &pkg{p: fn.Pkg, base: map[*ir.Func]string{}, taken: map[string]bool{}}
	other.choose(fn, baseName(fn))
	return other.twin(fn)
}

// instance writes the type arguments of a generic function, all of them, as the
// type checker found them.
func (b *body) instance(fun ast.Expr) *jen.Statement {
	var id *ast.Ident
	switch x := ir.Uninstantiate(fun).(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	}
	if inst, ok := b.p.Info.Instances[id]; ok && id != nil && inst.TypeArgs.Len() > 0 {
		return jen.Types(b.typeArgs(inst.TypeArgs)...)
	}
	return jen.Null()
}

// symbolCall writes the call of a twin that takes the hub but never suspends.
func (b *body) symbolCall(t *ir.Target, fun ast.Expr, args []ast.Expr, ellipsis bool) *jen.Statement {
	return b.symbolTwin(t, fun, b.args(args, ellipsis))
}

func (b *body) symbolTwin(t *ir.Target, fun ast.Expr, args []jen.Code) *jen.Statement {
	h := []jen.Code{jen.Id(b.fn.Names.Hub)}
	s := t.Symbol
	if !s.Recv {
		return jen.Qual(s.Pkg, s.Name).Add(b.instance(fun)).Call(append(h, args...)...)
	}
	x, ok := b.methodOf(fun)
	if !ok {
		ir.Bug(fun.Pos(), "emit: method expression of a patched method")
	}
	if s.Pkg == "" {
		return b.operandOf(x).Dot(s.Name).Call(append(h, args...)...)
	}
	return jen.Qual(s.Pkg, s.Name).Call(append(append(h, b.receiver(x)), args...)...)
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// receiver writes what a method call passes as its receiver.
func (b *body) receiver(x *ast.SelectorExpr) *jen.Statement {
	s, t, pointer := b.reach(x)
	switch b.adjust(x, t, pointer) {
	case '&':
		if id, ok := ast.Unparen(x.X).(*ast.Ident); ok && len(b.p.Info.Selections[x].Index()) == 1 {
			if v := b.fn.VarOf(id); v != nil && v.Boxed {
				return b.pointer(v)
			}
		}
		return jen.Op("&").Add(s)
	case '*':
		return jen.Op("*").Add(s)
	}
	return s
}

// receiverType is the type of what receiver writes.
func (b *body) receiverType(x *ast.SelectorExpr) types.Type {
	_, t, pointer := b.reach(x)
	switch b.adjust(x, t, pointer) {
	case '&':
		return types.NewPointer(t)
	case '*':
		return deref(t)
	}
	return t
}

// reach writes the operand of a method as the embedded field that has it, as far as this
// leads through fields that this package can name: from there on the method is promoted.
// pointer says that the rest of the way leads through a pointer.
func (b *body) reach(x *ast.SelectorExpr) (s *jen.Statement, t types.Type, pointer bool) {
	sel := b.p.Info.Selections[x]
	s, t = b.operand(x.X), sel.Recv()
	rest, named := t, true
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		f := deref(rest).Underlying().(*types.Struct).Field(i)
		rest = f.Type()
		if named = named && (f.Exported() || f.Pkg() == b.p.Types); named {
			s, t = s.Dot(f.Name()), rest
		} else if _, ok := rest.Underlying().(*types.Pointer); ok {
			pointer = true
		}
	}
	return s, t, pointer
}

// adjust says how to turn an operand of type t into a receiver: '&', '*' or 0. If the way
// from it on leads through a pointer, the method is called on it as it is.
func (b *body) adjust(x *ast.SelectorExpr, t types.Type, pointer bool) rune {
	sel := b.p.Info.Selections[x]
	recv := sel.Obj().(*types.Func).Signature().Recv().Type()
	_, wantPtr := types.Unalias(recv).(*types.Pointer)
	_, isPtr := t.Underlying().(*types.Pointer)
	switch {
	case wantPtr && !isPtr && !pointer:
		return '&'
	case !wantPtr && isPtr && !types.IsInterface(t):
		return '*'
	}
	return 0
}

// interfaceOperand writes the operand of an interface method, and its type: what embeds
// the interface, if that is a field that this package cannot name.
func (b *body) interfaceOperand(x *ast.SelectorExpr) (*jen.Statement, types.Type) {
	s, t, _ := b.reach(x)
	return s, t
}

// tuple describes a signature to a helper.
type tuple struct {
	params, args, results, names, types []jen.Code
	only                                []jen.Code // the results' types
	variadic                            bool
}

func (f *file) tuple(sig *types.Signature) tuple {
	t := tuple{variadic: sig.Variadic()}
	for i := range sig.Params().Len() {
		a := fmt.Sprintf("_a%d", i)
		p := f.param(sig, i)
		t.params = append(t.params, jen.Id(a).Add(p))
		t.types = append(t.types, f.param(sig, i))
		if t.variadic && i == sig.Params().Len()-1 {
			t.args = append(t.args, jen.Id(a).Op("..."))
		} else {
			t.args = append(t.args, jen.Id(a))
		}
	}
	for i := range sig.Results().Len() {
		r := fmt.Sprintf("_r%d", i)
		t.names = append(t.names, jen.Id(r))
		t.results = append(t.results, jen.Id(r).Add(f.typ(sig.Results().At(i).Type())))
		t.only = append(t.only, f.typ(sig.Results().At(i).Type()))
	}
	return t
}

// hand returns what call, of a twin, returns; one that stays returns no frame.
func (t tuple) hand(call *jen.Statement, stays bool) []jen.Code {
	switch {
	case !stays:
		return []jen.Code{jen.Return(call)}
	case len(t.names) == 0:
		return []jen.Code{call, jen.Return(jen.Nil())}
	}
	return []jen.Code{jen.List(t.names...).Op("=").Add(call), jen.Return(append(append([]jen.Code(nil), t.names...), jen.Nil())...)}
}

func frameType() *jen.Statement { return jen.Op("*").Add(g("Frame")) }
func hubParam() *jen.Statement  { return jen.Id("_h").Op("*").Add(g("Hub")) }

// twinSig writes the parameters and results of a twin, names apart.
func (f *file) twinSig(sig *types.Signature, env bool) *jen.Statement {
	ps := []jen.Code{jen.Op("*").Add(g("Hub"))}
	if env {
		ps = append(ps, unsafePointer())
	}
	t := f.tuple(sig)
	var rs []jen.Code
	for i := range sig.Results().Len() {
		rs = append(rs, f.typ(sig.Results().At(i).Type()))
	}
	return jen.Params(append(ps, t.types...)...).Params(append(rs, frameType())...)
}

func (b *body) genericKey() string {
	if generic(b.fn) {
		return " in " + b.fn.Root().Name
	}
	return ""
}

func (f *file) sigKey(s *types.Signature) string {
	return f.typeKey(types.NewSignatureType(nil, nil, nil, types.NewTuple(anonymous(s.Params())...),
		types.NewTuple(anonymous(s.Results())...), s.Variadic()))
}

// streams are the interface methods that rt/io calls: it knows how std's own
// streams do them.
var streams = map[string]string{
	"Read": "func([]byte) (int, error)", "Write": "func([]byte) (int, error)", "Close": "func() error",
	"ReadByte": "func() (byte, error)", "ReadRune": "func() (rune, int, error)",
}

// ifaceCall writes the call of an interface method.
func (b *body) ifaceCall(t *ir.Target, recvType types.Type, recv jen.Code, args []jen.Code) *jen.Statement {
	return b.ifaceCallWith(jen.Id(b.fn.Names.Hub), t, recvType, recv, args)
}

func (b *body) ifaceCallWith(hub jen.Code, t *ir.Target, recvType types.Type, recv jen.Code, args []jen.Code) *jen.Statement {
	all := append([]jen.Code{hub, recv}, args...)
	if want, ok := streams[t.Obj.Name()]; ok && b.sigKey(t.Sig) == want && types.IsInterface(recvType) && !isTypeParam(recvType) {
		return jen.Qual(ioPath, t.Obj.Name()).Call(all...)
	}
	switch t.Obj.FullName() {
	case "(sync.Locker).Lock", "(sync.Locker).Unlock": // rt/sync knows std's own locks
		if !isTypeParam(recvType) {
			return jen.Qual(syncPath, "Locker_"+t.Obj.Name()+"_green").Call(all...)
		}
	case "(net/http.Handler).ServeHTTP": // rt/net/http knows those of std that hand on
		if !isTypeParam(recvType) && b.p.Path != httpPath {
			return jen.Qual(httpPath, "ServeHTTP_green").Call(all...)
		}
	case "(net.Listener).Accept", "(net.PacketConn).ReadFrom", "(net.PacketConn).WriteTo": // rt/net knows std's own
		if !isTypeParam(recvType) {
			return jen.Qual(netPath, t.Obj.Name()+"_green").Call(all...)
		}
	}
	return jen.Id(b.ifaceHelper(t, recvType)).Add(b.useParams(b.fn)).Call(all...)
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// offloadCall writes the call of a helper that runs plain code on a worker.
func (b *body) offloadCall(t *ir.Target, fun ast.Expr, args []jen.Code) *jen.Statement {
	h := []jen.Code{jen.Id(b.fn.Names.Hub)}
	if x, ok := b.methodOf(fun); ok {
		recv, rt := b.receiver(x), b.receiverType(x)
		name := b.once("offload "+t.Obj.FullName()+" of "+b.typeKey(rt)+b.sigKey(t.Sig)+b.genericKey(), "offload"+t.Obj.Name(), func(name string) jen.Code {
			call := func(args []jen.Code) *jen.Statement { return jen.Id("_x").Dot(t.Obj.Name()).Call(args...) }
			return b.helper(name, []jen.Code{jen.Id("_x").Add(b.typ(rt))}, t.Sig, nil, nil, call, t.Obj.FullName())
		})
		return jen.Id(name).Add(b.useParams(b.fn)).Call(append(append(h, recv), args...)...)
	}
	if t.Obj == nil { // a literal that has no twin
		name := b.once("value offload "+b.sigKey(t.Sig)+b.genericKey(), "offloadFunc", func(name string) jen.Code {
			call := func(args []jen.Code) *jen.Statement { return jen.Id("_fn").Call(args...) }
			return b.helper(name, []jen.Code{jen.Id("_fn").Func().Add(b.signature(t.Sig))}, t.Sig, nil, nil, call, "a literal")
		})
		return jen.Id(name).Add(b.useParams(b.fn)).Call(append(append(h, b.rvalue(fun)), args...)...)
	}
	inst := b.instance(fun)
	key := fmt.Sprintf("offload %s%s%#v%s%v", t.Obj.FullName(), b.sigKey(t.Sig), inst, b.genericKey(), t.Streams)
	name := b.once(key, "offload"+t.Obj.Name(), func(name string) jen.Code {
		callee := jen.Id(b.plainName(t))
		if t.Obj.Pkg() != b.p.Types {
			callee = jen.Qual(t.Obj.Pkg().Path(), t.Obj.Name())
		}
		call := func(args []jen.Code) *jen.Statement { return callee.Clone().Add(inst).Call(args...) }
		return b.helper(name, nil, t.Sig, nil, b.onTheSpot(t), call, t.Obj.FullName())
	})
	return jen.Id(name).Add(b.useParams(b.fn)).Call(append(h, args...)...)
}

// onTheSpot writes when an offload is needless: the streams that the callee is handed turn
// out never to block. nil: no stream matters.
func (b *body) onTheSpot(t *ir.Target) *jen.Statement {
	if len(t.Streams) == 0 {
		return nil
	}
	plain := jen.Id("_h").Dot("Blocks").Call().Op("||")
	args := b.tuple(t.Sig).args
	for n, i := range t.Streams {
		if n > 0 {
			plain = plain.Op("&&")
		}
		plain = plain.Add(g("PlainType").Call(args[i]))
	}
	return plain
}

// plainName is the name of the plain form of a callee in this package.
func (f *file) plainName(t *ir.Target) string { return f.plainOf(t.Obj) }

// plainOf is obj's name; main has another one in a woven build.
func (f *file) plainOf(obj *types.Func) string {
	if f.u.Weave && f.u.All && obj.Name() == "main" && obj.Pkg().Name() == "main" && obj.Signature().Recv() == nil {
		return MainPlain
	}
	if fn := f.u.Lookup(obj); f.u.Weave && f.u.All && fn != nil && fn.IsTest() && fn.Color == ir.Green {
		return PlainTest(obj.Name())
	}
	return obj.Name()
}

// MainPlain is the name that a program's own main has in a woven build.
const MainPlain = "main_plain"

// PlainTest is the name that a green test has in a woven build. It must not begin
// with Test: go test would run it.
func PlainTest(name string) string { return "plain_" + name }

// TestTwin is the name of the twin of a function in a test file: tests of package
// p_test may call an exported one of a test file of p.
func TestTwin(name string) string {
	if token.IsExported(name) {
		return "Green_" + name
	}
	return "green_" + name
}
