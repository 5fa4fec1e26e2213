package layout

import "go/token"

// aside lays out what write writes with a buffer of its own, and returns it as a node: a
// literal function is read before it is known what stands before it on its line.
func (p *printer) aside(write func()) ref {
	saved := p.out
	p.out = nil
	if n := len(p.unused); n > 0 {
		p.out, p.unused = p.unused[n-1][:0], p.unused[:n-1]
	}
	p.opEnd = -1
	write()
	p.opEnd = -1
	start := len(p.made)
	p.made = append(p.made, p.out...)
	p.unused = append(p.unused, p.out)
	p.out = saved
	return p.add(node{kind: made, start: int32(start), end: int32(len(p.made))})
}

// function reads a literal function, or the type of one.
func (p *printer) function() ref {
	p.want(token.FUNC)
	sig := p.signature()
	if p.tok != token.LBRACE {
		return p.add(node{kind: funcType, x: sig})
	}
	return p.aside(func() {
		p.puts("func")
		p.writeSignature(sig)
		level, guard := p.level, p.guard
		p.level = 0
		p.body(0)
		p.level, p.guard = level, guard
	})
}

// body reads and writes the body of a function whose header begins at start. An empty one
// stands on the line of a header that is not long.
func (p *printer) body(start int) {
	const long, near = 100, 10
	header := len(p.out) - start
	p.puts(" ")
	p.want(token.LBRACE)
	switch {
	case p.tok != token.RBRACE || p.lines > 0:
		p.block()
		return
	case header < long-near && p.single(start):
		p.puts("{}")
	default:
		p.fail() // it is not worth to count as exactly as gofmt does
	}
	p.next()
}

// decl reads and writes a declaration of one var, const or type.
func (p *printer) decl() {
	tok := p.tok
	p.puts(tok.String())
	p.puts(" ")
	p.next()
	if tok == token.TYPE {
		p.typeDecl()
		return
	}
	var names list
	for {
		p.append(&names, p.name())
		if !p.got(token.COMMA) {
			break
		}
		p.here()
	}
	p.writeList(names.first, 1)
	typed := p.tok != token.ASSIGN
	if typed {
		p.puts(" ")
		p.write(p.typ(), 1)
	}
	if p.got(token.ASSIGN) {
		p.puts(" = ")
		p.writeList(p.exprs().first, 1)
	} else if tok == token.CONST {
		p.fail()
	}
}

func (p *printer) typeDecl() {
	p.write(p.name(), 1)
	switch {
	case p.tok == token.LBRACK && !p.bracketsType():
		p.typeParams()
		p.puts(" ")
	case p.got(token.ASSIGN):
		p.puts(" = ")
	default:
		p.puts(" ")
	}
	p.write(p.typ(), 1)
}

// bracketsType reports whether a bracket behind the name of a type begins []T or [n]T with
// a number n, and no parameters.
func (p *printer) bracketsType() bool {
	c := p.follows()
	return c == ']' || digit(c)
}

// funcDecl reads and writes the declaration of a function.
func (p *printer) funcDecl() {
	start := len(p.out)
	p.puts("func ")
	p.next()
	if p.tok == token.LPAREN {
		p.writeParams("(", p.params(false), ")")
		p.puts(" ")
	}
	p.write(p.name(), 1)
	if p.tok == token.LBRACK {
		p.typeParams()
	}
	p.writeSignature(p.signature())
	if p.tok != token.SEMICOLON {
		p.body(start)
	}
}
