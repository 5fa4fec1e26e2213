package live

import (
	"go/ast"
	"slices"

	"github.com/greengen/greengen/transform/ir"
)

// frame is what is known of the frame where the resume body is: clean variables
// have their value in their slot, and held slots may not be empty.
type frame struct{ clean, held set }

// frames tells each suspension point of the resume body which slots it need not
// write, and which it must clear.
type frames struct {
	*analysis
	in      map[*ir.BasicBlock]*frame
	changes map[*ir.BasicBlock]set // what its statements change
}

// kept runs after liveness. An earlier suspension has saved what was live there;
// until the next one, nothing else writes to the frame.
func (a *analysis) kept() {
	k := &frames{a, map[*ir.BasicBlock]*frame{}, map[*ir.BasicBlock]set{}}
	var work []*ir.BasicBlock
	enter := func(b *ir.BasicBlock, s frame) {
		if b != nil && k.join(b, s) {
			work = append(work, b)
		}
	}
	for _, b := range a.f.Flow {
		if t, ok := b.Term.(*ir.Suspend); ok && !t.Call.Tail {
			enter(t.Next, k.resumed(t.Call))
		}
	}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		k.leave(b, enter)
	}
}

// resumed is the frame after a suspension in c.
func (k *frames) resumed(c *ir.Call) frame {
	var s frame
	for _, v := range c.Live {
		s.held.add(k.number(v))
		if k.tracked(v) {
			s.clean.add(k.number(v))
		}
	}
	k.change(s.clean, c.Dst...)
	return s
}

// tracked reports whether each change of v is in sight: where it is declared. Of a
// boxed variable that is the box, which the slot holds.
func (k *frames) tracked(v *ir.Var) bool {
	return (v.Once || v.Boxed) && !slices.Contains(k.f.Results, v)
}

func (k *frames) change(clean set, vs ...*ir.Var) {
	for _, v := range vs {
		if v != nil {
			clean.remove(k.number(v))
		}
	}
}

// join adds a way into b, and reports whether that changed what is known.
func (k *frames) join(b *ir.BasicBlock, s frame) bool {
	old := k.in[b]
	if old == nil {
		k.in[b] = &frame{s.clean.clone(), s.held.clone()}
		return true
	}
	less := old.clean.keep(s.clean)
	return old.held.join(s.held) || less
}

// leave follows b's statements, and enters what comes next.
func (k *frames) leave(b *ir.BasicBlock, enter func(*ir.BasicBlock, frame)) {
	s := frame{k.in[b].clean.clone(), k.in[b].held.clone()}
	s.clean.subtract(k.changed(b))
	for _, e := range b.Exits { // some of the statements may have run
		enter(e, s)
	}
	switch t := b.Term.(type) {
	case *ir.Suspend:
		if !t.Call.Tail {
			k.suspend(t.Call, s)
		}
		k.change(s.clean, t.Call.Dst...)
	case *ir.Choose:
		for _, c := range t.S.Clauses {
			k.change(s.clean, c.Var)
		}
	}
	for _, n := range b.Term.Succs() {
		enter(n, s)
	}
}

// suspend notes what c must write.
func (k *frames) suspend(c *ir.Call, s frame) {
	dead := s.held.clone()
	c.Kept = nil
	for _, v := range c.Live {
		dead.remove(k.number(v))
		if s.clean.has(k.number(v)) {
			c.Kept = append(c.Kept, v)
		}
	}
	c.Dead = k.sorted(dead)
}

// changed is what the statements of b change. They are looked at once, however often
// the block is met.
func (k *frames) changed(b *ir.BasicBlock) set {
	s, ok := k.changes[b]
	if !ok {
		for _, st := range b.Stmts {
			k.stmt(&s, st)
		}
		k.changes[b] = s
	}
	return s
}

func (k *frames) add(s *set, vs ...*ir.Var) {
	for _, v := range vs {
		s.add(k.number(v))
	}
}

func (k *frames) stmt(s *set, st ir.Stmt) {
	switch st := st.(type) {
	case *ir.Zero:
		k.add(s, st.Vars...)
	case *ir.SetVar:
		k.add(s, st.Var)
	case *ir.Rebox:
		k.add(s, st.Var)
	case *ir.Raw:
		k.add(s, st.Defs...)
		k.raw(s, st.S)
	}
}

// raw looks for changes of variables that the user never changes, but desugar does:
// the steps of the loops that it makes.
func (k *frames) raw(s *set, st ast.Stmt) {
	change := func(x ast.Expr) {
		if id, ok := x.(*ast.Ident); ok {
			if v := k.f.VarOf(id); v != nil && !v.Boxed {
				s.add(k.number(v))
			}
		}
	}
	k.f.Pkg.Inspect(st, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				change(x)
			}
		case *ast.IncDecStmt:
			change(n.X)
		case *ast.RangeStmt:
			change(n.Key)
			change(n.Value)
		}
		return true
	})
}
