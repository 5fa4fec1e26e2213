package layout

import (
	"bytes"
	"go/token"
	"strconv"
	"unicode/utf8"
)

// scanner splits what jen writes into tokens. What gofmt would write in another way, or
// what it cannot judge, is a failure, and from then on all is EOF.
type scanner struct {
	src        []byte
	off        int // what follows tok
	tok        token.Token
	start, end int  // of tok
	ends       bool // a newline after tok would end a statement
	lines      int  // newlines between the last token, but for semicolons of newlines, and tok
	line       int  // newlines so far
	newline    bool // tok is a semicolon that is none in the text
	failed     bool
	any        bool // a line may end anywhere
	odd        bool // there was a token that gofmt may write in another way
}

// fail gives up: the caller must take another way.
func (s *scanner) fail() {
	s.failed = true
	s.tok, s.off = token.EOF, len(s.src)
}

func (s *scanner) next() {
	if s.failed {
		return
	}
	last, broken := s.tok, s.newline
	if !broken {
		s.lines = 0
	}
	s.newline = false
	for ; s.off < len(s.src); s.off++ {
		switch s.src[s.off] {
		case ' ', '\t':
			continue
		case '\n':
			s.lines++
			s.line++
			if !s.ends {
				continue
			}
			s.set(token.SEMICOLON, s.off+1)
			s.ends, s.newline = false, true
			return
		}
		s.token(s.src[s.off])
		if s.lines > 0 && !broken && !breaks(last) && !s.any {
			s.fail()
		}
		return
	}
	if s.ends { // as before a newline
		s.set(token.SEMICOLON, s.off)
		s.ends, s.newline = false, true
		return
	}
	s.set(token.EOF, s.off)
}

// breaks reports whether a line of what jen writes may end with t, but for the end of a
// statement. gofmt keeps the user's line breaks elsewhere: they are not ours.
func breaks(t token.Token) bool {
	switch t {
	case token.ILLEGAL, token.LBRACE, token.COLON, token.COMMA, token.COMMENT:
		return true
	}
	return false
}

func (s *scanner) set(t token.Token, end int) {
	s.tok, s.start, s.end, s.off = t, s.off, end, end
}

// at returns the byte n further on.
func (s *scanner) at(n int) byte {
	if s.off+n < len(s.src) {
		return s.src[s.off+n]
	}
	return 0
}

func (s *scanner) token(c byte) {
	switch {
	case letter(c), c >= utf8.RuneSelf:
		s.word()
	case digit(c):
		s.number()
	case c == '"', c == '\'', c == '`':
		s.quoted(c)
	case c == '/' && s.at(1) == '/':
		s.comment()
	default:
		s.operator()
	}
}

func letter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// word scans a name or a keyword. Which other letters there are is not for us to say.
func (s *scanner) word() {
	end := s.off
	for ; end < len(s.src); end++ {
		if c := s.src[end]; !letter(c) && !digit(c) {
			if c < utf8.RuneSelf {
				break
			}
			s.odd = true
		}
	}
	tok := token.IDENT
	if n := end - s.off; 2 <= n && n <= len("fallthrough") && s.src[s.off] >= 'a' {
		tok = keyword(s.src[s.off:end])
	}
	s.set(tok, end)
	switch tok {
	case token.IDENT, token.BREAK, token.CONTINUE, token.FALLTHROUGH, token.RETURN:
		s.ends = true
	default:
		s.ends = false
	}
}

// number scans a number. Only decimal ones, and hexadecimal ones without a point, have one
// form alone.
func (s *scanner) number() {
	end := s.off
	digits := func(is func(byte) bool) {
		for end < len(s.src) && is(s.src[end]) {
			end++
		}
	}
	tok := token.INT
	switch c, d := s.at(0), s.at(1); {
	case c == '0' && d == 'x':
		end += 2
		digits(func(c byte) bool { return digit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' })
		s.odd = s.odd || end == s.off+2
	default:
		s.odd = s.odd || c == '0' && digit(d)
		digits(digit)
		if end < len(s.src) && s.src[end] == '.' {
			tok = token.FLOAT
			end++
			digits(digit)
		}
	}
	if end < len(s.src) && (letter(s.src[end]) || s.src[end] == '.') {
		s.odd = true
		digits(func(c byte) bool { return letter(c) || digit(c) || c == '.' })
	}
	s.set(tok, end)
	s.ends = true
}

// quoted scans a string or a rune.
func (s *scanner) quoted(quote byte) {
	end := s.off + 1
	escaped := false
	for ; end < len(s.src) && s.src[end] != quote; end++ {
		switch c := s.src[end]; {
		case c == '\n' && quote != '`':
			s.fail()
			return
		case c == '\n':
			s.odd = true
		case c == '\\' && quote != '`':
			escaped = true
			end++
		}
	}
	if end++; end > len(s.src) || !text(s.src[s.off:end]) {
		s.fail()
		return
	}
	if escaped || quote == '\'' {
		if _, err := strconv.Unquote(string(s.src[s.off:end])); err != nil {
			s.fail()
			return
		}
	}
	tok := token.STRING
	if quote == '\'' {
		tok = token.CHAR
	}
	s.set(tok, end)
	s.ends = true
}

// text reports whether b may stand in a literal or a comment.
func text(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return utf8.Valid(b) && !bytes.Contains(b, []byte("\uFEFF")) && bytes.IndexByte(b, 0) < 0 && bytes.IndexByte(b, '\r') < 0
		}
		if c == 0 || c == '\r' {
			return false
		}
	}
	return true
}

// comment scans a comment up to the end of the line; whether a statement ends there does
// not depend on it.
func (s *scanner) comment() {
	end := bytes.IndexByte(s.src[s.off:], '\n')
	if end < 0 {
		end = len(s.src) - s.off
	}
	end += s.off
	if !text(s.src[s.off:end]) {
		s.fail()
		return
	}
	s.set(token.COMMENT, end)
}

// operators holds those of one, two and three bytes, by their bytes.
var operators = func() (table [4]map[string]token.Token) {
	for t := token.ADD; t <= token.TILDE; t++ {
		if name := t.String(); t.IsOperator() && len(name) <= 3 {
			if table[len(name)] == nil {
				table[len(name)] = map[string]token.Token{}
			}
			table[len(name)][name] = t
		}
	}
	return table
}()

// single is operators[1], quicker.
var single = func() (table [256]token.Token) {
	for name, t := range operators[1] {
		table[name[0]] = t
	}
	return table
}()

func (s *scanner) operator() {
	n := 1
	if double(s.at(1)) {
		for n = min(3, len(s.src)-s.off); n > 1 && operators[n][string(s.src[s.off:s.off+n])] == 0; n-- {
		}
	}
	tok := single[s.src[s.off]]
	if n > 1 {
		tok = operators[n][string(s.src[s.off:s.off+n])]
	}
	if tok == 0 || tok == token.QUO && s.at(1) == '*' || tok == token.PERIOD && digit(s.at(1)) {
		s.fail()
		return
	}
	s.set(tok, s.off+n)
	switch tok {
	case token.INC, token.DEC, token.RPAREN, token.RBRACK, token.RBRACE:
		s.ends = true
	default:
		s.ends = false
	}
}

// double reports whether c may be the second byte of an operator.
func double(c byte) bool {
	switch c {
	case '=', '<', '>', '&', '|', '+', '-', '^', '.':
		return true
	}
	return false
}

// keyword is token.Lookup without its map.
func keyword(b []byte) token.Token {
	switch string(b) {
	case "break":
		return token.BREAK
	case "case":
		return token.CASE
	case "chan":
		return token.CHAN
	case "const":
		return token.CONST
	case "continue":
		return token.CONTINUE
	case "default":
		return token.DEFAULT
	case "defer":
		return token.DEFER
	case "else":
		return token.ELSE
	case "fallthrough":
		return token.FALLTHROUGH
	case "for":
		return token.FOR
	case "func":
		return token.FUNC
	case "go":
		return token.GO
	case "goto":
		return token.GOTO
	case "if":
		return token.IF
	case "import":
		return token.IMPORT
	case "interface":
		return token.INTERFACE
	case "map":
		return token.MAP
	case "package":
		return token.PACKAGE
	case "range":
		return token.RANGE
	case "return":
		return token.RETURN
	case "select":
		return token.SELECT
	case "struct":
		return token.STRUCT
	case "switch":
		return token.SWITCH
	case "type":
		return token.TYPE
	case "var":
		return token.VAR
	}
	return token.IDENT
}
