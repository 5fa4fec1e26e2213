package layout

import "go/token"

// part reads a part of a header, which may be missing. A brace begins the block there.
func (p *printer) part() simple {
	level := p.level
	p.level = -1
	p.here()
	s := p.simple()
	p.level = level
	return s
}

// more reports whether another part follows.
func (p *printer) more() bool { return !p.newline && p.got(token.SEMICOLON) }

// none reports whether the part is missing.
func (s simple) none() bool { return s.left.n == 0 && !s.ranges }

// expr reports whether the part is one expression.
func (s simple) expr() bool { return s.op == 0 && s.left.n == 1 && !s.ranges }

// writeCond writes a condition, or what stands for one, without parentheses around it,
// unless they are for a composite literal.
func (p *printer) writeCond(r ref) {
	for p.nodes[r].kind == paren && !p.literalIn(p.nodes[r].x) {
		r = p.nodes[r].x
	}
	p.write(r, 1)
}

// literalIn reports whether a composite literal in r, of a type with a name, has no
// parentheses around it.
func (p *printer) literalIn(r ref) bool {
	if r == 0 {
		return false
	}
	n := p.nodes[r]
	switch n.kind {
	case paren, atom:
		return false
	case made:
		p.fail() // it is not kept what is in there
		return false
	case composite:
		k := p.nodes[n.x].kind
		return n.x != 0 && (k == atom || k == selector)
	}
	for e := n.list; e != 0; e = p.nodes[e].next {
		if p.literalIn(e) {
			return true
		}
	}
	return p.literalIn(n.x) || p.literalIn(n.y)
}

func (p *printer) ifStmt() {
	p.puts("if ")
	p.next()
	s := p.part()
	if !s.none() && p.more() {
		p.writeSimple(s)
		p.puts("; ")
		s = p.part()
	}
	if !s.expr() || p.guard {
		p.fail()
	}
	p.writeCond(s.left.first)
	p.puts(" ")
	p.want(token.LBRACE)
	p.block()
	if !p.got(token.ELSE) {
		return
	}
	p.puts(" else ")
	if p.tok == token.IF {
		p.ifStmt()
		return
	}
	p.want(token.LBRACE)
	p.block()
}

func (p *printer) forStmt() {
	p.puts("for ")
	p.next()
	s := p.part()
	switch {
	case p.tok == token.SEMICOLON:
		p.forParts(s)
	case s.none():
	case s.ranges:
		p.writeRange(s)
	case s.expr():
		p.writeCond(s.left.first)
		p.puts(" ")
	default:
		p.fail()
	}
	if p.guard {
		p.fail()
	}
	p.want(token.LBRACE)
	p.block()
}

// forParts reads the rest of for init; cond; post, and writes all three.
func (p *printer) forParts(init simple) {
	if !p.more() {
		p.fail()
	}
	cond := p.part()
	if !p.more() {
		p.fail()
	}
	post := p.part()
	if init.ranges || post.ranges || post.op == token.DEFINE || !cond.none() && !cond.expr() {
		p.fail()
	}
	whole := !init.none() || !post.none()
	if whole {
		p.writeSimple(init)
		p.puts("; ")
	}
	if !cond.none() {
		p.writeCond(cond.left.first)
		if !whole {
			p.puts(" ")
		}
	}
	if !whole {
		return
	}
	p.puts("; ")
	if !post.none() {
		p.writeSimple(post)
		p.puts(" ")
	}
}

func (p *printer) writeRange(s simple) {
	if s.left.n > 0 {
		p.writeList(s.left.first, 1)
		p.puts(" ")
		p.puts(s.op.String())
		p.puts(" ")
	}
	p.puts("range ")
	p.writeCond(s.right.first)
	p.puts(" ")
}

func (p *printer) switchStmt() {
	p.puts("switch ")
	p.next()
	s := p.part()
	if !p.guard && !s.none() && !s.ranges && p.more() {
		p.writeSimple(s)
		p.puts("; ")
		s = p.part()
	}
	switch {
	case p.guard:
		if !p.guards(s) {
			p.fail()
		}
		p.writeSimple(s)
		p.puts(" ")
	case s.expr():
		p.writeCond(s.left.first)
		p.puts(" ")
	case !s.none():
		p.fail()
	}
	p.guard = false
	p.clauses(func() { p.writeList(p.exprs().first, 1) })
}

// guards reports whether s is x.(type) or v := x.(type).
func (p *printer) guards(s simple) bool {
	r := s.left.first
	if !s.expr() {
		r = s.right.first
		if s.op != token.DEFINE || s.left.n != 1 {
			return false
		}
	}
	n := p.nodes[r]
	return n.kind == assert && n.y == 0
}

// comm reads and writes what a case of a select waits for.
func (p *printer) comm() {
	s := p.simple()
	if s.none() || s.ranges {
		p.fail()
	}
	p.writeSimple(s)
}

// clauses reads and writes the block of a switch or select. what does it with what stands
// behind case.
func (p *printer) clauses(what func()) {
	p.want(token.LBRACE)
	if p.tok != token.RBRACE && p.lines != 1 || p.tok == token.RBRACE && p.lines > 0 {
		p.fail()
	}
	p.puts("{")
	for p.tok == token.CASE || p.tok == token.DEFAULT {
		p.newLine()
		p.puts(p.tok.String())
		nodes, made := len(p.nodes), len(p.made)
		if p.tok == token.DEFAULT {
			p.next()
		} else {
			p.puts(" ")
			p.next()
			what()
		}
		p.nodes, p.made = p.nodes[:nodes], p.made[:made]
		if p.guard {
			p.fail()
		}
		p.puts(":")
		p.want(token.COLON)
		p.indent++
		p.stmts()
		p.indent--
	}
	p.newLine()
	p.puts("}")
	p.want(token.RBRACE)
}
