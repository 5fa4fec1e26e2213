//greengen:patch
package textproto

import (
	"bytes"
	"net/textproto"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/bufio"
)

// What the buffer of a bufio.Reader does not have whole is read as std does: by ReadLine, and
// byte by byte where a line may be continued. There are errors that are lost: std does not
// look at those of blanks and of Peek.

// longLine is ReadLineBytes.
func longLine(r *textproto.Reader) ([]byte, error) {
	all := []byte{}
	for {
		part, more, err := r.R.ReadLine()
		if err != nil {
			return nil, err
		}
		if all = append(all, part...); !more {
			return all, nil
		}
	}
}

// longContinued is ReadContinuedLineBytes, in a header only if the line has a colon.
func longContinued(r *textproto.Reader, inHeader bool) ([]byte, error) {
	first, err := longLine(r)
	if err != nil || len(first) == 0 {
		return first, err
	}
	if inHeader && bytes.IndexByte(first, ':') < 0 {
		return nil, noColon(first)
	}
	all := bytes.Trim(first, blanks)
	for skipBlanks(r) {
		all = append(all, ' ')
		next, err := longLine(r)
		if err != nil {
			break
		}
		all = append(all, bytes.Trim(next, blanks)...)
	}
	return all, nil
}

// skipBlanks reports whether there were some.
func skipBlanks(r *textproto.Reader) (some bool) {
	for {
		p, err := r.R.Peek(max(r.R.Buffered(), 1))
		if err != nil {
			return some
		}
		n := len(p) - len(bytes.TrimLeft(p, blanks))
		r.R.Discard(n)
		some = some || n > 0
		if n < len(p) {
			return some
		}
	}
}

// longResponse returns the lines of a response.
func longResponse(r *textproto.Reader) ([]byte, error) {
	first, err := longLine(r)
	if err != nil {
		return nil, err
	}
	all := bytes.Clone(first)
	for last := !goesOn(first); !last; {
		next, err := longLine(r)
		if err != nil {
			return nil, err
		}
		all = append(append(all, "\r\n"...), next...)
		last = ends(first, next)
	}
	return all, nil
}

// Reader_ReadMIMEHeader is (*textproto.Reader).ReadMIMEHeader.
func Reader_ReadMIMEHeader(r *textproto.Reader) (textproto.MIMEHeader, error) {
	enough := anything // std looks at the text of a DotReader before it skips that
	if !reading(r) {
		enough = new(header).enough
	}
	state := bufio.Unknown
	if dots.reads {
		state = bufio.Await(r.R, enough)
	}
	switch {
	case state == bufio.Unknown:
		return rt.Offload(func() (textproto.MIMEHeader, error) { return readMIMEHeader(r) })
	case state == bufio.Ready && !reading(r):
		return readMIMEHeader(r)
	}
	return longHeader(r)
}

// longHeader is ReadMIMEHeader, line by line.
func longHeader(r *textproto.Reader) (textproto.MIMEHeader, error) {
	m := textproto.MIMEHeader{}
	r.R.Peek(1)
	p, err := r.R.Peek(1)
	odd := err == nil && (p[0] == ' ' || p[0] == '\t')
	settle(r)
	if odd {
		return m, oddStart(r)
	}
	for {
		text, err := longContinued(r, true)
		if len(text) == 0 {
			return m, err
		}
		if err := addField(m, text); err != nil {
			return m, err
		}
	}
}

// oddStart reads a first line that begins with a blank, which is an error.
func oddStart(r *textproto.Reader) error {
	all := []byte{}
	for {
		part, more, err := r.R.ReadLine()
		if err != nil {
			return err
		}
		if all = append(all, part...); !more || len(all) > mostQuoted {
			return startsOdd(all)
		}
	}
}
