package textproto

import (
	"bufio"
	"bytes"
	"io"
	"net/textproto"
	"strconv"
	"sync"
)

// What follows says whether a buffer has all that a method of Reader reads: what std reads,
// no more and no less, as nobody may send more before there is an answer.

// anything is for who reads by twins in any case.
func anything([]byte) bool { return true }

// line reports whether b has a whole line.
func line(b []byte) bool { return bytes.IndexByte(b, '\n') >= 0 }

// continued reports whether b has a whole line with those that continue it, which begin
// with blanks: std looks at what follows.
func continued(b []byte) bool {
	i := bytes.IndexByte(b, '\n')
	if i <= 0 || i == 1 && b[0] == '\r' {
		return i >= 0 // nothing continues an empty line
	}
	for {
		b = b[i+1:]
		text := bytes.TrimLeft(b, " \t")
		if len(text) == 0 || len(text) == len(b) {
			return len(text) > 0
		}
		b = text
		if i = bytes.IndexByte(b, '\n'); i < 0 {
			return false
		}
	}
}

// whole reports whether b has a response: lines that begin with its code and a hyphen,
// and others, up to one with the code and a blank.
func whole(b []byte) bool {
	first, rest, ok := bytes.Cut(b, []byte("\n"))
	if !ok || !goesOn(first) {
		return ok
	}
	for {
		var next []byte
		if next, rest, ok = bytes.Cut(rest, []byte("\n")); !ok {
			return false
		}
		if ends(first, next) {
			return true
		}
	}
}

// goesOn reports whether more lines follow the first one of a response. std judges one
// that makes no sense.
func goesOn(first []byte) bool { return len(first) >= 4 && first[3] == '-' }

// ends reports whether next is the last line of the response that begins with first.
func ends(first, next []byte) bool {
	code, _ := codeOf(first)
	c, valid := codeOf(next)
	return valid && c == code && next[3] == ' '
}

func codeOf(line []byte) (code int, ok bool) {
	if len(line) < 4 || line[3] != ' ' && line[3] != '-' {
		return 0, false
	}
	code, err := strconv.Atoi(string(line[:3]))
	return code, err == nil && code >= 100
}

// header looks for the end of a header, which may be a line that std refuses.
type header struct{ seen int }

// enough reports whether std reads no more than b, which has grown since the last call.
func (h *header) enough(b []byte) bool {
	news := b[max(h.seen-1, 0):] // only an end of line, or what comes next to one, decides
	h.seen = len(b)
	if bytes.IndexByte(news, '\n') < 0 {
		return false
	}
	if ended(b) {
		return true
	}
	p := probes.Get().(*probe)
	defer probes.Put(p)
	p.set(b)
	p.ReadMIMEHeader()
	return !p.asked
}

// ended reports whether b has an empty line, behind which nothing is read.
func ended(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\n")) || bytes.HasPrefix(b, []byte("\r\n")) ||
		bytes.Contains(b, []byte("\n\n")) || bytes.Contains(b, []byte("\n\r\n"))
}

// probe is a Reader of text that is in memory.
type probe struct {
	textproto.Reader
	rest  []byte
	asked bool // for more
}

var probes = sync.Pool{New: func() any {
	p := new(probe)
	p.R = bufio.NewReader(nil)
	return p
}}

func (p *probe) set(text []byte) {
	p.rest, p.asked = text, false
	p.R.Reset((*rest)(p))
}

// rest is what a probe reads from.
type rest probe

func (r *rest) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		r.asked = true
		return 0, io.EOF
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
