package layout_test

import (
	"math/rand"
	"strings"
)

// random writes programs that parse and mean nothing, in the form of jen's.
type random struct {
	*rand.Rand
	depth int
}

// program writes a file with n functions, each a line apart.
func program(r *rand.Rand, n int) string {
	g := &random{Rand: r}
	var b strings.Builder
	b.WriteString("package p\n\nimport (\n\"fmt\"\na \"b\"\n)\n")
	for range n {
		b.WriteString("\n\n" + g.decl() + "\n")
	}
	return b.String()
}

// one takes one of several, most often an early one deep inside.
func (g *random) one(of ...func() string) string {
	g.depth++
	defer func() { g.depth-- }()
	n := len(of)
	if g.depth > 6 {
		n = min(n, 2)
	}
	return of[g.Intn(n)]()
}

func (g *random) word(of ...string) string { return of[g.Intn(len(of))] }

// list joins up to n.
func (g *random) list(n int, what func() string) string {
	var all []string
	for range g.Intn(n + 1) {
		all = append(all, what())
	}
	return strings.Join(all, ",")
}

func (g *random) some(n int, what func() string) string {
	all := what()
	for range g.Intn(n) {
		all += "," + what()
	}
	return all
}

func (g *random) name() string {
	return g.word("x", "y", "_f", "total", "err_2", "aVeryLongNameOfAVariableThatIsLongerThanForty", "T")
}

func (g *random) literal() string {
	return g.word("0", "1", "42", "1.5", `"a b"`, `"a\n"`, "'x'", "`raw`", "0x1F", "nil", `"é"`)
}

func (g *random) expr() string {
	bin := func() string { return g.expr() + " " + g.op() + " " + g.expr() }
	return g.one(g.name, g.literal, bin, bin, bin,
		func() string { return g.word("-", "!", "& ", "<-", "+", "^", "*") + " " + g.operand() },
		func() string { return "(" + g.expr() + ")" },
		func() string { return g.operand() + " . " + g.name() },
		func() string { return g.operand() + " [" + g.expr() + "]" },
		func() string {
			return g.operand() + " [" + g.word("", g.expr()) + ":" + g.word("", g.expr()) + "]"
		},
		func() string { return g.operand() + " [:" + g.expr() + ":" + g.expr() + "]" },
		g.call, g.call, g.literalValue,
		func() string { return g.operand() + " .(" + g.typ() + ")" },
		func() string {
			return g.word("[] byte", "(* T)", "(func () (int))", "(<- chan int)") + " (" + g.expr() + ")"
		},
	)
}

func (g *random) op() string {
	return g.word("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&^", "&&", "||", "==", "!=", "<", "<=", ">", ">=")
}

// operand is what may stand before a dot.
func (g *random) operand() string {
	return g.one(g.name, g.name, g.call, func() string { return "(" + g.expr() + ")" })
}

func (g *random) call() string {
	if g.Intn(4) > 0 {
		return g.operand() + " (" + g.some(4, g.expr) + g.word("", "", ",x ...") + ")"
	}
	return g.one(g.name, func() string { return g.word("a", "b") + "." + g.name() }) + " ()"
}

// literalValue is a composite literal, or a function, in parentheses where a block might begin.
func (g *random) literalValue() string {
	return "(" + g.one(
		func() string { return "[] int {" + g.list(4, g.expr) + "}" },
		func() string { return "T {}" },
		func() string { return "T {" + g.list(3, g.pair) + "}" },
		func() string { return "map [string] int {" + g.lines(g.pair) + "}" },
		func() string { return "[] T {" + g.lines(g.expr) + "}" },
		func() string { return "func " + g.signature() + " {" + g.body() + "}" },
	) + ")"
}

func (g *random) pair() string {
	return g.word("a", "abc", `"key"`, `"é"`, "aVeryLongNameOfAFieldThatHasMoreThanFortyBytesInIt") + ":" + g.expr()
}

func (g *random) lines(what func() string) string {
	var b strings.Builder
	for range 1 + g.Intn(5) {
		b.WriteString("\n" + what() + ",")
	}
	return b.String() + "\n"
}

func (g *random) typ() string {
	return g.one(
		func() string { return g.word("int", "string", "error", "a.T") },
		func() string { return "* " + g.word("T", "a.T") },
		func() string { return "[] " + g.typ() },
		func() string { return "[" + g.word("4", "n+1", "a*2") + "] " + g.typ() },
		func() string { return "map [string] " + g.typ() },
		func() string { return g.word("chan", "<- chan", "chan <-") + " " + g.word("int", "T", "struct{}") },
		func() string { return "func " + g.signature() },
		func() string { return "T [" + g.typ() + "," + g.typ() + "]" },
		func() string { return g.word("struct{}", "interface{}") },
		func() string { return "struct{" + g.fields() + "}" },
		func() string { return "interface{\nM " + g.signature() + "\na.I\n}" },
	)
}

func (g *random) fields() string {
	var b strings.Builder
	for range 1 + g.Intn(4) {
		b.WriteString("\n" + g.word("x", "name", "a,b", "long_name") + " " + g.typ())
		if g.Intn(4) == 0 {
			b.WriteString("\n" + g.word("a.Embedded", "* T", "T", "T [int]"))
		}
	}
	return b.String() + "\n"
}

func (g *random) signature() string {
	params := g.list(3, func() string { return g.word("x", "y", "z") + " " + g.typ() })
	result := g.one(func() string { return "" }, func() string { return "(int)" }, g.typ,
		func() string { return "(" + g.typ() + "," + g.typ() + ")" },
		func() string { return "(r " + g.typ() + ",err error)" })
	return "(" + params + ") " + result
}

func (g *random) body() string {
	var b strings.Builder
	n := g.Intn(5)
	for range n {
		b.WriteString("\n" + g.stmt())
	}
	if n > 0 {
		b.WriteString("\nf ()\n")
	}
	return b.String()
}

func (g *random) simple() string {
	return g.one(
		func() string { return g.name() + " := " + g.expr() },
		func() string { return g.some(3, g.operand) + " = " + g.some(3, g.expr) },
		func() string { return g.operand() + " " + g.word("+=", "<<=", "&^=", "=") + " " + g.expr() },
		func() string { return g.operand() + " [" + g.expr() + "] " + g.word("++", "--") },
		func() string { return g.operand() + " <- " + g.expr() },
		g.call,
	)
}

func (g *random) stmt() string {
	block := func() string { return "{" + g.body() + "}" }
	return g.one(g.simple, g.simple,
		func() string { return g.word("return", "return "+g.expr(), "return "+g.expr()+","+g.expr()) },
		func() string { return "if " + g.word("", g.simple()+";") + g.expr() + " " + block() },
		func() string {
			return "if " + g.expr() + " " + block() + " else if " + g.expr() + " " + block() + " else " + block()
		},
		func() string {
			return "for " + g.word("", g.expr(), "x,y := range "+g.expr(), "range "+g.operand()) + " " + block()
		},
		func() string {
			return "for " + g.word("", g.simple()) + ";" + g.word("", g.expr()) + ";" + g.word("", "i ++") + " " + block()
		},
		func() string {
			return "switch " + g.word("", g.simple()+";") + g.word("", g.expr()) + " {\ncase " + g.some(2, g.expr) + ":" + g.clause() + "default:" + g.clause() + "}"
		},
		func() string {
			return "switch x := " + g.operand() + " .(type) {\ncase " + g.some(2, g.typ) + ":" + g.clause() + "}"
		},
		func() string {
			return "select {\ncase " + g.word("<- c", "v,ok := <- c", "c <- "+g.expr()) + ":" + g.clause() + "}"
		},
		func() string { return g.word("go ", "defer ") + g.call() },
		func() string {
			return g.word("break", "continue", "goto L", "fallthrough", g.word("// a comment. ", "x () // why"))
		},
		func() string {
			return "var " + g.some(2, g.name) + " " + g.word(g.typ(), "= "+g.expr(), g.typ()+" = "+g.expr())
		},
		func() string { return "L:\n" + g.simple() },
		func() string { return "type T " + g.typ() },
	)
}

// clause is what follows the colon of a case.
func (g *random) clause() string {
	if body := g.body(); body != "" {
		return body
	}
	return "\n"
}

func (g *random) decl() string {
	return g.one(
		func() string { return "// f does this.\nfunc f " + g.signature() + " {" + g.body() + "}" },
		func() string {
			return "func (t * T) f " + g.signature() + " {\nreturn" + strings.TrimRight(g.body(), "\n") + "\n}"
		},
		func() string {
			return "func f [T any,U ~ int | ~ string] " + g.signature() + " {\nx ()" + strings.TrimRight(g.body(), "\n") + "\n}"
		},
		func() string { return "type T " + g.word("", "= ", "[P any] ") + g.typ() },
		func() string { return "var x " + g.word("", g.typ()) + " = " + g.expr() },
	)
}
