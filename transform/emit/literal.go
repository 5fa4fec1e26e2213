package emit

import (
	"go/ast"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// literal writes a function literal: a green one by its bind function, others as
// they are.
func (b *body) literal(lit *ast.FuncLit) *jen.Statement {
	if g := b.litFunc(lit); g != nil && g.Color == ir.Green && !b.plain {
		g.Bound = true
		if bare(g) {
			return jen.Id(b.bind(g)).Call()
		}
		return jen.Id(b.bind(g)).Add(b.useParams(g)).Call(b.environment(g))
	}
	saved, savedRaw, savedMade := b.plain, b.raw, b.made
	b.plain, b.made = true, b.p.Made[resultType(lit)].Type != nil
	if b.raw == nil {
		b.raw = lit
	}
	defer func() { b.plain, b.raw, b.made = saved, savedRaw, savedMade }()
	return jen.Func().Add(b.funcType(lit.Type)).Block(b.stmts(lit.Body.List)...)
}

// resultType returns the type of a literal's one result, if it is but a name:
// ranges has made it for a body of its own.
func resultType(lit *ast.FuncLit) *ast.Ident {
	if rs := lit.Type.Results; rs != nil && len(rs.List) == 1 {
		id, _ := rs.List[0].Type.(*ast.Ident)
		return id
	}
	return nil
}

func (b *body) litFunc(lit *ast.FuncLit) *ir.Func {
	for _, l := range b.fn.Lits {
		if l.Lit == lit {
			return l
		}
	}
	return nil
}

// bare reports whether a literal needs no environment: it captures nothing, so
// its code alone says which it is. In generic code the twin must come with it.
func bare(l *ir.Func) bool { return len(l.Capture) == 0 && !generic(l) }

// environment writes the environment of a green literal, made in b; nil of a bare one.
func (b *body) environment(l *ir.Func) *jen.Statement {
	if bare(l) {
		return jen.Nil()
	}
	return jen.Op("&").Add(b.captured(l))
}

// captured writes what a literal that is made in b captures, as its environment has it.
func (b *body) captured(l *ir.Func) *jen.Statement {
	var fields []jen.Code
	for _, v := range l.Capture {
		from := v.From
		b.seen[from], b.read[from] = true, true
		fields = append(fields, jen.Id(v.Name).Op(":").Id(from.Name))
	}
	return jen.Id(b.env(l)).Add(b.useParams(l)).Values(fields...)
}

// literalDecls writes the environment type of a literal, and its bind function if its
// func value is made.
func (f *file) literalDecls(fn *ir.Func) {
	switch {
	case !bare(fn):
	case !fn.Bound:
		return
	default:
		f.add(f.bareDecl(fn))
		f.inits = append(f.inits, jen.Id(f.bind(fn)).Call())
		return
	}
	fields := []jen.Code{g("Env")}
	for _, v := range fn.Capture {
		t := f.varType(v)
		if v.Boxed {
			t = jen.Op("*").Add(t)
		}
		fields = append(fields, jen.Id(v.Name).Add(t))
	}
	env := f.env(fn)
	f.add(jen.Type().Id(env).Add(f.declParams(fn)).Struct(fields...))
	if fn.Pooled {
		f.add(jen.Var().Id(f.envs(fn)).Add(g("Envs")).Types(jen.Id(env)))
	}
	if !fn.Bound {
		return
	}
	f.add(f.bindDecl(fn))
	if !generic(fn) {
		f.inits = append(f.inits, jen.Id(f.bind(fn)).Call(jen.New(jen.Id(env))))
	}
}

// bindDecl writes the function that makes the literal's func value. Its code is
// the literal's own, as it was: who calls it without a hub gets plain Go.
func (f *file) bindDecl(fn *ir.Func) jen.Code {
	word := g("Func").Call(jen.Id(f.twin(fn)).Add(f.useParams(fn)))
	stmts := []jen.Code{jen.Id("_e").Dot("Twin").Op("=").Add(word)}
	bind := g("Bind")
	if fn.Recovers {
		bind = g("BindRecovers")
	}
	stmts = append(stmts,
		jen.Id("_fn").Op(":=").Add(f.plainForm(fn)),
		bind.Call(g("Func").Call(jen.Id("_fn")), unsafePointer().Call(jen.Id("_e"))),
		jen.Return(jen.Id("_fn")))
	return jen.Comment(f.bind(fn) + " makes the func value of the literal at " + f.at(fn.Pos()) + ".").Line().
		Comment("").Line().Comment("//go:noinline").Line().
		Func().Id(f.bind(fn)).Add(f.declParams(fn)).Params(jen.Id("_e").Op("*").Id(f.env(fn)).Add(f.useParams(fn))).
		Params(jen.Func().Add(f.signature(fn.Sig))).Block(stmts...)
}

// bareDecl is bindDecl for a literal that captures nothing.
func (f *file) bareDecl(fn *ir.Func) jen.Code {
	return jen.Comment(f.bind(fn)+" makes the func value of the literal at "+f.at(fn.Pos())+".").Line().
		Comment("").Line().Comment("//go:noinline").Line().
		Func().Id(f.bind(fn)).Params().Params(jen.Func().Add(f.signature(fn.Sig))).Block(
		jen.Id("_fn").Op(":=").Add(f.plainForm(fn)),
		g("RegisterOnce").Call(g("Func").Call(jen.Id("_fn")), g("Func").Call(jen.Id(f.twin(fn))), f.truth(fn.Recovers)),
		jen.Return(jen.Id("_fn")))
}

// plainForm writes the literal as it was, with what it captures taken from _e:
// it must capture _e alone.
func (f *file) plainForm(fn *ir.Func) *jen.Statement {
	shadow := *fn
	shadow.Vars, shadow.Calls, shadow.Labels = map[types.Object]*ir.Var{}, nil, nil
	var open []jen.Code
	if len(fn.Capture) == 0 && generic(fn) { // Bind must find it
		open = append(open, jen.Id("_").Op("=").Id("_e"))
	}
	for _, v := range fn.Capture {
		shadow.Vars[v.Obj] = v
		open = append(open, jen.Id(v.Name).Op(":=").Id("_e").Dot(v.Name))
	}
	b := f.newBody(&shadow, false)
	b.plain, b.raw, b.made = true, fn.Lit, fn.Home != nil
	code := b.stmts(fn.Lit.Body.List)
	if f.hidesCapture(fn) {
		code = []jen.Code{jen.Block(code...)}
	}
	return jen.Func().Add(b.funcType(fn.Lit.Type)).Block(append(open, code...)...)
}

// hidesCapture reports whether the literal declares a name that it also captures.
func (f *file) hidesCapture(fn *ir.Func) bool {
	captured := map[string]bool{}
	for _, v := range fn.Capture {
		captured[v.Name] = true
	}
	found := false
	ast.Inspect(fn.Lit.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && captured[id.Name] && f.p.Info.Defs[id] != nil {
			found = true
		}
		return !found
	})
	return found
}
