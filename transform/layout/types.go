package layout

import "go/token"

// typ reads a type.
func (p *printer) typ() ref {
	switch p.tok {
	case token.IDENT:
		return p.typeName()
	case token.MUL:
		p.next()
		return p.add(node{kind: star, x: p.typ()})
	case token.LPAREN:
		p.next()
		x := p.typ()
		p.want(token.RPAREN)
		return p.add(node{kind: paren, x: x})
	case token.LBRACK:
		return p.array()
	case token.MAP:
		p.next()
		p.want(token.LBRACK)
		x := p.typ()
		p.want(token.RBRACK)
		return p.add(node{kind: mapType, x: x, y: p.typ()})
	case token.CHAN:
		p.next()
		op := token.CHAN
		if p.got(token.ARROW) {
			op = token.GTR
		}
		return p.add(node{kind: chanType, op: op, y: p.typ()})
	case token.ARROW:
		p.next()
		p.want(token.CHAN)
		return p.add(node{kind: chanType, op: token.ARROW, y: p.typ()})
	case token.FUNC:
		p.next()
		return p.add(node{kind: funcType, x: p.signature()})
	case token.STRUCT, token.INTERFACE:
		return p.fields(p.tok)
	}
	p.fail()
	return 0
}

func (p *printer) typeName() ref {
	x := p.name()
	if p.got(token.PERIOD) {
		x = p.add(node{kind: selector, x: x, y: p.name()})
	}
	if p.tok == token.LBRACK {
		p.next()
		x = p.add(node{kind: index, x: x, list: p.types()})
		p.want(token.RBRACK)
	}
	return x
}

// types reads type arguments.
func (p *printer) types() ref {
	var all list
	for {
		p.here()
		p.append(&all, p.typ())
		if !p.got(token.COMMA) {
			return all.first
		}
	}
}

func (p *printer) array() ref {
	p.want(token.LBRACK)
	var n ref
	switch p.tok {
	case token.RBRACK:
	case token.ELLIPSIS:
		n = p.atom()
	default:
		p.level++
		n = p.expr()
		p.level--
	}
	p.want(token.RBRACK)
	return p.add(node{kind: array, x: n, y: p.typ()})
}

func (p *printer) signature() ref {
	n := node{kind: signature, list: p.params(true)}
	switch p.tok {
	case token.LPAREN:
		n.x = p.params(false)
		if r := p.nodes[n.x]; n.x != 0 && r.next == 0 && r.y == 0 {
			n.alone = true
		}
	case token.IDENT, token.MUL, token.LBRACK, token.MAP, token.CHAN, token.ARROW, token.FUNC, token.STRUCT, token.INTERFACE:
		n.x = p.add(node{kind: param, x: p.typ()})
		n.alone = true
	}
	return p.add(n)
}

// params reads (a, b int) or (int, string), of which the last may be variadic.
func (p *printer) params(variadic bool) ref {
	p.want(token.LPAREN)
	var all list
	named, nameless := false, false // some have a name and a type; some cannot be a name
	shared := false                 // the one before has the type of what follows, or is one
	for p.tok != token.RPAREN && !p.failed {
		p.here()
		r := p.param()
		n := p.nodes[r]
		named = named || n.y != 0
		nameless = nameless || n.y == 0 && p.nodes[n.x].kind != atom
		p.append(&all, r)
		dots := p.nodes[n.x].kind == ellipsis || p.nodes[n.y].kind == ellipsis
		if dots && (!variadic || p.tok == token.COMMA || shared && n.y != 0) {
			p.fail()
		}
		shared = n.y == 0
		if !p.got(token.COMMA) {
			break
		}
		if p.tok == token.RPAREN {
			p.fail()
		}
	}
	if named && (nameless || p.nodes[all.last].y == 0) {
		p.fail()
	}
	p.want(token.RPAREN)
	return all.first
}

func (p *printer) param() ref {
	x, y := ref(0), ref(0)
	switch p.tok {
	case token.ELLIPSIS:
		x = p.variadic()
	case token.IDENT:
		x, y = p.nameAndType()
	default:
		x = p.typ()
	}
	return p.add(node{kind: param, x: x, y: y})
}

func (p *printer) variadic() ref {
	p.next()
	return p.add(node{kind: ellipsis, y: p.typ()})
}

// nameAndType reads a name and a type, or a type alone that begins with a name: the token
// is a name.
func (p *printer) nameAndType() (x, y ref) {
	x = p.name()
	switch p.tok {
	case token.COMMA, token.RPAREN, token.SEMICOLON, token.STRING:
		return x, 0
	case token.ELLIPSIS:
		return x, p.variadic()
	case token.PERIOD:
		p.next()
		x = p.add(node{kind: selector, x: x, y: p.name()})
		if p.tok == token.LBRACK {
			p.next()
			x = p.add(node{kind: index, x: x, list: p.types()})
			p.want(token.RBRACK)
		}
		return x, 0
	case token.LBRACK:
		return p.nameAndBracket(x)
	}
	return x, p.typ()
}

// nameAndBracket reads x []T, x [n]T, or T[P].
func (p *printer) nameAndBracket(x ref) (ref, ref) {
	p.next()
	if p.got(token.RBRACK) {
		return x, p.add(node{kind: array, y: p.typ()})
	}
	if p.tok == token.ELLIPSIS {
		p.fail()
	}
	p.level++
	all := p.exprs()
	p.level--
	p.want(token.RBRACK)
	switch p.tok {
	case token.COMMA, token.RPAREN, token.SEMICOLON, token.STRING:
		return p.add(node{kind: index, x: x, list: all.first}), 0
	}
	if all.n > 1 {
		p.fail()
	}
	return x, p.add(node{kind: array, x: all.first, y: p.typ()})
}

func (p *printer) writeSignature(r ref) {
	n := p.nodes[r]
	p.writeParams("(", n.list, ")")
	switch {
	case n.x == 0:
	case n.alone:
		p.puts(" ")
		p.write(p.bare(p.nodes[n.x].x), 1)
	default:
		p.puts(" ")
		p.writeParams("(", n.x, ")")
	}
}

func (p *printer) writeParams(begin string, first ref, end string) {
	p.puts(begin)
	for r := first; r != 0; r = p.nodes[r].next {
		n := p.nodes[r]
		if r != first {
			p.puts(", ")
		}
		if n.y == 0 {
			p.write(p.bare(n.x), 1)
			continue
		}
		p.write(n.x, 1)
		p.puts(" ")
		p.write(p.bare(n.y), 1)
	}
	p.puts(end)
}

// bare is a type without parentheses around it.
func (p *printer) bare(r ref) ref {
	for p.nodes[r].kind == paren {
		r = p.nodes[r].x
	}
	return r
}

// fields reads the fields of a struct, or the methods of an interface, a line each.
func (p *printer) fields(keyword token.Token) ref {
	return p.aside(func() {
		p.puts(keyword.String())
		p.next()
		p.want(token.LBRACE)
		if p.lines == 0 {
			p.puts("{}")
			p.want(token.RBRACE)
			return
		}
		p.puts(" {")
		p.indent++
		var cells []cell
		for p.tok != token.RBRACE && !p.failed {
			if p.lines != 1 {
				p.fail()
			}
			p.newLine()
			start := len(p.out)
			if keyword == token.STRUCT {
				cells = p.field(cells)
			} else {
				p.method()
			}
			if !p.single(start) {
				p.align(cells)
				cells = cells[:0]
			}
			p.newlineNext() // fails for a tag: then there are two columns
		}
		if p.lines > 1 {
			p.fail()
		}
		p.align(cells)
		p.indent--
		p.newLine()
		p.puts("}")
		p.want(token.RBRACE)
	})
}

// field reads and writes a field, and notes where its type has to be in cells, which are
// those of neighbors.
func (p *printer) field(cells []cell) []cell {
	start := len(p.out)
	if p.tok == token.MUL { // embedded
		p.next()
		p.align(cells)
		p.puts("*")
		p.write(p.typeName(), 1)
		return cells[:0]
	}
	if p.tok != token.IDENT {
		p.fail()
		return cells
	}
	x, y := p.nameAndType()
	for y == 0 && p.tok == token.COMMA && p.nodes[x].kind == atom {
		p.next()
		p.here()
		p.write(x, 1)
		p.puts(", ")
		if p.tok != token.IDENT {
			p.fail()
		}
		if x, y = p.nameAndType(); y == 0 && p.tok != token.COMMA {
			p.fail()
		}
	}
	if p.nodes[y].kind == ellipsis {
		p.fail()
	}
	if y == 0 {
		p.align(cells)
		p.write(x, 1)
		return cells[:0]
	}
	p.write(x, 1)
	c := cell{len(p.out) - start, len(p.out)}
	p.puts(" ")
	p.write(y, 1)
	return append(cells, c)
}

// method reads and writes a method, or what an interface embeds.
func (p *printer) method() {
	if p.tok != token.IDENT || p.follows() != '(' {
		p.write(p.constraint(), 1)
		return
	}
	p.write(p.name(), 1)
	p.writeSignature(p.signature())
}

// constraint reads ~int | string.
func (p *printer) constraint() ref {
	term := func() ref {
		if p.tok == token.TILDE {
			p.next()
			return p.add(node{kind: unary, op: token.TILDE, x: p.typ()})
		}
		return p.typ()
	}
	if p.tok == token.MUL || p.tok == token.LPAREN {
		p.fail() // or is it the length of an array?
	}
	x := term()
	for p.got(token.OR) {
		p.here()
		x = p.add(node{kind: binary, op: token.OR, x: x, y: term()})
	}
	return x
}

// typeParams reads and writes [P any, Q ~int | string].
func (p *printer) typeParams() {
	p.want(token.LBRACK)
	var all list
	for !p.failed {
		p.here()
		n := node{kind: param, x: p.name()}
		if p.tok != token.COMMA {
			n.y = p.constraint()
		}
		p.append(&all, p.add(n))
		if !p.got(token.COMMA) {
			break
		}
	}
	if p.nodes[all.last].y == 0 {
		p.fail()
	}
	p.want(token.RBRACK)
	p.writeParams("[", all.first, "]")
}
