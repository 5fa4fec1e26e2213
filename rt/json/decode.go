package json

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/fields"
	"github.com/greengen/greengen/rt/internal/worker"
)

// errWaits says that more is to be read.
var errWaits = errors.New("rt/json: the value is not there yet")

// call is a call of a Decoder's method.
type call struct {
	d    *json.Decoder
	r    io.Reader // its
	v    any       // of Decode
	op   op
	more bool       // what More says
	tok  json.Token // and Token
	err  error

	p     []byte // what d wants filled, of its own buffer; nil: it is done
	n     int    // how much of it is
	end   error  // that came with it
	given bool   // d has it
	sum   int    // of all that was read
	scan  *scanner
}

type op uint8

const (
	decode op = iota
	more
	token
)

// Decoder_Decode is (*json.Decoder).Decode.
//
//greengen:patch
func Decoder_Decode(d *json.Decoder, v any) error {
	c := &call{d: d, op: decode, v: v}
	c.run()
	return c.err
}

// Decoder_More is (*json.Decoder).More.
//
//greengen:patch
func Decoder_More(d *json.Decoder) bool {
	c := &call{d: d, op: more}
	c.run()
	return c.more
}

// Decoder_Token is (*json.Decoder).Token.
//
//greengen:patch
func Decoder_Token(d *json.Decoder) (json.Token, error) {
	c := &call{d: d, op: token}
	c.run()
	return c.tok, c.err
}

//greengen:patch
func (c *call) run() {
	if !decoder.ok {
		worker.Do(c.whole)
		return
	}
	c.r = *fields.Of[io.Reader](c.d, decoder.r)
	if green.PlainType(c.r) {
		c.whole()
		return
	}
	for c.try(); c.p != nil; c.try() {
		for again := true; again; again = c.goesOn() {
			n, err := c.r.Read(c.p[c.n:])
			c.got(n, err)
		}
	}
}

// whole is the call as it is.
//
//greengen:skip
func (c *call) whole() error {
	switch c.op {
	case decode:
		c.err = c.d.Decode(c.v)
	case more:
		c.more = c.d.More()
	case token:
		c.tok, c.err = c.d.Token()
	}
	return nil
}

// try makes the call with what there is. If that is not enough, it sets p.
//
//greengen:skip
func (c *call) try() {
	r, seen := fields.Of[io.Reader](c.d, decoder.r), fields.Of[int64](c.d, decoder.bytes)
	before := *seen
	had := c.p != nil
	c.given = !had
	*r = (*lent)(c)
	defer func() { *r = c.r }()
	c.whole()
	switch {
	case !c.given: // it stopped before: nothing may be lost
		buf := fields.Of[[]byte](c.d, decoder.buf)
		*buf = append(*buf, c.p[:c.n]...)
		c.p = nil
	case had && c.n >= 0:
		c.p = nil // it was enough
	case c.p != nil:
		*seen = before
		if err := fields.Of[error](c.d, decoder.err); *err == errWaits {
			*err = nil
		}
		c.n = 0
	}
}

// lent is what the Decoder reads from.
type lent call

func (c *lent) Read(p []byte) (int, error) {
	if c.given {
		c.p, c.n = p, -1
		return 0, errWaits
	}
	c.given = true
	return copy(p, c.p[:c.n]), c.end
}

// got takes what was read.
//
//greengen:skip
func (c *call) got(n int, err error) {
	c.n, c.sum, c.end = c.n+n, c.sum+n, err
	if c.scan != nil {
		c.scan.feed(c.p[c.n-n : c.n])
	}
}

// large is from how many bytes on the end of a value is looked for.
const large = 64 << 10

// minRoom is how much a Decoder has room for when it reads.
const minRoom = 512

// goesOn says whether a large value does for sure, and there is room for it.
//
//greengen:skip
func (c *call) goesOn() bool {
	if c.sum < large || c.end != nil || len(c.p)-c.n < minRoom || c.op == more {
		return false
	}
	if c.scan == nil {
		head, _ := io.ReadAll(io.MultiReader(c.d.Buffered(), bytes.NewReader(c.p[:c.n])))
		head = bytes.TrimLeft(head, " \t\r\n,:") // a comma parts values that are read one by one
		if c.op == token && (len(head) == 0 || bytes.IndexByte([]byte("[]{}"), head[0]) >= 0) {
			return false
		}
		c.scan = new(scanner)
		c.scan.feed(head)
	}
	return !c.scan.ends
}
