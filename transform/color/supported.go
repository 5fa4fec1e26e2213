package color

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// unsupported says why the later passes cannot make a twin of f, and where; ""
// if they can. The list of limits:
//
//   - a type declared in the function, unless hoist.go finds a place for it
//   - a variable, receiver or result whose type cannot be named in the function's
//     package, but for a receiver that stays where it is (stays)
//   - modules of a Go version before 1.18
//   - functions that need a predeclared name which their package redeclares
//   - functions with variables, and packages with types or functions, that are
//     named as something in emitted helpers, such as _x
//   - a method whose type has a field or method with the name of the twin
//   - a literal of a package-level initialiser on a line with another one
//   - methods whose twins another type's would hide, in a struct type without a
//     name, of a function or generic, that embeds both
//   - functions that look at their own stack, or at the heap; those that call a
//     function which looks at its callers (runtime.Caller, runtime.Callers); not those
//     that have an ir.StandIn
func (c *colorer) unsupported(f *ir.Func) (string, token.Pos) {
	if v, ok := c.verdicts[f]; ok {
		return v.reason, v.at
	}
	l := &limits{c: c, f: f, info: f.Pkg.Info}
	l.signature()
	if why := c.u.Failed[f.Root()]; why != "" {
		l.no(f.Pos(), "greengen failed on it: "+why)
	}
	if at, ok := c.watched[f]; ok {
		l.no(at, "a function that it calls looks at its callers")
	}
	if why := c.objection(f.Pkg.Types); why != "" {
		l.no(f.Pos(), why)
	}
	l.helperNames()
	if f.Obj != nil && taken(f.Obj) {
		l.no(f.Pos(), "its type has a "+f.Obj.Name()+"_green of its own")
	}
	if f.Sig.Recv() != nil && c.tangled[f.Obj.Name()] {
		l.no(f.Pos(), "a type that can be given no methods embeds several types with a method "+f.Obj.Name()+", or hides one")
	}
	if f.Crowded {
		l.no(f.Pos(), "another literal of an initialiser is on its lines")
	}
	ast.Inspect(f.Syntax(), l.visit)
	if f.Obj != nil && (f.Obj.Name() == "_" || f.Obj.Name() == "init" && f.Sig.Recv() == nil) {
		l.no(f.Pos(), "it is run by Go itself")
	}
	if c.verdicts == nil {
		c.verdicts = map[*ir.Func]verdict{}
	}
	c.verdicts[f] = verdict{l.reason, l.at}
	return l.reason, l.at
}

// taken reports whether the twin of a method cannot have its name.
func taken(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil {
		return false
	}
	obj, index, _ := types.LookupFieldOrMethod(recv.Type(), true, fn.Pkg(), fn.Name()+"_green")
	return obj != nil && len(index) == 1
}

type verdict struct {
	reason string
	at     token.Pos
}

type limits struct {
	c      *colorer
	f      *ir.Func
	info   *types.Info
	reason string
	at     token.Pos
}

func (l *limits) no(at token.Pos, reason string) {
	if l.reason == "" {
		l.reason, l.at = reason, at
	}
}

func (l *limits) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncLit:
		l.localTypes(n) // if it is plain, the twin has a copy of it
		return false
	case *ast.GenDecl:
		l.localTypes(n)
	case *ast.Ident:
		if v, ok := l.info.Defs[n].(*types.Var); ok {
			l.nameable(n.Pos(), v.Type())
		}
		l.used(n.Pos(), l.info.Uses[n])
	case *ast.CallExpr:
		l.call(n)
	case *ast.DeferStmt:
		l.kept(n.Call)
	case *ast.GoStmt:
		l.kept(n.Call)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			l.channel(n.X)
		}
	case *ast.SendStmt:
		l.channel(n.Chan)
	case *ast.RangeStmt:
		l.channel(n.X)
	}
	return l.reason == ""
}

func (l *limits) used(at token.Pos, obj types.Object) {
	switch obj := obj.(type) {
	case *types.Func:
		if obj.Pkg() != nil && looksAtStack[key(obj)] {
			l.no(at, "it looks at what the runtime knows of it: "+obj.FullName())
		}
	case *types.TypeName: // a literal may use one that the function around it declares
		if l.c.local(obj) {
			l.no(at, "a type declared in a function is not native yet")
		}
	}
}

// call checks what a helper for the call would have to write: the receiver, the
// parameters, the results.
func (l *limits) call(n *ast.CallExpr) {
	fun := ast.Unparen(n.Fun)
	if tv := l.info.Types[fun]; tv.IsType() || tv.IsBuiltin() {
		if id, ok := fun.(*ast.Ident); ok && tv.IsBuiltin() && id.Name == "close" {
			l.channel(n.Args[0])
		}
		return
	}
	if t := l.info.TypeOf(n); t != nil {
		l.nameable(n.Pos(), t)
	}
	if x, ok := ir.Uninstantiate(fun).(*ast.SelectorExpr); ok {
		sel := l.info.Selections[x]
		if sel != nil && sel.Kind() == types.MethodVal && !l.stays(x, sel) {
			l.nameable(n.Pos(), sel.Recv())
		}
	}
	if sig, ok := l.info.TypeOf(fun).Underlying().(*types.Signature); ok {
		l.nameable(n.Pos(), sig)
	}
}

// channel checks an operation on x if that is a channel: it names the element.
func (l *limits) channel(x ast.Expr) {
	if t := l.info.TypeOf(x); t != nil {
		if c, ok := ir.Under(t).(*types.Chan); ok {
			l.nameable(x.Pos(), c.Elem())
		}
	}
}

// builtin checks the operands of n, which is deferred or started, if it is a builtin's:
// they are kept.
func (l *limits) builtin(n *ast.CallExpr) bool {
	if !l.info.Types[ast.Unparen(n.Fun)].IsBuiltin() {
		return false
	}
	for _, a := range n.Args {
		l.nameable(a.Pos(), l.info.TypeOf(a))
	}
	return true
}

// kept checks what is kept until n is called: the operands of a builtin. Of others it
// notes whether the func value, or the method's receiver, can be kept by its type.
func (l *limits) kept(n *ast.CallExpr) {
	fun := ast.Unparen(n.Fun)
	if l.info.Types[fun].IsType() || l.builtin(n) {
		return
	}
	t := l.info.TypeOf(fun)
	if x, ok := fun.(*ast.SelectorExpr); ok {
		if sel := l.info.Selections[x]; sel != nil && sel.Kind() == types.MethodVal {
			t = sel.Recv()
		}
	}
	p := l.f.Pkg
	if l.c.unnameable(t, p.Types, map[types.Type]bool{}) != "" {
		if p.Unnamed == nil {
			p.Unnamed = map[ast.Expr]bool{}
		}
		p.Unnamed[fun] = true
	}
}

// stays reports whether the call of x, a method, is written as it is in the source,
// and its receiver too: binary.BigEndian.Uint32(b). BigEndian's type has no name
// elsewhere, but no helper has to take it and no temporary to keep it.
func (l *limits) stays(x *ast.SelectorExpr, sel *types.Selection) bool {
	var id *ast.Ident
	switch r := ast.Unparen(x.X).(type) {
	case *ast.Ident:
		id = r
	case *ast.SelectorExpr:
		id = r.Sel
	}
	if id == nil {
		return false
	}
	v, ok := l.info.Uses[id].(*types.Var)
	if !ok || v.IsField() || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
		return false
	}
	m := sel.Obj().(*types.Func)
	if types.IsInterface(m.Signature().Recv().Type()) || l.c.inUnit(m.Pkg()) || !l.c.plainFunc(m) || l.c.rule(m) != nil {
		return false
	}
	for p := range m.Signature().Params().Variables() {
		if !inert(p.Type()) {
			return false
		}
	}
	_, _, twin := twinSymbol(m)
	return !twin
}

func (l *limits) signature() { l.nameable(l.f.Pos(), l.f.Sig) }

var looksAtStack = ir.Words(`runtime.Caller runtime.Callers runtime.CallersFrames runtime.LockOSThread runtime.UnlockOSThread
	runtime.ReadMemStats runtime.SetFinalizer runtime.AddCleanup runtime.MemProfile runtime.GoroutineProfile testing.AllocsPerRun`)

// nameable checks that generated code in f's package can write t.
func (l *limits) nameable(at token.Pos, t types.Type) {
	if bad := l.c.unnameable(t, l.f.Pkg.Types, map[types.Type]bool{}); bad != "" {
		l.no(at, "the type "+bad+" has no name here")
	}
}

// local reports whether tn is declared in a function, and stays there.
func (c *colorer) local(tn *types.TypeName) bool { return ir.Local(tn) && !c.hoisted[tn] }

// localTypes checks that no type stays in the function.
func (l *limits) localTypes(n ast.Node) {
	for _, s := range localTypes(n) {
		if tn, ok := l.info.Defs[s.Name].(*types.TypeName); ok && l.c.local(tn) {
			l.no(s.Pos(), "a type declared in a function is not native yet")
		}
	}
}

// unnameable returns the part of t that code in pkg cannot write, "" if it can.
func (c *colorer) unnameable(t types.Type, pkg *types.Package, seen map[types.Type]bool) string {
	if t == nil || seen[t] {
		return ""
	}
	seen[t] = true
	rec := func(t types.Type) string { return c.unnameable(t, pkg, seen) }
	switch t := t.(type) {
	case *types.Alias:
		return firstOf(c.named(t.Obj(), pkg), args(t.TypeArgs(), rec))
	case *types.Named:
		return firstOf(c.named(t.Obj(), pkg), args(t.TypeArgs(), rec))
	case *types.Pointer:
		return rec(t.Elem())
	case *types.Slice:
		return rec(t.Elem())
	case *types.Array:
		return rec(t.Elem())
	case *types.Chan:
		return rec(t.Elem())
	case *types.Map:
		return firstOf(rec(t.Key()), rec(t.Elem()))
	case *types.Tuple:
		for i := range t.Len() {
			if s := rec(t.At(i).Type()); s != "" {
				return s
			}
		}
	case *types.Signature:
		return firstOf(rec(t.Params()), rec(t.Results()))
	case *types.Struct:
		for i := range t.NumFields() {
			f := t.Field(i)
			if !f.Exported() && f.Pkg() != pkg {
				return t.String()
			}
			if s := rec(f.Type()); s != "" {
				return s
			}
		}
	case *types.Interface:
		for i := range t.NumExplicitMethods() {
			m := t.ExplicitMethod(i)
			if !m.Exported() && m.Pkg() != pkg {
				return t.String()
			}
			if s := rec(m.Type()); s != "" {
				return s
			}
		}
		for i := range t.NumEmbeddeds() {
			if s := rec(t.EmbeddedType(i)); s != "" {
				return s
			}
		}
	}
	return ""
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func args(l *types.TypeList, rec func(types.Type) string) string {
	for i := range l.Len() {
		if s := rec(l.At(i)); s != "" {
			return s
		}
	}
	return ""
}

func (c *colorer) named(tn *types.TypeName, pkg *types.Package) string {
	if tn.Pkg() == nil || tn.Pkg() == pkg && !c.local(tn) || tn.Pkg() != pkg && tn.Exported() && !internal(tn.Pkg().Path(), pkg.Path()) {
		return ""
	}
	return tn.Name()
}

// internal reports whether pkg may not import path.
func internal(path, pkg string) bool {
	for i := 0; i+8 <= len(path); i++ {
		if path[i:i+8] != "internal" || i > 0 && path[i-1] != '/' || i+8 < len(path) && path[i+8] != '/' {
			continue
		}
		parent := ""
		if i > 0 {
			parent = path[:i-1]
		}
		return parent == "" || pkg != parent && !(len(pkg) > len(parent) && pkg[:len(parent)] == parent && pkg[len(parent)] == '/')
	}
	return false
}

// foreignFuncType reports whether the func value that a site calls is of a type
// or in a field of another package, whose code may block.
func (c *colorer) foreignFuncType(s *site) bool {
	if s.call == nil || s.t.Fn != nil {
		return false
	}
	return s.outside
}

// watch finds the functions whose frames runtime.Caller or Callers sees from a
// function that they call: there must be frames, in the order that Go has.
func (c *colorer) watch() {
	c.watched = map[*ir.Func]token.Pos{}
	type item struct {
		f     *ir.Func
		depth int
	}
	callers := map[*ir.Func][]*ir.Func{}
	at := map[[2]*ir.Func]token.Pos{}
	var todo []item
	for _, p := range c.u.Packages {
		for _, f := range p.Funcs {
			if d := sees(f); d > 0 {
				todo = append(todo, item{f, d})
			}
			for _, s := range c.sites[f] {
				if g := s.t.Fn; g != nil && !s.gone {
					callers[g] = append(callers[g], f)
					at[[2]*ir.Func{g, f}] = s.node.Pos()
				}
			}
		}
	}
	deepest := map[*ir.Func]int{}
	for len(todo) > 0 {
		it := todo[0]
		todo = todo[1:]
		if it.depth <= deepest[it.f] {
			continue
		}
		deepest[it.f] = it.depth
		for _, g := range callers[it.f] {
			c.watched[g] = at[[2]*ir.Func{it.f, g}]
			todo = append(todo, item{g, it.depth - 1})
		}
	}
}

// sees returns how many callers of its own f looks at.
func sees(f *ir.Func) int {
	most := 0
	ast.Inspect(f.Syntax(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == f.Lit
		case *ast.CallExpr:
			x, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
			if !ok {
				break
			}
			fn, _ := f.Pkg.Info.Uses[x.Sel].(*types.Func)
			if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "runtime" {
				break
			}
			switch fn.Name() {
			case "Caller":
				depth := 1 << 20
				if v := f.Pkg.Info.Types[n.Args[0]].Value; v != nil {
					if d, exact := constant.Int64Val(v); exact {
						depth = int(d)
					}
				}
				most = max(most, depth)
			case "Callers":
				most = 1 << 20
			}
		}
		return true
	})
	return most
}
