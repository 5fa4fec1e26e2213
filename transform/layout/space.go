package layout

import (
	"bytes"
	"go/token"
)

// Blanks around an operator show how tightly it binds, where it is not alone: a + b*c,
// f(a+b, c). depth counts what an expression is part of.

// binding says what levels of precedence an expression mixes.
type binding struct {
	sum, product bool
	least        int // operators that bind less than this need blanks, lest the text mean another thing
}

func (p *printer) bindings(r ref) binding {
	n := p.nodes[r]
	prec := n.op.Precedence()
	b := binding{sum: prec == 4, product: prec == 5}
	mix := func(c binding) {
		b = binding{b.sum || c.sum, b.product || c.product, max(b.least, c.least)}
	}
	if p.nodes[n.x].kind == binary {
		mix(p.bindings(n.x))
	}
	switch y := p.nodes[n.y]; y.kind {
	case binary:
		mix(p.bindings(n.y))
	case star:
		if n.op == token.QUO {
			b.least = 6
		}
	case unary:
		switch n.op.String() + y.op.String() {
		case "/*", "&&", "&^":
			b.least = 6
		case "++", "--":
			b.least = max(b.least, 5)
		}
	}
	return b
}

// tight is the precedence from which on an expression has no blanks around operators.
func (p *printer) tight(r ref, depth int) int {
	b := p.bindings(r)
	switch {
	case b.least > 0:
		return b.least
	case b.sum && b.product && depth == 1:
		return 5
	case depth == 1:
		return 6
	}
	return 4
}

func (p *printer) writeBinary(r ref, depth int) {
	n := p.nodes[r]
	prec := n.op.Precedence()
	blanks := prec < p.tight(r, depth)
	deeper := 1
	if x := p.nodes[n.x]; x.kind == binary && x.op.Precedence() == prec {
		deeper = 0
	}
	p.write(n.x, depth+deeper)
	if blanks {
		p.out = append(p.out, ' ')
	}
	p.writeOp(n.op)
	if blanks {
		p.out = append(p.out, ' ')
	}
	p.write(n.y, depth+1)
}

func (p *printer) puts(s string) { p.out = append(p.out, s...) }

// write writes an expression or a type.
func (p *printer) write(r ref, depth int) {
	n := &p.nodes[r]
	switch n.kind {
	case atom:
		p.number = digit(p.src[n.start])
		p.out = append(p.out, p.src[n.start:n.end]...)
	case made:
		p.out = append(p.out, p.made[n.start:n.end]...)
	case binary:
		p.writeBinary(r, depth)
	case unary:
		p.writeUnary(n, depth)
	case star:
		p.writeOp(token.MUL)
		p.write(n.x, 1)
	case paren:
		p.writeParen(n, depth)
	case selector:
		p.write(n.x, depth)
		p.puts(".")
		p.write(n.y, 1)
	case index:
		p.write(n.x, 1)
		p.puts("[")
		p.writeList(n.list, depth+1)
		p.puts("]")
	case slice:
		p.writeSlice(n, depth)
	case call:
		p.writeCall(n, depth)
	case assert:
		p.writeAssert(n, depth)
	case composite:
		p.writeComposite(n, depth)
	case pair:
		p.write(n.x, 1)
		p.puts(": ")
		p.write(n.y, 1)
	default:
		p.writeType(n)
	}
}

func (p *printer) writeUnary(n *node, depth int) {
	p.writeOp(n.op)
	p.write(n.x, depth)
}

// writeOp writes an operator, behind a blank if the two would be another one.
func (p *printer) writeOp(op token.Token) {
	name := op.String()
	if last := p.op.String(); p.opEnd == len(p.out) && bytes.HasSuffix(p.out, []byte(last)) {
		switch last + name[:1] {
		case "++", "--", "/*", "<-", "<<", "&&", "&^":
			p.puts(" ")
		}
	}
	p.puts(name)
	p.op, p.opEnd = op, len(p.out)
}

// writeParen writes one pair of parentheses where there are several.
func (p *printer) writeParen(n *node, depth int) {
	if p.nodes[n.x].kind == paren {
		p.write(n.x, depth)
		return
	}
	p.puts("(")
	p.write(n.x, max(depth-1, 1))
	p.puts(")")
}

func (p *printer) writeList(first ref, depth int) {
	for r := first; r != 0; r = p.nodes[r].next {
		if r != first {
			p.puts(", ")
		}
		p.write(r, depth)
	}
}

// writeSlice writes x[i:j]; blanks are around the colon if an operator is beside it.
func (p *printer) writeSlice(n *node, depth int) {
	p.write(n.x, 1)
	parts, blanks := 0, false
	for r := n.list; r != 0; r = p.nodes[r].next {
		if k := p.nodes[r].kind; k != empty {
			parts++
			blanks = blanks || k == binary
		}
	}
	blanks = blanks && parts > 1 && depth <= 1
	p.puts("[")
	last := empty
	for r := n.list; r != 0; r = p.nodes[r].next {
		k := p.nodes[r].kind
		if r != n.list {
			if blanks && last != empty {
				p.puts(" ")
			}
			p.puts(":")
			if blanks && k != empty {
				p.puts(" ")
			}
		}
		if k != empty {
			p.write(r, depth+1)
		}
		last = k
	}
	p.puts("]")
}

func (p *printer) writeCall(n *node, depth int) {
	if n.list != 0 && p.nodes[n.list].next != 0 {
		depth++
	}
	p.write(n.x, depth)
	p.puts("(")
	p.writeList(n.list, depth)
	if n.op == token.ELLIPSIS {
		if c := p.out[len(p.out)-1]; p.number && (digit(c) || letter(c)) {
			p.fail() // it needs a blank
		}
		p.puts("...")
	}
	p.puts(")")
}

func (p *printer) writeAssert(n *node, depth int) {
	p.write(n.x, depth)
	p.puts(".(")
	if n.y == 0 {
		p.puts("type")
	} else {
		p.write(n.y, 1)
	}
	p.puts(")")
}

func (p *printer) writeType(n *node) {
	switch n.kind {
	case array:
		p.puts("[")
		if n.x != 0 {
			p.write(n.x, 1)
		}
		p.puts("]")
	case mapType:
		p.puts("map[")
		p.write(n.x, 1)
		p.puts("]")
	case chanType:
		p.puts(map[token.Token]string{token.CHAN: "chan ", token.ARROW: "<-chan ", token.GTR: "chan<- "}[n.op])
	case funcType:
		p.puts("func")
		p.writeSignature(n.x)
		return
	case ellipsis:
		p.puts("...")
	case signature, param, empty:
		p.fail() // none stands alone
		return
	}
	p.write(n.y, 1)
}

func (p *printer) writeComposite(n *node, depth int) {
	if n.x != 0 {
		p.write(n.x, depth)
	}
	p.puts("{")
	if n.op == token.SEMICOLON && n.list != 0 {
		p.writeLines(n.list)
	} else {
		p.writeList(n.list, 1)
	}
	p.puts("}")
}
