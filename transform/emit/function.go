package emit

import (
	"fmt"
	"go/token"
	"path/filepath"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// function emits all of one green function.
func (f *file) function(fn *ir.Func) {
	if fn.Outer != nil {
		f.literalDecls(fn)
	} else if fn.Lit != nil {
		f.locate(fn)
	}
	framed := hasFrame(fn)
	if framed {
		f.frameDecl(fn)
	}
	f.add(f.fastBody(fn))
	if framed {
		f.add(f.resumeBody(fn))
		f.describe(fn)
	}
	if fn.Lit == nil && fn.Sig.Recv() == nil && (fn.Value || fn.Mark == ir.Patch || fn.Obj.Name() == "main") && !generic(fn) {
		f.register(fn)
	}
}

// hasFrame reports whether fn can be suspended itself, not only by a tail call.
func hasFrame(fn *ir.Func) bool {
	if fn.Guard {
		return true
	}
	for _, c := range fn.Points {
		if !c.Tail {
			return true
		}
	}
	return false
}

// frameDecl writes the frame type and its pool.
func (f *file) frameDecl(fn *ir.Func) {
	fields := []jen.Code{g("Frame")}
	if fn.Guard {
		fields = append(fields, jen.Id(fn.Names.Defers).Op("*").Add(g("Defers")))
	}
	if fn.Recovers {
		fields = append(fields, jen.Id(fn.Names.Tok).Op("*").Add(g("Defers")))
	}
	if fn.Lit != nil && len(fn.Capture) > 0 {
		fields = append(fields, jen.Id(fn.Names.Env).Op("*").Id(f.env(fn)).Add(f.useParams(fn)))
	}
	// Pointers first: the collector scans less.
	for _, want := range []bool{true, false} {
		var vs []*ir.Var
		for _, v := range fn.Slots {
			if (v.Boxed || pointers(v.Type)) == want {
				vs = append(vs, v)
			}
		}
		fields = append(fields, f.byType(vs)...)
	}
	f.add(jen.Type().Id(f.frame(fn)).Add(f.declParams(fn)).Struct(fields...))
	if !generic(fn) {
		f.add(jen.Var().Id(f.pool(fn)).Add(g("Pool")).Types(jen.Id(f.frame(fn))))
	}
}

// byType writes a, b T for all of vs that have one type.
func (f *file) byType(vs []*ir.Var) []jen.Code {
	var heads []*ir.Var
	names := map[string][]jen.Code{}
	for _, v := range vs {
		k := f.slotKey(v)
		if names[k] == nil {
			heads = append(heads, v)
		}
		names[k] = append(names[k], jen.Id(v.Name))
	}
	var out []jen.Code
	for _, v := range heads {
		out = append(out, jen.List(names[f.slotKey(v)]...).Add(f.slotType(v)))
	}
	return out
}

// slotKey is the same for slots of one type. A package has many slots, of few types:
// their texts are kept.
func (f *file) slotKey(v *ir.Var) string {
	if v.Iter != nil { // its type is not its own
		return v.Name + "="
	}
	k, ok := f.typeKeys[v.Type]
	if !ok {
		k = f.typeKey(v.Type)
		f.typeKeys[v.Type] = k
	}
	if v.Boxed {
		return "*" + k
	}
	return k
}

// takeFrame writes: _f := pool_F.New(h, resume_F, _c).
func (b *body) takeFrame() jen.Code {
	fn, n := b.fn, b.fn.Names
	args := []jen.Code{jen.Id(n.Hub), jen.Id(b.resumeName(fn)).Add(b.useParams(fn)), jen.Id(n.Callee)}
	if generic(fn) {
		return jen.Id(n.Frame).Op(":=").Add(g("NewOf")).Types(jen.Id(b.frame(fn)).Add(b.useParams(fn))).Call(args...)
	}
	return jen.Id(n.Frame).Op(":=").Id(b.pool(fn)).Dot("New").Call(args...)
}

// varType writes the type of a variable, of what is in the box of a boxed one.
func (f *file) varType(v *ir.Var) *jen.Statement {
	if v.Iter != nil {
		return jen.Op("*").Add(g("MapIter")).Types(f.typ(v.Iter[0]), f.typ(v.Iter[1]))
	}
	return f.typ(v.Type)
}

func (f *file) slotType(v *ir.Var) *jen.Statement {
	if v.Boxed {
		return jen.Op("*").Add(f.varType(v))
	}
	return f.varType(v)
}

func (f *file) newBody(fn *ir.Func, resume bool) *body {
	return &body{file: f, fn: fn, resume: resume, flat: resume || fn.Gotos, refs: map[*ir.BasicBlock]bool{}, seen: map[*ir.Var]bool{}, read: map[*ir.Var]bool{}}
}

// at writes a position as base name and line.
func (f *file) at(p token.Pos) string {
	pos := f.u.Fset.Position(p)
	return fmt.Sprintf("%s:%d", filepath.Base(pos.Filename), pos.Line)
}

// describe tells the runtime the source lines of the resume blocks.
func (f *file) describe(fn *ir.Func) {
	var lines []jen.Code
	for _, c := range fn.Points {
		lines = append(lines, jen.Lit(f.u.Fset.Position(callPos(c)).Line))
	}
	if fn.Guard { // calls that it deferred wait there
		lines = append(lines, jen.Lit(f.u.Fset.Position(fn.Syntax().End()-1).Line))
	}
	args := append([]jen.Code{jen.Lit(fn.Name), jen.Lit(filepath.Base(fn.File.Path))}, lines...)
	if generic(fn) { // gc makes a closure of the resume body wherever it is used
		pkg := fn.Name[:strings.LastIndexByte(fn.Name, '/')+1]
		last, _, _ := strings.Cut(fn.Name[len(pkg):], ".")
		base := jen.Lit(pkg + last + "." + f.base[fn])
		f.inits = append(f.inits, g("DescribeGeneric").Call(append([]jen.Code{base}, args...)...))
		return
	}
	f.inits = append(f.inits, g("Describe").Call(append([]jen.Code{jen.Id(f.resumeName(fn))}, args...)...))
}

// register makes the twin known to those who have the func value only.
func (f *file) register(fn *ir.Func) {
	t := f.tuple(fn.Sig)
	params := append([]jen.Code{hubParam(), jen.Id("_").Add(unsafePointer())}, t.params...)
	var rs []jen.Code
	for i := range fn.Sig.Results().Len() {
		rs = append(rs, f.typ(fn.Sig.Results().At(i).Type()))
	}
	twin := jen.Func().Params(params...).Params(append(rs, frameType())...).Block(
		jen.Return(jen.Id(f.twin(fn)).Call(append([]jen.Code{jen.Id("_h")}, t.args...)...)))
	f.inits = append(f.inits, g("Register").Call(g("Func").Call(jen.Id(f.plainOf(fn.Obj))), g("Func").Call(twin), f.truth(fn.Recovers)))
}

// locate makes the twin of a literal in a package-level initialiser known.
func (f *file) locate(fn *ir.Func) {
	name, from, to := fn.Lines(f.u.Fset)
	f.inits = append(f.inits, g("Literal").Types(jen.Func().Add(f.signature(fn.Sig))).Call(
		jen.Lit(name), jen.Lit(from), jen.Lit(to), g("Func").Call(jen.Id(f.twin(fn))), f.truth(fn.Recovers)))
}
