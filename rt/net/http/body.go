package http

import (
	"bufio"
	"io"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"
)

// body is that of a request. A handler may leave its reading to another goroutine, which
// may still do so when the handler returns.
type body struct {
	w       *response
	readers atomic.Int32
	closed  atomic.Bool
	ended   atomic.Bool // the handler saw that
	expects expectation

	mu     sync.Mutex // guards what follows, and reading from the conn
	left   int64      // of a body that has a length
	chunks *chunks    // nil: it has
	err    error      // from now on
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
	case e == "":
		return expectsNothing
	case !mentions(e, "100-continue"):
		return expectsOther
	case !req.ProtoAtLeast(1, 1):
		return expectsNothing
	}
	return expectsContinue
}

// newBody returns the body of w's request, nil if it has none.
func newBody(w *response) *body {
	expects, chunked := expected(w.req), len(w.req.TransferEncoding) > 0
	if !chunked && w.req.ContentLength <= 0 && expects != expectsOther {
		return nil
	}
	b := &body{w: w, left: w.req.ContentLength, expects: expects}
	switch {
	case chunked:
		b.chunks = &chunks{w: w}
	case b.left <= 0:
		b.err = io.EOF
	}
	return b
}

// Read implements io.Reader.
//
//greengen:patch
func (b *body) Read(p []byte) (int, error) {
	b.readers.Add(1)
	defer b.readers.Add(-1)
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	if b.w.waits.Load() {
		b.w.proceed()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed.Load():
		return 0, http.ErrBodyReadAfterClose
	case b.err != nil:
		return 0, b.err
	}
	n, err := b.read(p)
	if err == io.EOF {
		b.ended.Store(true)
	}
	return n, err
}

// read is called with the lock held.
//
//greengen:patch
func (b *body) read(p []byte) (n int, err error) {
	if b.chunks != nil {
		n, err = b.chunks.read(p)
		b.err = err
		if err == io.EOF {
			if err = b.w.readTrailer(); err != io.EOF {
				b.err = http.ErrBodyReadAfterClose // from now on: net/http does so
			}
		}
	} else {
		n, err = b.w.c.r.Read(p[:min(int64(len(p)), b.left)])
		b.left -= int64(n)
		b.lost(err)
		switch {
		case err == io.EOF:
			b.err, err = err, io.ErrUnexpectedEOF
		case err == nil && b.left == 0:
			b.err, err = io.EOF, io.EOF
		} // another error may be a deadline, which the handler can set anew
	}
	if b.err == io.EOF {
		b.w.ctx.look()
	}
	return n, err
}

// lost ends the context of the request if err is one of its conn's: net/http does so for
// each that it meets in a body, a deadline, too.
//
//greengen:skip
func (b *body) lost(err error) {
	if err != nil && err != bufio.ErrBufferFull && !b.closed.Load() {
		b.w.ctx.hangUp()
	}
}

// Close implements io.Closer. What is left is read when the header is written, or the
// handler has returned.
func (b *body) Close() error {
	b.closed.Store(true)
	return nil
}

// settle takes the body from those who read it though the handler has returned: they
// would read the next request.
//
//greengen:patch
func (b *body) settle() {
	b.closed.Store(true)
	if b.readers.Load() == 0 {
		return
	}
	b.w.last = true
	interrupt(b.w.c.rwc)
	b.w.c.timed.Store(true)
	b.spent() // it is locked until they have seen that
}

// mostDrained is how much of a body that the handler did not read is read for the sake of
// the next request.
const mostDrained = 256 << 10

// rest says what is left of a body.
type rest uint8

const (
	nothing rest = iota
	tooMuch
	broken // nobody knows
)

// drain reads the rest.
//
//greengen:patch
func (b *body) drain() rest {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil && b.chunks == nil && b.left >= mostDrained {
		return tooMuch
	}
	p := getBytes()
	defer putBytes(p)
	for n := 0; n <= mostDrained && b.err == nil; {
		k, err := b.read((*p)[:cap(*p)])
		n += k
		if err != nil && err != io.EOF {
			return broken
		}
	}
	switch b.err {
	case nil:
		return tooMuch
	case io.EOF:
		return nothing
	}
	return broken
}

// limitHit says whether a http.MaxBytesReader around the body has had too much: then the
// conn is to be closed. One of plain code would tell net/http's ResponseWriter, by a method
// nobody else can have; if it is not where the handler found the body, it is not seen.
func (b *body) limitHit() bool {
	if b.w.hit.Load() {
		return true
	}
	v := reflect.ValueOf(b.w.req.Body)
	if v.Type() != limitedBody || b.readers.Load() > 0 {
		return false
	}
	err := v.Elem().FieldByName("err")
	return err.IsValid() && err.Kind() == reflect.Interface && !err.IsNil() && err.Elem().Type() == reflect.TypeFor[*http.MaxBytesError]()
}

var limitedBody = reflect.TypeOf(http.MaxBytesReader(nil, nil, 0))

// spent says whether the next request begins where the conn is read from.
//
//greengen:patch
func (b *body) spent() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err == io.EOF
}
