package emit

import (
	"go/types"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// resumeBody writes the function that continues a suspended activation.
func (f *file) resumeBody(fn *ir.Func) jen.Code {
	b := f.newBody(fn, true)
	n := fn.Names
	blocks := b.blocksCode()
	if fn.Guard {
		for _, v := range fn.Results {
			b.seen[v], b.read[v] = true, true
		}
	}
	entry, declared := b.entry()
	var head, code []jen.Code
	if b.usesEnv() {
		head = append(head, jen.Id(n.Env).Op(":=").Id(n.Frame).Dot(n.Env))
	}
	head = append(head, b.hoisted(declared)...)
	if b.tok {
		head = append(head, jen.Id(n.Tok).Op(":=").Id(n.Frame).Dot(n.Tok))
	}
	if fn.Guard {
		head = append(head, b.resumeGuard()...)
	}
	if b.frames || b.usesEnv() || b.tok { // else it panics, come what may
		code = append(code, jen.Id(n.Frame).Op(":=").Parens(jen.Op("*").Id(f.frame(fn)).Add(f.useParams(fn))).Parens(unsafePointer().Call(jen.Id(n.Header))))
	}
	code = append(code, head...)
	code = append(code, entry...)
	code = append(code, blocks...)
	doc := jen.Comment(f.resumeName(fn) + " continues " + fn.Name + " (" + f.at(fn.Pos()) + ").").Line()
	result := jen.Id(n.Next).Add(frameType())
	if !fn.Guard {
		result = frameType()
	}
	return doc.Func().Id(f.resumeName(fn)).Add(f.declParams(fn)).Params(jen.Id(n.Hub).Op("*").Add(g("Hub")), jen.Id(n.Header).Add(frameType())).
		Params(result).Block(code...)
}

// usesEnv reports whether the resume body uses something captured.
func (b *body) usesEnv() bool {
	for _, v := range b.fn.Capture {
		if b.seen[v] {
			return true
		}
	}
	return false
}

// hoisted declares the variables of the resume body, but for those that the entry
// declares. What each suspension point saves is loaded at once.
func (b *body) hoisted(declared map[*ir.Var]bool) []jen.Code {
	var out []jen.Code
	for _, v := range b.fn.Capture {
		if b.seen[v] {
			out = append(out, jen.Id(v.Name).Op(":=").Id(b.fn.Names.Env).Dot(v.Name))
		}
	}
	always := b.always()
	var dst, src []string
	var rest []*ir.Var
	for _, v := range b.variables() {
		switch {
		case always[v]:
			dst, src = append(dst, v.Name), append(src, b.field(v.Name))
		case !declared[v]:
			rest = append(rest, v)
		}
	}
	if len(dst) > 0 {
		b.frames = true
		out = append(out, listed(dst).Op(":=").Add(listed(src)))
	}
	out = append(out, b.declared(rest)...)
	if b.calls() {
		out = append(out, jen.Var().Id(b.fn.Names.Callee).Add(frameType()))
	}
	if vs := b.unread(nil); len(vs) > 0 {
		vs = slices.DeleteFunc(vs, func(v *ir.Var) bool { return declared[v] })
		if len(vs) > 0 {
			out = append(out, unused(vs))
		}
	}
	return out
}

// variables lists the variables of the resume body, captured ones apart.
func (b *body) variables() []*ir.Var {
	var out []*ir.Var
	for _, vs := range [][]*ir.Var{b.fn.Params, b.fn.Results, b.fn.All} {
		for _, v := range vs {
			if b.seen[v] {
				out = append(out, v)
			}
		}
	}
	return out
}

// unread lists the variables that are declared but not read: those of only, or all.
func (b *body) unread(only map[*ir.Var]bool) []*ir.Var {
	var out []*ir.Var
	for _, v := range b.fn.Capture {
		if only == nil && b.seen[v] && !b.read[v] {
			out = append(out, v)
		}
	}
	for _, v := range b.variables() {
		if !b.read[v] && (only == nil || only[v]) {
			out = append(out, v)
		}
	}
	return out
}

// always lists what each suspension point saves.
func (b *body) always() map[*ir.Var]bool {
	n, points := map[*ir.Var]int{}, 0
	for _, c := range b.fn.Points {
		if c.Tail {
			continue
		}
		points++
		for _, v := range c.Live {
			n[v]++
		}
	}
	out := map[*ir.Var]bool{}
	for _, v := range b.variables() {
		out[v] = n[v] == points && points > 0 || b.fn.Guard && slices.Contains(b.fn.Results, v)
	}
	return out
}

// calls reports whether the resume body keeps a callee's frame in its variable.
func (b *body) calls() bool {
	for _, blk := range b.fn.Flow {
		t, ok := blk.Term.(*ir.Suspend)
		if !blk.Alive || !ok || t.Call.Tail {
			continue
		}
		for _, v := range t.Call.Dst {
			if v != nil {
				return true
			}
		}
	}
	return false
}

// resumeGuard runs the deferred calls when the resume body leaves for good.
func (b *body) resumeGuard() []jen.Code {
	fn, n := b.fn, b.fn.Names
	next := jen.Id(n.Next)
	var rest []*ir.Var
	for _, v := range fn.Slots {
		if !slices.Contains(fn.Results, v) {
			rest = append(rest, v)
		}
	}
	suspended := append(b.save(fn.Results, rest), next.Clone().Op("=").Add(b.park(g("PCDefers"), jen.Id("_x"))), jen.Return())
	var done []jen.Code
	if len(fn.Results) > 0 {
		var values []jen.Code
		for _, v := range fn.Results {
			values = append(values, b.variable(v))
		}
		done = append(done, b.give(values))
	}
	done = append(done, next.Clone().Op("=").Add(b.put()))
	code := []jen.Code{
		jen.If(next.Clone().Op("==").Add(g("Parked"))).Block(jen.Return()),
		jen.If(jen.Id("_x").Op(":=").Id(n.Defers).Dot("Exit").Call(jen.Id(n.Hub), jen.Recover()), jen.Id("_x").Op("!=").Nil()).Block(suspended...),
	}
	out := []jen.Code{jen.Id(n.Defers).Op(":=").Id(n.Frame).Dot(n.Defers)}
	return append(out, jen.Defer().Func().Params().Block(append(code, done...)...).Call(),
		jen.If(jen.Id(n.Hub).Dot("Pending").Call()).Block(jen.Id(n.Hub).Dot("Rethrow").Call()))
}

// entry writes the switch that reloads what a suspension point saved. A single one
// needs no switch, and declares the results of its call: these are returned too.
func (b *body) entry() (code []jen.Code, declared map[*ir.Var]bool) {
	always, alive, points := b.always(), b.blocks(), b.entries()
	switch {
	case len(points) == 0: // only deferred calls can suspend
		return []jen.Code{jen.Return(jen.Nil())}, nil
	case len(points) == 1 && !b.fn.Guard:
		t := points[0]
		op := "="
		if b.declares(t.Call) {
			op, declared = ":=", map[*ir.Var]bool{}
			for _, v := range t.Call.Dst {
				if v != nil {
					declared[v] = true
				}
			}
		}
		code = append([]jen.Code{jen.Comment(b.at(callPos(t.Call)))}, b.reload(t.Call, always, op)...)
		if vs := b.unread(declared); declared != nil && len(vs) > 0 {
			code = append(code, unused(vs))
		}
		return append(code, b.enter(t.Next, alive)...), declared
	}
	var cases []jen.Code
	for _, t := range points {
		code := append([]jen.Code{jen.Comment(b.at(callPos(t.Call)))}, b.reload(t.Call, always, "=")...)
		cases = append(cases, jen.Case(jen.Lit(t.Call.PC)).Block(append(code, b.enter(t.Next, alive)...)...))
	}
	if b.fn.Guard {
		cases = append(cases, jen.Default().Block(jen.Comment("a deferred call has ended"), jen.Return(jen.Nil())))
	}
	b.frames = true
	return []jen.Code{jen.Switch(jen.Id(b.field("PC"))).Block(cases...)}, nil
}

// entries lists the suspension points that a resume body can be entered behind.
func (b *body) entries() []*ir.Suspend {
	var points []*ir.Suspend
	for _, blk := range b.fn.Flow {
		if t, ok := blk.Term.(*ir.Suspend); ok && !t.Call.Tail {
			points = append(points, t)
		}
	}
	return points
}

// foresee notes what the entry will refer to.
func (b *body) foresee(alive []*ir.BasicBlock) {
	for _, t := range b.entries() {
		for _, v := range append(slices.Clone(t.Call.Live), t.Call.Dst...) {
			if v != nil {
				b.seen[v] = true
			}
		}
		b.enter(t.Next, alive)
	}
}

// enter writes the jump to a block behind the entry, unless that comes next: the first
// of alive.
func (b *body) enter(to *ir.BasicBlock, alive []*ir.BasicBlock) []jen.Code {
	if len(alive) > 0 && alive[0] == to {
		return nil
	}
	return []jen.Code{b.jump(to)}
}

// declares reports whether the results of c are variables of their types that
// nothing else declares.
func (b *body) declares(c *ir.Call) bool {
	if !named(c) || !b.byNumber(b.callResults(c)) {
		return false
	}
	rs := b.callResults(c)
	for i, v := range c.Dst {
		if v == nil {
			continue
		}
		if v.Boxed || v.Iter != nil || !types.Identical(v.Type, rs.At(i).Type()) || slices.Contains(c.Live, v) ||
			slices.Contains(b.fn.Results, v) || slices.Contains(b.fn.Params, v) || slices.Index(c.Dst, v) != i {
			return false
		}
	}
	return true
}

// reload writes what happens first when c's callee has ended; always is loaded.
func (b *body) reload(c *ir.Call, always map[*ir.Var]bool, op string) []jen.Code {
	var dst, src []string
	var out []jen.Code
	for _, v := range c.Live {
		if !always[v] {
			dst, src = append(dst, v.Name), append(src, b.field(v.Name))
		}
	}
	if len(dst) > 0 {
		b.frames = true
		out = append(out, listed(dst).Op("=").Add(listed(src)))
	}
	return append(out, b.take(c, op)...)
}

// fastSuspend writes a suspension point of a fast body that is made of blocks.
func (b *body) fastSuspend(t *ir.Suspend, to func(*ir.BasicBlock) []jen.Code) []jen.Code {
	code := b.fastCall(t.Call)
	if t.Call.Tail {
		return code
	}
	return append(code, to(t.Next)...)
}

// resumeCall writes a suspension point of the resume body: the frame is there.
func (b *body) resumeCall(t *ir.Suspend, to func(*ir.BasicBlock) []jen.Code) []jen.Code {
	c := t.Call
	call := b.suspending(c)
	if c.Tail {
		return b.resumeTail(call)
	}
	n := b.fn.Names
	live := slices.DeleteFunc(slices.Clone(c.Live), func(v *ir.Var) bool { return slices.Contains(c.Kept, v) })
	suspended := append(b.save(live, c.Dead), jen.Return(b.park(jen.Lit(c.PC), jen.Id(n.Callee))))
	return append(b.checked(c, call, suspended), to(t.Next)...)
}

// park writes that the activation has called callee, which is suspended.
func (b *body) park(pc jen.Code, callee jen.Code) *jen.Statement {
	return jen.Id(b.fn.Names.Header).Dot("Park").Call(pc, callee)
}

// resumeTail gives this frame up: the callee takes its place below the parent.
func (b *body) resumeTail(call *jen.Statement) []jen.Code {
	n := b.fn.Names
	var dst []jen.Code
	for i := range b.fn.Results {
		dst = append(dst, jen.Id("_x"+itoa(i)))
	}
	c := jen.Id(n.Callee)
	p := jen.Id("_p")
	code := []jen.Code{jen.List(append(append([]jen.Code(nil), dst...), c.Clone())...).Op(":=").Add(call), p.Clone().Op(":=").Add(b.put()),
		jen.If(c.Clone().Op("!=").Nil()).Block(c.Clone().Dot("Parent").Op("=").Add(p), jen.Return(g("Parked")))}
	if len(dst) > 0 {
		code = append(code, b.give(dst))
	}
	return []jen.Code{jen.Block(append(code, jen.Return(p.Clone()))...)}
}
