package layout

import (
	"bytes"
	"go/format"
	"go/token"
)

// Format returns src, a file that jen rendered, as gofmt would write it, and an error if it
// is no Go. The imports, and the declarations that it cannot judge, are left to go/format;
// others counts the latter.
func Format(src []byte) (out []byte, others int, err error) {
	p := &printer{scanner: scanner{src: src, any: true}}
	p.out = make([]byte, 0, len(src)+len(src)/4)
	p.nodes = append(p.nodes, node{})
	at := p.imports()
	if p.failed {
		return whole(src, 1)
	}
	if !p.borrow(src[:at], "") {
		return whole(src, 1)
	}
	for at < len(src) {
		start := len(p.out)
		end := p.topLevel(at)
		if p.failed || p.odd {
			others++
			if end = p.skip(at); p.failed {
				return whole(src, others)
			}
			p.out = append(p.out[:start], "\n\n"...)
			if !p.borrow(src[at:end], "package p\n\n") {
				return whole(src, others)
			}
		}
		at = end
	}
	return append(p.out, '\n'), others, nil
}

// whole leaves all to go/format, the error included, which has a place in the file then.
func whole(src []byte, others int) ([]byte, int, error) {
	out, err := format.Source(src)
	return out, others, err
}

// borrow writes part of a file, which needs this clause in front, as go/format does, and
// reports whether it can.
func (p *printer) borrow(part []byte, clause string) bool {
	out, err := format.Source(append([]byte(clause), part...))
	if err != nil {
		return false
	}
	p.out = append(p.out, bytes.TrimSpace(bytes.TrimPrefix(out, []byte(clause)))...)
	return true
}

// imports returns where the clause and the imports end.
func (p *printer) imports() int {
	p.next()
	for p.tok == token.COMMENT {
		p.next()
	}
	p.want(token.PACKAGE)
	p.want(token.IDENT)
	at := p.off
	p.newlineNext()
	for {
		for p.tok == token.COMMENT {
			p.next()
		}
		if p.tok != token.IMPORT {
			return at
		}
		at = p.declEnd()
		p.next()
	}
}

// declEnd goes to the end of the line on which a declaration ends, and returns it.
func (p *printer) declEnd() int {
	depth := 0
	for ; !p.failed; p.next() {
		switch p.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		case token.SEMICOLON:
			if depth == 0 {
				return p.off
			}
		case token.EOF:
			if depth != 0 {
				p.fail()
			}
			return p.off
		}
	}
	return p.off
}

// skip returns where the declaration at at ends, whatever is in it.
func (p *printer) skip(at int) int {
	p.scanner = scanner{src: p.src, off: at, any: true}
	p.next()
	return p.declEnd()
}

// topLevel reads and writes the declaration at at, and returns where it ends.
func (p *printer) topLevel(at int) int {
	p.nodes, p.made = p.nodes[:1], p.made[:0]
	p.indent, p.level, p.guard = 0, 0, false
	p.scanner = scanner{src: p.src, off: at}
	p.next()
	if p.tok == token.EOF {
		return len(p.src)
	}
	if p.lines == 0 {
		p.fail() // it is not apart
	}
	p.puts("\n\n")
	p.doc()
	switch p.tok {
	case token.FUNC:
		p.funcDecl()
	case token.VAR, token.CONST, token.TYPE:
		p.decl()
	default:
		p.fail()
	}
	if !p.newline || p.guard {
		p.fail()
	}
	return p.off
}

// doc copies a comment of text, directives, or both with an empty line between them: gofmt
// has another form for nothing of that.
func (p *printer) doc() {
	text, directives, apart := false, false, false
	for n := 0; p.tok == token.COMMENT; n++ {
		line := bytes.TrimRight(p.src[p.start:p.end], " \t")
		switch {
		case n > 0 && p.lines != 1:
			p.fail()
		case bytes.HasPrefix(line, []byte("//go:")):
			if text && !apart {
				p.fail()
			}
			directives = true
		case directives, n > 1, n > 0 && len(line) > len("//"), n == 0 && !plain(line):
			p.fail()
		case n == 0:
			text = true
		default:
			apart = true
		}
		p.out = append(append(p.out, line...), '\n')
		p.next()
		if p.lines != 1 {
			p.fail()
		}
	}
	if apart && !directives {
		p.fail()
	}
}

// plain reports whether a line of a comment is text without markup.
func plain(line []byte) bool {
	return len(line) > 3 && line[2] == ' ' && letter(line[3]) && !bytes.ContainsAny(line, "`'[]") && !bytes.Contains(line, []byte("  "))
}
