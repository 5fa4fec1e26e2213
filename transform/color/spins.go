package color

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// spins finds loops that wait for what others do without an operation that
// blocks: for !done.Load() {}. On a hub nobody else would ever run, so such a
// loop may suspend, which makes its function green. The sign is a loop that does
// not count, or a goto back in a function, which looks at something that others change: an atomic variable, a
// lock that it tries, the clock, the length of a channel; by itself or in a
// function of this unit that it calls.
func (c *colorer) spins() {
	looks := c.lookers()
	for _, p := range c.u.Packages {
		for _, f := range p.Funcs {
			ast.Inspect(f.Syntax(), func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncLit:
					return n == f.Lit
				case *ast.ForStmt:
					if (n.Post == nil || n.Cond == nil) && c.looksIn(f, n, looks) {
						c.sites[f] = append(c.sites[f], &site{node: n, t: &ir.Target{Kind: ir.OpPreempt}})
					}
				case *ast.BranchStmt:
					if f.Pkg.LeadsBack(n) && c.looksIn(f, f.Syntax(), looks) {
						c.sites[f] = append(c.sites[f], &site{node: n, t: &ir.Target{Kind: ir.OpPreempt}})
					}
				}
				return true
			})
		}
	}
}

// lookers finds the functions that look at something that others change.
func (c *colorer) lookers() map[*ir.Func]bool {
	looks := map[*ir.Func]bool{}
	for changed := true; changed; {
		changed = false
		for _, p := range c.u.Packages {
			for _, f := range p.Funcs {
				if !looks[f] && c.looksIn(f, f.Syntax(), looks) {
					looks[f], changed = true, true
				}
			}
		}
	}
	return looks
}

// looksIn reports whether n, a part of f, looks at something that others change.
func (c *colorer) looksIn(f *ir.Func, n ast.Node, looks map[*ir.Func]bool) bool {
	for _, s := range c.sites[f] {
		if s.call == nil || s.gone || s.call.Pos() < n.Pos() || s.call.End() > n.End() {
			continue
		}
		if obj := s.t.Obj; obj != nil && isLook(obj) {
			return true
		}
		if s.t.Fn != nil && looks[s.t.Fn] {
			return true
		}
		for _, g := range c.members(s) {
			if s.group != "" && looks[g] {
				return true
			}
		}
	}
	return f.Pkg.Types != nil && c.asksChannel(f, n)
}

// asksChannel reports whether n asks for the length of a channel.
func (c *colorer) asksChannel(f *ir.Func, n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == f.Lit
		case *ast.CallExpr:
			id, ok := n.Fun.(*ast.Ident)
			if !ok || id.Name != "len" || len(n.Args) != 1 {
				break
			}
			_, isChan := ir.Under(f.Pkg.Info.TypeOf(n.Args[0])).(*types.Chan)
			found = found || isChan && f.Pkg.Info.Types[id].IsBuiltin()
		}
		return !found
	})
	return found
}

// isLook reports whether a function of std looks at something that others change.
func isLook(fn *types.Func) bool {
	if fn.Pkg() == nil {
		return false
	}
	name := fn.Name()
	switch fn.Pkg().Path() {
	case "sync/atomic":
		return len(name) >= 4 && (name[:4] == "Load" || name[:4] == "Swap" || len(name) >= 14 && name[:14] == "CompareAndSwap")
	case "sync":
		return name == "TryLock" || name == "TryRLock"
	case "time":
		return token.IsExported(name) && (name == "Now" || name == "Since" || name == "Until")
	case "context":
		return name == "Err"
	}
	return false
}
