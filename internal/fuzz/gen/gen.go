package gen

import (
	"fmt"
	"go/format"
	"maps"
	"math/rand/v2"
	"regexp"
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
	out    *strings.Builder
	id     int
	names  int
	size   int // statements left for the function
	nodes  int // expressions with operands left for the statement
	large  int // how large all is, 1 for most programs
	vars   []*variable
	global []*variable
	f      *frame
	funcs  []signature
	types  []typ    // what most variables are of
	seqs   []string // functions that return iterators over ints
}

// Program returns the source of a package that stands alone. Main is what to
// call. The same seed gives the same program.
func Program(name string, seed uint64) string {
	return file(name, prelude+program(seed))
}

// Prelude returns the source that Parts of one package share.
func Prelude(name string) string { return file(name, prelude) }

// Part returns the same program as Program, as one file among others of a
// package that has the Prelude: suffix sets its names apart.
func Part(name string, seed uint64, suffix string) string {
	return file(name, own.ReplaceAllString(program(seed), "${1}"+suffix))
}

// own are the names that a program declares at package level. No local variable,
// field or method has such a name.
var own = regexp.MustCompile(`\b([fg]\d|seq\d|[oO]wn|newOwn|Main)\b`)

func program(seed uint64) string {
	g := &gen{Rand: rand.New(rand.NewPCG(seed, 1)), out: &strings.Builder{}, large: 1, seqs: []string{"seq"}}
	if g.one(200) {
		g.large = 3
	}
	for range 4 {
		g.types = append(g.types, pick(g, anyType))
	}
	g.declare()
	g.globals()
	for _, s := range g.funcs {
		g.function(s)
	}
	g.iterators()
	g.main()
	if strings.Contains(g.out.String(), "Own") {
		g.ownType()
	}
	return g.out.String()
}

// packages are those that a program may import.
var packages = []string{"context", "errors", "fmt", "iter", "maps", "os", "runtime", "slices", "strings", "sync", "time"}

// file puts package clause and imports before body.
func file(name, body string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "package %s\n\nimport (\n", name)
	for _, p := range packages {
		if regexp.MustCompile(`\b` + p + `\.`).MatchString(body) {
			fmt.Fprintf(&out, "%q\n", p)
		}
	}
	src, err := format.Source([]byte(out.String() + ")\n" + body))
	if err != nil {
		panic(fmt.Sprintf("%s%s does not parse: %v", out.String(), body, err))
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

// typ is a type for a variable. A program has few, so that statements find
// variables that others made.
func (g *gen) typ() typ {
	if g.one(4) {
		return pick(g, anyType)
	}
	return pick(g, g.types)
}

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
	for i := range 1 + g.IntN(4)/3 + 2*(g.large-1) {
		s := signature{name: fmt.Sprintf("f%d", i), named: g.one(2), variadic: g.one(5), generic: g.one(5)}
		for range g.IntN(5) / 2 {
			s.params = append(s.params, g.typ())
		}
		for range 1 + g.IntN(10)/7 + g.IntN(10)/9 {
			s.results = append(s.results, g.typ())
		}
		g.funcs = append(g.funcs, s)
	}
	if g.one(8) {
		g.seqs = append(g.seqs, "seq0")
	}
}

// globals are variables that all may change.
func (g *gen) globals() {
	for i := range g.IntN(4) / 2 {
		x := &variable{name: fmt.Sprint("g", i), typ: g.typ(), shared: true}
		g.global = append(g.global, x)
		g.p("\nvar %s %s = %s", x.name, x.typ, g.leaf(x.typ))
	}
}

func (g *gen) function(s signature) {
	var params, results []string
	g.start(&frame{results: s.results})
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
	if s.generic && g.one(2) {
		g.p("var some any = z")
		g.use("some", "any", g.one(3))
	}
	g.rootBody()
	g.p("}")
}

// start begins a function at package level.
func (g *gen) start(f *frame) {
	g.f, g.vars = f, slices.Clone(g.global)
}

// rootBody is the body of a function of the program.
func (g *gen) rootBody() {
	g.size = (2 + g.IntN(3)) * g.large
	g.p("if !burn() {")
	g.nodes = 0
	g.finish(0)
	g.p("}")
	if g.one(5) {
		g.recovering()
	}
	g.scope(func() {
		g.statements(1+g.IntN(2*g.large), 3)
		g.nodes = 1
		g.survivors()
		g.finish(g.IntN(3))
	})
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

// owns are declarations of Own, which has a method Val: one with a random body
// where the declaration ends in a receiver.
var owns = []string{
	"type Own int\n\nfunc newOwn(n int) Own { return Own(n) }\n\nfunc (s Own) ",
	"type Own struct {\nA int\nF func(int) int\n}\n\nfunc newOwn(n int) Own { return Own{n, q[int]} }\n\nfunc (s Own) ",
	"type Own []int\n\nfunc newOwn(n int) Own { return Own{n, 2} }\n\nfunc (s Own) ",
	"type Own map[string]int\n\nfunc newOwn(n int) Own { return Own{\"n\": n} }\n\nfunc (s Own) ",
	"type Own [2]int\n\nfunc newOwn(n int) Own { return Own{1: n} }\n\nfunc (s Own) ",
	"type Own chan int\n\nfunc newOwn(n int) Own { return make(Own, at(n, 3)) }\n\nfunc (s Own) ",
	"type Own func(int) int\n\nfunc newOwn(n int) Own { return func(x int) int { return n + q(x) } }\n\nfunc (s Own) ",
	"type own struct{ S }\n\ntype Own = *own\n\nfunc newOwn(n int) Own { return &own{S{A: n}} }\n\nfunc (s *own) ",
	"type Own struct{ *S }\n\nfunc newOwn(n int) Own { return Own{&S{A: n}} }\n\nfunc (s Own) ",
	"type own[T any] struct{ x T }\n\ntype Own = own[int]\n\nfunc newOwn(n int) Own { return Own{n} }\n\nfunc (s own[T]) ",
	"type own[T any] []T\n\ntype Own = *own[int]\n\nfunc newOwn(n int) Own { return &own[int]{n} }\n\nfunc (s *own[T]) ",
	"type Own struct{ S; I }\n\nfunc newOwn(n int) Own { return Own{I: N(n)} }\n\nfunc (s Own) ",
	"type Own struct{ I }\n\nfunc newOwn(n int) Own { return Own{N(n)} }",
	"type Own = EI\n\nfunc newOwn(n int) Own { return Own{I: S{A: n}} }",
	"type Own = J\n\nfunc newOwn(n int) Own { return &S{A: n} }",
}

// ownType declares the type that programs have for themselves.
func (g *gen) ownType() {
	d := pick(g, owns)
	g.out.WriteString("\n" + d)
	if !strings.HasSuffix(d, ") ") {
		return
	}
	g.start(&frame{results: []typ{"int"}})
	if strings.HasSuffix(d, "(s Own) ") {
		g.add("s", "Own", g.one(2))
	}
	g.add("x", "int", g.one(2))
	g.p("Val(x int) (%s) {", pick(g, []string{"int", "int", "r int"}))
	g.rootBody()
	g.p("}")
}

func sortedKeys(m map[string]typ) []string { return slices.Sorted(maps.Keys(m)) }

// iterators makes sequences; the bodies that range over them are elsewhere.
func (g *gen) iterators() {
	for _, name := range g.seqs[1:] {
		g.start(&frame{})
		g.add("n", "int", false)
		g.p("\nfunc %s(n int) iter.Seq[int] {\nreturn func(yield func(int) bool) {", name)
		if g.one(2) {
			g.p("defer b(%d, \"seq\")", g.next())
		}
		if g.one(3) {
			g.p("defer func() { t(%d, recover() != nil) }()", g.next())
		}
		g.size = 2 * g.large
		g.p("for i := range at(n, 4) + 1 {")
		g.add("i", "int", false).fixed = true
		g.f.exits, g.f.rounds = 1, 1
		g.p("_ = i\nif !burn() {\nreturn\n}")
		g.block(g.IntN(2))
		g.p("if !yield(%s) {", g.expr("int", 2))
		g.p("%s", pick(g, []string{"return", "break", "t(0, \"stop\")\nreturn"}))
		g.p("}\n}\n}\n}")
	}
}

// main calls all functions, one after the other.
func (g *gen) main() {
	g.start(&frame{})
	g.p("\nfunc Main() {")
	for _, s := range g.funcs {
		if g.one(4) {
			g.p("try(%d, func() {", g.next())
			g.scope(func() { g.shown(s) })
			g.p("})")
		} else {
			g.shown(s) // a panic ends the program
		}
	}
	g.nodes = 3
	switch g.IntN(24) {
	case 0:
		g.p("fuel = 100\n%s", g.invoke(g.funcs[0], 1)) // its panic ends the program
	case 1:
		g.p("os.Exit(%d)", 2+g.IntN(3))
	case 2:
		g.p("defer b(0, \"end\")\nfuel = 100\npanic(%s)", g.expr("string", 2))
	case 3:
		g.p("go func() {\ndefer b(0, \"last\")\npanic(%s)\n}()\nselect {}", g.expr("error", 2))
	}
	g.p("}")
}

// shown calls a function and prints its results.
func (g *gen) shown(s signature) {
	var names []string
	for range s.results {
		names = append(names, g.name("m"))
	}
	g.nodes = 2
	g.p("fuel = 100\n%s := %s", strings.Join(names, ", "), g.invoke(s, 1))
	for i, n := range names {
		if opaque(s.results[i]) {
			g.p("_ = %s", n)
		} else {
			g.p("fmt.Println(text(%s))", n)
		}
	}
}
