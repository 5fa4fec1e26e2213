package live

import (
	"go/ast"
	"go/token"
	"slices"

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

type analysis struct {
	f      *ir.Func
	vars   []*ir.Var              // by declaration: parameters, results, then the others
	index  map[*ir.Var]int        // of vars
	always set                    // results of a function with a guard
	in     map[*ir.BasicBlock]set // what is live where a block begins
}

func analyse(f *ir.Func) {
	a := &analysis{f: f, index: map[*ir.Var]int{}, in: map[*ir.BasicBlock]set{}}
	for _, list := range [][]*ir.Var{f.Params, f.Results, f.All} {
		for _, v := range list {
			a.number(v)
		}
	}
	if f.Guard {
		for _, v := range f.Results {
			a.always.add(a.number(v))
		}
	}
	a.solve()
	slots := a.always.clone()
	for _, b := range f.Flow {
		if t, ok := b.Term.(*ir.Suspend); ok {
			after := a.after(t)
			t.Call.Live = a.sorted(after)
			slots.join(after)
		}
	}
	f.Slots = a.sorted(slots)
	a.kept()
}

// solve sets in. The syntax of each block is looked at once: what it does is the same
// on every round.
func (a *analysis) solve() {
	effects := make([]effect, len(a.f.Flow))
	for i, b := range a.f.Flow {
		effects[i] = a.effect(b)
	}
	for changed := true; changed; {
		changed = false
		for i := len(a.f.Flow) - 1; i >= 0; i-- {
			b := a.f.Flow[i]
			in := a.in[b]
			if in.join(a.transfer(b, &effects[i])) {
				a.in[b], changed = in, true
			}
		}
	}
}

// number returns v's place in sets.
func (a *analysis) number(v *ir.Var) int {
	n, ok := a.index[v]
	if !ok {
		n = len(a.vars)
		a.index[v] = n
		a.vars = append(a.vars, v)
	}
	return n
}

// sorted orders variables by declaration.
func (a *analysis) sorted(s set) []*ir.Var {
	var vs []*ir.Var
	for n := range s.all() {
		vs = append(vs, a.vars[n])
	}
	return vs
}

// after is what is live when the call of t has completed, its results apart.
func (a *analysis) after(t *ir.Suspend) set {
	if t.Next == nil {
		return nil
	}
	s := a.in[t.Next].clone()
	for _, v := range t.Call.Dst {
		if v != nil && !v.Boxed && !a.always.has(a.number(v)) {
			s.remove(a.number(v))
		}
	}
	return s
}

// transfer is what is live where b begins.
func (a *analysis) transfer(b *ir.BasicBlock, e *effect) set {
	s := e.end.clone()
	switch t := b.Term.(type) {
	case *ir.Suspend:
		s.join(a.after(t))
	case *ir.Choose:
		for i, c := range t.Clauses {
			in := a.in[c]
			if v := t.S.Clauses[i].Var; v != nil {
				in = in.clone()
				in.remove(a.number(v))
			}
			s.join(in)
		}
		if t.Else != nil {
			s.join(a.in[t.Else])
		}
	default:
		for _, n := range b.Term.Succs() {
			s.join(a.in[n])
		}
	}
	for _, x := range b.Exits {
		s.join(a.in[x])
	}
	s.subtract(e.sets)
	s.join(e.needs)
	s.join(a.always) // a statement may panic before it sets them
	return s
}

// effect is what a block by itself does to what is live behind it.
type effect struct {
	*analysis
	end         set // what its terminator needs
	needs, sets set // what its statements need, and what they set before they need it
}

func (a *analysis) effect(b *ir.BasicBlock) effect {
	e := effect{analysis: a}
	e.needs = a.always.clone()
	e.term(b)
	e.end, e.needs = e.needs, nil
	for _, s := range slices.Backward(b.Stmts) {
		e.stmt(s)
	}
	return e
}

func (e *effect) need(v *ir.Var) { e.needs.add(e.number(v)) }

func (e *effect) set(v *ir.Var) {
	n := e.number(v)
	e.needs.remove(n)
	e.sets.add(n)
}

func (e *effect) term(b *ir.BasicBlock) {
	switch t := b.Term.(type) {
	case *ir.Suspend:
		e.call(t.Call)
	case *ir.Choose:
		e.use(t.S.S)
	case *ir.Branch:
		e.use(t.Cond)
	case *ir.Leave:
		for _, r := range t.R.Results {
			e.use(r)
		}
		e.results(len(t.R.Results) == 0)
	}
}

// results is a return: it reads the results that it does not set.
func (e *effect) results(bare bool) {
	for _, v := range e.f.Results {
		if bare || v.Boxed {
			e.need(v)
		}
	}
}

func (e *effect) call(c *ir.Call) {
	if c.Fun != nil {
		e.use(c.Fun)
	}
	for _, x := range c.Args {
		e.use(x)
	}
	for _, sc := range c.Cases {
		e.use(sc.Chan)
		if sc.Value != nil {
			e.use(sc.Value)
		}
	}
	for _, v := range c.Dst {
		if v != nil && v.Boxed {
			e.need(v)
		}
	}
}

func (e *effect) stmt(st ir.Stmt) {
	switch st := st.(type) {
	case *ir.Zero:
		for _, v := range st.Vars {
			e.set(v)
		}
	case *ir.SetVar:
		if st.New || !st.Var.Boxed {
			e.set(st.Var)
		} else {
			e.need(st.Var)
		}
		e.use(st.X)
	case *ir.Rebox:
		e.need(st.Var)
	case *ir.Go:
		e.stmt(&st.Defer)
	case *ir.Defer:
		e.use(st.Fun)
		for _, x := range st.Args {
			e.use(x)
		}
	case *ir.Raw:
		for _, v := range st.Defs {
			e.set(v)
		}
		n, ok := st.S.(*ast.AssignStmt)
		if !ok {
			e.use(st.S)
			return
		}
		e.assign(n, st.Defs)
	}
}

// assign kills the plain variables that an assignment sets as a whole.
func (e *effect) assign(n *ast.AssignStmt, defs []*ir.Var) {
	for _, l := range n.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok {
			continue
		}
		v := e.f.VarOf(id)
		if v != nil && !v.Boxed && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE) {
			e.set(v)
		}
	}
	for _, l := range n.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok {
			e.use(l)
			continue
		}
		v := e.f.VarOf(id)
		if v == nil || slices.Contains(defs, v) {
			continue
		}
		if v.Boxed || n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
			e.use(l)
		}
	}
	for _, r := range n.Rhs {
		e.use(r)
	}
}

// use notes the variables that n mentions.
func (e *effect) use(n ast.Node) {
	if n == nil {
		return
	}
	e.f.Pkg.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			e.mention(n)
		case *ast.ReturnStmt: // in a kept statement
			e.results(len(n.Results) == 0)
		case *ast.FuncLit: // its returns are its own
			e.f.Pkg.Inspect(n, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					e.mention(id)
				}
				return true
			})
			return false
		}
		return true
	})
}

func (e *effect) mention(id *ast.Ident) {
	if v := e.f.VarOf(id); v != nil && v.From == nil {
		e.need(v)
	}
}
