package desugar

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

// Run desugars the green functions of u.
func Run(u *ir.Unit, _ *diag.Reporter) {
	for _, p := range u.Packages {
		surveys := map[*ir.Func]*survey{}
		for _, f := range p.Funcs {
			if f.Color != ir.Green {
				continue
			}
			u.Now = f
			root := f.Root()
			s := surveys[root]
			if s == nil {
				s = newSurvey(root)
				surveys[root] = s
			}
			desugar(u, f, s)
		}
	}
}

type desugarer struct {
	u     *ir.Unit
	f     *ir.Func
	s     *survey
	info  *types.Info
	out   *[]ir.Stmt
	has   map[ast.Node]bool // memo of suspends
	flat  map[ast.Node]bool // memo of flatten
	temps int
	label map[ast.Stmt]string // of labelled statements
	gotos gotos
	old   bool // loop variables are per loop, as before Go 1.22
}

func desugar(u *ir.Unit, f *ir.Func, s *survey) {
	d := &desugarer{u: u, f: f, s: s, info: f.Pkg.Info, has: map[ast.Node]bool{}, flat: map[ast.Node]bool{},
		label: map[ast.Stmt]string{}}
	d.old = s.old
	f.Vars, f.Idents, f.All = map[types.Object]*ir.Var{}, map[*ast.Ident]*ir.Var{}, nil
	f.Runtime = map[*ast.Ident]bool{}
	f.Labels, f.Targets = map[ast.Stmt]*ir.Label{}, map[*ast.BranchStmt]ast.Stmt{}
	f.Params, f.Results, f.Capture, f.Points, f.Gotos = nil, nil, nil, nil, false
	if f.Outer == nil {
		f.Names = d.names()
	} else {
		f.Names = f.Root().Names
		if f.Names.Hub == "" { // the root is plain
			f.Names = d.names()
		}
		d.capture()
	}
	d.params()
	d.targets(f.Syntax())
	d.gotos = d.findGotos(f.Syntax())
	f.Guard = d.defers(f.Syntax())
	f.Body = d.block(f.Syntax().List)
	for i, c := range f.Points {
		c.PC = i + 1
	}
}

// capture gives the literal a Var for each variable of outer functions in it.
func (d *desugarer) capture() {
	seen := map[*types.Var]bool{}
	d.f.Pkg.Inspect(d.f.Lit, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := d.info.Uses[id].(*types.Var)
		if !ok || seen[v] || v.IsField() {
			return true
		}
		seen[v] = true
		home := d.s.home[v]
		if home == nil || within(home, d.f) {
			return true
		}
		from := d.f.Outer.Vars[v]
		if from == nil {
			return true
		}
		w := &ir.Var{Name: from.Name, Type: from.Type, Obj: v, Boxed: from.Boxed, Once: from.Once, Fn: d.f, From: from, Pos: from.Pos}
		d.f.Vars[v] = w
		d.f.Capture = append(d.f.Capture, w)
		return true
	})
}

// within reports whether f is g or a literal in it.
func within(f, g *ir.Func) bool {
	for ; f != nil; f = f.Outer {
		if f == g {
			return true
		}
	}
	return false
}

func (d *desugarer) params() {
	add := func(dst *[]*ir.Var, fl *ast.FieldList, tuple *types.Tuple) {
		if fl == nil {
			return
		}
		i := 0
		for _, field := range fl.List {
			for _, id := range field.Names {
				obj, _ := d.info.Defs[id].(*types.Var)
				if obj == nil || id.Name == "_" {
					*dst = append(*dst, d.hidden(tuple.At(i)))
				} else {
					*dst = append(*dst, d.param(obj))
				}
				i++
			}
			if len(field.Names) == 0 {
				*dst = append(*dst, d.hidden(tuple.At(i)))
				i++
			}
		}
	}
	if d.f.Decl != nil && d.f.Decl.Recv != nil {
		add(&d.f.Params, d.f.Decl.Recv, types.NewTuple(d.f.Sig.Recv()))
	}
	add(&d.f.Params, d.f.Type().Params, d.f.Sig.Params())
	add(&d.f.Results, d.f.Type().Results, d.f.Sig.Results())
}

// param keeps a parameter's own name: it hides the same things in the source.
func (d *desugarer) param(obj *types.Var) *ir.Var {
	name := obj.Name()
	if d.s.emitted[name] && d.f.Outer == nil || types.Universe.Lookup(name) != nil || members[name] {
		name = d.unique(name, obj)
	}
	if d.f.Outer != nil && d.taken(name) {
		name = d.unique(name, obj)
	}
	// A return writes to result variables from anywhere: none may be hidden.
	if d.s.results[obj] && d.s.defs[name] > 0 {
		d.s.emitted[name] = true
		name = d.unique(name, obj)
	}
	d.s.emitted[name] = true
	v := &ir.Var{Name: name, Type: obj.Type(), Obj: obj, Fn: d.f, Pos: obj.Pos(), Boxed: d.s.boxed(obj), Once: d.s.once(obj)}
	if v.Boxed {
		v.In = d.fresh("_" + name)
	}
	d.f.Vars[obj] = v
	return v
}

// taken reports whether a captured variable has the name.
func (d *desugarer) taken(name string) bool {
	for _, v := range d.f.Capture {
		if v.Name == name {
			return true
		}
	}
	return false
}

// hidden is a parameter or result without a name.
func (d *desugarer) hidden(p *types.Var) *ir.Var {
	d.temps++
	return &ir.Var{Name: d.fresh("_r" + itoa(d.temps)), Type: p.Type(), Fn: d.f, Pos: p.Pos(), Once: true}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// defers reports whether the function needs a guard. What the body of a range
// over a function defers is its home's.
func (d *desugarer) defers(n ast.Node) bool {
	if d.f.Home != nil {
		return false
	}
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			g := d.s.byLit[n]
			return g != nil && g.Home == d.f
		case *ast.DeferStmt:
			found = true
		}
		return true
	})
	return found
}

// emit appends to the current list.
func (d *desugarer) emit(s ir.Stmt) { *d.out = append(*d.out, s) }

// block desugars a list into a block of its own.
func (d *desugarer) block(list []ast.Stmt) *ir.Block {
	return d.collect(func() {
		for _, s := range list {
			d.stmt(s)
		}
	})
}

// collect gathers what fn emits.
func (d *desugarer) collect(fn func()) *ir.Block {
	b := &ir.Block{}
	saved := d.out
	d.out = &b.List
	fn()
	d.out = saved
	return b
}

// suspends reports whether n, literals apart, contains a suspension point.
func (d *desugarer) suspends(n ast.Node) bool {
	if isNil(n) {
		return false
	}
	if v, ok := d.has[n]; ok {
		return v
	}
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		if found || m == nil {
			return false
		}
		if _, ok := m.(*ast.FuncLit); ok && m != n {
			return false
		}
		if c, ok := m.(*ast.CallExpr); ok && d.measures(c) {
			return false
		}
		if g, ok := m.(*ast.GoStmt); ok {
			// The call itself runs elsewhere; its operands are evaluated here.
			for _, e := range append([]ast.Expr{g.Call.Fun}, g.Call.Args...) {
				found = found || d.suspends(e)
			}
			return false
		}
		if _, ok := m.(*ast.DeferStmt); ok {
			return true
		}
		if d.point(m) {
			found = true
		}
		return !found
	})
	d.has[n] = found
	return found
}

// measures reports whether c is unsafe.Sizeof or one of its kind, which do not
// evaluate their operand.
func (d *desugarer) measures(c *ast.CallExpr) bool {
	fun := ast.Unparen(c.Fun)
	if x, ok := fun.(*ast.SelectorExpr); ok {
		fun = x.Sel
	}
	id, ok := fun.(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := d.info.Uses[id].(*types.Builtin)
	return ok && (b.Name() == "Sizeof" || b.Name() == "Alignof" || b.Name() == "Offsetof")
}

func isNil(n ast.Node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case *ast.BlockStmt:
		return n == nil
	}
	return false
}

// point reports whether n itself is a suspension point.
func (d *desugarer) point(n ast.Node) bool {
	if t := d.f.Calls[n]; t.Suspends() {
		return true
	}
	switch n := n.(type) {
	case *ast.CallExpr:
		return d.u.Torture && d.realCall(n)
	case *ast.ForStmt, *ast.RangeStmt:
		return d.u.Torture || d.u.Preempt && d.long(n)
	case *ast.BranchStmt:
		return n.Tok == token.GOTO && (d.u.Torture || d.u.Preempt && d.f.Pkg.LeadsBack(n))
	}
	return false
}

// realCall reports whether a call is neither a conversion nor a built-in.
func (d *desugarer) realCall(n *ast.CallExpr) bool {
	tv := d.info.Types[ast.Unparen(n.Fun)]
	return !tv.IsType() && !tv.IsBuiltin() && !d.f.Pkg.CallsRuntime(n)
}

// flatten reports whether a statement must be taken apart.
func (d *desugarer) flatten(n ast.Stmt) bool {
	if v, ok := d.flat[n]; ok {
		return v
	}
	v := d.suspends(n)
	if !v {
		ast.Inspect(n, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.FuncLit:
				if g := d.s.byLit[m]; g != nil && g.Color == ir.Green && d.capturesFrom(m, n) {
					v = true
				}
				return false
			case *ast.DeferStmt:
				v = true
			case *ast.GoStmt:
				v = v || d.f.Calls[m.Call].Suspends()
			}
			return !v
		})
	}
	d.flat[n] = v
	return v
}

// capturesFrom reports whether lit uses a variable that n declares around it.
func (d *desugarer) capturesFrom(lit *ast.FuncLit, n ast.Stmt) bool {
	found := false
	d.f.Pkg.Inspect(lit, func(m ast.Node) bool {
		id, ok := m.(*ast.Ident)
		if !ok {
			return !found
		}
		v, ok := d.info.Uses[id].(*types.Var)
		if ok && !v.IsField() && n.Pos() <= v.Pos() && v.Pos() < n.End() && !(lit.Pos() <= v.Pos() && v.Pos() < lit.End()) {
			found = true
		}
		return !found
	})
	return found
}

// targets resolves breaks and continues to the statements that they leave.
func (d *desugarer) targets(body *ast.BlockStmt) {
	var walk func(n ast.Node, brk, cont ast.Stmt, labels map[string]ast.Stmt)
	walk = func(n ast.Node, brk, cont ast.Stmt, labels map[string]ast.Stmt) {
		ast.Inspect(n, func(m ast.Node) bool {
			if m == n {
				return true
			}
			switch m := m.(type) {
			case *ast.FuncLit:
				return false
			case *ast.LabeledStmt:
				inner := map[string]ast.Stmt{m.Label.Name: m.Stmt}
				for k, v := range labels {
					if _, ok := inner[k]; !ok {
						inner[k] = v
					}
				}
				d.label[m.Stmt] = m.Label.Name
				walk(&ast.BlockStmt{List: []ast.Stmt{m.Stmt}}, brk, cont, inner)
				return false
			case *ast.ForStmt, *ast.RangeStmt:
				walk(m, m.(ast.Stmt), m.(ast.Stmt), labels)
				return false
			case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				walk(m, m.(ast.Stmt), cont, labels)
				return false
			case *ast.BranchStmt:
				d.branch(m, brk, cont, labels)
			}
			return true
		})
	}
	walk(body, nil, nil, nil)
}

func (d *desugarer) branch(m *ast.BranchStmt, brk, cont ast.Stmt, labels map[string]ast.Stmt) {
	switch {
	case m.Tok == token.GOTO || m.Tok == token.FALLTHROUGH: // see findGotos
	case m.Label != nil:
		d.f.Targets[m] = labels[m.Label.Name]
	case m.Tok == token.BREAK:
		d.f.Targets[m] = brk
	case m.Tok == token.CONTINUE:
		d.f.Targets[m] = cont
	}
}
