package gen

import (
	"fmt"
	"slices"
	"strings"
)

// statement makes statements; d is how deep they may nest.
type statement struct {
	weight int
	make   func(g *gen, d int)
}

// simple are statements that hold no others; nested do.
var simple, nested []statement

func init() {
	simple = []statement{
		{12, (*gen).define}, {10, (*gen).assign}, {4, (*gen).opAssign}, {2, (*gen).incDec}, {5, (*gen).tuple},
		{4, (*gen).commaOK}, {8, (*gen).call}, {5, (*gen).trace}, {3, (*gen).multi}, {3, (*gen).constant},
		{3, (*gen).jump}, {1, (*gen).panics}, {2, (*gen).send}, {3, (*gen).closure}, {3, (*gen).deferred}, {2, (*gen).capture},
		{2, (*gen).deferLoop}, {2, (*gen).pull}, {2, (*gen).started}, {3, (*gen).store},
	}
	nested = []statement{
		{7, (*gen).ifs}, {6, (*gen).fors}, {8, (*gen).ranges}, {5, (*gen).rangeFunc}, {6, (*gen).switches}, {4, (*gen).typeSwitch},
		{4, (*gen).selects}, {3, (*gen).gotoForward}, {3, (*gen).gotoBack}, {2, (*gen).plainBlock}, {3, (*gen).handOver},
		{3, (*gen).pipeline}, {2, (*gen).waitGroup}, {1, (*gen).localType}, {3, (*gen).guarded}, {2, (*gen).rendezvous},
		{3, (*gen).shadow}, {2, (*gen).once}, {2, (*gen).recursive},
		{1, (*gen).condition}, {1, (*gen).timed}, {1, (*gen).locked}, {2, (*gen).called},
	}
}

func choose(g *gen, list []statement) statement {
	total := 0
	for _, s := range list {
		total += s.weight
	}
	n := g.IntN(total)
	for _, s := range list {
		if n -= s.weight; n < 0 {
			return s
		}
	}
	panic("no statement")
}

// depth is how deep expressions of statements are.
func (g *gen) depth() int { return 1 + g.IntN(5)/2 }

// block makes n statements in a scope of their own.
func (g *gen) block(n int) { g.nest(n, 3) }

func (g *gen) nest(n, d int) { g.scope(func() { g.statements(n, d) }) }

func (g *gen) statements(n, d int) {
	for range n {
		if g.size--; g.size < 0 {
			return
		}
		g.nodes = (1 + g.IntN(3)) * g.large
		switch {
		case len(g.f.loops)+len(g.f.breaks)+len(g.f.gotos) > 0 && g.one(5):
			g.jump(d)
		case d > 0 && g.one(2):
			choose(g, nested).make(g, d-1)
		default:
			choose(g, simple).make(g, d)
		}
	}
}

// survivors prints variables, which thus live until then.
func (g *gen) survivors() {
	for range g.IntN(3) {
		if x := g.find(func(x *variable) bool { return x.typ != "T" && !opaque(x.typ) }); x != nil {
			g.p("fmt.Println(text(%s))", x.name)
		}
	}
}

func (g *gen) body(d int) { g.nest(1+g.IntN(5)/3, d) }

// show is what a trace prints of the variable x.
func show(x string, t typ) string {
	switch t {
	case "*EP":
		return x + ".A"
	case "EI":
		return x + ".Y"
	case "I", "J":
		return x + ".Val(1)"
	case "func(int) int":
		return x + "(2)"
	case "*int", "*[3]int":
		return "*" + x
	case "Own":
		return x + ".Val(1)"
	case "iter.Seq[int]":
		return "total(" + x + ")"
	case "*List[int]":
		return x + ".items"
	case "chan int", "[]func(int) int":
		return "len(" + x + ")"
	}
	return x
}

func (g *gen) print(x string, t typ) string { return fmt.Sprintf("t(%d, %s)", g.next(), show(x, t)) }

// use adds a variable that may otherwise not be used.
func (g *gen) use(name string, t typ, shared bool) {
	g.p("_ = %s", name)
	g.add(name, t, shared)
}

func (g *gen) define(int) {
	t := g.typ()
	e := g.expr(t, g.depth())
	name := g.name("x")
	switch g.IntN(4) {
	case 0:
		g.p("var %s %s = %s", name, t, e)
	case 1:
		g.p("var %s %s", name, t)
	default:
		g.p("%s := %s", name, e)
	}
	g.use(name, t, g.one(3))
}

// place returns something of type t that may be assigned to, and whether a call
// beside it cannot change what is there.
func (g *gen) place(t typ, d int) (string, bool) {
	x := g.target(t)
	if x != nil && !g.one(3) {
		return x.name, !x.shared
	}
	base := func(t typ) string {
		if x := g.readable(t); x != nil {
			return "v(" + x.name + ")"
		}
		return ""
	}
	indexed := func(t typ, rest string) (string, bool) {
		if s := base(t); s != "" {
			return g.fill(s+rest, d), false
		}
		return "_", false
	}
	switch n := g.IntN(8); {
	case t == "int" && n < 2:
		return indexed("[]int", "[at({int}, 2)]")
	case t == "int" && n < 3:
		return indexed("map[string]int", "[{string}]")
	case t == "int" && n < 4:
		return indexed("*S", ".A")
	case t == "int" && n < 5:
		if s := base("*int"); s != "" {
			return "*" + s, false
		}
	case t == "int" && n < 6:
		if x := g.target("[3]int"); x != nil {
			return g.fill(x.name+"[at({int}, 3)]", d), !x.shared
		}
	case t == "int" && n < 7:
		if x := g.target("S"); x != nil {
			return g.fill(pick(g, []string{x.name + ".A", x.name + ".D[at({int}, 2)]"}), d), !x.shared
		}
	case t == "int" && n < 8:
		if s := base("*[3]int"); s != "" {
			return g.fill(s+"[at({int}, 3)]", d), false
		}
	case t == "string" && n < 4:
		return indexed("*S", ".B")
	case t == "string":
		return indexed("[]string", "[at({int}, 2)]")
	case t == "S" && n < 3:
		if x := g.target("[2]S"); x != nil {
			return g.fill(x.name+"[at({int}, 2)]", d), !x.shared
		}
	case t == "S" && n < 5:
		return indexed("map[string]S", "[{string}]")
	case t == "S":
		if s := base("*S"); s != "" {
			return "*" + s, false
		}
	case t == "[]int":
		return indexed("*S", ".C")
	}
	if x != nil {
		return x.name, !x.shared
	}
	return "_", false
}

func (g *gen) assign(int) {
	t := g.typ()
	to, _ := g.place(t, 1)
	g.p("%s = %s", to, g.expr(t, g.depth()))
}

func (g *gen) opAssign(int) {
	t := pick(g, scalars)
	to, private := g.place(t, 1)
	if to == "_" {
		return
	}
	ops := map[typ][]string{
		"int": {"+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "&^=", "<<=", ">>="}, "N": {"+=", "^="}, "string": {"+="},
		"int8": {"+=", "*=", "/="}, "uint": {"-=", "|=", ">>="}, "float64": {"*=", "+="}, "complex128": {"*=", "-="},
	}
	op := pick(g, ops[t])
	limited := strings.Contains("<<=>>=/=%=", op) // to operands that are neither negative nor zero
	var e string
	switch {
	case limited && private:
		e = fmt.Sprintf("%s(at(%s, 3) + 1)", t, g.expr("int", 1))
	case limited:
		e = "2"
	case private:
		e = g.expr(t, g.depth())
	default:
		e = g.fixed(t)
	}
	g.p("%s %s %s", to, op, e)
	if t == "string" && private {
		g.p("%s = short(%[1]s)", to)
	}
}

func (g *gen) incDec(int) {
	if to, _ := g.place(pick(g, []typ{"int", "int", "int8", "uint", "N"}), 1); to != "_" {
		g.p("%s%s", to, pick(g, []string{"++", "--"}))
	}
}

func (g *gen) tuple(int) {
	var to, from []string
	t := g.typ()
	for i := range 2 + g.IntN(2) {
		if i > 0 && g.one(2) {
			t = g.typ()
		}
		x, _ := g.place(t, 1)
		to, from = append(to, x), append(from, g.expr(t, 2))
	}
	g.p("%s = %s", strings.Join(to, ", "), strings.Join(from, ", "))
}

func (g *gen) commaOK(int) {
	x, ok := g.name("x"), g.name("ok")
	t, form := typ("int"), pick(g, []string{"v({map[string]int})[{string}]", "<-source(#, {int})", "{any}.(int)", "<-source[int](#)"})
	if g.one(3) {
		t, form = "I", "{any}.(I)"
	}
	if form == "{any}.(int)" || form == "{any}.(I)" {
		form = "v(" + form[:5] + ")" + form[5:]
	}
	if to, _ := g.place("bool", 1); to != "_" && g.one(2) {
		g.p("_, %s = %s", to, g.fill(form, 2))
		return
	}
	g.p("%s, %s := %s", x, ok, g.fill(form, 2))
	g.p("_, _ = %s, %s", x, ok)
	g.add(x, t, g.one(3))
	g.add(ok, "bool", g.one(3))
}

func (g *gen) call(int) {
	if g.one(2) {
		g.p("%s", g.invoke(pick(g, g.funcs), g.depth()-1))
		return
	}
	calls := []string{
		"{*S}.Ptr({int})", "{I}.Val({int})", "{J}.Ptr({int})", "{func(int) int}({int})", "{*List[int]}.Push({int})", "last(#, {int}, {int})",
		"clear({map[string]int})", "delete({map[string]int}, {string})", "copy({[]int}, {[]int})", "{EI}.Val({int})", "sumOf(#, {string}, {string})",
		"{Own}.Val({int})", "total({iter.Seq[int]})", "fmt.Sprintln({any}, {Own}.Val({int}))", "func() { defer b(#, {int}); {func(int) int}({int}) }()",
		"block({int} & 7)", "<-source(#, {int})", "func(x int) int $int({int})",
	}
	g.p("%s", g.fill(pick(g, calls), g.depth()))
}

func (g *gen) trace(int) {
	if x := g.find(func(*variable) bool { return true }); x != nil {
		g.p("%s", g.print(x.name, x.typ))
	}
	if g.one(2) {
		g.p("block(%d)", g.IntN(6))
	}
}

// multi takes apart what a function with several results returns.
func (g *gen) multi(int) {
	for _, i := range g.Perm(len(g.funcs)) {
		s := g.funcs[i]
		if len(s.results) < 2 {
			continue
		}
		call := g.invoke(s, 2)
		if len(s.results) == 2 && g.one(3) {
			to, _ := g.place(s.results[0], 1)
			g.p("%s = fst(%s)", to, call)
			return
		}
		var names []string
		if g.one(2) {
			for _, t := range s.results {
				to, _ := g.place(t, 1)
				names = append(names, to)
			}
			g.p("%s = %s", strings.Join(names, ", "), call)
			return
		}
		for _, t := range s.results {
			n := g.name("x")
			names = append(names, n)
			g.add(n, t, g.one(3))
		}
		all := strings.Join(names, ", ")
		g.p("%s := %s\n%s = %s", all, call, strings.TrimSuffix(strings.Repeat("_, ", len(names)), ", "), all)
		return
	}
}

func (g *gen) constant(int) {
	name := g.name("k")
	g.p("const %s = iota*2 + %d", name, g.IntN(5))
	g.add(name, "int", false).fixed = true
}

// jump leaves or goes on with something.
func (g *gen) jump(int) {
	var all []string
	f := g.f
	if f.exits > 0 {
		all = append(all, "break")
	}
	if f.rounds > 0 {
		all = append(all, "continue", "continue")
	}
	for range f.loops {
		l := pick(g, f.loops)
		all = append(all, "break "+l.name, "continue "+l.name)
	}
	for range f.breaks {
		all = append(all, "break "+pick(g, f.breaks).name)
	}
	for range f.gotos {
		all = append(all, "goto "+pick(g, f.gotos).name)
	}
	all = append(all, "return")
	s := pick(g, all)
	for _, l := range slices.Concat(f.loops, f.breaks, f.gotos) {
		l.used = l.used || strings.HasSuffix(s, " "+l.name)
	}
	g.p("if %s {", g.cond(1))
	if s == "return" {
		g.finish(1)
	} else {
		g.p("%s", s)
	}
	g.p("}")
}

// cond is a condition; parentheses keep composite literals apart from blocks.
func (g *gen) cond(d int) string { return "(" + g.expr("bool", d) + ")" }

func (g *gen) panics(int) {
	if g.one(2) {
		g.p("if %s {\npanic(%s)\n}", g.cond(1), g.expr(pick(g, []typ{"string", "int", "error", "any", "N"}), 1))
		return
	}
	g.p("%s", g.fill(pick(g, []string{
		"_ = v([]int{1})[v({int})]", "_ = v(1 / v({int} & 1))", "_ = v({any}.(string))", "_ = v((*S)(nil)).A", "v(map[string]int(nil))[{string}] = {int}",
		"_ = v((func(int) int)(nil))({int})", "close(v((chan int)(nil)))", "_ = make([]int, v(-{int}))",
		"_ = v(map[any]int{})[any({[]int})]", "_ = v(any({[]int}) == any({[]int}))", "close(source(#, {int}))", "source(#, {int}) <- {int}", "_ = v(1 << v({int}))", "_ = v([3]int({[]int}))",
		"_ = v({string}[v({int})])", "_ = v({[]int}[v({int}):v({int})])", "_ = v({any}.(J))", "_ = v((I)(nil)).Val({int})", "_ = *v((*int)(nil))", "panic(fmt.Sprint({any}))", "panic(v(error(nil)))",
	}), 2))
}

func (g *gen) send(int) {
	if x := g.readable("chan int"); x != nil {
		g.p("select {\ncase v(%s) <- %s:\ndefault:\n}", x.name, g.expr("int", 2))
	}
}

// closure defines a function that changes variables around it.
func (g *gen) closure(int) {
	name := g.name("c")
	lit := "func(x int) int $int"
	if g.one(3) {
		lit = "func(x int) (r int) $int"
	}
	g.p("%s := %s\n_ = %[1]s", name, g.fill(lit, 3))
	g.add(name, "func(int) int", false)
}

// deferred defers a call.
func (g *gen) deferred(int) {
	switch g.IntN(4) {
	case 0:
		g.p("defer %s", g.invoke(pick(g, g.funcs), 2))
	case 1:
		g.p("defer %s", g.fill(pick(g, []string{"b(#, {int})", "{*S}.Ptr({int})", "{I}.Val({int})", "last(#, {int}, {int})", "v({func(int) int})({int})",
			"{S}.Val({int})", "delete({map[string]int}, {string})", "try(#, func() { b(#, {int}) })", "panic({string})",
			"{Own}.Val({int})", "v({Own}.Val)({int})", "(*List[int]).Push({*List[int]}, {int})", "block({int} & 7)", "close(v(make(chan int, {int} & 3)))", "sumOf(#, {[]int}...)"}), 2))
	case 2:
		g.recovering()
	default:
		g.p("defer func() {")
		g.inner(func() { g.body(1) })
		g.p("}()")
	}
}

// inner makes the body of a literal without results.
func (g *gen) inner(body func()) {
	old := g.f
	g.f = &frame{}
	g.scope(body)
	g.f = old
}

// recovering defers a literal that recovers, and may change results or panic
// again.
func (g *gen) recovering() {
	outer := g.f
	e := g.name("e")
	g.p("defer func() {\nif %s := recover(); %[1]s != nil {\nt(%d, fmt.Sprint(%[1]s))", e, g.next())
	g.inner(func() {
		g.body(0)
		for i, name := range outer.named {
			if g.one(2) && len(outer.results) > i {
				g.p("%s = %s", name, g.expr(outer.results[i], 1))
			}
		}
		switch g.IntN(6) {
		case 0:
			g.p("panic(%s)", e)
		case 1:
			g.p("if %s {\npanic(%s)\n}", g.cond(1), g.expr("string", 1))
		}
	})
	g.p("}\n}()")
}

// capture keeps closures that each have a variable of their own.
func (g *gen) capture(int) {
	fs, i := g.name("fs"), g.name("i")
	g.p("var %s []func(int) int\nfor %s := range 3 {", fs, i)
	g.scope(func() {
		g.use(i, "int", true)
		g.p("%s = append(%[1]s, %s)", fs, g.fill("func(x int) int $int", 2))
	})
	g.p("}\n_ = %s", fs)
	g.add(fs, "[]func(int) int", false)
}

// deferLoop defers in a loop.
func (g *gen) deferLoop(int) {
	i := g.name("i")
	g.p("for %s := range %d {", i, 2+g.IntN(2))
	g.scope(func() {
		g.use(i, "int", true)
		g.p("defer %s", g.fill(pick(g, []string{"b(#, {int})", "func(x int) { t(#, x+" + i + ") }({int})", "func() { " + i + "++; b(#, " + i + ") }()", "v({I}.Val)({int})"}), 2))
	})
	g.p("}")
}

// pull takes turns with an iterator.
func (g *gen) pull(int) {
	next, stop := g.name("next"), g.name("stop")
	g.p("%s, %s := iter.Pull(%s)\nt(%d, fst(%[1]s()))", next, stop, g.expr("iter.Seq[int]", 2), g.next())
	if g.one(2) {
		g.p("t(%d, fst(%s()))", g.next(), next)
	}
	g.p("%s%s()", pick(g, []string{"", "defer "}), stop)
}

// started waits for what a go statement calls.
func (g *gen) started(int) {
	c := g.name("c")
	g.p("%s := make(chan int)", c)
	g.p("go %s\nt(%d, <-%s)", g.fill(pick(g, []string{
		"send(" + c + ", {func(int) int}, {int})", "{*List[int]}.Send(" + c + ", {int})", "send(" + c + ", v({I}.Val), {int})",
		"v({*List[int]}.Send)(" + c + ", {int})", "func(f func(chan int, func(int) int, int)) { f(" + c + ", {func(int) int}, {leaf}) }(send)",
	}), 2), g.next(), c)
}

// store puts something where a call finds the place.
func (g *gen) store(int) {
	g.p("%s", g.fill(pick(g, []string{
		"{map[string]int}[{string}] = {int}", "{*S}.A = {int}", "*{*int} = {int}", "{*S}.D[at({int}, 2)] = {int}", "{*[3]int}[at({int}, 3)] += q(2)",
		"{map[string]int}[{string}] += 2", "{map[string]int}[{string}]++", "v({map[string]S})[{string}], {*S}.B = {S}, {string}", "*{*S} = {S}", "{*EP}.F = {func(int) int}",
		"{[]int}[at({int}, 2)], {*S}.A = {int}, {int}", "{*S}.C = {[]int}", "{[]func(int) int}[at({int}, 2)] = {func(int) int}", "{*List[int]}.f = {func(int) int}",
		"{*EP}.S = {*S}", "v(&{*S}.D)[at({int}, 2)] -= 1",
	}), 2))
}
