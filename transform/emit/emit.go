package emit

import (
	"fmt"
	"go/build/constraint"
	"go/types"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

// Out is the generated file of one source file.
type Out struct {
	File *ir.File
	Jen  *jen.File
}

// Run emits the files of all packages that have green functions. What it has yielded
// is not touched any more.
func Run(u *ir.Unit, _ *diag.Reporter) iter.Seq[Out] {
	return func(yield func(Out) bool) {
		for _, p := range u.Packages {
			if !p.Wanted {
				continue
			}
			e := newPackage(u, p)
			for _, file := range p.Files {
				if out := e.file(file); out != nil && !yield(Out{file, out}) {
					return
				}
			}
		}
	}
}

// pkg names what is emitted into one package.
type pkg struct {
	u     *ir.Unit
	p     *ir.Package
	base  map[*ir.Func]string // prefix of a function's helpers
	taken map[string]bool
	ends  map[*ir.File]string // suffix of a file's helpers
	used  usedNames

	typeKeys map[types.Type]string // of slotKey
}

func newPackage(u *ir.Unit, p *ir.Package) *pkg {
	e := &pkg{u: u, p: p, base: map[*ir.Func]string{}, taken: map[string]bool{}, ends: map[*ir.File]string{}, used: namesOf(p), typeKeys: map[types.Type]string{}}
	used := map[string]bool{}
	for _, f := range p.Files { // a.b.go and a_b.go
		s := suffix(f.Path)
		for used[s] {
			s += "_"
		}
		e.ends[f], used[s] = s, true
	}
	// Functions first: other packages know their names.
	for _, f := range p.Funcs {
		if f.Obj != nil && f.Sig.Recv() == nil {
			e.choose(f, baseName(f))
		}
	}
	for _, f := range p.Funcs {
		if f.Outer == nil && e.base[f] == "" {
			e.choose(f, baseName(f))
		} else if f.Outer != nil {
			e.choose(f, e.base[f.Outer]+"_"+f.Name[strings.LastIndex(f.Name, ".")+1:])
		}
	}
	return e
}

// choose gives f's helpers a prefix that no other function has.
func (e *pkg) choose(f *ir.Func, base string) {
	if f.Obj != nil && strings.HasSuffix(f.File.Path, "_test.go") { // methods too: their literals have twins
		base = TestTwin(base)
	}
	for e.taken[base] {
		base += "_"
	}
	e.base[f], e.taken[base] = base, true
}

// inTest reports whether f is a function of a test file: there, names that begin
// with Test, Benchmark, Fuzz or Example are go test's.
func inTest(f *ir.Func) bool {
	return f.Sig.Recv() == nil && strings.HasSuffix(f.File.Path, "_test.go")
}

// baseName is serve for a function, Conn_Serve for a method, init_func1 for a
// literal of an initialiser.
func baseName(f *ir.Func) string {
	if f.Lit != nil {
		return "init_" + f.Name[strings.LastIndex(f.Name, ".")+1:]
	}
	if f.Sig.Recv() == nil {
		return f.Obj.Name()
	}
	t := types.Unalias(f.Sig.Recv().Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	return t.(*types.Named).Obj().Name() + "_" + f.Obj.Name()
}

// name makes a package-level name that the package does not use.
func (e *pkg) name(s string) string {
	for e.p.Declares(s) {
		s += "_"
	}
	return s
}

func (e *pkg) twin(f *ir.Func) string {
	if f.Lit == nil && f.Sig.Recv() != nil {
		return f.Obj.Name() + "_green"
	}
	if f.Lit == nil && inTest(f) {
		return e.base[f]
	}
	return e.name(e.base[f] + "_green")
}

// The prefixes keep helpers of exported functions unexported.
func (e *pkg) frame(f *ir.Func) string      { return e.name("frame_" + e.base[f]) }
func (e *pkg) pool(f *ir.Func) string       { return e.name("pool_" + e.base[f]) }
func (e *pkg) resumeName(f *ir.Func) string { return e.name("resume_" + e.base[f]) }
func (e *pkg) env(f *ir.Func) string        { return e.name("env_" + e.base[f]) }
func (e *pkg) envs(f *ir.Func) string       { return e.name("envs_" + e.base[f]) }
func (e *pkg) bind(f *ir.Func) string       { return e.name("bind_" + e.base[f]) }

// file emits what is green in one source file, nil if nothing is.
type file struct {
	*pkg
	src      *ir.File
	out      *jen.File
	suffix   string // makes helper names unique in the package
	aliases  map[string]string
	helpers  map[string]string // key of a helper to its name
	body     []jen.Code
	inits    []jen.Code
	slots    map[string]string
	preempts bool // some function calls Preempt
}

func (e *pkg) file(src *ir.File) *jen.File {
	f := &file{pkg: e, src: src, out: jen.NewFilePathName(e.p.Path, e.p.Types.Name()), helpers: map[string]string{},
		slots: map[string]string{}, aliases: map[string]string{}, suffix: e.ends[src]}
	green := 0
	for _, fn := range e.p.Funcs {
		if fn.File == src && fn.Color == ir.Green {
			green++
		}
	}
	forwards := slices.DeleteFunc(slices.Clone(e.p.Forwards), func(w *ir.Forward) bool { return w.File != src })
	exprs := slices.DeleteFunc(slices.Clone(e.p.Exprs), func(x *ir.MethodExpr) bool { return x.File != src })
	hoisted := slices.DeleteFunc(slices.Clone(e.p.Hoisted), func(h *ir.Hoisted) bool { return h.File != src })
	values := e.inSource(src)
	if green+len(forwards)+len(exprs)+len(hoisted)+len(values) == 0 {
		return nil
	}
	f.imports()
	for _, h := range hoisted {
		f.hoisted(h)
	}
	written := map[*ir.Func]bool{}
	var write func(fn *ir.Func)
	write = func(fn *ir.Func) {
		if fn == nil || fn.File != src || fn.Color != ir.Green || written[fn] {
			return
		}
		write(fn.Outer) // first: it knows how its literals are used
		written[fn] = true
		e.u.Now = fn
		f.function(fn)
	}
	for _, fn := range e.p.Funcs {
		write(fn)
	}
	for _, w := range forwards {
		f.forward(w)
	}
	for _, x := range exprs {
		f.methodExpr(x)
	}
	for _, x := range values {
		f.wrap(x)
	}
	f.out.HeaderComment("Code generated by greengen. DO NOT EDIT.")
	f.out.HeaderComment("//lint:file-ignore ST1008 the frame is the last result of a twin")
	if line := f.buildLine(); line != "" {
		f.out.HeaderComment(line)
	}
	for _, c := range f.body {
		f.out.Add(c) // a line directive must end where it ends: no blank behind it
	}
	if f.preempts {
		f.inits = append(f.inits, g("NeedPreempt").Call())
	}
	if len(f.inits) > 0 {
		if f.u.Weave {
			f.out.Add(f.ownLine())
		}
		f.out.Func().Id("init").Params().Block(f.inits...)
	}
	return f.out
}

// buildLine is the constraint of the source file. Where its Go version has no type
// parameters, which generated code uses, the constraint also sets the version.
func (f *file) buildLine() string {
	const version = "go1.21" // the first that a file may ask for beyond its module's
	if ir.GoAtLeast(f.p.Info.FileVersions[f.src.Ast], 18) {
		return f.src.Build
	}
	var x constraint.Expr = &constraint.TagExpr{Tag: version}
	if y, err := constraint.Parse(f.src.Build); err == nil {
		x = &constraint.AndExpr{X: y, Y: x}
	}
	return "//go:build " + x.String()
}

// suffix turns a file name into part of an identifier.
func suffix(path string) string {
	s := strings.TrimSuffix(filepath.Base(path), ".go")
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, s)
}

func (f *file) add(c ...jen.Code) {
	for _, c := range c {
		if f.u.Weave {
			f.body = append(f.body, f.ownLine())
		}
		f.body = append(f.body, c, jen.Line())
	}
}

// once emits a helper the first time its key is met, and returns its name.
func (f *file) once(key, prefix string, build func(name string) jen.Code) string {
	if n, ok := f.helpers[key]; ok {
		return n
	}
	n := f.name(fmt.Sprintf("%s%d_%s", prefix, len(f.helpers)+1, f.suffix))
	f.helpers[key] = n
	f.add(build(n))
	return n
}

func g(name string) *jen.Statement { return jen.Qual(greenPath, name) }

func unsafePointer() *jen.Statement { return jen.Qual("unsafe", "Pointer") }
