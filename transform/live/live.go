package live

import (
	"go/ast"
	"go/token"
	"sort"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

// Run computes liveness and frame slots of all green functions.
func Run(u *ir.Unit, _ *diag.Reporter) {
	for _, p := range u.Packages {
		for _, f := range p.Funcs {
			if f.Color == ir.Green {
				u.Now = f
				analyse(f)
			}
		}
	}
}

type set map[*ir.Var]bool

type analysis struct {
	f      *ir.Func
	always set // results of a function with a guard
}

func analyse(f *ir.Func) {
	a := &analysis{f: f, always: set{}}
	if f.Guard {
		for _, v := range f.Results {
			a.always[v] = true
		}
	}
	for _, b := range f.Flow {
		b.In = set{}
	}
	for changed := true; changed; {
		changed = false
		for i := len(f.Flow) - 1; i >= 0; i-- {
			b := f.Flow[i]
			in := a.transfer(b)
			if len(in) != len(b.In) {
				b.In, changed = in, true
			}
		}
	}
	slots := set{}
	for _, b := range f.Flow {
		if t, ok := b.Term.(*ir.Suspend); ok {
			t.Call.Live = a.sorted(a.after(t))
			for _, v := range t.Call.Live {
				slots[v] = true
			}
		}
	}
	for v := range a.always {
		slots[v] = true
	}
	f.Slots = a.sorted(slots)
	a.kept()
}

// sorted orders variables by declaration: parameters, results, then the others.
func (a *analysis) sorted(s set) []*ir.Var {
	order := map[*ir.Var]int{}
	for _, list := range [][]*ir.Var{a.f.Params, a.f.Results, a.f.All} {
		for _, v := range list {
			order[v] = len(order)
		}
	}
	var vs []*ir.Var
	for v := range s {
		vs = append(vs, v)
	}
	sort.Slice(vs, func(i, j int) bool { return order[vs[i]] < order[vs[j]] })
	return vs
}

// after is what is live when the call of t has completed, its results apart.
func (a *analysis) after(t *ir.Suspend) set {
	s := set{}
	if t.Next == nil {
		return s
	}
	for v := range t.Next.In {
		s[v] = true
	}
	for _, v := range t.Call.Dst {
		if v != nil && !v.Boxed && !a.always[v] {
			delete(s, v)
		}
	}
	return s
}

func (a *analysis) transfer(b *ir.BasicBlock) set {
	s := set{}
	for v := range a.always {
		s[v] = true
	}
	a.term(b, s)
	for _, e := range b.Exits {
		for v := range e.In {
			s[v] = true
		}
	}
	for i := len(b.Stmts) - 1; i >= 0; i-- {
		a.stmt(b.Stmts[i], s)
	}
	for v := range a.always { // a statement may panic before it sets them
		s[v] = true
	}
	return s
}

func (a *analysis) term(b *ir.BasicBlock, s set) {
	switch t := b.Term.(type) {
	case *ir.Suspend:
		for v := range a.after(t) {
			s[v] = true
		}
		a.call(t.Call, s)
		return
	case *ir.Choose:
		for i, c := range t.Clauses {
			cl := t.S.Clauses[i]
			for v := range c.In {
				if v != cl.Var {
					s[v] = true
				}
			}
		}
		if t.Else != nil {
			a.join(t.Else, s)
		}
		a.use(t.S.S, s)
		return
	case *ir.Branch:
		a.use(t.Cond, s)
	case *ir.Leave:
		for _, r := range t.R.Results {
			a.use(r, s)
		}
		for _, v := range a.f.Results {
			if len(t.R.Results) == 0 || v.Boxed {
				s[v] = true
			}
		}
	}
	for _, n := range b.Term.Succs() {
		a.join(n, s)
	}
}

func (a *analysis) join(b *ir.BasicBlock, s set) {
	for v := range b.In {
		s[v] = true
	}
}

func (a *analysis) call(c *ir.Call, s set) {
	if c.Fun != nil {
		a.use(c.Fun, s)
	}
	for _, e := range c.Args {
		a.use(e, s)
	}
	for _, sc := range c.Cases {
		a.use(sc.Chan, s)
		if sc.Value != nil {
			a.use(sc.Value, s)
		}
	}
	for _, v := range c.Dst {
		if v != nil && v.Boxed {
			s[v] = true
		}
	}
}

func (a *analysis) stmt(st ir.Stmt, s set) {
	switch st := st.(type) {
	case *ir.Zero:
		for _, v := range st.Vars {
			delete(s, v)
		}
	case *ir.SetVar:
		if st.New || !st.Var.Boxed {
			delete(s, st.Var)
		} else {
			s[st.Var] = true
		}
		a.use(st.X, s)
	case *ir.Rebox:
		s[st.Var] = true
	case *ir.Go:
		a.stmt(&st.Defer, s)
	case *ir.Defer:
		a.use(st.Fun, s)
		for _, e := range st.Args {
			a.use(e, s)
		}
	case *ir.Raw:
		for _, v := range st.Defs {
			delete(s, v)
		}
		n, ok := st.S.(*ast.AssignStmt)
		if !ok {
			a.use(st.S, s)
			return
		}
		a.assign(n, st.Defs, s)
	}
}

// assign kills the plain variables that an assignment sets as a whole.
func (a *analysis) assign(n *ast.AssignStmt, defs []*ir.Var, s set) {
	for _, l := range n.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok {
			continue
		}
		v := a.f.VarOf(id)
		if v != nil && !v.Boxed && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE) {
			delete(s, v)
		}
	}
	for _, l := range n.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok {
			a.use(l, s)
			continue
		}
		v := a.f.VarOf(id)
		if v == nil || contains(defs, v) {
			continue
		}
		if v.Boxed || n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
			a.use(l, s)
		}
	}
	for _, r := range n.Rhs {
		a.use(r, s)
	}
}

func contains(vs []*ir.Var, v *ir.Var) bool {
	for _, w := range vs {
		if w == v {
			return true
		}
	}
	return false
}

// use adds the variables that n mentions.
func (a *analysis) use(n ast.Node, s set) {
	if n == nil {
		return
	}
	a.f.Pkg.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			a.mention(n, s)
		case *ast.ReturnStmt:
			// A return in a kept statement reads the results that it does not set.
			for _, v := range a.f.Results {
				if len(n.Results) == 0 || v.Boxed {
					s[v] = true
				}
			}
		case *ast.FuncLit: // its returns are its own
			a.f.Pkg.Inspect(n, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					a.mention(id, s)
				}
				return true
			})
			return false
		}
		return true
	})
}

func (a *analysis) mention(id *ast.Ident, s set) {
	if v := a.f.VarOf(id); v != nil && v.From == nil {
		s[v] = true
	}
}
