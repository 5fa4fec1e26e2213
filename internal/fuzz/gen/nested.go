package gen

import (
	"fmt"
	"slices"
	"strings"
)

// loop makes a loop with head, labelled if the body uses the label; vars are
// those of the head.
func (g *gen) loop(head string, d int, declare func()) {
	l := &label{name: g.name("L")}
	f := g.f
	loops, exits, rounds := f.loops, f.exits, f.rounds
	f.loops, f.exits, f.rounds = append(loops[:len(loops):len(loops)], l), exits+1, rounds+1
	body := g.text(func() {
		g.scope(func() {
			declare()
			g.p("if !burn() {\nbreak\n}")
			g.body(d)
		})
	})
	f.loops, f.exits, f.rounds = loops, exits, rounds
	if l.used {
		g.p("%s:", l.name)
	}
	g.p("%s {\n%s}", head, body)
}

// breakable makes a statement that a break may leave, labelled if one does by
// name.
func (g *gen) breakable(f func()) {
	l, fr := &label{name: g.name("B")}, g.f
	old := fr.breaks
	text := g.text(func() {
		fr.exits++
		fr.breaks = append(old[:len(old):len(old)], l)
		f()
		fr.exits--
		fr.breaks = old
	})
	if l.used {
		g.p("%s:", l.name)
	}
	g.out.WriteString(text)
}

func (g *gen) ifs(d int) {
	g.scope(func() {
		head := ""
		if g.one(3) {
			x := g.name("x")
			head = fmt.Sprintf("%s := (%s); ", x, g.expr("int", 2))
			g.add(x, "int", g.one(3))
			head += fmt.Sprintf("%s < (%s) && ", x, g.expr("int", 1))
		}
		g.p("if %s%s {", head, g.cond(2))
		g.body(d)
		for g.one(3) {
			g.p("} else if %s {", g.cond(2))
			g.body(d)
		}
		if g.one(2) {
			g.p("} else {")
			g.body(d)
		}
		g.p("}")
	})
}

func (g *gen) fors(d int) {
	i := g.name("i")
	shared := g.one(2)
	declare := func() { g.use(i, "int", shared) }
	switch g.IntN(4) {
	case 0:
		g.loop(fmt.Sprintf("for %s := (%s); %[1]s < %[3]d; %[1]s++", i, g.expr("int", 1), 2+g.IntN(3)), d, declare)
	case 1:
		g.loop(fmt.Sprintf("for %s, j := 0, q(4); %[1]s < j && %s; %[1]s, j = %[1]s+1, q(j)", i, g.cond(2)), d, declare)
	case 2:
		g.loop("for "+g.cond(2), d, func() {})
	default:
		g.loop("for", d, func() {})
	}
}

// ranges ranges over all but functions.
func (g *gen) ranges(d int) {
	kinds := []struct {
		over     string
		key, val typ
	}{
		{"(clip({[]int}))", "int", "int"}, {"({[3]int})", "int", "int"}, {"v(&[3]int{1, {int} })", "int", "int"}, {"(short({string}))", "int", ""},
		{"(at({int}, 4))", "int", "-"}, {"(one({map[string]int}))", "string", "int"}, {"(sorted({map[string]int}))", "int", "string"},
		{"(source(#, {int}, {int}))", "int", "-"},
	}
	k := pick(g, kinds)
	over := g.fill(k.over, 2)
	a, b := g.name("k"), g.name("x")
	shared := g.one(2)
	switch n := g.IntN(4); {
	case n == 0:
		g.loop("for range "+over, d, func() {})
	case n == 1 || k.val == "-":
		g.loop("for "+a+" := range "+over, d, func() { g.use(a, k.key, shared) })
	case n == 2 && k.val != "":
		if x := g.target(k.val); x != nil && g.target(k.key) != nil {
			to, _ := g.place(k.val, 1)
			g.loop(fmt.Sprintf("for %s, %s = range %s", g.target(k.key).name, to, over), d, func() {})
			return
		}
		fallthrough
	default:
		g.loop(fmt.Sprintf("for %s, %s := range %s", a, b, over), d, func() {
			g.use(a, k.key, shared)
			g.p("_ = %s", b)
			if k.val != "" {
				g.add(b, k.val, shared)
			}
		})
	}
}

func (g *gen) rangeFunc(d int) {
	a, b := g.name("k"), g.name("x")
	shared := g.one(2)
	switch g.IntN(8) {
	case 3:
		g.loop("for range each"+g.fill("({int})", 2), d, func() {})
	case 4:
		g.loop(fmt.Sprintf("for %s := range (%s)", a, g.expr("iter.Seq[int]", 2)), d, func() { g.use(a, "int", shared) })
	case 5:
		g.loop(fmt.Sprintf("for %s := range func(yield func(int) bool) {\nfor i := range 3 {\nif !yield(%s + i) {\nreturn\n}\n}\n}", a, g.expr("int", 1)), d, func() { g.use(a, "int", shared) })
	case 0:
		g.loop("for range "+pick(g, g.seqs)+g.fill("({int})", 2), d, func() {})
	case 1:
		g.loop(fmt.Sprintf("for %s, %s := range (%s).All(%d)", a, b, g.expr("*List[int]", 2), g.next()), d, func() {
			g.use(a, "int", shared)
			g.use(b, "int", shared)
		})
	case 2:
		if x := g.target("int"); x != nil {
			g.loop("for "+x.name+" = range "+pick(g, g.seqs)+g.fill("({int})", 2), d, func() {})
			return
		}
		fallthrough
	default:
		g.loop(fmt.Sprintf("for %s := range %s%s", a, pick(g, g.seqs), g.fill("({int})", 2)), d, func() { g.use(a, "int", shared) })
	}
}

func (g *gen) switches(d int) {
	t := pick(g, []typ{"int", "int", "string", "bool", "any"})
	tag := "(" + g.expr(t, 2) + ")"
	none := g.one(4)
	if none {
		t, tag = "bool", ""
	}
	if g.one(4) {
		tag = fmt.Sprintf("_ = b(%d, 1); %s", g.next(), tag)
	}
	n := 2 + g.IntN(3)
	other := g.IntN(2 * n)
	g.breakable(func() {
		g.p("switch %s {", tag)
		for i := range n {
			if i == other {
				g.p("default:")
			} else {
				var cases []string
				for range 1 + g.IntN(2) {
					cases = append(cases, fmt.Sprintf("v(%s)", g.expr(t, 1)))
				}
				g.p("case %s:", strings.Join(cases, ", "))
			}
			g.body(d)
			if i < n-1 && g.one(4) {
				g.p("fallthrough")
			}
		}
		g.p("}")
	})
}

func (g *gen) typeSwitch(d int) {
	t := pick(g, []typ{"any", "any", "I", "error"})
	cases := map[typ][]typ{"any": {"int", "string", "S", "N", "[3]int", "I", "error", "bool"}, "I": {"N", "S", "*S", "J", "*EP"}, "error": {"any"}}[t]
	x := g.name("x")
	bind := g.one(2)
	head := fmt.Sprintf("switch (%s).(type) {", g.expr(t, 2))
	if bind {
		head = fmt.Sprintf("switch %s := (%s).(type) {", x, g.expr(t, 2))
	}
	several := bind && t == "any" && g.one(3)
	g.breakable(func() {
		g.p("%s", head)
		if several {
			g.p("case float64, []int, *S, func():")
			g.bound(true, x, t, d)
		}
		for _, i := range g.Perm(len(cases))[:1+g.IntN(len(cases))] {
			g.p("case %s:", cases[i])
			g.bound(bind, x, cases[i], d)
		}
		switch g.IntN(3) {
		case 0:
			g.p("case nil:")
			g.body(d)
		case 1:
			g.p("default:")
			g.bound(bind, x, t, d)
		}
		g.p("}")
	})
}

func (g *gen) bound(bind bool, x string, t typ, d int) {
	g.scope(func() {
		if bind {
			g.p("_ = %s", x)
			g.add(x, t, g.one(3))
		}
		g.body(d)
	})
}

// selects has one case that can go on.
func (g *gen) selects(d int) {
	x, ok := g.name("x"), g.name("ok")
	simple := func(format string, args ...any) func() {
		return func() { g.p(format, args...); g.body(d) }
	}
	never := []func(){
		simple("case <-null(%d):", g.next()),
		simple("case null(%d) <- %s:", g.next(), g.expr("int", 2)),
	}
	to, _ := g.place("int", 1)
	ready := []func(){
		func() {
			g.scope(func() {
				g.p("case %s, %s := <-%s:\n_, _ = %[1]s, %[2]s", x, ok, g.fill("source(#, {int})", 2))
				g.add(x, "int", g.one(2))
				g.add(ok, "bool", g.one(2))
				g.body(d)
			})
		},
		simple("case %s = <-%s:", to, g.fill("source(#, {int})", 2)),
		simple("case make(chan int, 1) <- %s:", g.expr("int", 2)),
		simple("default:"),
		simple("case <-func() chan int { c := make(chan int); go func() { block(1); c <- %s }(); return c }():", g.fixed("int")),
	}
	clauses := append(never[g.IntN(3):], pick(g, ready))
	g.breakable(func() {
		g.p("select {")
		for _, i := range g.Perm(len(clauses)) {
			clauses[i]()
		}
		g.p("}")
	})
}

func (g *gen) plainBlock(d int) {
	g.p("{")
	g.body(d)
	g.p("}")
}

// shadow gives a variable's name to a copy.
func (g *gen) shadow(d int) {
	x := g.find(func(x *variable) bool { return !slices.Contains(g.f.named, x.name) })
	if x == nil {
		return
	}
	g.p("{\n%s := %s(%[1]s)", x.name, pick(g, []string{"v", "q"}))
	g.scope(func() {
		g.use(x.name, x.typ, g.one(3))
		g.body(d)
	})
	g.p("}")
}

func (g *gen) once(d int) {
	o := g.name("once")
	g.p("var %s sync.Once\nfor range 2 {\n%[1]s.Do(func() {", o)
	g.inner(func() { g.body(d) })
	g.p("})\n}")
}

// recursive defines a literal that calls itself.
func (g *gen) recursive(d int) {
	name := g.name("c")
	g.p("var %s func(int) int\n%[1]s = func(x int) int {\nif !burn() || x < 1 {\nreturn x\n}", name)
	old := g.f
	g.f = &frame{results: []typ{"int"}}
	g.scope(func() {
		g.add("x", "int", g.one(2))
		g.body(d)
		g.p("return %s + %s(x - 1)", g.expr("int", 1), name)
	})
	g.f = old
	g.p("}\nt(%d, %s(%d))", g.next(), name, 1+g.IntN(3))
	g.add(name, "func(int) int", false)
}

// gotoForward jumps over statements; those stand in a block, since no variable
// may come into scope on the way.
func (g *gen) gotoForward(d int) {
	l := &label{name: g.name("G")}
	f := g.f
	old := f.gotos
	f.gotos = append(old[:len(old):len(old)], l)
	g.p("{\nif %s {\ngoto %s\n}\n{", g.cond(2), l.name)
	g.body(d)
	f.gotos = old
	g.p("}\n%s:\nblock(%d)\n}", l.name, g.IntN(6))
}

func (g *gen) gotoBack(d int) {
	l, n := g.name("G"), g.name("n")
	g.p("{\n%s := 0\n%s:\n%[1]s++\n{", n, l)
	g.scope(func() {
		g.add(n, "int", true).fixed = true
		g.body(d)
	})
	g.p("}\nif burn() && %s < 3 {\ngoto %s\n}\n}", n, l)
}

// handOver waits for a goroutine, which may thus trace.
func (g *gen) handOver(d int) {
	c, x, s := g.name("done"), g.name("x"), g.name("s")
	g.p("%s := make(chan int)\ngo func(%s int, %s string) {\ndefer func() { t(%d, fmt.Sprint(recover(), %[3]s)); close(%[1]s) }()", c, x, s, g.next())
	args := g.expr("int", 2) + ", " + g.expr("string", 2)
	g.inner(func() {
		g.use(x, "int", g.one(3))
		g.body(d)
		if g.one(5) {
			g.p("if %s {\nruntime.Goexit()\n}", g.cond(1))
			g.body(d)
		}
	})
	g.p("}(%s)\n<-%s", args, c)
}

// pipeline has stages that only its end traces.
func (g *gen) pipeline(d int) {
	a, b, x := g.name("in"), g.name("out"), g.name("x")
	g.p("%s, %s := make(chan int), make(chan int, %d)", a, b, g.IntN(2))
	g.p("go func() {\ndefer close(%s)\nfor i := range %d {\n%[1]s <- i\n}\n}()", a, 2+g.IntN(3))
	g.p("go func() {\nfor i := range %s {\nblock(i)\n%s <- i * %d\n}\nclose(%[2]s)\n}()", a, b, 2+g.IntN(3))
	shared := g.one(2)
	g.loop("for "+x+" := range "+b, d, func() { g.use(x, "int", shared) })
	g.p("for range %s {\n}", b)
}

func (g *gen) waitGroup(int) {
	wg, mu, sum, s := g.name("wg"), g.name("mu"), g.name("sum"), g.name("s")
	g.p("var %s sync.WaitGroup\nvar %s sync.Mutex\n%s, %s := 0, make([]int, 4)", wg, mu, sum, s)
	start := pick(g, []string{wg + ".Add(1)\ngo func() {\ndefer " + wg + ".Done()", wg + ".Go(func() {"})
	end := "}()"
	if strings.HasSuffix(start, ".Go(func() {") {
		end = "})"
	}
	g.p("for i := range s%s {\n%s\nblock(i)\n%s[i] = i * %d\n%s.Lock()\ndefer %[5]s.Unlock()\n%[6]s += q(%[3]s[i])\n%[7]s\n}\n%[8]s.Wait()",
		strings.TrimPrefix(s, "s"), start, s, 2+g.IntN(3), mu, sum, end, wg)
	g.p("t(%d, %s)", g.next(), sum)
	g.add(sum, "int", g.one(2))
	g.add(s, "[]int", g.one(2))
}

func (g *gen) localType(d int) {
	l, x := g.name("T"), g.name("x")
	g.p("type %s struct {\nA int\nB string\nF func(int) int\n}", l)
	g.p("%s := %s%s", x, l, g.fill("{ {int}, {string}, {func(int) int} }", 2))
	g.p("%s.A = %s.F(%s)\nt(%d, %[1]s.A)", x, pick(g, []string{x, "q(" + x + ")"}), g.expr("int", 1), g.next())
	g.nest(1, d)
	g.p("t(%d, any(%s).(%s).B)", g.next(), x, l)
}

// guarded keeps panics in.
func (g *gen) guarded(d int) {
	g.p("try(%d, func() {", g.next())
	g.inner(func() { g.body(d) })
	g.p("})")
}

// rendezvous takes turns with a goroutine.
func (g *gen) rendezvous(int) {
	c, back := g.name("c"), g.name("back")
	g.p("%s, %s := make(chan int), make(chan string)", c, back)
	g.p("go func() {\nfor n := range %s {\n%s <- fmt.Sprint(b(%d, n))\n}\nclose(%[2]s)\n}()", c, back, g.next())
	g.p("for _, n := range (clip(%s)) {\n%s <- n\nt(%d, <-%s)\n}", g.expr("[]int", 2), c, g.next(), back)
	g.p("close(%s)\n_, %s := <-%s\nt(%d, %[2]s)", c, g.name("ok"), back, g.next())
}

// condition waits for one.
func (g *gen) condition(int) {
	mu, c, n := g.name("mu"), g.name("cond"), g.name("n")
	g.p("var %s sync.Mutex\n%s, %s := sync.NewCond(&%[1]s), 0", mu, c, n)
	g.p("go func() {\nfor i := range 2 {\nblock(i + %d)\n%s.Lock()\n%s++\n%s.%s()\n%[2]s.Unlock()\n}\n}()", g.IntN(4), mu, n, c, pick(g, []string{"Signal", "Broadcast"}))
	g.p("%s.Lock()\nfor %s < 2 {\n%s.Wait()\n}\nt(%d, %[2]s)\n%[1]s.Unlock()", mu, n, c, g.next())
	g.add(n, "int", true)
}

// timed waits for a timer or a context.
func (g *gen) timed(d int) {
	switch g.IntN(3) {
	case 0:
		g.breakable(func() {
			g.p("select {\ncase <-time.After(%d):", g.IntN(2000))
			g.body(d)
			g.p("case <-null(%d):\n}", g.next())
		})
	case 1:
		ctx, cancel := g.name("ctx"), g.name("cancel")
		g.p("%s, %s := context.WithCancel(context.Background())\ndefer %[2]s()\n", ctx, cancel)
		g.p("go func() {\nblock(%d)\n%s()\n}()\n<-%s.Done()\nt(%d, %[3]s.Err())", g.IntN(5), cancel, ctx, g.next())
	default:
		g.p("for range time.Tick(%d) {", 1+g.IntN(1000))
		f := g.f
		exits, rounds := f.exits, f.rounds
		f.exits, f.rounds = exits+1, rounds+1
		g.p("if !burn() {\nbreak\n}")
		g.body(d)
		f.exits, f.rounds = exits, rounds
		g.p("break\n}")
	}
}

// locked holds a lock that another goroutine waits for.
func (g *gen) locked(d int) {
	mu, done, x := g.name("mu"), g.name("done"), g.name("x")
	g.p("var %s sync.RWMutex\n%s, %s := make(chan bool), 0\n%[1]s.RLock()", mu, done, x)
	g.p("go func() {\n%s.Lock()\ndefer close(%s)\ndefer %[1]s.Unlock()\n%[3]s = q(%[4]d)\n}()", mu, done, x, g.IntN(9))
	g.p("try(%d, func() {\ndefer %s.RUnlock()", g.next(), mu)
	g.inner(func() { g.body(d) })
	g.p("})\n<-%s\nt(%d, %s)", done, g.next(), x)
	g.add(x, "int", true)
}

// called calls a literal with results of its own.
func (g *gen) called(d int) {
	x, e := g.name("x"), g.name("e")
	g.p("%s, %s := func(p int) (r int, err error) {", x, e)
	old := g.f
	g.f = &frame{results: []typ{"int", "error"}, named: []string{"r", "err"}}
	g.scope(func() {
		g.add("p", "int", g.one(2))
		g.add("r", "int", true)
		g.add("err", "error", true)
		if g.one(2) {
			g.recovering()
		}
		g.body(d)
		g.finish(1)
	})
	g.f = old
	g.p("}(%s)\n_, _ = %s, %s", g.expr("int", 1), x, e)
	g.add(x, "int", g.one(3))
	g.add(e, "error", g.one(3))
}
