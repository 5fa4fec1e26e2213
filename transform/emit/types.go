package emit

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// typ writes a type. Color has checked that it can be written here.
func (f *file) typ(t types.Type) *jen.Statement {
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return unsafePointer()
		}
		return f.predeclared(t.Name())
	case *types.Alias:
		return f.named(t.Obj(), t.TypeArgs())
	case *types.Named:
		return f.named(t.Obj(), t.TypeArgs())
	case *types.TypeParam:
		return jen.Id(paramName(t))
	case *types.Pointer:
		return jen.Op("*").Add(f.typ(t.Elem()))
	case *types.Slice:
		return jen.Index().Add(f.typ(t.Elem()))
	case *types.Array:
		return jen.Index(jen.Lit(int(t.Len()))).Add(f.typ(t.Elem()))
	case *types.Map:
		return jen.Map(f.typ(t.Key())).Add(f.typ(t.Elem()))
	case *types.Chan:
		return f.chanType(t)
	case *types.Signature:
		return jen.Func().Add(f.signature(t))
	case *types.Struct:
		return f.structType(t)
	case *types.Interface:
		return f.interfaceType(t)
	case *types.Union:
		return f.union(t)
	}
	ir.Bug(0, "emit: type %s", t)
	return nil
}

// paramName is t's own name unless generated code may mean something else by it: names
// in lower case are its own, or predeclared, and it writes types of t's package by theirs.
func paramName(t *types.TypeParam) string {
	n := t.Obj().Name()
	if ast.IsExported(n) && t.Obj().Pkg().Scope().Lookup(n) == nil {
		return n
	}
	return fmt.Sprintf("_P%d", t.Index())
}

func (f *file) named(tn *types.TypeName, args *types.TypeList) *jen.Statement {
	if h := f.p.Hoist(tn); h != nil {
		return jen.Id(h.As).Add(f.useParams(h.Fn))
	}
	s := jen.Id(tn.Name())
	switch {
	case tn.Pkg() == nil:
		s = f.predeclared(tn.Name())
	case tn.Pkg() != f.p.Types:
		s = jen.Qual(tn.Pkg().Path(), tn.Name())
	}
	if args.Len() == 0 {
		return s
	}
	return s.Types(f.typeArgs(args)...)
}

// predeclared writes a predeclared type or constant, or the runtime's name for it
// if the package declares its name anew.
func (f *file) predeclared(name string) *jen.Statement {
	if f.p.Declares(name) {
		return g(strings.ToUpper(name[:1]) + name[1:])
	}
	return jen.Id(name)
}

func (f *file) truth(b bool) *jen.Statement { return f.predeclared(strconv.FormatBool(b)) }

func (f *file) typeArgs(l *types.TypeList) []jen.Code {
	var out []jen.Code
	for i := range l.Len() {
		out = append(out, f.typ(l.At(i)))
	}
	return out
}

func (f *file) chanType(t *types.Chan) *jen.Statement {
	switch t.Dir() {
	case types.SendOnly:
		return jen.Chan().Op("<-").Add(f.typ(t.Elem()))
	case types.RecvOnly:
		return jen.Op("<-").Chan().Add(f.typ(t.Elem()))
	}
	elem := f.typ(t.Elem())
	if c, ok := types.Unalias(t.Elem()).(*types.Chan); ok && c.Dir() == types.RecvOnly {
		elem = jen.Parens(elem) // chan (<-chan T)
	}
	return jen.Chan().Add(elem)
}

// signature writes parameters and results, without names.
func (f *file) signature(t *types.Signature) *jen.Statement {
	var ps, rs []jen.Code
	for i := range t.Params().Len() {
		ps = append(ps, f.param(t, i))
	}
	for i := range t.Results().Len() {
		rs = append(rs, f.typ(t.Results().At(i).Type()))
	}
	return jen.Params(ps...).Params(rs...)
}

// param writes the type of parameter i, ...T for a variadic one.
func (f *file) param(t *types.Signature, i int) *jen.Statement {
	p := t.Params().At(i).Type()
	if !t.Variadic() || i < t.Params().Len()-1 {
		return f.typ(p)
	}
	if s, ok := p.Underlying().(*types.Slice); ok {
		return jen.Op("...").Add(f.typ(s.Elem()))
	}
	return jen.Op("...").Add(f.predeclared("byte")) // append([]byte, string...)
}

func (f *file) structType(t *types.Struct) *jen.Statement {
	var fields []jen.Code
	for i := range t.NumFields() {
		v := t.Field(i)
		s := f.typ(v.Type())
		if !v.Embedded() {
			s = jen.Id(v.Name()).Add(s)
		}
		if tag := t.Tag(i); tag != "" {
			s = s.Op(strconv.Quote(tag))
		}
		fields = append(fields, s)
	}
	return jen.Struct(fields...)
}

func (f *file) interfaceType(t *types.Interface) *jen.Statement {
	var parts []jen.Code
	for i := range t.NumExplicitMethods() {
		m := t.ExplicitMethod(i)
		parts = append(parts, jen.Id(m.Name()).Add(f.signature(m.Signature())))
	}
	for i := range t.NumEmbeddeds() {
		parts = append(parts, f.typ(t.EmbeddedType(i)))
	}
	return jen.Interface(parts...)
}

func (f *file) union(t *types.Union) *jen.Statement {
	s := jen.Null()
	for i := range t.Len() {
		if i > 0 {
			s = s.Op("|")
		}
		if t.Term(i).Tilde() {
			s = s.Op("~")
		}
		s = s.Add(f.typ(t.Term(i).Type()))
	}
	return s
}

// typeParams returns the type parameters that fn and all that is made from it have.
func typeParams(fn *ir.Func) *types.TypeParamList {
	sig := fn.Root().Sig
	if sig.Recv() != nil {
		return sig.RecvTypeParams()
	}
	return sig.TypeParams()
}

func generic(fn *ir.Func) bool { return typeParams(fn).Len() > 0 }

// declParams writes [T any, ...] for a function lifted out of fn; nothing if fn
// is not generic.
func (f *file) declParams(fn *ir.Func) *jen.Statement {
	tps := typeParams(fn)
	if tps.Len() == 0 {
		return jen.Null()
	}
	var ps []jen.Code
	for i := range tps.Len() {
		ps = append(ps, jen.Id(paramName(tps.At(i))).Add(f.constraint(tps.At(i))))
	}
	return jen.Types(ps...)
}

func (f *file) constraint(tp *types.TypeParam) *jen.Statement {
	c := tp.Constraint()
	// An implicit interface is written as its elements.
	if i, ok := c.(*types.Interface); ok && i.IsImplicit() && i.NumEmbeddeds() == 1 {
		if _, ok := i.EmbeddedType(0).(*types.Pointer); ok {
			return jen.Interface(f.typ(i.EmbeddedType(0))) // [P *T] would begin an array type
		}
		return f.typ(i.EmbeddedType(0))
	}
	return f.typ(c)
}

// useParams writes [T, ...].
func (f *file) useParams(fn *ir.Func) *jen.Statement {
	tps := typeParams(fn)
	if tps.Len() == 0 {
		return jen.Null()
	}
	var ps []jen.Code
	for i := range tps.Len() {
		ps = append(ps, jen.Id(paramName(tps.At(i))))
	}
	return jen.Types(ps...)
}

// typeKey returns a text that no other type of f has. Hoisted types may share a
// name in the source.
func (f *file) typeKey(t types.Type) string {
	key := types.TypeString(t, nil)
	ir.EachName(t, func(tn *types.TypeName) {
		if h := f.p.Hoist(tn); h != nil && h.As != tn.Name() {
			key += " " + h.As
		}
	})
	return key
}

// zero writes the zero value of t.
func (f *file) zero(t types.Type) *jen.Statement {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return jen.Op("*").New(f.typ(t))
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return f.predeclared("false")
		case u.Info()&types.IsString != 0:
			return jen.Lit("")
		case u.Info()&types.IsNumeric != 0:
			return jen.Lit(0)
		}
		return jen.Nil()
	case *types.Struct, *types.Array:
		return f.typ(t).Values()
	}
	return jen.Nil()
}

// pointers reports whether a slot of type t can keep something alive.
func pointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0 || u.Kind() == types.UnsafePointer
	case *types.Array:
		return u.Len() > 0 && pointers(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			if pointers(u.Field(i).Type()) {
				return true
			}
		}
		return false
	}
	return true
}

// resultStruct writes struct{ R0 A; R1 B } for the results of a signature.
func (f *file) resultStruct(t *types.Tuple) *jen.Statement {
	var fields []jen.Code
	for i := range t.Len() {
		fields = append(fields, jen.Id(fmt.Sprintf("R%d", i)).Add(f.typ(t.At(i).Type())))
	}
	return jen.Struct(fields...)
}

func anonymous(t *types.Tuple) []*types.Var {
	var vs []*types.Var
	for i := range t.Len() {
		vs = append(vs, types.NewParam(0, nil, "", t.At(i).Type()))
	}
	return vs
}

// constant writes the value of a constant that is declared in a function.
func (f *file) constant(c *types.Const) *jen.Statement {
	if c.Val().Kind() == constant.Bool {
		return f.boolean(c)
	}
	s := jen.Parens(jen.Op(exact(c)))
	if b, ok := types.Unalias(c.Type()).(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return s
	}
	return jen.Parens(f.typ(c.Type())).Parens(jen.Op(exact(c)))
}

func (f *file) boolean(c *types.Const) *jen.Statement {
	s := f.predeclared(c.Val().ExactString())
	if b, ok := types.Unalias(c.Type()).(*types.Basic); ok && b.Kind() == types.UntypedBool {
		return s
	}
	return jen.Parens(f.typ(c.Type())).Parens(s)
}

func exact(c *types.Const) string {
	v := c.Val()
	b, _ := c.Type().Underlying().(*types.Basic)
	s := v.ExactString()
	switch {
	case b.Info()&types.IsString != 0:
		return s
	case b.Kind() == types.UntypedRune:
		if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= 0x10ffff && !(n >= 0xd800 && n < 0xe000) {
			return strconv.QuoteRune(rune(n))
		}
		return "'\\x00' + " + s
	case b.Info()&types.IsFloat != 0:
		return ratio(s)
	case b.Info()&types.IsComplex != 0:
		re, im, ok := strings.Cut(strings.Trim(s, "()"), " + ")
		if !ok {
			return ratio(s) + " + 0i"
		}
		return ratio(re) + " + (" + ratio(strings.TrimSuffix(im, "i")) + ")*1i"
	}
	return s
}

// ratio turns 1/3 into 1./3. so that the division is exact.
func ratio(s string) string {
	num, den, ok := strings.Cut(s, "/")
	if !ok {
		if strings.ContainsAny(s, ".eE") {
			return s
		}
		return s + "."
	}
	return "(" + num + "./" + den + ".)"
}

// hoisted writes a type that a function declares in the source.
func (f *file) hoisted(h *ir.Hoisted) {
	s := jen.Type().Id(h.As).Add(f.declParams(h.Fn))
	if h.Alias {
		s = s.Op("=")
	}
	f.add(s.Add(f.typ(h.Type)))
}
