package emit

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// A generic function, and a method of a generic type, has no code of its own for
// each instance, by which its twin could be found: its value is made as a literal
// that calls the instance. So is that of a function of the runtime.

// generics is a value of such a function.
type generics struct {
	name  string // of the function
	key   string // which instance it is
	twin  func(args []jen.Code) *jen.Statement
	stays bool // the twin never suspends: it returns no frame
}

// genericValue returns what e is a value of, nil if that is no generic function
// with a twin. One that recovers stays as it is: it must be what is deferred.
func (b *body) genericValue(e ast.Expr) *generics {
	if b.plain {
		return nil
	}
	if x, ok := e.(*ast.SelectorExpr); ok {
		if sel := b.p.Info.Selections[x]; sel != nil {
			return b.genericExpr(sel)
		}
	}
	id := instantiated(e)
	if id == nil {
		return nil
	}
	obj, isFunc := b.p.Info.Uses[id].(*types.Func)
	if !isFunc || obj.Signature().Recv() != nil {
		return nil
	}
	inst, ok := b.p.Info.Instances[id]
	if t, is := b.u.Runtime[obj.Origin()]; is && (ok || obj.Signature().TypeParams().Len() == 0) {
		return &generics{name: obj.Name(), key: obj.FullName() + b.argsKey(inst.TypeArgs), stays: !t.Suspends, twin: func(args []jen.Code) *jen.Statement {
			return jen.Qual(obj.Pkg().Path(), t.Name).Add(b.instance(id)).Call(args...)
		}}
	}
	if !ok {
		return nil
	}
	fn := b.u.Lookup(obj.Origin())
	if fn == nil || fn.Color != ir.Green || fn.Recovers {
		return nil
	}
	return &generics{name: fn.Obj.Name(), key: fn.Name + b.argsKey(inst.TypeArgs), twin: func(args []jen.Code) *jen.Statement {
		twin := jen.Id(b.twinOf(fn))
		if fn.Pkg != b.p {
			twin = jen.Qual(fn.Pkg.Types.Path(), b.twinOf(fn))
		}
		return twin.Types(b.typeArgs(inst.TypeArgs)...).Call(args...)
	}}
}

// genericExpr is genericValue for a method expression.
func (b *body) genericExpr(sel *types.Selection) *generics {
	if sel.Kind() != types.MethodExpr {
		return nil
	}
	obj := sel.Obj().(*types.Func)
	call := func(twin string) func(args []jen.Code) *jen.Statement {
		return func(args []jen.Code) *jen.Statement {
			return jen.Add(args[1]).Dot(twin).Call(append([]jen.Code{args[0]}, args[2:]...)...)
		}
	}
	if t, ok := b.u.Runtime[obj.Origin()]; ok {
		return &generics{name: obj.Name(), key: b.typeKey(sel.Recv()) + "." + obj.FullName(), stays: !t.Suspends, twin: call(t.Name)}
	}
	named, ok := types.Unalias(deref(sel.Recv())).(*types.Named)
	if !ok || named.TypeArgs().Len() == 0 {
		return nil
	}
	fn := b.u.Lookup(obj.Origin())
	if fn == nil || fn.Color != ir.Green || fn.Recovers {
		return nil
	}
	return &generics{name: obj.Name(), key: b.typeKey(sel.Recv()) + "." + fn.Name, twin: call(b.twinOf(fn))}
}

// instantiated returns the name of a function that e may instantiate: F, p.F, F[T].
func instantiated(e ast.Expr) *ast.Ident {
	switch x := ir.Uninstantiate(e).(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		return x.Sel
	}
	return nil
}

// valueMaker names the function that makes a value, here of F[int]:
//
//	type env_value1 struct { green.Env; _fn func(int) int }
//
//	func twin_value1(_h *green.Hub, _ unsafe.Pointer, _a0 int) (_r0 int, _c *green.Frame) {
//		return F_green[int](_h, _a0)
//	}
//
//	func value1(_fn func(int) int) func(int) int {
//		_e := &env_value1{_fn: _fn}
//		...
func (b *body) valueMaker(v *generics, sig *types.Signature) string {
	return b.once("func value "+v.key+b.genericKey(), "value"+v.name, func(name string) jen.Code { return b.funcValueDecl(name, v, sig) })
}

func (f *file) argsKey(args *types.TypeList) string {
	key := ""
	for t := range args.Types() {
		key += "," + f.typeKey(t)
	}
	return key
}

func (b *body) funcValueDecl(name string, v *generics, sig *types.Signature) jen.Code {
	t := b.tuple(sig)
	env, twin := "env_"+name, "twin_"+name
	decl, use := b.declParams(b.fn), b.useParams(b.fn)
	fn := jen.Func().Add(b.signature(sig))
	plain := jen.Id("_e").Dot("_fn").Call(t.args...)
	if len(t.names) > 0 {
		plain = jen.Return(plain)
	}
	return jen.Type().Id(env).Add(decl).Struct(g("Env"), jen.Id("_fn").Add(fn)).Line().Line().
		Func().Id(twin).Add(decl).Params(append([]jen.Code{hubParam(), jen.Id("_").Add(unsafePointer())}, t.params...)...).
		Params(append(append([]jen.Code(nil), t.results...), jen.Id("_c").Add(frameType()))...).
		Block(t.hand(v.twin(append([]jen.Code{jen.Id("_h")}, t.args...)), v.stays)...).Line().Line().
		Comment("//go:noinline").Line().Func().Id(name).Add(decl).Params(jen.Id("_fn").Add(fn)).Params(fn).Block(
		jen.Id("_e").Op(":=").Op("&").Id(env).Add(use).Values(jen.Id("_fn").Op(":").Id("_fn")),
		jen.Id("_e").Dot("Twin").Op("=").Add(g("Func")).Call(jen.Id(twin).Add(use)),
		jen.Id("_v").Op(":=").Func().Params(t.params...).Params(t.results...).Block(plain),
		g("Bind").Call(g("Func").Call(jen.Id("_v")), unsafePointer().Call(jen.Id("_e"))),
		jen.Return(jen.Id("_v")))
}

// inSource lists the values of generic functions that the source itself makes: in
// package-level initialisers, and in functions that have no twin. A woven build
// can edit it.
func (e *pkg) inSource(src *ir.File) []ast.Expr {
	if !e.u.Weave {
		return nil
	}
	r := &values{b: (&file{pkg: e, src: src}).newBody(&ir.Func{Pkg: e.p, File: src}, false), green: map[ast.Node]bool{}, callees: map[ast.Node]bool{}}
	for _, f := range e.p.Funcs {
		if f.Color == ir.Green {
			r.green[f.Lit], r.green[f.Decl] = true, true
		}
	}
	for _, d := range src.Ast.Decls {
		if fd, ok := d.(*ast.FuncDecl); !ok || !isGeneric(e.p.Info.Defs[fd.Name]) {
			ast.Inspect(d, r.visit)
		}
	}
	return r.found
}

func isGeneric(obj types.Object) bool {
	f, ok := obj.(*types.Func)
	return ok && f.Signature().TypeParams().Len()+f.Signature().RecvTypeParams().Len() > 0
}

type values struct {
	b       *body
	green   map[ast.Node]bool
	callees map[ast.Node]bool
	found   []ast.Expr
}

func (r *values) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return !r.green[n]
	case *ast.FuncLit:
		return !r.green[n]
	case *ast.CallExpr:
		r.callees[ast.Unparen(n.Fun)] = true
	case ast.Expr:
		if r.b.genericValue(n) == nil || !n.Pos().IsValid() {
			return true
		}
		if !r.callees[n] && r.b.writable(r.b.p.Info.TypeOf(n)) {
			r.found = append(r.found, n)
		}
		return false
	}
	return true
}

// writable reports whether generated code of the package can name all of t, a type
// in a function that color did not look at.
func (f *file) writable(t types.Type) bool {
	ok := true
	ir.EachName(t, func(tn *types.TypeName) {
		switch pkg := tn.Pkg(); {
		case pkg == nil:
		case pkg == f.p.Types:
			ok = ok && (!ir.Local(tn) || f.p.Hoist(tn) != nil)
		default:
			ok = ok && tn.Exported() && (!strings.Contains(pkg.Path(), "internal") || slices.Contains(f.p.Types.Imports(), pkg))
		}
	})
	return ok
}

// wrap notes that the source has e made by generated code.
func (f *file) wrap(e ast.Expr) {
	b := f.newBody(&ir.Func{Pkg: f.p, File: f.src, Sig: types.NewSignatureType(nil, nil, nil, nil, nil, false)}, false)
	name := b.valueMaker(b.genericValue(e), f.p.Info.TypeOf(e).(*types.Signature))
	f.p.Wraps = append(f.p.Wraps, ir.Wrap{File: f.src, X: e, Call: name})
}
