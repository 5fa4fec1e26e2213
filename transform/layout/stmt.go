package layout

import (
	"bytes"
	"go/token"
)

// before is what stands on the line before a statement, as far as it matters.
type before uint8

const (
	nothing before = iota
	trailed        // a comment at its end
	remark         // a comment alone
	label
)

// block reads and writes the statements after the { of a block, and its }.
func (p *printer) block() {
	p.puts("{")
	p.indent++
	p.stmts()
	p.indent--
	p.newLine()
	p.puts("}")
	p.want(token.RBRACE)
}

// stmts reads and writes statements, each on lines of its own, up to what begins none.
func (p *printer) stmts() {
	b, start := nothing, len(p.out)
	for n := 0; ; n++ {
		end := ends(p.tok)
		switch {
		case p.lines > 1 && (n == 0 || end || b != nothing), // gofmt may drop the blank line
			p.lines == 0 && p.tok != token.RBRACE,
			b == label && end && p.tok != token.RBRACE:
			p.fail()
		case b == remark && end:
			if n > 1 || p.tok == token.RBRACE {
				p.fail()
			}
			p.out = append(p.out[:start+1], p.out[start+2:]...) // it is indented as the next case is
		}
		if end || p.failed {
			return
		}
		if p.lines > 1 {
			p.out = append(p.out, '\n')
		}
		nodes, made := len(p.nodes), len(p.made)
		b = p.stmt(b)
		p.nodes, p.made = p.nodes[:nodes], p.made[:made]
	}
}

// ends reports whether t ends a list of statements.
func ends(t token.Token) bool {
	return t == token.RBRACE || t == token.CASE || t == token.DEFAULT || t == token.EOF
}

// stmt reads and writes a statement and what ends it.
func (p *printer) stmt(b before) before {
	switch p.tok {
	case token.COMMENT:
		if b == label || b == trailed {
			p.fail()
		}
		p.newLine()
		p.remark()
		return remark
	case token.IDENT:
		if p.follows() == ':' {
			if b == remark {
				p.fail()
			}
			p.label()
			return label
		}
		p.newLine()
		p.writeSimple(p.simple())
	default:
		p.newLine()
		p.keyword()
	}
	if p.guard {
		p.fail()
	}
	if p.tok != token.COMMENT {
		p.newlineNext()
		return nothing
	}
	if p.lines > 0 || b == trailed { // gofmt aligns those of neighbors
		p.fail()
	}
	p.puts(" ")
	p.remark()
	p.newlineNext()
	return trailed
}

// newlineNext goes to the next line.
func (p *printer) newlineNext() {
	if !p.newline {
		p.fail()
	}
	p.want(token.SEMICOLON)
}

// remark copies a comment.
func (p *printer) remark() {
	line := bytes.TrimRight(p.src[p.start:p.end], " \t")
	if !plain(line) {
		p.fail()
	}
	p.out = append(p.out, line...)
	p.next()
}

// follows returns the byte behind the token, ' ' if it is part of an operator.
func (p *printer) follows() byte {
	rest := bytes.TrimLeft(p.src[p.off:], " ")
	if len(rest) < 2 || rest[1] == '=' {
		return ' '
	}
	return rest[0]
}

func (p *printer) label() {
	p.indent--
	p.newLine()
	p.indent++
	p.out = append(p.out, p.src[p.start:p.end]...)
	p.puts(":")
	p.next()
	p.want(token.COLON)
}

// keyword reads and writes a statement that does not begin with a name.
func (p *printer) keyword() {
	switch p.tok {
	case token.IF:
		p.ifStmt()
	case token.FOR:
		p.forStmt()
	case token.SWITCH:
		p.switchStmt()
	case token.SELECT:
		p.next()
		p.puts("select ")
		p.clauses(p.comm)
	case token.RETURN:
		p.returnStmt()
	case token.GO, token.DEFER:
		p.spawn()
	case token.BREAK, token.CONTINUE, token.GOTO, token.FALLTHROUGH:
		p.branch()
	case token.VAR, token.CONST, token.TYPE:
		p.decl()
	case token.TILDE:
		p.fail()
	case token.LBRACE:
		p.next()
		p.block()
	default:
		p.writeSimple(p.simple())
	}
}

func (p *printer) returnStmt() {
	p.puts("return")
	p.next()
	if p.tok == token.SEMICOLON || p.tok == token.COMMENT {
		return
	}
	p.puts(" ")
	all := p.exprs()
	if p.tall > 1 { // gofmt indents these
		p.fail()
	}
	p.writeList(all.first, 1)
}

func (p *printer) spawn() {
	p.puts(p.tok.String())
	p.puts(" ")
	p.next()
	x := p.expr()
	if p.nodes[x].kind != call {
		p.fail()
	}
	p.write(x, 1)
}

func (p *printer) branch() {
	tok := p.tok
	p.puts(tok.String())
	p.next()
	if p.tok == token.IDENT && tok != token.FALLTHROUGH {
		p.puts(" ")
		p.write(p.name(), 1)
	} else if tok == token.GOTO {
		p.fail()
	}
}

// simple is a statement that may stand in a header.
type simple struct {
	op          token.Token // 0 for an expression
	ranges      bool        // left op range right
	left, right list
}

// simple reads such a statement, which may be missing.
func (p *printer) simple() simple {
	var s simple
	if p.tok == token.SEMICOLON || p.tok == token.LBRACE && p.level < 0 {
		return s
	}
	if p.tok == token.RANGE {
		if p.level >= 0 {
			p.fail()
		}
		s.ranges = true
		p.next()
		p.append(&s.right, p.expr())
		return s
	}
	s.left = p.exprs()
	switch op := p.tok; {
	case op == token.INC, op == token.DEC:
		s.op = op
		p.next()
	case op == token.ARROW:
		s.op = op
		p.next()
		p.append(&s.right, p.expr())
	case op == token.DEFINE, op == token.ASSIGN, token.ADD_ASSIGN <= op && op <= token.AND_NOT_ASSIGN:
		s.op = op
		p.next()
		if s.ranges = p.got(token.RANGE); s.ranges {
			p.append(&s.right, p.expr())
		} else {
			s.right = p.exprs()
		}
	}
	p.check(s)
	return s
}

// check fails for what is no statement.
func (p *printer) check(s simple) {
	switch {
	case s.ranges && (p.level >= 0 || s.left.n > 2 || s.op != token.DEFINE && s.op != token.ASSIGN),
		s.op != token.DEFINE && s.op != token.ASSIGN && s.left.n > 1,
		s.op != token.DEFINE && s.op != token.ASSIGN && s.right.n > 1,
		p.guard && (s.right.n > 1 || s.left.n > 1):
		p.fail()
	}
	if s.op == token.DEFINE {
		for r := s.left.first; r != 0; r = p.nodes[r].next {
			if n := p.nodes[r]; n.kind != atom || !letter(p.src[n.start]) {
				p.fail()
			}
		}
	}
}

func (p *printer) writeSimple(s simple) {
	depth := 1
	if s.op == token.INC || s.op == token.DEC || s.left.n > 1 && s.right.n > 1 {
		depth = 2
	}
	p.writeList(s.left.first, depth)
	switch s.op {
	case 0:
		return
	case token.INC, token.DEC:
		p.puts(s.op.String())
		return
	}
	p.puts(" ")
	p.puts(s.op.String())
	p.puts(" ")
	p.writeList(s.right.first, depth)
}
