package http

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"sync/atomic"
)

// body is that of a request.
type body struct {
	w       *response
	left    int64 // of the body, or of the chunk
	chunked bool
	begun   bool // a chunk was
	excess  int  // bytes of chunks' headers that are no use
	err     error
	closed  atomic.Bool
	expects expectation
}

// expectation is what a client waits for before it sends the body.
type expectation uint8

const (
	expectsNothing  expectation = iota
	expectsContinue             // 100 Continue
	expectsOther                // what no server knows
)

// expected reads the Expect header.
func expected(req *http.Request) expectation {
	switch e := req.Header.Get("Expect"); {
	case e == "" || !req.ProtoAtLeast(1, 1):
		return expectsNothing
	case hasToken([]string{e}, "100-continue"):
		return expectsContinue
	}
	return expectsOther
}

// newBody returns the body of w's request, nil if it has none.
func newBody(w *response) *body {
	b := &body{w: w, left: w.req.ContentLength, expects: expected(w.req)}
	if len(w.req.TransferEncoding) > 0 {
		b.chunked, b.left = true, 0
	}
	if !b.chunked && b.left <= 0 {
		if b.expects != expectsOther {
			return nil
		}
		b.err = io.EOF
	}
	return b
}

// Read implements io.Reader.
//
//greengen:patch
func (b *body) Read(p []byte) (int, error) {
	switch {
	case b.closed.Load():
		return 0, http.ErrBodyReadAfterClose
	case b.err != nil:
		return 0, b.err
	case b.expects == expectsContinue:
		b.expects = expectsNothing
		if err := b.w.proceed(); err != nil {
			b.err = err
			return 0, err
		}
	}
	n, err := b.read(p)
	if err != nil {
		b.err = err
		if err == io.ErrUnexpectedEOF && !b.chunked {
			b.err = io.EOF // from now on: net/http does so
		}
		b.w.ctx.look(err == io.EOF)
	}
	return n, err
}

//greengen:patch
func (b *body) read(p []byte) (int, error) {
	if b.chunked && b.left == 0 {
		if err := b.next(); err != nil {
			return 0, err
		}
	}
	if len(p) == 0 {
		return 0, nil
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.w.c.r.Read(p)
	b.left -= int64(n)
	switch {
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	case err == nil && b.left == 0 && !b.chunked:
		err = io.EOF
	}
	return n, err
}

// maxLine is how long the line before a chunk may be.
const maxLine = 4096

// next begins the next chunk, RFC 9112, 7.1. At the end it reads the trailer.
//
//greengen:patch
func (b *body) next() error {
	r := b.w.c.r
	if b.begun {
		line, err := r.ReadSlice('\n')
		switch {
		case err != nil:
			return early(err)
		case string(line) != "\r\n" && string(line) != "\n":
			return errors.New("malformed chunked encoding")
		}
	}
	b.begun = true
	line, err := r.ReadSlice('\n')
	if err != nil || len(line) >= maxLine {
		return early(err)
	}
	if b.left, err = chunkSize(line); err != nil {
		return err
	}
	b.excess = max(b.excess+len(line)+2-16-2*int(min(b.left, 1<<20)), 0)
	if b.excess > 16<<10 {
		return errors.New("chunked encoding contains too much non-data")
	}
	if b.left > 0 {
		return nil
	}
	trailer, err := b.w.c.readTrailer()
	if err != nil {
		return early(err)
	}
	return b.w.trail(trailer)
}

// chunkSize reads the line before a chunk, of which an extension is no use.
func chunkSize(line []byte) (int64, error) {
	text, _, _ := bytes.Cut(line, []byte(";"))
	size, err := strconv.ParseUint(string(bytes.TrimSpace(text)), 16, 63)
	if err != nil || strings.ContainsAny(string(text), "+_") {
		return 0, errors.New("invalid byte in chunk length")
	}
	return int64(size), nil
}

// early is what an end is that comes too early.
func early(err error) error {
	switch err {
	case io.EOF:
		return io.ErrUnexpectedEOF
	case nil, bufio.ErrBufferFull:
		return errors.New("header line too long")
	}
	return err
}

// readTrailer reads the lines up to an empty one.
//
//greengen:patch
func (c *conn) readTrailer() (string, error) {
	var text strings.Builder
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		text.Write(line)
		switch {
		case len(line) == 1 || string(line) == "\r\n":
			return text.String(), nil
		case text.Len() > c.s.maxHeader():
			return "", errors.New("http: suspiciously long trailer after chunked body")
		}
	}
}

// trail gives the handler the trailer. It returns io.EOF, or what is wrong with it. It
// reads from memory.
//
//greengen:skip
func (w *response) trail(text string) error {
	h, err := textproto.NewReader(bufio.NewReader(strings.NewReader(text))).ReadMIMEHeader()
	if err != nil {
		return fmt.Errorf("http: error reading trailer: %w", err)
	}
	if len(h) > 0 && w.req.Trailer == nil {
		w.req.Trailer = http.Header{}
	}
	maps.Copy(w.req.Trailer, h)
	return io.EOF
}

// Close implements io.Closer. What is left is read when the handler has returned.
func (b *body) Close() error {
	b.closed.Store(true)
	return nil
}

// mostDrained is how much of a body that the handler did not read is read for the sake of
// the next request.
const mostDrained = 256 << 10

// drain reads the rest. It returns false if that was too much.
//
//greengen:patch
func (b *body) drain() bool {
	if b.err != nil {
		return b.err == io.EOF
	}
	if b.expects != expectsNothing || !b.chunked && b.left > mostDrained {
		return false
	}
	p := getBytes()
	defer putBytes(p)
	for n := 0; n <= mostDrained; {
		k, err := b.read((*p)[:cap(*p)])
		n += k
		if err != nil {
			b.err = err
			return err == io.EOF
		}
	}
	return false
}
