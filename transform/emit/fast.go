package emit

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// fastBody writes the twin: the desugared body, structured.
func (f *file) fastBody(fn *ir.Func) jen.Code {
	b := f.newBody(fn, false)
	n := fn.Names
	var code []jen.Code
	if fn.Gotos {
		code = b.fastBlocks()
	} else {
		code = append(b.prologue(), b.structured()...)
	}
	params := []jen.Code{jen.Id(n.Hub).Op("*").Add(g("Hub"))}
	if fn.Lit != nil {
		params = append(params, jen.Id("_env").Add(unsafePointer()))
	}
	args := fn.Params
	s := jen.Func()
	if fn.Sig.Recv() != nil {
		s = s.Params(jen.Id(inName(fn.Params[0])).Add(f.typ(fn.Sig.Recv().Type())))
		args = args[1:]
	}
	for i, v := range args {
		params = append(params, jen.Id(inName(v)).Add(f.param(fn.Sig, i)))
	}
	s = s.Id(f.twin(fn))
	if fn.Sig.Recv() == nil {
		s = s.Add(f.declParams(fn))
	}
	doc := jen.Comment(f.twin(fn) + " is the green form of " + fn.Name + ".").Line()
	return doc.Add(s).Params(params...).Params(b.results()...).Block(code...)
}

// structured writes the fast body as the user structured it.
func (b *body) structured() []jen.Code {
	code := b.list(b.fn.Body)
	switch {
	case terminates(b.p.Info, b.fn.Body):
		return code
	case len(b.fn.Results) == 0:
		return append(code, jen.Return(jen.Nil()))
	}
	return append(code, jen.Panic(jen.Lit("unreachable")))
}

// fastBlocks writes the fast body of a function with gotos: taken apart, these
// would jump over declarations, and into what was no block before. So it has the
// form of the resume body.
func (b *body) fastBlocks() []jen.Code {
	blocks := b.blocksCode()
	code := b.prologue()
	var unread []*ir.Var
	for _, vs := range [][]*ir.Var{b.fn.Capture, b.fn.Params, b.fn.Results} {
		for _, v := range vs { // the prologue declares it; perhaps only code that is never reached uses it
			if (v.From != nil || v.Boxed) && !b.read[v] {
				unread = append(unread, v)
			}
		}
	}
	var vs []*ir.Var
	for _, v := range b.fn.All {
		if b.seen[v] {
			vs = append(vs, v)
			if !b.read[v] {
				unread = append(unread, v)
			}
		}
	}
	code = append(code, b.declared(vs)...)
	if len(unread) > 0 {
		code = append(code, unused(unread))
	}
	if b.fn.Recovers && !b.tok {
		code = append(code, jen.Id("_").Op("=").Id(b.fn.Names.Tok))
	}
	return append(code, blocks...)
}

// declared writes: var a, b T; for all of vs.
func (b *body) declared(vs []*ir.Var) []jen.Code {
	out := b.byType(vs)
	for i, c := range out {
		out[i] = jen.Var().Add(c)
	}
	return out
}

// unused writes: _, _ = a, b.
func unused(vs []*ir.Var) jen.Code {
	var blanks, names []jen.Code
	for _, v := range vs {
		blanks, names = append(blanks, jen.Id("_")), append(names, jen.Id(v.Name))
	}
	return jen.List(blanks...).Op("=").List(names...)
}

// inName is a parameter's name in the signature.
func inName(v *ir.Var) string {
	if v.In != "" {
		return v.In
	}
	if v.Obj == nil {
		return "_"
	}
	return v.Name
}

func (b *body) results() []jen.Code {
	var rs []jen.Code
	for _, v := range b.fn.Results {
		name := v.Name
		if v.In != "" {
			name = v.In
		}
		rs = append(rs, jen.Id(name).Add(b.typ(v.Type)))
	}
	return append(rs, jen.Id(b.fn.Names.Callee).Add(frameType()))
}

// prologue opens the environment, boxes what must be boxed, and sets the guard.
func (b *body) prologue() []jen.Code {
	fn, n := b.fn, b.fn.Names
	var code []jen.Code
	if fn.Lit != nil && len(fn.Capture) > 0 {
		code = append(code, jen.Id(n.Env).Op(":=").Parens(jen.Op("*").Id(b.env(fn)).Add(b.useParams(fn))).Parens(jen.Id("_env")))
		for _, v := range fn.Capture {
			code = append(code, jen.Id(v.Name).Op(":=").Id(n.Env).Dot(v.Name))
		}
	}
	if fn.Recovers {
		code = append(code, jen.Id(n.Tok).Op(":=").Id(n.Hub).Dot("TakeTok").Call())
	} else if fn.Takes {
		code = append(code, jen.Id(n.Hub).Dot("TakeTok").Call())
	}
	for _, v := range fn.Params {
		if v.Boxed {
			code = append(code, jen.Id(v.Name).Op(":=").Op("&").Id(v.In))
		}
	}
	for _, v := range fn.Results {
		if v.Boxed { // not the result itself: a return that suspends reads it, while others write
			code = append(code, jen.Id(v.Name).Op(":=").New(b.varType(v)))
		}
	}
	if fn.Guard {
		code = append(code, jen.Id(n.Defers).Op(":=").Add(g("NewDefers")).Call(jen.Id(n.Hub)), b.fastGuard())
	}
	return code
}

// fastGuard runs the deferred calls when the fast body leaves for good.
func (b *body) fastGuard() jen.Code {
	n := b.fn.Names
	c := jen.Id(n.Callee)
	save := []jen.Code{b.takeFrame(), b.saveNew(g("PCDefers"), b.fn.Results), c.Clone().Op("=").Op("&").Id(n.Frame).Dot("Frame")}
	var in, boxes []jen.Code
	for _, v := range b.fn.Results {
		if v.Boxed {
			in, boxes = append(in, jen.Id(v.In)), append(boxes, jen.Op("*").Id(v.Name))
		}
	}
	exit := jen.If(c.Clone().Op("=").Id(n.Defers).Dot("Exit").Call(jen.Id(n.Hub), jen.Recover()), c.Clone().Op("!=").Nil()).Block(save...)
	if len(in) > 0 {
		exit = exit.Else().Block(jen.List(in...).Op("=").List(boxes...))
	}
	return jen.Defer().Func().Params().Block(
		jen.If(c.Clone().Op("!=").Nil()).Block(jen.Return().Comment("suspended: the frame has the deferred calls")),
		exit,
	).Call()
}

// saveNew stores the pc and variables in a new frame, with what does not change
// afterwards.
func (b *body) saveNew(pc jen.Code, vars []*ir.Var) jen.Code {
	fn, n := b.fn, b.fn.Names
	b.frames = true
	s := &saved{body: b}
	s.add("PC", pc)
	if fn.Guard {
		s.add("Flags", g("FlagDefers"))
		s.add(n.Defers, jen.Id(n.Defers))
	}
	if fn.Recovers {
		s.add(n.Tok, jen.Id(n.Tok))
	}
	if fn.Lit != nil && len(fn.Capture) > 0 {
		s.add(n.Env, jen.Id(n.Env))
	}
	s.vars(vars)
	return s.code()
}

// save stores variables in the frame that is there, and clears the slots of dead.
func (b *body) save(vars, dead []*ir.Var) []jen.Code {
	s := &saved{body: b}
	s.vars(vars)
	for _, v := range dead {
		switch {
		case v.Boxed || v.Iter != nil:
			s.add(v.Name, jen.Nil())
		case pointers(v.Type):
			s.add(v.Name, b.zero(v.Type))
		}
	}
	if len(s.dst) == 0 {
		return nil
	}
	b.frames = true
	return []jen.Code{s.code()}
}

// saved is an assignment to fields of the frame: _f.PC, _f.a = 1, a.
type saved struct {
	*body
	dst []string
	src []jen.Code
}

func (s *saved) add(field string, x jen.Code) {
	s.dst, s.src = append(s.dst, s.field(field)), append(s.src, x)
}

func (s *saved) vars(vs []*ir.Var) {
	var src []string
	for _, v := range vs {
		s.seen[v], s.read[v] = true, true
		s.dst, src = append(s.dst, s.field(v.Name)), append(src, v.Name)
	}
	if len(src) > 0 {
		s.src = append(s.src, listed(src))
	}
}

func (s *saved) code() jen.Code { return listed(s.dst).Op("=").List(s.src...) }

// field names a field of the frame.
func (b *body) field(name string) string { return b.fn.Names.Frame + "." + name }

// listed writes variables and fields: a, _f.b. Bodies consist of them for the most part;
// as one token they take a fraction of what jen needs for each.
func listed(names []string) *jen.Statement { return jen.Id(strings.Join(names, ", ")) }

func (b *body) list(l *ir.Block) []jen.Code {
	var out []jen.Code
	if l == nil {
		return nil
	}
	for _, s := range l.List {
		out = append(out, b.line(irPos(s))...)
		out = append(out, b.irStmt(s)...)
	}
	return out
}

func (b *body) irStmt(s ir.Stmt) []jen.Code {
	one := func(c jen.Code) []jen.Code { return []jen.Code{c} }
	switch s := s.(type) {
	case *ir.Call:
		return b.fastCall(s)
	case *ir.Block:
		return b.list(s)
	case *ir.If:
		return one(b.fastIf(s))
	case *ir.Loop:
		return b.fastLoop(s)
	case *ir.Switch:
		return b.fastSwitch(s)
	case *ir.Jump:
		return one(fastJump(s))
	case *ir.Return:
		return b.leave(s.Results)
	}
	return b.straight(s)
}

// straight writes a statement that both bodies have in common.
func (b *body) straight(s ir.Stmt) []jen.Code {
	one := func(c jen.Code) []jen.Code { return []jen.Code{c} }
	switch s := s.(type) {
	case *ir.Raw:
		return b.rawStmt(s)
	case *ir.Zero:
		return b.zeroVars(s.Vars)
	case *ir.SetVar:
		return b.setVar(s)
	case *ir.Rebox:
		p := b.pointer(s.Var)
		return one(p.Clone().Op("=").Add(g("Rebox")).Call(p))
	case *ir.Defer:
		return b.deferStmt(s)
	case *ir.Go:
		return b.goStmt(s)
	}
	ir.Bug(b.fn.Pos(), "emit: statement %T", s)
	return nil
}

// box writes the making of a new box for v.
func (b *body) box(v *ir.Var) jen.Code {
	b.seen[v] = true
	op := ":="
	if b.flat {
		op = "="
	}
	return jen.Id(v.Name).Op(op).New(b.varType(v))
}

func (b *body) zeroVars(vs []*ir.Var) []jen.Code {
	var out []jen.Code
	for _, v := range vs {
		switch {
		case v.Boxed:
			out = append(out, b.box(v))
		case b.flat:
			b.seen[v] = true
			out = append(out, jen.Id(v.Name).Op("=").Add(b.zero(v.Type)))
		default:
			b.seen[v] = true
			out = append(out, jen.Var().Id(v.Name).Add(b.varType(v)))
		}
	}
	return out
}

func (b *body) setVar(s *ir.SetVar) []jen.Code {
	v := s.Var
	x := b.expr(s.X)
	b.seen[v] = true
	switch {
	case v.Boxed && s.New:
		b.read[v] = true
		return []jen.Code{b.box(v), jen.Op("*").Id(v.Name).Op("=").Add(x)}
	case v.Boxed:
		b.read[v] = true
		return []jen.Code{jen.Op("*").Id(v.Name).Op("=").Add(x)}
	case s.New && !b.flat:
		if v.Iter != nil || b.sameType(s.X, v.Type) {
			return []jen.Code{jen.Id(v.Name).Op(":=").Add(x)}
		}
		return []jen.Code{jen.Var().Id(v.Name).Add(b.varType(v)).Op("=").Add(x)}
	}
	return []jen.Code{jen.Id(v.Name).Op("=").Add(x)}
}

// rawStmt writes a kept statement; what it declares for others may be boxed, and
// is hoisted in the resume body.
func (b *body) rawStmt(s *ir.Raw) []jen.Code {
	b.raw = s.S
	defer func() { b.raw = nil }()
	if d, ok := s.S.(*ast.DeclStmt); ok && d.Decl.(*ast.GenDecl).Tok == token.CONST {
		return nil // written where it is used
	}
	boxed := false
	for _, v := range s.Defs {
		b.seen[v] = true
		boxed = boxed || v.Boxed
	}
	n, ok := s.S.(*ast.AssignStmt)
	if ok {
		boxed = boxed || b.anyBoxedIn(n.Lhs)
	}
	if !ok || len(s.Defs) == 0 || !boxed && !b.flat {
		if ok && n.Tok == token.DEFINE && len(s.Defs) == 0 {
			b.raw = nil
			return []jen.Code{b.assign(n.Lhs, token.ASSIGN, n.Rhs)}
		}
		return b.stmt(s.S)
	}
	b.raw = nil
	rhs := b.exprs(n.Rhs)
	var out []jen.Code
	for _, v := range s.Defs {
		if v.Boxed {
			out = append(out, b.box(v))
		} else if !b.flat {
			out = append(out, jen.Var().Id(v.Name).Add(b.varType(v)))
		}
	}
	return append(out, b.targets(n.Lhs, true).Op("=").List(rhs...))
}

// anyBoxedIn reports whether one of the variables in lhs is boxed: x, *err := y is no Go.
func (b *body) anyBoxedIn(lhs []ast.Expr) bool {
	return slices.ContainsFunc(lhs, func(l ast.Expr) bool {
		id, ok := l.(*ast.Ident)
		if !ok {
			return false
		}
		v := b.fn.VarOf(id)
		return v != nil && v.Boxed
	})
}

// fastCall writes a suspension point of the fast body.
func (b *body) fastCall(c *ir.Call) []jen.Code {
	call := b.suspending(c)
	if c.Tail {
		return []jen.Code{jen.Return(call)}
	}
	save := []jen.Code{b.takeFrame(), b.saveNew(jen.Lit(c.PC), c.Live)}
	var ret []jen.Code
	for _, v := range b.fn.Results {
		name := v.Name
		if v.In != "" {
			name = v.In
		}
		ret = append(ret, jen.Id(name))
	}
	save = append(save, jen.Return(append(ret, jen.Op("&").Id(b.field("Frame")))...))
	return b.checked(c, call, save)
}

// checked writes the call, then what to do if it suspended.
func (b *body) checked(c *ir.Call, call *jen.Statement, suspended []jen.Code) []jen.Code {
	callee := jen.Id(b.fn.Names.Callee)
	test := callee.Clone().Op("!=").Nil()
	var dst []jen.Code
	named, declares := false, false
	for i, v := range c.Dst {
		if v == nil {
			dst = append(dst, jen.Id("_"))
			continue
		}
		named = true
		b.seen[v] = true
		declares = declares || c.New[i]
		dst = append(dst, jen.Id(v.Name))
	}
	if !named {
		for range b.resultCount(c) - len(dst) {
			dst = append(dst, jen.Id("_"))
		}
		head := jen.List(append(dst, callee)...).Op(":=").Add(call)
		return []jen.Code{jen.If(head, test).Block(suspended...)}
	}
	op := "="
	if declares && !b.flat {
		op = ":="
	}
	return []jen.Code{jen.List(append(dst, callee)...).Op(op).Add(call), jen.If(test).Block(suspended...)}
}

// resultCount is how many results a call has, its frame apart.
func (b *body) resultCount(c *ir.Call) int {
	switch c.Target.Kind {
	case ir.OpYield, ir.OpPreempt, ir.OpSend:
		return 0
	case ir.OpRecv, ir.OpSelect:
		return 1
	case ir.OpRecv2:
		return 2
	}
	return c.Target.Sig.Results().Len()
}
