package layout

import "go/token"

// list is a list of nodes that grows.
type list struct {
	first, last ref
	n           int
}

func (p *printer) append(to *list, r ref) {
	if to.n == 0 {
		to.first = r
	} else {
		p.nodes[to.last].next = r
	}
	to.last = r
	to.n++
}

// exprs reads a list up to what is no comma.
func (p *printer) exprs() list {
	var all list
	tall := 0
	for {
		at := p.line
		p.append(&all, p.expr())
		if p.line-at > 0 && !p.newline || p.line-at > 1 {
			tall++
		}
		if !p.got(token.COMMA) {
			break
		}
		p.here()
	}
	p.tall = tall
	return all
}

func (p *printer) expr() ref { return p.binary(1) }

func (p *printer) binary(prec int) ref {
	x := p.unary()
	for {
		op := p.tok
		tighter := op.Precedence() + 1
		if tighter <= prec {
			return x
		}
		p.next()
		x = p.add(node{kind: binary, op: op, x: x, y: p.binary(tighter)})
	}
}

func (p *printer) unary() ref {
	switch op := p.tok; op {
	case token.ADD, token.SUB, token.NOT, token.XOR, token.AND, token.TILDE:
		p.next()
		return p.add(node{kind: unary, op: op, x: p.unary()})
	case token.MUL:
		p.next()
		return p.add(node{kind: star, x: p.unary()})
	case token.ARROW:
		p.next()
		if p.got(token.CHAN) {
			return p.add(node{kind: chanType, op: token.ARROW, y: p.typ()})
		}
		x := p.unary()
		if p.nodes[x].kind == chanType {
			p.fail() // which of the two does the arrow belong to?
		}
		return p.add(node{kind: unary, op: op, x: x})
	}
	return p.primary()
}

func (p *printer) primary() ref {
	x := p.operand()
	for !p.failed {
		switch p.tok {
		case token.PERIOD:
			p.next()
			x = p.selected(x)
		case token.LBRACK:
			x = p.indexed(x)
		case token.LPAREN:
			x = p.called(x)
		case token.LBRACE:
			if !p.literalType(x) {
				return x
			}
			x = p.composite(x)
		default:
			return x
		}
	}
	return x
}

func (p *printer) operand() ref {
	switch p.tok {
	case token.IDENT, token.INT, token.FLOAT, token.STRING, token.CHAR:
		return p.atom()
	case token.LPAREN:
		p.next()
		p.level++
		x := p.expr()
		p.level--
		p.want(token.RPAREN)
		return p.add(node{kind: paren, x: x})
	case token.FUNC:
		return p.function()
	}
	return p.typ()
}

func (p *printer) selected(x ref) ref {
	if n := p.nodes[x]; n.kind == atom && digit(p.src[n.start]) {
		p.fail() // it needs a blank
	}
	if !p.got(token.LPAREN) {
		return p.add(node{kind: selector, x: x, y: p.name()})
	}
	var y ref
	if p.got(token.TYPE) {
		p.guard = true
	} else {
		y = p.typ()
	}
	p.want(token.RPAREN)
	return p.add(node{kind: assert, x: x, y: y})
}

// indexed reads x[i], x[i:j] or x[T].
func (p *printer) indexed(x ref) ref {
	p.next()
	p.level++
	defer func() { p.level-- }()
	var all list
	colons := 0
	part := func() {
		p.here()
		if p.tok == token.COLON || p.tok == token.RBRACK {
			p.append(&all, p.add(node{kind: empty}))
		} else {
			p.append(&all, p.expr())
		}
	}
	part()
	for p.got(token.COLON) {
		colons++
		part()
	}
	switch {
	case colons > 2, colons == 2 && (p.nodes[all.last].kind == empty || p.nodes[p.nodes[all.first].next].kind == empty):
		p.fail()
	case colons > 0:
		p.want(token.RBRACK)
		return p.add(node{kind: slice, x: x, list: all.first})
	case p.nodes[all.first].kind == empty:
		p.fail()
	}
	if p.got(token.COMMA) {
		if !p.isType(all.first) {
			p.fail()
		}
		p.append(&all, p.types())
	}
	p.want(token.RBRACK)
	return p.add(node{kind: index, x: x, list: all.first})
}

func (p *printer) called(x ref) ref {
	if p.nodes[x].kind == funcType {
		p.fail() // it needs parentheses
	}
	p.next()
	n := node{kind: call, x: x}
	if p.tok != token.RPAREN {
		p.level++
		n.list = p.exprs().first
		p.level--
		if p.got(token.ELLIPSIS) {
			n.op = token.ELLIPSIS
		}
	}
	p.want(token.RPAREN)
	return p.add(n)
}

// literalType reports whether a brace behind x begins a composite literal.
func (p *printer) literalType(x ref) bool {
	n := p.nodes[x]
	switch n.kind {
	case atom:
		return p.level >= 0 && letter(p.src[n.start])
	case selector, index:
		return p.level >= 0 && p.namesType(x)
	case array, mapType:
		return true
	case made:
		return p.made[n.start] == 's' // a struct
	}
	return false
}

// namesType reports whether x has the form of T, p.T or one of them with arguments.
func (p *printer) namesType(x ref) bool {
	n := p.nodes[x]
	switch n.kind {
	case atom:
		return letter(p.src[n.start])
	case index:
		return p.nodes[n.x].kind != index && p.namesType(n.x)
	case selector:
		return p.nodes[n.x].kind == atom && letter(p.src[p.nodes[n.x].start])
	}
	return false
}

// isType reports whether what was read as an expression is a type in any case, or a name.
func (p *printer) isType(x ref) bool {
	n := p.nodes[x]
	switch n.kind {
	case array, mapType, chanType, funcType:
		return true
	case star:
		return p.isType(n.x)
	}
	return p.namesType(x)
}

// composite reads {a, b} or {k: v}, all on one line or each on one of its own.
func (p *printer) composite(x ref) ref {
	level := p.level
	p.level = 0
	defer func() { p.level = level }()
	n := node{kind: composite, x: x}
	p.next()
	each := p.lines > 0
	if each {
		n.op = token.SEMICOLON
		p.indent++
		defer func() { p.indent-- }()
	}
	var all list
	pairs, tall := false, false
	for p.tok != token.RBRACE && !p.failed {
		if each != (p.lines == 1) || p.lines > 1 {
			p.fail()
		}
		at := p.line
		e := p.element()
		pairs = pairs || p.nodes[e].kind == pair
		p.append(&all, e)
		if tall && pairs && !each { // gofmt aligns these in its own way
			p.fail()
		}
		tall = p.line > at
		if !p.got(token.COMMA) {
			break
		}
	}
	if all.n > 0 && each != (p.lines == 1) || p.lines > 1 {
		p.fail()
	}
	p.want(token.RBRACE)
	n.list = all.first
	return p.add(n)
}

// element reads one part of a composite literal.
func (p *printer) element() ref {
	x := p.value()
	if p.got(token.COLON) {
		p.here()
		return p.add(node{kind: pair, x: x, y: p.value()})
	}
	return x
}

func (p *printer) value() ref {
	if p.tok == token.LBRACE {
		return p.composite(0)
	}
	return p.expr()
}
