package color

import "github.com/greengen/greengen/transform/ir"

// explain writes each green function's chain down to what may block.
func (c *colorer) explain() {
	for _, p := range c.u.Packages {
		for _, f := range p.Funcs {
			if f.Color != ir.Plain {
				f.Why = append(f.From[:len(f.From):len(f.From)], c.chain(f)...)
			}
		}
	}
}

// chain finds the shortest way from f to an operation that may block.
func (c *colorer) chain(f *ir.Func) []ir.Hop {
	type step struct {
		f   *ir.Func
		why []ir.Hop
	}
	seen := map[*ir.Func]bool{f: true}
	for todo := []step{{f, nil}}; len(todo) > 0; todo = todo[1:] {
		at := todo[0]
		for _, s := range c.sites[at.f] {
			if s.gone {
				continue
			}
			hop := ir.Hop{Pos: s.node.Pos(), Text: c.describe(at.f, s)}
			why := append(append([]ir.Hop(nil), at.why...), hop)
			if s.t.Fn == nil && s.group == "" && c.siteBlocks(at.f, s) {
				return why
			}
			next := []*ir.Func{s.t.Fn}
			if s.group != "" {
				next = c.members(s)
				if c.groupBlocks(s) && len(next) == 0 {
					return why
				}
			}
			for _, g := range next {
				if g != nil && g.Color != ir.Plain && !seen[g] {
					seen[g] = true
					todo = append(todo, step{g, why})
				}
			}
		}
	}
	return []ir.Hop{{Pos: f.Pos(), Text: c.otherwise(f)}}
}

func (c *colorer) otherwise(f *ir.Func) string {
	switch {
	case f.Mark == ir.Patch:
		return "marked //greengen:patch; nothing in it may block"
	case c.u.Torture:
		return "every function is green under -torture"
	case f.Dual:
		return "green code may call it as a func value or through an interface, or defers it"
	}
	return "it makes a literal that is green"
}

func (c *colorer) describe(f *ir.Func, s *site) string {
	switch s.t.Kind {
	case ir.OpRecv, ir.OpRecv2:
		return "receives from a channel"
	case ir.OpSend:
		return "sends to a channel"
	case ir.OpSelect:
		return "selects"
	case ir.OpClose:
		return "closes a channel"
	case ir.OpPreempt:
		return "waits in a loop for what others do"
	case ir.CallIface:
		return "calls the interface method " + s.t.Obj.FullName()
	case ir.CallValue:
		return "calls a func value of type " + signature(s.t.Sig)
	}
	switch {
	case s.t.Fn != nil:
		return "calls " + s.t.Fn.Name
	case s.t.Obj != nil && s.t.Kind == ir.CallOffload:
		return "calls " + s.t.Obj.FullName() + ", which may block and has no twin"
	case s.t.Obj != nil:
		return "calls " + s.t.Obj.FullName()
	}
	return "calls a function"
}
