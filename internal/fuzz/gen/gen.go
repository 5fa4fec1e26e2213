package gen

import (
	"fmt"
	"go/format"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// typ is a type as it is written.
type typ string

// variable is one that statements may use.
type variable struct {
	name   string
	typ    typ
	shared bool // closures and pointers may change it
	owner  *frame
	fixed  bool // not to be assigned to
}

// signature is that of a function of the program.
type signature struct {
	name     string
	params   []typ
	results  []typ
	named    bool
	variadic bool // the last parameter is a ...int besides params
	generic  bool // the first parameter is a T besides params
}

// frame is a function or literal whose body is being made.
type frame struct {
	results []typ
	named   []string
	gotos   []*label // may be jumped to
	breaks  []*label // may be left
	loops   []*label // may be continued and left
	exits   int      // loops, switches and selects around
	rounds  int      // loops around
}

type label struct {
	name string
	used bool
}

type gen struct {
	*rand.Rand
	out   *strings.Builder
	id    int
	names int
	size  int // statements left for the function
	vars  []*variable
	f     *frame
	funcs []signature
}

// Program returns the source of a package. Main is what to call. The same seed
// gives the same program.
func Program(name string, seed uint64) string {
	g := &gen{Rand: rand.New(rand.NewPCG(seed, 1)), out: &strings.Builder{}}
	g.out.WriteString(strings.Replace(prelude, "PKG", name, 1))
	g.declare()
	for _, s := range g.funcs {
		g.function(s)
	}
	g.methods()
	g.iterators()
	g.main()
	src, err := format.Source([]byte(g.out.String()))
	if err != nil {
		panic(fmt.Sprintf("seed %d does not parse: %v", seed, err))
	}
	return string(src)
}

func (g *gen) p(format string, args ...any) { fmt.Fprintf(g.out, format+"\n", args...) }

// text returns what f prints.
func (g *gen) text(f func()) string {
	old := g.out
	g.out = &strings.Builder{}
	f()
	s := g.out.String()
	g.out = old
	return s
}

// scope forgets the variables that f adds.
func (g *gen) scope(f func()) {
	n := len(g.vars)
	f()
	g.vars = g.vars[:n:n]
}

// one in n times.
func (g *gen) one(n int) bool { return g.IntN(n) == 0 }

func (g *gen) next() int { g.id++; return g.id }

func (g *gen) name(prefix string) string { g.names++; return fmt.Sprint(prefix, g.names) }

func pick[T any](g *gen, xs []T) T { return xs[g.IntN(len(xs))] }

// add puts a variable in scope; one that was never used is no fault.
func (g *gen) add(name string, t typ, shared bool) *variable {
	x := &variable{name: name, typ: t, shared: shared, owner: g.f}
	g.vars = append(g.vars, x)
	return x
}

func (g *gen) find(ok func(*variable) bool) *variable {
	var all []*variable
	seen := map[string]bool{}
	for i := len(g.vars) - 1; i >= 0; i-- {
		if x := g.vars[i]; !seen[x.name] {
			seen[x.name] = true
			if ok(x) {
				all = append(all, x)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return pick(g, all)
}

// readable finds a variable of type t.
func (g *gen) readable(t typ) *variable {
	return g.find(func(x *variable) bool { return x.typ == t })
}

// target finds a variable of type t that may be assigned to here.
func (g *gen) target(t typ) *variable {
	return g.find(func(x *variable) bool { return x.typ == t && !x.fixed && (x.shared || x.owner == g.f) })
}

// declare decides on the functions, so that all may call all.
func (g *gen) declare() {
	for i := range 3 + g.IntN(3) {
		s := signature{name: fmt.Sprintf("f%d", i), named: g.one(2), variadic: g.one(5), generic: g.one(5)}
		for range g.IntN(4) {
			s.params = append(s.params, pick(g, anyType))
		}
		for range 1 + g.IntN(10)/6 + g.IntN(10)/8 {
			s.results = append(s.results, pick(g, anyType))
		}
		g.funcs = append(g.funcs, s)
	}
}

func (g *gen) function(s signature) {
	var params, results []string
	g.f = &frame{results: s.results}
	g.vars = nil
	name := s.name
	if s.generic {
		name += "[T any]"
		params = append(params, "z T")
		g.add("z", "T", g.one(3))
	}
	for i, t := range s.params {
		params = append(params, fmt.Sprintf("p%d %s", i, t))
		g.add(fmt.Sprint("p", i), t, g.one(3))
	}
	if s.variadic {
		params = append(params, "rest ...int")
		g.add("rest", "[]int", false)
	}
	for i, t := range s.results {
		if s.named {
			name := fmt.Sprint("r", i)
			results = append(results, name+" "+string(t))
			g.add(name, t, true)
			g.f.named = append(g.f.named, name)
		} else {
			results = append(results, string(t))
		}
	}
	g.p("\nfunc %s(%s) (%s) {", name, strings.Join(params, ", "), strings.Join(results, ", "))
	g.rootBody()
	g.p("}")
}

// rootBody is the body of a function of the program.
func (g *gen) rootBody() {
	g.size = 5 + g.IntN(12)
	g.p("if !burn() {")
	g.finish(0)
	g.p("}")
	if g.one(2) {
		g.recovering()
	}
	g.block(2 + g.IntN(5))
	g.finish(2)
}

// finish returns.
func (g *gen) finish(d int) {
	f := g.f
	switch {
	case len(f.results) == 0, f.named != nil && g.one(3):
		g.p("return")
		return
	case d > 0:
		for _, s := range g.funcs {
			if len(f.results) > 1 && fmt.Sprint(s.results) == fmt.Sprint(f.results) {
				g.p("return %s", g.invoke(s, d))
				return
			}
		}
	}
	var xs []string
	for _, t := range f.results {
		xs = append(xs, g.expr(t, d))
	}
	g.p("return %s", strings.Join(xs, ", "))
}

// methods gives the types of the prelude theirs.
func (g *gen) methods() {
	for _, m := range []struct {
		recv, typ typ
		name      string
		results   []typ
		shared    bool
	}{
		{"S", "S", "Val", []typ{"int"}, false},
		{"*S", "*S", "Ptr", []typ{"int", "string"}, false},
		{"N", "N", "Val", []typ{"int"}, true},
		{"*EP", "", "Val", []typ{"int"}, true},
		{"*List[T]", "", "Val", []typ{"int"}, true},
	} {
		g.f, g.vars = &frame{results: m.results}, nil
		if m.typ != "" {
			g.add("s", m.typ, m.shared)
		}
		g.add("x", "int", g.one(2))
		g.p("\nfunc (s %s) %s(x int) (%s) {", m.recv, m.name, join(m.results))
		g.rootBody()
		g.p("}")
	}
}

func sortedKeys(m map[string]typ) []string { return slices.Sorted(maps.Keys(m)) }

func join(ts []typ) string {
	var out []string
	for _, t := range ts {
		out = append(out, string(t))
	}
	return strings.Join(out, ", ")
}

// iterators makes sequences; the bodies that range over them are elsewhere.
func (g *gen) iterators() {
	for i := range seqs {
		g.f, g.vars = &frame{}, nil
		g.add("n", "int", false)
		g.p("\nfunc seq%d(n int) iter.Seq[int] {\nreturn func(yield func(int) bool) {", i)
		if g.one(2) {
			g.p("defer b(%d, \"seq\")", g.next())
		}
		if g.one(3) {
			g.p("defer func() { t(%d, recover() != nil) }()", g.next())
		}
		g.size = 5
		g.p("for i := range at(n, 4) + 1 {")
		g.add("i", "int", false).fixed = true
		g.f.exits, g.f.rounds = 1, 1
		g.p("_ = i\nif !burn() {\nreturn\n}")
		g.block(g.IntN(3))
		g.p("if !yield(%s) {", g.expr("int", 2))
		g.p("%s", pick(g, []string{"return", "break", "t(0, \"stop\")\nreturn"}))
		g.p("}\n}\n}\n}")
	}
}

// seqs is how many iterators a program has.
const seqs = 2

// main calls all functions, one after the other.
func (g *gen) main() {
	g.f, g.vars = &frame{}, nil
	g.p("\nfunc Main() {")
	for _, s := range g.funcs {
		g.p("fuel = 100\ntry(%d, func() {", g.next())
		g.scope(func() {
			var names []string
			for range s.results {
				names = append(names, g.name("m"))
			}
			g.size = 4
			g.p("%s := %s", strings.Join(names, ", "), g.invoke(s, 1))
			for i, n := range names {
				g.p("%s", g.print(n, s.results[i]))
			}
		})
		g.p("})")
	}
	switch g.IntN(16) {
	case 0:
		g.p("fuel = 100\n%s", g.invoke(g.funcs[0], 1)) // its panic ends the program
	case 1:
		g.p("os.Exit(%d)", 2+g.IntN(3))
	case 2:
		g.p("defer b(0, \"end\")\nfuel = 100\npanic(%s)", g.expr("string", 2))
	}
	g.p("}")
}
