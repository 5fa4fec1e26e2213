package color

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/rules"
)

// scan lists the places in f's own code, literals apart, where it may suspend,
// and the functions whose values it takes.
func (c *colorer) scan(f *ir.Func) {
	s := &scanner{c: c, f: f, info: f.Pkg.Info, called: map[ast.Node]bool{}}
	ast.Inspect(f.Syntax(), s.visit)
}

// scanInits finds the func values that package-level initialisers make. The
// initialisers themselves run plain, before there is a hub.
func (c *colorer) scanInits(p *ir.Package) {
	for _, i := range p.Inits {
		f := &ir.Func{Pkg: p, File: i.File, Calls: map[ast.Node]*ir.Target{}}
		s := &scanner{c: c, f: f, info: p.Info, called: map[ast.Node]bool{}}
		ast.Inspect(i.X, s.visit)
		delete(c.sites, f)
	}
}

type scanner struct {
	c      *colorer
	f      *ir.Func
	info   *types.Info
	called map[ast.Node]bool // operands in call position
	gone   map[ast.Node]bool
	defr   map[ast.Node]bool
	comm   map[ast.Node]bool // communications of a select: part of it
}

func (s *scanner) add(st *site) {
	st.gone, st.defr, st.f = s.gone[st.node], s.defr[st.node], s.f
	s.c.sites[s.f] = append(s.c.sites[s.f], st)
}

func (s *scanner) op(n ast.Node, k ir.Kind) { s.add(&site{node: n, t: &ir.Target{Kind: k}}) }

func mark(m *map[ast.Node]bool, n ast.Node) {
	if *m == nil {
		*m = map[ast.Node]bool{}
	}
	(*m)[n] = true
}

func (s *scanner) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncLit:
		s.value(s.c.lits[n], n)
		return false
	case *ast.GoStmt:
		mark(&s.gone, n.Call)
	case *ast.DeferStmt:
		mark(&s.defr, n.Call)
	case *ast.CallExpr:
		s.call(n)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW && !s.comm[n] {
			s.op(n, ir.OpRecv)
		}
	case *ast.SendStmt:
		if !s.comm[n] {
			s.op(n, ir.OpSend)
		}
	case *ast.SelectStmt:
		s.selects(n)
	case *ast.RangeStmt:
		s.ranges(n)
	case *ast.Ident:
		s.ident(n, n)
	case *ast.SelectorExpr:
		s.selector(n)
	}
	return true
}

func (s *scanner) selects(n *ast.SelectStmt) {
	for _, cl := range n.Body.List {
		comm := cl.(*ast.CommClause).Comm
		switch comm := comm.(type) {
		case *ast.SendStmt:
			mark(&s.comm, comm)
		case *ast.ExprStmt:
			mark(&s.comm, ast.Unparen(comm.X))
		case *ast.AssignStmt:
			mark(&s.comm, ast.Unparen(comm.Rhs[0]))
		}
	}
	s.op(n, ir.OpSelect)
}

func (s *scanner) ranges(n *ast.RangeStmt) {
	switch ir.Under(s.info.TypeOf(n.X)).(type) {
	case *types.Chan:
		s.op(n, ir.OpRecv2)
	}
}

func (s *scanner) call(n *ast.CallExpr) {
	fun := ast.Unparen(n.Fun)
	tv := s.info.Types[fun]
	if tv.IsType() {
		return
	}
	if tv.IsBuiltin() {
		if id, ok := fun.(*ast.Ident); ok && id.Name == "recover" {
			if s.f.Home != nil && s.defr[n] { // defer recover()
				s.f.Home.Recovers = true
			} else {
				s.f.Recovers = true
			}
			s.f.Calls[n] = &ir.Target{Kind: ir.CallRecover}
		} else if ok && id.Name == "close" {
			s.op(n, ir.OpClose)
		}
		return
	}
	sig, ok := ir.Under(s.info.TypeOf(n.Fun)).(*types.Signature)
	if !ok {
		return
	}
	if s.f.Pkg.CallsRuntime(n) {
		s.called[fun] = true
		return
	}
	st := &site{node: n, call: n, t: &ir.Target{Sig: sig}}
	switch fun := fun.(type) {
	case *ast.FuncLit:
		st.t.Kind, st.t.Fn = ir.CallLit, s.c.lits[fun]
		s.add(st)
		return
	case *ast.IndexExpr, *ast.IndexListExpr:
	default:
	}
	base := ir.Uninstantiate(fun)
	switch x := base.(type) {
	case *ast.Ident:
		s.called[x] = true
		st.t.Obj, _ = s.info.Uses[x].(*types.Func)
	case *ast.SelectorExpr:
		sel := s.info.Selections[x]
		s.called[x] = sel == nil || sel.Kind() != types.MethodExpr // T.M(x) calls the value T.M
		if !s.method(st, x) {
			st.t.Obj, _ = s.info.Uses[x.Sel].(*types.Func)
		}
	}
	switch {
	case st.t.Kind == ir.CallIface:
	case st.t.Obj == nil:
		st.t.Kind, st.group = ir.CallValue, s.c.key(sig)
		st.outside = s.outside(base)
	default:
		s.c.static(s.f, st)
	}
	s.add(st)
}

// outside reports whether a func value is of a named type, or in a field, of a
// package outside the unit.
func (s *scanner) outside(e ast.Expr) bool {
	if n, ok := types.Unalias(s.info.TypeOf(e)).(*types.Named); ok && n.Obj().Pkg() != nil && !s.c.inUnit(n.Obj().Pkg()) {
		path := n.Obj().Pkg().Path()
		return path != "context" && path != "iter" // a CancelFunc does not block; where a Seq comes from, results sees
	}
	x, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if v, ok := s.info.Uses[x.Sel].(*types.Var); ok && v.Pkg() != nil {
		return !s.c.inUnit(v.Pkg())
	}
	return false
}

func (c *colorer) inUnit(p *types.Package) bool { return c.u.Has(p) }

// method fills in st for a call through a selection; false if x is none that
// names a method.
func (s *scanner) method(st *site, x *ast.SelectorExpr) bool {
	sel := s.info.Selections[x]
	if sel == nil {
		return false
	}
	if sel.Kind() != types.MethodVal {
		return true // a field, or a method expression: a func value
	}
	m := sel.Obj().(*types.Func)
	recv := m.Signature().Recv().Type()
	_, isParam := types.Unalias(deref(sel.Recv())).(*types.TypeParam)
	st.t.Obj = m
	_, twin := patched[key(m)]
	if r := s.c.rule(m); r != nil {
		st.t.Rule = r
		twin = r.Verb == rules.Native && s.c.canCall(s.f.Pkg.Types, r.By)
	}
	if !twin && (types.IsInterface(recv) || isParam) {
		st.t.Kind, st.group = ir.CallIface, m.Name()+s.c.key(st.t.Sig)
	}
	return true
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// static fills in st for a callee that is known.
func (c *colorer) static(f *ir.Func, st *site) {
	obj := st.t.Obj.Origin()
	if c.staticRule(f, st) {
		return
	}
	if g := c.funcOf(obj); g != nil {
		st.t.Kind, st.t.Fn = ir.CallTwin, g
		return
	}
	if c.mustBeStd(obj) {
		st.t.Kind, st.t.Symbol = ir.CallTwin, stdSymbol(obj)
		return
	}
	if sym, suspends, ok := twinSymbol(obj); ok && (argOnly[key(obj)] || wrapping[key(obj)]) {
		st.t.Kind, st.arg = ir.CallOffload, sym
		return
	} else if ok && seqOnly[key(obj)] {
		st.t.Kind, st.seq = ir.CallOffload, sym
		return
	} else if ok {
		st.t.Symbol, st.t.Kind = sym, ir.CallHub
		if suspends {
			st.t.Kind = ir.CallTwin
		}
		c.hand(st.t.Sig)
		if obj.Pkg().Path() == "iter" { // what Pull returns may block
			c.results(st)
		}
		if ofRuntime(obj.Pkg().Path()) {
			c.iterators(st.t.Sig)
		}
		return
	}
	st.t.Kind = ir.CallOffload
	c.results(st)
}

// iterators notes the iterators that a function of the runtime returns: they may
// block, and look for the twins of the bodies that they are handed. Other funcs
// that it returns do not block.
func (c *colorer) iterators(sig *types.Signature) {
	for i := range sig.Results().Len() {
		t := sig.Results().At(i).Type()
		if yield := yieldOf(t); yield != nil {
			c.foreign[c.key(t.Underlying().(*types.Signature))] = true
			c.handOne(yield)
		}
	}
}

// hand notes the func types that a twin written by hand takes: it looks for the
// twins of what it is handed.
func (c *colorer) hand(sig *types.Signature) {
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		if sl, ok := t.Underlying().(*types.Slice); ok {
			t = sl.Elem()
		}
		if fn, ok := t.Underlying().(*types.Signature); ok {
			c.handOne(fn)
			if yield := yieldOf(t); yield != nil { // the twin yields to a function of its own
				c.foreign[c.key(yield)] = true
			}
		}
	}
}

func (c *colorer) handOne(fn *types.Signature) {
	if c.handed == nil {
		c.handed = map[string]bool{}
	}
	c.handed[c.key(fn)] = true
}

// yieldOf returns what an iter.Seq or Seq2 takes, nil for any other type.
func yieldOf(t types.Type) *types.Signature {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != "iter" {
		return nil
	}
	return n.Underlying().(*types.Signature).Params().At(0).Type().Underlying().(*types.Signature)
}

// results notes the func values that a foreign function returns, unless it is
// known that they do not block.
func (c *colorer) results(st *site) {
	if obj := st.t.Obj; obj.Pkg() != nil && plainResults[obj.Pkg().Path()] {
		return
	}
	for i := range st.t.Sig.Results().Len() {
		if fn, ok := st.t.Sig.Results().At(i).Type().Underlying().(*types.Signature); ok {
			c.foreign[c.key(fn)] = true
		}
	}
}

var plainResults = map[string]bool{"context": true, "strings": true, "bytes": true, "slices": true, "maps": true}

func (c *colorer) funcOf(obj *types.Func) *ir.Func { return c.u.Lookup(obj) }

// ident notes a function whose value is taken by its name.
func (s *scanner) ident(id *ast.Ident, at ast.Node) {
	if s.called[at] {
		return
	}
	if obj, ok := s.info.Uses[id].(*types.Func); ok && obj.Signature().Recv() == nil {
		if g := s.c.funcOf(obj.Origin()); g != nil {
			s.value(g, at)
		} else if sig, ok := s.info.TypeOf(id).(*types.Signature); ok {
			s.c.outsideValue(obj, sig)
		}
	}
}

func (s *scanner) selector(x *ast.SelectorExpr) {
	s.called[x.Sel] = true // seen here
	if s.called[x] {
		return
	}
	sel := s.info.Selections[x]
	if sel == nil {
		delete(s.called, x.Sel)
		s.ident(x.Sel, x.Sel)
		s.called[x.Sel] = true
		return
	}
	m, ok := sel.Obj().(*types.Func)
	if !ok {
		return
	}
	sig, _ := s.info.TypeOf(x).(*types.Signature)
	if sig == nil {
		return
	}
	g := s.c.funcOf(m.Origin())
	s.c.methodValue(s.f, sel, sig)
	switch {
	case g != nil:
		s.c.addValue(g, sig)
		s.add(&site{node: x, t: &ir.Target{Kind: ir.CallPlain, Fn: g, Sig: sig}, gone: true})
		s.c.sites[s.f][len(s.c.sites[s.f])-1].gone = true
	case types.IsInterface(m.Signature().Recv().Type()):
		if s.c.ifaceBlocks(m) {
			s.c.foreign[s.c.key(sig)] = true
		}
	default:
		s.c.outsideValue(m, sig)
	}
}

// value notes that g may be called by anybody who calls a func value of its type.
func (s *scanner) value(g *ir.Func, at ast.Node) {
	if g == nil {
		return
	}
	sig := g.Sig
	if e, ok := at.(ast.Expr); ok {
		if t, ok := s.info.TypeOf(e).(*types.Signature); ok {
			sig = t
		}
	}
	s.c.addValue(g, sig)
	if g.Lit == nil {
		st := &site{node: at, t: &ir.Target{Kind: ir.CallPlain, Fn: g, Sig: sig}}
		s.c.sites[s.f] = append(s.c.sites[s.f], st)
		st.gone = true // reaches g, but does not call it
	}
}

func (c *colorer) addValue(g *ir.Func, sig *types.Signature) {
	k := c.key(sig)
	g.Value = true
	for _, h := range c.values[k] {
		if h == g {
			return
		}
	}
	c.values[k] = append(c.values[k], g)
}
