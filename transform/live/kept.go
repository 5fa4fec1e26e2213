package live

import (
	"go/ast"

	"github.com/greengen/greengen/transform/ir"
)

// frame is what is known of the frame where the resume body is: clean variables
// have their value in their slot, and held slots may not be empty.
type frame struct{ clean, held set }

// frames tells each suspension point of the resume body which slots it need not
// write, and which it must clear.
type frames struct {
	*analysis
	in map[*ir.BasicBlock]*frame
}

// kept runs after liveness. An earlier suspension has saved what was live there;
// until the next one, nothing else writes to the frame.
func (a *analysis) kept() {
	k := &frames{a, map[*ir.BasicBlock]*frame{}}
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
	s := frame{set{}, set{}}
	for _, v := range c.Live {
		s.held[v] = true
		if k.tracked(v) {
			s.clean[v] = true
		}
	}
	k.set(&s, c.Dst...)
	return s
}

// tracked reports whether each change of v is in sight: where it is declared. Of a
// boxed variable that is the box, which the slot holds.
func (k *frames) tracked(v *ir.Var) bool {
	return (v.Once || v.Boxed) && !contains(k.f.Results, v)
}

func (k *frames) set(s *frame, vs ...*ir.Var) {
	for _, v := range vs {
		delete(s.clean, v)
	}
}

// join adds a way into b, and reports whether that changed what is known.
func (k *frames) join(b *ir.BasicBlock, s frame) bool {
	old := k.in[b]
	if old == nil {
		k.in[b] = &frame{copied(s.clean), copied(s.held)}
		return true
	}
	changed := false
	for v := range old.clean {
		if !s.clean[v] {
			delete(old.clean, v)
			changed = true
		}
	}
	for v := range s.held {
		if !old.held[v] {
			old.held[v], changed = true, true
		}
	}
	return changed
}

func copied(s set) set {
	c := make(set, len(s))
	for v := range s {
		c[v] = true
	}
	return c
}

// leave follows b's statements, and enters what comes next.
func (k *frames) leave(b *ir.BasicBlock, enter func(*ir.BasicBlock, frame)) {
	s := frame{copied(k.in[b].clean), copied(k.in[b].held)}
	for _, e := range b.Exits { // some of the statements may have run
		some := frame{copied(s.clean), s.held}
		for _, st := range b.Stmts {
			k.stmt(&some, st)
		}
		enter(e, some)
	}
	for _, st := range b.Stmts {
		k.stmt(&s, st)
	}
	switch t := b.Term.(type) {
	case *ir.Suspend:
		if !t.Call.Tail {
			k.suspend(t.Call, s)
		}
		k.set(&s, t.Call.Dst...)
	case *ir.Choose:
		for _, c := range t.S.Clauses {
			k.set(&s, c.Var)
		}
	}
	for _, n := range b.Term.Succs() {
		enter(n, s)
	}
}

// suspend notes what c must write.
func (k *frames) suspend(c *ir.Call, s frame) {
	live := set{}
	c.Kept = nil
	for _, v := range c.Live {
		live[v] = true
		if s.clean[v] {
			c.Kept = append(c.Kept, v)
		}
	}
	dead := set{}
	for v := range s.held {
		if !live[v] {
			dead[v] = true
		}
	}
	c.Dead = k.sorted(dead)
}

func (k *frames) stmt(s *frame, st ir.Stmt) {
	switch st := st.(type) {
	case *ir.Zero:
		k.set(s, st.Vars...)
	case *ir.SetVar:
		k.set(s, st.Var)
	case *ir.Rebox:
		k.set(s, st.Var)
	case *ir.Raw:
		k.set(s, st.Defs...)
		k.raw(s, st.S)
	}
}

// raw looks for changes of variables that the user never changes, but desugar does:
// the steps of the loops that it makes.
func (k *frames) raw(s *frame, st ast.Stmt) {
	change := func(x ast.Expr) {
		if id, ok := x.(*ast.Ident); ok {
			if v := k.f.VarOf(id); v != nil && !v.Boxed {
				delete(s.clean, v)
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
