package color

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

// Run colors the functions of u.
func Run(u *ir.Unit, _ *diag.Reporter) {
	c := &colorer{u: u, through: map[string][]methodUse{}, sites: map[*ir.Func][]*site{}, methods: map[string][]*ir.Func{},
		values: map[string][]*ir.Func{}, foreign: map[string]bool{}, lits: map[*ast.FuncLit]*ir.Func{},
		ifaces: map[*types.Func]bool{}, plains: map[*types.Func]bool{}}
	for _, p := range u.Packages {
		for _, f := range p.Funcs {
			f.Calls = map[ast.Node]*ir.Target{}
			f.Color, f.Reached, f.Blocks, f.Recovers, f.Takes, f.Dual, f.Value = ir.Plain, false, false, false, false, false, false
			f.From, f.Why, f.Reason = nil, nil, ""
			if f.Lit != nil {
				c.lits[f.Lit] = f
			}
			if f.Sig.Recv() != nil {
				k := f.Obj.Name() + c.key(f.Sig)
				c.methods[k] = append(c.methods[k], f)
			}
		}
	}
	c.assertedConns()
	for _, p := range u.Packages {
		for _, f := range p.Funcs {
			c.scan(f)
		}
		c.scanInits(p)
	}
	if u.Preempt {
		c.spins()
	}
	c.watch()
	c.findTangled()
	c.reach()
	c.hoisted = map[*types.TypeName]bool{}
	for _, p := range u.Packages {
		if p.Wanted || !u.Weave {
			c.hoist(p)
		}
	}
	c.fixpoint()
	c.settle()
	c.forwards()
	c.methodValues()
	c.explain()
}

// colorer holds what the fixpoint grows. Each set only grows.
type colorer struct {
	u          *ir.Unit
	sites      map[*ir.Func][]*site
	methods    map[string][]*ir.Func  // by name and signature
	values     map[string][]*ir.Func  // by signature: functions whose value is taken, and literals
	foreign    map[string]bool        // signatures of func values that come from outside and may block
	through    map[string][]methodUse // by signature: interface methods whose values are taken
	exprs      []*ir.MethodExpr       // method expressions used as values
	handed     map[string]bool        // signatures of func values that rt is handed, to run them as greenlets
	lits       map[*ast.FuncLit]*ir.Func
	verdicts   map[*ir.Func]verdict
	objections map[*types.Package]string // objection
	asserted   bool                      // the program asks interfaces for conns of net's own types
	datagram   bool                      // the same for conns of datagrams
	traced     bool                      // the program traces what dials
	tangled    map[string]bool           // names of methods, of findTangled
	hoisted    map[*types.TypeName]bool
	outside    outsiders
	ifaces     map[*types.Func]bool   // methods of interfaces: ifaceBlocks
	plains     map[*types.Func]bool   // of plainFunc, where no rule decides
	callable   []*ir.Func             // findCallable
	watched    map[*ir.Func]token.Pos // whose frames a callee looks at, and the call
}

// site is a place in a function where it may suspend.
type site struct {
	f       *ir.Func
	node    ast.Node
	t       *ir.Target
	call    *ast.CallExpr
	group   string     // of a dynamic call: key in methods or values
	gone    bool       // operand of a go statement: runs elsewhere
	defr    bool       // deferred
	arg     *ir.Symbol // the twin to use if only stream arguments may block
	seq     *ir.Symbol // the twin to use if what the iterator yields to may block
	other   bool       // some other argument may block
	outside bool       // the func value is of a type, or in a field, of another package
}

// reach marks what can run as green code: the roots, and all they may call.
func (c *colorer) reach() {
	var todo []*ir.Func
	add := func(f *ir.Func, from []ir.Hop, at token.Pos, text string) {
		if f != nil && !f.Reached && f.Mark != ir.Skip {
			f.Reached = true
			f.From = append(from[:len(from):len(from)], ir.Hop{Pos: at, Text: text})
			todo = append(todo, f)
		}
	}
	for _, p := range c.u.Packages {
		for _, f := range p.Funcs {
			if f.Mark == ir.Patch {
				add(f, nil, f.Pos(), f.Name+" is marked")
			} else if c.u.All && isRoot(f) {
				add(f, nil, f.Pos(), f.Name+" counts as marked")
			}
		}
	}
	// A group of dynamic callees is reached by the first call of it.
	done, back := map[string]bool{}, map[handing]bool{}
	for len(todo) > 0 {
		f := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, l := range f.Lits {
			add(l, f.From, l.Pos(), f.Name+" makes the literal")
		}
		for _, s := range c.sites[f] {
			add(s.t.Fn, f.From, s.node.Pos(), f.Name+" "+c.describe(f, s))
			for _, g := range c.handedAt(s, back) {
				add(g, f.From, s.node.Pos(), f.Name+" "+c.describe(f, s)+", which may call "+g.Name)
			}
			if s.group != "" && !done[s.group] {
				done[s.group] = true
				for _, g := range c.members(s) {
					add(g, f.From, s.node.Pos(), f.Name+" "+c.describe(f, s)+": "+g.Name)
				}
			}
		}
	}
}

func isRoot(f *ir.Func) bool {
	if f.Decl == nil || f.Sig.Recv() != nil {
		return false
	}
	return f.Obj.Name() == "main" && f.Pkg.Types.Name() == "main" || f.IsTest()
}

// members returns the functions of this unit that a dynamic call may reach.
func (c *colorer) members(s *site) []*ir.Func {
	if s.t.Kind == ir.CallIface {
		return lookup(c.methods, s.group)
	}
	return append(lookup(c.values, s.group), c.throughInterfaces(s.group)...)
}

// fixpoint finds out who blocks, and who is green.
func (c *colorer) fixpoint() {
	for changed := true; changed; {
		changed = false
		for _, p := range c.u.Packages {
			for _, f := range p.Funcs {
				if c.update(f) {
					changed = true
				}
			}
		}
	}
}

func (c *colorer) update(f *ir.Func) bool {
	changed := false
	if !f.Blocks && c.blocks(f) {
		f.Blocks, changed = true, true
	}
	if f.Color != ir.Plain || !f.Reached {
		return changed
	}
	if !f.Blocks && !c.wantsTwin(f) || c.madePlain(f) {
		return changed
	}
	if f.Mark == ir.Offload {
		f.Color, f.Reason, f.ReasonAt = ir.Offloaded, "marked //greengen:offload", f.Pos()
		if r := f.Rule; r != nil {
			f.Reason, f.ReasonAt = r.Says(), r.Pos
		}
	} else if reason, at := c.unsupported(f); reason != "" {
		f.Reason, f.ReasonAt = reason, at
		if !f.Blocks && !c.anyLitBlocks(f) {
			return changed // plain after all
		}
		f.Color = ir.Offloaded
	} else {
		f.Color = ir.Green
	}
	return true
}

// madePlain reports whether f is a literal that only plain code makes.
func (c *colorer) madePlain(f *ir.Func) bool {
	for o := f.Outer; o != nil; o = o.Outer {
		if o.Mark == ir.Offload || o.Mark == ir.Skip || !o.Reached {
			return true
		}
		if reason, _ := c.unsupported(o); reason != "" {
			return true
		}
	}
	return false
}

func (c *colorer) anyLitBlocks(f *ir.Func) bool {
	for _, l := range f.Lits {
		if l.Blocks || c.anyLitBlocks(l) {
			return true
		}
	}
	return false
}

// blocks reports whether running f's own code may suspend for a real reason.
func (c *colorer) blocks(f *ir.Func) bool {
	if f.Mark == ir.Offload {
		return true
	}
	for _, s := range c.sites[f] {
		if !s.gone && c.siteBlocks(f, s) {
			return true
		}
	}
	return false
}

func (c *colorer) siteBlocks(f *ir.Func, s *site) bool {
	switch s.t.Kind {
	case ir.CallTwin, ir.CallOffload, ir.CallLit:
		if s.t.Fn != nil {
			return s.t.Fn.Blocks
		}
		if s.t.Kind == ir.CallOffload {
			return c.mayBlock(f, s)
		}
		return true
	case ir.CallIface, ir.CallValue:
		return c.groupBlocks(s)
	case ir.OpRecv, ir.OpRecv2, ir.OpSend, ir.OpSelect, ir.OpPreempt:
		return true
	}
	return false
}

// groupBlocks reports whether some callee of a dynamic call may block.
func (c *colorer) groupBlocks(s *site) bool {
	if s.t.Kind == ir.CallValue && (has(c.foreign, s.group) || c.foreignFuncType(s) || ofRuntime(s.f.Pkg.Path)) {
		return true // the runtime is called from everywhere
	}
	if s.t.Kind == ir.CallIface && c.ifaceBlocks(s.t.Obj) {
		return true
	}
	for _, g := range c.members(s) {
		if g.Blocks {
			return true
		}
	}
	return s.t.Kind == ir.CallValue && c.handsOver(s)
}

// handsOver reports whether a func value is handed a function that may block:
// whatever it is, it may call that.
func (c *colorer) handsOver(s *site) bool {
	if s.call == nil {
		return false
	}
	for i, a := range s.call.Args {
		if t := s.f.Pkg.Info.TypeOf(a); t == nil {
			continue
		} else if _, ok := t.Underlying().(*types.Signature); ok && c.argBlocks(s.f, s, i, a) {
			return true
		}
	}
	return false
}

// suspected reports whether a dynamic call is made by looking for a twin.
func (c *colorer) suspected(s *site) bool {
	if c.groupBlocks(s) || s.t.Kind == ir.CallValue && has(c.handed, s.group) {
		return true
	}
	for _, g := range c.members(s) {
		if g.Color != ir.Plain && g.Reached || s.defr && g.Recovers {
			return true
		}
	}
	return false
}

// wantsTwin reports whether f needs a twin though it may not block: something in
// it exists in green form only.
func (c *colorer) wantsTwin(f *ir.Func) bool {
	if c.u.Torture {
		return true
	}
	if f.Mark == ir.Patch || c.u.All && isRoot(f) {
		return true
	}
	for _, l := range f.Lits {
		if l.Blocks || l.Color == ir.Green && !l.Dual || c.anyLitBlocks(l) {
			return true
		}
	}
	for _, s := range c.sites[f] {
		if s.gone {
			if c.startsGreen(s) {
				return true
			}
			continue
		}
		switch {
		case s.t.Kind == ir.CallHub || s.t.Kind == ir.OpClose:
			return true
		case s.t.Fn != nil && s.t.Fn.Color != ir.Plain && !s.t.Fn.Dual:
			return true
		case (s.t.Kind == ir.CallIface || s.t.Kind == ir.CallValue) && c.suspected(s):
			return true
		}
	}
	return false
}

// startsGreen reports whether a go statement starts a greenlet: its function is
// green. What cannot block runs on a goroutine, beside the hub.
func (c *colorer) startsGreen(s *site) bool {
	switch {
	case s.call == nil: // a func value is taken, not called
		return false
	case s.t.Kind == ir.CallIface || s.t.Kind == ir.CallValue:
		return c.suspected(s)
	case s.t.Fn != nil:
		return s.t.Fn.Color == ir.Green && !s.t.Fn.Dual
	}
	return s.t.Kind == ir.CallTwin
}

// settle turns the kinds of call sites into what the callees' colors allow, and
// gives twins to those that only dynamic calls or deferred recovers ask for.
// Dual marks a function that has a twin for their sake alone: it does not make
// its callers green.
func (c *colorer) settle() {
	for changed := true; changed; {
		changed = false
		for _, p := range c.u.Packages {
			for _, f := range p.Funcs {
				if f.Color == ir.Green && c.demand(f) {
					changed = true
				}
			}
		}
		if changed {
			c.fixpoint()
		}
	}
	for _, p := range c.u.Packages {
		for _, f := range p.Funcs {
			for _, s := range c.sites[f] {
				c.resolve(f, s)
			}
		}
	}
}

// demand gives twins to what f, which is green, may call dynamically or defers.
func (c *colorer) demand(f *ir.Func) bool {
	changed := false
	give := func(g *ir.Func) {
		if g == nil || g.Color != ir.Plain || g.Mark == ir.Skip {
			return
		}
		if reason, at := c.unsupported(g); reason != "" {
			g.Reason, g.ReasonAt = reason, at
			return
		}
		if g.Outer != nil && g.Outer.Color != ir.Green {
			return // made in plain code: a plain literal
		}
		g.Color, g.Dual, changed = ir.Green, true, true
	}
	for _, l := range f.Lits {
		key := c.key(l.Sig)
		// An iterator of another package may call the body of a range green.
		if l.Home != nil && f.Mark == ir.Patch || has(c.handed, key) || has(c.foreign, key) || c.anyGreen(lookup(c.values, key)) {
			give(l)
		}
	}
	for _, s := range c.sites[f] {
		if s.gone {
			continue
		}
		if s.defr && s.t.Fn != nil && s.t.Fn.Recovers {
			give(s.t.Fn)
		}
		if s.group != "" && c.suspected(s) {
			for _, g := range c.members(s) {
				give(g)
			}
		}
	}
	return changed
}

func (c *colorer) anyGreen(fs []*ir.Func) bool {
	for _, f := range fs {
		if f.Color == ir.Green {
			return true
		}
	}
	return false
}

// resolve fixes the kind of one call.
func (c *colorer) resolve(f *ir.Func, s *site) {
	t := s.t
	switch t.Kind {
	case ir.CallTwin, ir.CallLit, ir.CallOffload:
		if t.Fn != nil {
			t.Kind = kindOf(t)
			if t.Kind == ir.CallOffload {
				t.Why = t.Fn.Name + ": " + t.Fn.Reason
			}
		} else if s.seq != nil && (c.u.Torture || c.yieldBlocks(s)) {
			t.Kind, t.Symbol = ir.CallTwin, s.seq
		} else if t.Kind == ir.CallOffload && !c.mayBlock(f, s) {
			t.Kind = ir.CallPlain
		} else if t.Kind == ir.CallOffload && s.arg != nil && !s.other {
			t.Kind, t.Symbol = ir.CallTwin, s.arg
		}
	case ir.CallIface, ir.CallValue:
		if !c.suspected(s) {
			t.Kind = ir.CallPlain
			if sym := toldSymbol(t); sym != nil {
				t.Kind, t.Symbol = ir.CallHub, sym
			}
		} else if s.defr && t.Kind == ir.CallIface {
			c.passToken(s)
		}
		if t.Kind == ir.CallIface && ir.IsDone(t.Obj) && c.u.Channels != nil {
			c.u.Channels.Publish(types.NewStruct(nil, nil), false) // the call does not say whose it is
		}
	}
	if !s.gone || c.startsGreen(s) {
		f.Calls[s.node] = t
	}
}

// passToken prepares a deferred call through an interface for a callee that
// recovers: then all who may be called take the token, so that none leaves it to
// a callee of its own.
func (c *colorer) passToken(s *site) {
	for _, g := range c.members(s) {
		s.t.Recovers = s.t.Recovers || g.Recovers
	}
	if s.t.Recovers {
		for _, g := range c.members(s) {
			g.Takes = true
		}
	}
}

func kindOf(t *ir.Target) ir.Kind {
	switch t.Fn.Color {
	case ir.Green:
		if t.Fn.Lit != nil {
			return ir.CallLit
		}
		return ir.CallTwin
	case ir.Offloaded:
		return ir.CallOffload
	}
	return ir.CallPlain
}
