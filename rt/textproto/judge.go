package textproto

import (
	"bytes"
	"fmt"
	"net/textproto"
	"sync"
)

const blanks = " \t"

// judge calls a method of std's for text that was read for it, which ends without an end of
// line.
func judge[T any](text []byte, code int, f func(*textproto.Reader, int) (T, error)) (T, error) {
	p := probes.Get().(*probe)
	defer probes.Put(p)
	p.set(append(text, "\r\n"...))
	return f(&p.Reader, code)
}

// addField adds what std makes of one line of a header, which begins with no blank. Blanks at
// its end are left of lines that had nothing else.
func addField(m textproto.MIMEHeader, text []byte) error {
	p := probes.Get().(*probe)
	defer probes.Put(p)
	cut := bytes.TrimRight(text, " ")
	more := bytes.Repeat([]byte("\r\n "), len(text)-len(cut))
	p.set(append(append(cut, more...), "\r\n\r\n"...))
	got, err := p.ReadMIMEHeader()
	for key, values := range got {
		m[key] = append(m[key], values...)
	}
	return err
}

func noColon(line []byte) error {
	return textproto.ProtocolError(fmt.Sprintf("malformed MIME header: missing colon: %q", line))
}

// mostQuoted is how long a line may be that begins a header with a blank.
const mostQuoted = 80

// startsOdd is the error of a header that begins with such a line.
func startsOdd(line []byte) error {
	if len(line) > mostQuoted {
		return tooLarge()
	}
	return textproto.ProtocolError(fmt.Sprintf("malformed MIME header initial line: %q", line))
}

// tooLarge is std's error, which is not exported.
var tooLarge = sync.OnceValue(func() error {
	p := new(probe)
	p.R = probes.New().(*probe).R
	p.set(append(bytes.Repeat([]byte(" "), mostQuoted+1), '\n'))
	_, err := p.ReadMIMEHeader()
	return err
})
