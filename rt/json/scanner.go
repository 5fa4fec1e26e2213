package json

// scanner finds the end of a value, or where it is none, RFC 8259.
type scanner struct {
	state state
	then  state  // after a string, or the rest of a word
	word  string // that is to come
	hex   int    // digits to come
	open  []byte // braces and brackets
	ends  bool   // the value has ended, or is none: what follows does not count
}

type state uint8

const (
	value      state = iota // must come
	firstValue              // or ]
	firstKey                // or }
	key
	colon
	after // a value
	text
	escape
	hexDigit
	word
	minus
	zero
	digits
	point
	fraction
	exponent
	sign
	power
)

func (s *scanner) feed(p []byte) {
	for i := 0; i < len(p) && !s.ends; i++ {
		s.next(p[i])
	}
}

func (s *scanner) next(c byte) {
	switch s.state {
	case text:
		s.inText(c)
		return
	case escape, hexDigit:
		s.escaped(c)
		return
	case word:
		s.expect(c == s.word[0])
		if s.word = s.word[1:]; s.word == "" {
			s.state = after
		}
		return
	}
	if s.inNumber(c) {
		return
	}
	if s.state == after && len(s.open) == 0 {
		s.ends = true
		return
	}
	if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
		return
	}
	switch s.state {
	case value, firstValue:
		s.begin(c)
	case firstKey, key:
		switch {
		case c == '"':
			s.state, s.then = text, colon
		default:
			s.expect(s.state == firstKey && c == '}')
			s.close()
		}
	case colon:
		s.expect(c == ':')
		s.state = value
	case after:
		s.afterValue(c)
	}
}

// expect ends what is no value.
func (s *scanner) expect(ok bool) { s.ends = s.ends || !ok }

func (s *scanner) begin(c byte) {
	switch {
	case c == '{':
		s.open, s.state = append(s.open, c), firstKey
	case c == '[':
		s.open, s.state = append(s.open, c), firstValue
	case c == ']' && s.state == firstValue:
		s.close()
	case c == '"':
		s.state, s.then = text, after
	case c == 't':
		s.state, s.word = word, "rue"
	case c == 'f':
		s.state, s.word = word, "alse"
	case c == 'n':
		s.state, s.word = word, "ull"
	case c == '-':
		s.state = minus
	case c == '0':
		s.state = zero
	case '1' <= c && c <= '9':
		s.state = digits
	default:
		s.ends = true
	}
}

func (s *scanner) close() {
	if len(s.open) > 0 {
		s.open = s.open[:len(s.open)-1]
	}
	s.state, s.ends = after, s.ends || len(s.open) == 0
}

func (s *scanner) afterValue(c byte) {
	inObject := s.open[len(s.open)-1] == '{'
	switch {
	case c == ',' && inObject:
		s.state = key
	case c == ',':
		s.state = value
	default:
		s.expect(c == '}' && inObject || c == ']' && !inObject)
		s.close()
	}
}

func (s *scanner) inText(c byte) {
	switch {
	case c == '"':
		s.state = s.then
	case c == '\\':
		s.state = escape
	default:
		s.expect(c >= ' ')
	}
}

func (s *scanner) escaped(c byte) {
	switch {
	case s.state == hexDigit:
		s.expect('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F')
		if s.hex--; s.hex == 0 {
			s.state = text
		}
	case c == 'u':
		s.state, s.hex = hexDigit, 4
	default:
		switch c {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			s.state = text
		default:
			s.ends = true
		}
	}
}

// inNumber takes c if it is of a number. If it is what follows one, the state is after.
func (s *scanner) inNumber(c byte) bool {
	digit := '0' <= c && c <= '9'
	from := s.state
	switch {
	case from < minus:
		return false
	case from == minus && c == '0':
		s.state = zero
	case digit && (from == minus || from == digits):
		s.state = digits
	case digit && (from == point || from == fraction):
		s.state = fraction
	case digit && from >= exponent:
		s.state = power
	case c == '.' && (from == zero || from == digits):
		s.state = point
	case (c == 'e' || c == 'E') && (from == zero || from == digits || from == fraction):
		s.state = exponent
	case (c == '+' || c == '-') && from == exponent:
		s.state = sign
	default:
		s.expect(from == zero || from == digits || from == fraction || from == power)
		s.state = after
		return false
	}
	return true
}
