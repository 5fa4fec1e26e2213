package gen

import (
	"fmt"
	"strings"
)

// anyType lists the types of variables, parameters and results; what is used most
// stands here more than once.
var anyType = []typ{
	"int", "int", "int", "int", "string", "string", "bool", "int8", "uint", "float64",
	"[]int", "[]int", "map[string]int", "[3]int", "S", "S", "*S", "N", "I", "J", "E", "EI", "*EP",
	"func(int) int", "any", "error", "*int", "Pair[string, int]", "*List[int]", "chan int", "[]func(int) int",
	"Own", "Own", "[2]S", "map[string]S", "complex128", "iter.Seq[int]", "[]string", "*[3]int", "[2][2]int", "AB",
}

// scalars can be operands of op=.
var scalars = []typ{"int", "int", "string", "int8", "uint", "float64", "N", "complex128"}

// leaves are expressions without operands.
var leaves = map[typ][]string{
	"int":               {"0", "1", "2", "3", "5", "7", "three", "-1"},
	"string":            {`""`, `"a"`, `"bc"`, `"d"`},
	"bool":              {"v(true)", "v(false)"},
	"int8":              {"v(int8(1))", "v(int8(100))"},
	"uint":              {"v(uint(2))", "v(uint(40))"},
	"float64":           {"v(1.5)", "v(-2.25)"},
	"[]int":             {"[]int{1, 2}", "[]int{4}", "[]int(nil)", "make([]int, 2, 5)"},
	"map[string]int":    {`map[string]int{"a": 1}`, `map[string]int{"a": 2, "d": 3}`, `make(map[string]int)`},
	"[3]int":            {"[3]int{}", "[3]int{1, 2, 3}", "[...]int{2: 9}"},
	"S":                 {"S{}", `S{A: 2, B: "s"}`, `S{1, "k", nil, [2]int{3, 4}}`},
	"*S":                {"&S{}", `&S{A: 4}`, "new(S)"},
	"N":                 {"N(1)", "N(4)"},
	"I":                 {"I(N(2))", "I(S{A: 3})", "I(&S{A: 7})"},
	"J":                 {"J(&S{A: 5})", `J(&S{B: "j"})`},
	"E":                 {"E{}", "E{S{A: 8}, 1}"},
	"EI":                {"EI{N(3), 1}", "EI{I: &S{A: 1}}"},
	"*EP":               {"&EP{S: &S{A: 6}}", "&EP{S: &S{}, F: func(x int) int { return x }}"},
	"func(int) int":     {"func(x int) int { return x + 1 }", "func(x int) int { return q(x) * 2 }", "q[int]"},
	"any":               {"any(1)", `any("x")`, "any(nil)", "any(N(1))", "any(S{A: 1})"},
	"error":             {"error(nil)", "errBad", `fmt.Errorf("e: %w", errBad)`},
	"*int":              {"new(int)", "new(three)"},
	"Pair[string, int]": {`Pair[string, int]{"p", 1}`, "Pair[string, int]{}"},
	"*List[int]":        {"&List[int]{}", "&List[int]{items: []int{1, 2}}", "&List[int]{f: q[int]}"},
	"chan int":          {"source(0, 1, 2)", "make(chan int, 2)"},
	"[]func(int) int":   {"[]func(int) int{q[int], func(x int) int { return x * x }}"},
	"Own":               {"newOwn(1)", "newOwn(2)"},
	"[2]S":              {"[2]S{}", "[2]S{{A: 1}, {B: \"s\"}}", "[2]S{1: {A: 3}}"},
	"map[string]S":      {`map[string]S{"a": {A: 1}}`, "map[string]S{}", "map[string]S(nil)"},
	"complex128":        {"v(1+2i)", "v(complex128(3))"},
	"iter.Seq[int]":     {"seq(2)", "slices.Values([]int{1, 2})", "iter.Seq[int](func(yield func(int) bool) { _ = yield(1) && yield(2) })"},
	"[]string":          {`[]string{"a", "b"}`, "[]string(nil)", `strings.Split("x,y", ",")`},
	"*[3]int":           {"&[3]int{1, 2, 3}", "new([3]int)"},
	"[2][2]int":         {"[2][2]int{{1}, {2, 3}}", "[2][2]int{}"},
	"AB":                {"struct{ A, B int }{1, 2}", "struct{ A, B int }{B: 4}"},
}

// forms are expressions with operands: in each, {T} stands for an expression of
// type T, # for a new number, and $ for the depth-bounded body of a literal.
var forms = map[typ][]string{
	"int": {
		"({int} + {int})", "({int} - {int})", "({int} * v({int}))", "v({int} / v({int}))", "v({int} % v({int}))", "(v({int}) &^ {int})",
		"(v({int}) << (v(uint(v({N}))) & 3))", "-v({int})", "^v({int})", "len({string})", "len({[]int})", "cap({[]int})",
		"min({int}, {int})", "max({int}, {int}, {int})", "v({[]int}[at({int}, 2)])", "v({[3]int}[at({int}, 3)])", "v({map[string]int}[{string}])",
		"v({S}.A)", "v({*S}.A)", "v({E}.X)", "v({E}.A)", "v({*EP}.A)", "v({EI}.Y)", "v({S}.D[at({int}, 2)])", "v({[]int}[v({int})])",
		"{S}.Val({int})", "{E}.Val({int})", "{*S}.Val({int})", "{I}.Val({int})", "{EI}.Val({int})", "{*EP}.Val({int})", "{N}.Val({int})", "{J}.Val({int})",
		"v({S}.Val)({int})", "v({I}.Val)({int})", "v({*S}.Val)({int})", "S.Val({S}, {int})", "(*S).Val({*S}, {int})", "I.Val({I}, {int})", "N.Val({N}, {int})",
		"fst({*S}.Ptr({int}))", "fst({J}.Ptr({int}))", "fst(J.Ptr({J}, {int}))", "v(E.Val)({E}, {int})", "fst({*EP}.Ptr({int}))",
		"snd({Pair[string, int]}.Get())", "v(&Pair[string, int]{V: {int}}).Set({int})", "{*List[int]}.Push({int})", "{*List[int]}.Val({int})",
		"{func(int) int}({int})", "v({func(int) int})({int})", "v({[]func(int) int}[at({int}, 2)])({int})", `v(map[string]func(int) int{"a": {func(int) int}}["a"])({int})`,
		"v({*EP}.F)({int})", "struct{ f func(int) int }{ {func(int) int} }.f({int})",
		"<-source(#, {int}, {int})", "recv({chan int})", "v({any}.(int))", "int({N})", "int(v({int8}))", "int(v({float64}))", "int(v({uint}))", "v(*{*int})", "v(*v(&{[]int}[0]))",
		"last(#, {int}, {int}, {int})", "last(#, {[]int}...)", "sumOf(#, {int}, {int})", "fst({int}, {string})", "snd({bool}, {int})",
		"func(x int) int $int({int})", "func(xs ...int) int $int({int}, {int})", "func(xs ...int) int $int({[]int}...)", "func() int $int()", "v(copy({[]int}, {[]int}))", "v(len({map[string]int}))", "int(v(v({string})[0]))",
		"v(Map({[]int}, {func(int) int})[0])", "<-func() chan int { c := make(chan int); go func() { c <- {leaf} }(); return c }()",
		"slices.IndexFunc({[]int}, func(x int) bool $bool)",
		"{Own}.Val({int})", "v({Own}.Val)({int})", "Own.Val({Own}, {int})", "v({EI}.Val)({int})", "EI.Val({EI}, {int})", "(*EP).Val({*EP}, {int})",
		"(*List[int]).Push({*List[int]}, {int})", "fst(v({*EP}.Ptr)({int}))", "v({[2]S}[at({int}, 2)].A)", "v({map[string]S}[{string}].A)", "v({[2]S}[at({int}, 2)].D[at({int}, 2)])",
		"int(v(real({complex128})))", "len({[]string})", "v({*[3]int}[at({int}, 3)])", "len({*[3]int})", "v({[2][2]int}[at({int}, 2)][at({int}, 2)])",
		"v({AB}.B)", "v(&{*S}.D)[at({int}, 2)]", "len([]rune({string}))", "v(S2({S})).A", "int(N(v({uint})))", "strings.Count({string}, {string})",
		"total({iter.Seq[int]})", "total(func(yield func(int) bool) { _ = yield({int}) && yield({int}) })", "int(int8(v({int})))", "v(slices.Max([]int{ {int}, {int} }))",
		"func() (r int) { defer func() { if recover() != nil { r = {int} } }(); return {int} }()", "func(ptr *int) int { *ptr += {leaf}; return *ptr }(v({*int}))",
	},
	"string": {
		"short({string} + {string})", "short(fmt.Sprint({int}, {string}))", "v({S}.B)", "v({*S}.B)", "v(short({string})[at({int}, 2):])", "string(v([]byte({string})))",
		"snd({*S}.Ptr({int}))", "fst({Pair[string, int]}.Get())", "v({any}.(string))", "v({Pair[string, int]}.K)", "short(sumOf(#, {string}, {string}))", "fmt.Sprint({error})", "func(s string) string $string({string})",
		"short(strings.Join({[]string}, {string}))", "v({[]string}[at({int}, 2)])", "string(rune(v(at({int}, 26) + 97)))", "strings.ToUpper({string})", "v({map[string]S}[{string}].B)", "fmt.Sprint({complex128})",
		"string([]rune({string}))", "strings.Map(func(r rune) rune { return q(r) + 1 }, {string})", "short(fmt.Sprintf(\"%v%d\", {[2]S}, {[2][2]int}))",
	},
	"bool": {
		"({int} < {int})", "({int} == v({int}))", "({string} > {string})", "({bool} && {bool})", "({bool} || {bool})", "({bool} && {bool} || {bool})", "!{bool}", "({S}.D == {S}.D)", "v({any} == {any})",
		"({error} == nil)", "errors.Is({error}, errBad)", "({[3]int} != {[3]int})", "v({*S} == nil)", "func() bool $bool()", "v({I} == {I})", "(box({int}) == {int})",
		"({[2]S}[0].D == {S}.D)", "({complex128} == {complex128})", "({[2][2]int} == {[2][2]int})", "({AB} == {AB})", "v({any} == any({string}))", "slices.Contains({[]int}, {int})", "v(v({*int}) == {*int})",
	},
	"int8":           {"({int8} + {int8})", "({int8} * {int8})", "int8(v({int}))", "v({int8} / {int8})", "-v({int8})"},
	"uint":           {"({uint} - {uint})", "uint(v({int}))", "({uint} >> (v({uint}) & 7))", "v({uint} % v({uint}))"},
	"float64":        {"({float64} * {float64})", "float64(v({int}))", "({float64} - {float64})"},
	"[]int":          {"[]int{ {int}, {int} }", "v(append(clip({[]int}), {int}))", "v(append(clip({[]int}), {[]int}...))", "v({S}.C)", "v({[]int}[at({int}, 2):])", "v({[]int}[:1:2])", "Map({[]int}, {func(int) int})", "v({*List[int]}.items)", "[]int{1: {int}, 0: {int}}", "slices.Collect({iter.Seq[int]})", "func(m, n int) []int $[]int({int}, {int})"},
	"map[string]int": {`map[string]int{"a": {int}, "b": {int}}`, "map[string]int{v({string}): {int}}", "maps.Clone({map[string]int})"},
	"[3]int":         {"[3]int{ {int}, {int}, {int} }", "[3]int{2: {int}, 0: {int}}", "v([3]int({[]int}))", "func(l [3]int) [3]int $[3]int({[3]int})"},
	"S":              {"S{A: {int}, B: {string} }", "S{B: {string}, A: {int}}", "v(*{*S})", "v({E}.S)", "v({any}.(S))", "v({I}.(S))", "S{C: {[]int}, D: [2]int{ {int}, {int} } }", "func(s S) S $S({S})"},
	"*S":             {"&S{A: {int}, B: {string} }", "v({*EP}.S)", "v({I}.(*S))", "func(p *S) *S $*S({*S})"},
	"N":              {"N({int})", "({N} + {N})", "v({any}.(N))"},
	"I":              {"I({N})", "I({S})", "I({*S})", "I({J})", "I({*EP})", "I({EI})", "I({E})", "I({*List[int]})", "v({any}.(I))", "I({Own})"},
	"J":              {"J({*S})", "v({I}.(J))"},
	"E":              {"E{ {S}, {int} }", "E{X: {int}, S: {S} }"},
	"EI":             {"EI{ {I}, {int} }"},
	"*EP":            {"&EP{ {*S}, {func(int) int} }", "&EP{S: {*S}}"},
	"func(int) int":  {"func(x int) int $int", "v({S}.Val)", "v({I}.Val)", "v({*EP}.Val)", "v({*List[int]}.Push)", "func(x int) (r int) $int", "func(f func(int) int) func(int) int { return func(x int) int $int }({func(int) int})"},
	"any":            {"any({int})", "any({string})", "any({S})", "any({N})", "box({bool})", "any({[3]int})"},
	"error":          {`fmt.Errorf("%d: %w", {int}, errBad)`, "errors.New({string})"},
	"*int":           {"v(&[]int{ {int} }[0])", "v(&{*S}.A)", "new({int})"},
	"Pair[string, int]": {
		"Pair[string, int]{ {string}, {int} }", "Pair[string, int]{V: {int}, K: {string} }",
	},
	"*List[int]":      {"&List[int]{items: {[]int}, f: {func(int) int}}", "&List[int]{items: {[]int} }"},
	"chan int":        {"source(#, {int}, {int}, {int})", "v({chan int})"},
	"Own":             {"newOwn({int})", "newOwn({int})", "v({Own})"},
	"[2]S":            {"[2]S{ {S}, {S} }", "[2]S{1: {S} }", "[...]S{ {A: {int} }, {B: {string} } }", "func(l [2]S) [2]S $[2]S({[2]S})"},
	"map[string]S":    {"map[string]S{ {string}: {S} }", "map[string]S{v({string}): {A: {int} } }", "func(m map[string]S) map[string]S $map[string]S({map[string]S})"},
	"complex128":      {"({complex128} * {complex128})", "({complex128} - {complex128})", "complex({float64}, {float64})", "-v({complex128})"},
	"iter.Seq[int]":   {"seq({int})", "slices.Values({[]int})", "iter.Seq[int](func(yield func(int) bool) { for i := range 3 { if !burn() || !yield(b(#, i + {leaf})) { return } } })", "maps.Values(one({map[string]int}))", "twice({iter.Seq[int]})"},
	"[]string":        {"[]string{ {string}, {string} }", "v(append({[]string}, {string}))", "v({[]string}[:1])", "Map({[]int}, func(x int) string $string)"},
	"*[3]int":         {"&[3]int{ {int}, {int} }", "v((*[3]int)({[]int}))", "v({*[3]int})"},
	"[2][2]int":       {"[2][2]int{ { {int}, {int} }, { {int} } }", "[2][2]int{1: {S}.D}", "[...][2]int{ {E}.D, {*S}.D }"},
	"AB":              {"struct{ A, B int }{ {int}, {int} }", "AB{B: {int}, A: {int} }"},
	"[]func(int) int": {"[]func(int) int{ {func(int) int}, {func(int) int} }", "v(append([]func(int) int{ {func(int) int} }, {func(int) int}))"},
}

// opaque are types that a trace does not show.
func opaque(t typ) bool {
	switch t {
	case "*EP", "EI", "I", "J", "func(int) int", "*int", "*List[int]", "chan int", "[]func(int) int",
		"Own", "iter.Seq[int]", "*[3]int":
		return true
	}
	return false
}

// expr returns an expression of type t that may call and block.
func (g *gen) expr(t typ, d int) string {
	if d <= 0 || g.nodes <= 0 {
		return g.leaf(t)
	}
	g.nodes--
	switch n := g.IntN(20); {
	case n < 4:
		return g.leaf(t)
	case n < 7 && !opaque(t):
		return fmt.Sprintf("%s(%d, %s)", pick(g, []string{"t", "b", "b"}), g.next(), g.expr(t, d-1))
	case n < 8:
		return fmt.Sprintf("q(%s)", g.expr(t, d-1))
	case n < 11:
		if s, ok := g.callee(t); ok {
			return g.invoke(s, d-1)
		}
	case n < 12:
		return fmt.Sprintf("when(%s, %s, %s)", g.expr("bool", d-1), g.expr(t, d-1), g.expr(t, d-1))
	}
	if len(forms[t]) == 0 {
		return g.leaf(t)
	}
	return g.fill(pick(g, forms[t]), d)
}

// leaf is a variable or literal.
func (g *gen) leaf(t typ) string {
	if x := g.readable(t); x != nil && !g.one(4) {
		if x.shared {
			return "v(" + x.name + ")"
		}
		return x.name
	}
	s := pick(g, leaves[t])
	return strings.Replace(s, "source(0", fmt.Sprintf("source(%d", g.next()), 1)
}

// fixed returns an expression of type t that calls nothing.
func (g *gen) fixed(t typ) string {
	if x := g.find(func(x *variable) bool { return x.typ == t && !x.shared }); x != nil && g.one(2) {
		return x.name
	}
	return pick(g, leaves[t])
}

// fill replaces what stands for something in form.
func (g *gen) fill(form string, d int) string {
	var out strings.Builder
	for i := 0; i < len(form); i++ {
		switch {
		case form[i] == '#':
			fmt.Fprint(&out, g.next())
		case form[i] == '{':
			end := i + strings.IndexByte(form[i:], '}')
			t := typ(form[i+1 : end])
			switch _, known := leaves[t]; {
			case known:
				out.WriteString(g.operand(t, d-1))
			case t == "leaf":
				out.WriteString(g.fixed("int"))
			default:
				out.WriteByte('{')
				continue
			}
			i = end
		case form[i] == '$':
			t, params := g.literal(form, i)
			out.WriteString(g.literalBody(t, params, strings.HasSuffix(form[:i], "(r int) "), d-1))
			i += len(t)
		default:
			out.WriteByte(form[i])
		}
	}
	return out.String()
}

// operand is expr in parentheses where a composite literal, conversion or
// operator would bind otherwise.
func (g *gen) operand(t typ, d int) string {
	s := g.expr(t, d)
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "&") || strings.HasPrefix(s, "^") || strings.HasPrefix(s, "<-") || strings.HasPrefix(s, "func") || strings.HasPrefix(s, "[]func") {
		return "(" + s + ")"
	}
	return s
}

// literal returns the result of the literal whose body stands at form[i], and
// the parameters in front of it.
func (g *gen) literal(form string, i int) (typ, map[string]typ) {
	head := form[strings.LastIndex(form[:i], "func(")+len("func("):]
	params := map[string]typ{}
	list, _, _ := strings.Cut(head, ") ")
	for _, p := range strings.Split(list, ", ") {
		if name, t, ok := strings.Cut(p, " "); ok {
			params[name] = typ(strings.Replace(t, "...", "[]", 1))
		}
	}
	rest := form[i+1:]
	best := typ("")
	for t := range leaves {
		if strings.HasPrefix(rest, string(t)) && len(t) > len(best) {
			best = t
		}
	}
	return best, params
}

// literalBody is the body of a function literal.
func (g *gen) literalBody(result typ, params map[string]typ, named bool, d int) string {
	old, size, nodes := g.f, g.size, g.nodes
	g.f = &frame{results: []typ{result}}
	body := g.text(func() {
		g.scope(func() {
			for _, name := range sortedKeys(params) {
				g.add(name, params[name], g.one(3))
			}
			if named {
				g.add("r", result, true)
				g.f.named = []string{"r"}
			}
			g.p("{")
			if d > 0 && g.size > 0 {
				g.size = min(g.size, 2)
				g.p("if !burn() {\nreturn %s\n}", g.leaf(result))
				if g.one(4) {
					g.recovering()
				}
				g.block(g.IntN(3))
			}
			g.nodes = nodes
			g.finish(min(d, 1))
			g.out.WriteString("}")
		})
	})
	g.f, g.size, g.nodes = old, size-2, nodes/2
	return body
}

// callee finds a function whose only result is a t.
func (g *gen) callee(t typ) (signature, bool) {
	var all []signature
	for _, s := range g.funcs {
		if len(s.results) == 1 && s.results[0] == t {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return signature{}, false
	}
	return pick(g, all), true
}

// invoke calls a function of the program.
func (g *gen) invoke(s signature, d int) string {
	var args []string
	if s.generic {
		args = append(args, g.expr(pick(g, []typ{"int", "string", "S", "*S", "I"}), d))
	}
	for _, t := range s.params {
		args = append(args, g.expr(t, d))
	}
	if s.variadic {
		switch g.IntN(3) {
		case 0:
			args = append(args, g.expr("int", d), g.expr("int", d))
		case 1:
			args = append(args, g.expr("[]int", d)+"...")
		}
	}
	return fmt.Sprintf("%s(%s)", s.name, strings.Join(args, ", "))
}
