package http

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

// conn is a client's conn.
type conn struct {
	s      *Server
	server *rtnet.Server
	rwc    net.Conn
	hub    *rt.Hub // that serves it, nil: a goroutine does
	r      *bufio.Reader
	posted bool        // the last request was a POST
	taken  atomic.Bool // hijacked
	timed  atomic.Bool // it has a deadline for reading
	wtimed atomic.Bool // and for writing
}

// context is what the contexts of c's requests come from.
func (c *conn) context(base context.Context) context.Context {
	if c.s.ConnContext == nil {
		return base
	}
	ctx := c.s.ConnContext(base, c.rwc)
	if ctx == nil {
		panic("ConnContext returned nil")
	}
	return ctx
}

func (c *conn) ended() {
	if !c.taken.Load() {
		c.s.changed(c, http.StateClosed)
	}
}

// readUntil sets the deadline for what is read, the zero Time for none.
func (c *conn) readUntil(t time.Time) {
	if c.timed.Swap(!t.IsZero()) || !t.IsZero() {
		setReadDeadline(c.rwc, t)
	}
}

func (c *conn) writeUntil(t time.Time) {
	if c.wtimed.Swap(!t.IsZero()) || !t.IsZero() {
		setWriteDeadline(c.rwc, t)
	}
}

// The deadlines of a conn, safe from any goroutine: whoever waits for one of std's conns on a
// hub does not see the deadline that its own method sets.
func setReadDeadline(c net.Conn, t time.Time) error {
	return rtnet.StdConn_SetReadDeadline_green(nil, c, t)
}

func setWriteDeadline(c net.Conn, t time.Time) error {
	return rtnet.StdConn_SetWriteDeadline_green(nil, c, t)
}

// interrupt ends a read of c.
func interrupt(c net.Conn) { setReadDeadline(c, past) }

// past is a deadline that has passed.
var past = time.Unix(1, 0)

// await parks until a request begins; false: there is none.
//
//greengen:patch
func (c *conn) await(begins bool) bool {
	s := c.s
	limit, what := first(s.IdleTimeout, s.ReadTimeout), forRequest
	if begins {
		limit, what = first(s.ReadHeaderTimeout, s.ReadTimeout), forFirst
	}
	c.readUntil(within(limit)) // before it is idle: Shutdown sets another one then
	if !s.state.await(c, what) {
		return false
	}
	if !begins {
		s.changed(c, http.StateIdle)
	}
	_, err := c.r.Peek(1)
	for n := 0; err == nil && c.posted && n < 4 && c.blank(); n++ { // some clients send a line end too many
		_, err = c.r.Peek(1)
	}
	s.state.await(c, notWaiting)
	if err != nil {
		return false
	}
	s.changed(c, http.StateActive)
	return true
}

// blank takes one byte of a line end out of the buffer, if there is one.
func (c *conn) blank() bool {
	p, _ := c.r.Peek(1) // it is in the buffer
	if p[0] != '\r' && p[0] != '\n' {
		return false
	}
	c.r.Discard(1)
	return true
}

// answer answers one request. It returns false if the conn cannot be used any more.
//
//greengen:patch
func (c *conn) answer(ctx context.Context) bool {
	s := c.s
	begun := time.Now()
	if s.ending() {
		c.timed.Store(true) // Shutdown may have set one
	}
	c.readUntil(within(first(s.ReadHeaderTimeout, s.ReadTimeout)))
	head, err := c.readHead()
	c.writeUntil(within(s.WriteTimeout))
	if err != nil {
		putBytes(head)
		c.refuse(err)
		return false
	}
	req, err := parse(*head)
	putBytes(head)
	if err != nil {
		c.refuse(err)
		return false
	}
	var until time.Time
	if s.ReadTimeout > 0 {
		until = begun.Add(s.ReadTimeout)
	}
	c.readUntil(until)
	w := c.begin(ctx, req)
	defer w.ended()
	if w.body != nil && w.body.expects == expectsOther {
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusExpectationFailed)
	} else {
		s.handle(w, w.req)
	}
	w.returned()
	if c.taken.Load() {
		return false
	}
	again := w.finish()
	if s.Access != nil {
		s.Access(Answered{w.req, w.status, w.written, time.Since(w.begun)})
	}
	c.posted = req.Method == "POST"
	c.writeUntil(time.Time{}) // the handler may have set one
	return again && !s.ending()
}

// readHead reads a request up to the empty line that ends its header.
//
//greengen:patch
func (c *conn) readHead() (*[]byte, error) {
	head := getBytes()
	limit := c.s.maxHeader()
	start := true // of a line
	for {
		line, err := c.r.ReadSlice('\n')
		if len(*head)+len(line) > limit {
			return head, errTooLarge
		}
		only := len(*head) == 0 // the first line
		*head = append(*head, line...)
		switch {
		case err == bufio.ErrBufferFull:
			start = false
			continue
		case err == io.EOF, err != nil && only && len(line) > 0: // in its midst
			return head, &refusal{status: http.StatusBadRequest}
		case err == nil && only && !isRequest(line):
			return head, nil
		case err != nil:
			return head, err
		case start && (len(line) == 1 || len(line) == 2 && line[0] == '\r'):
			return head, nil
		}
		start = true
	}
}

// refusal is why a request is not even handed to the handler.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string {
	if r.text == "" {
		return fmt.Sprintf("%d %s", r.status, http.StatusText(r.status))
	}
	return fmt.Sprintf("%d %s: %s", r.status, http.StatusText(r.status), r.text)
}

var errTooLarge = &refusal{status: http.StatusRequestHeaderFieldsTooLarge}

// refuse answers what is no request. If the conn is broken, nobody would hear.
//
//greengen:patch
func (c *conn) refuse(err error) {
	r, ok := err.(*refusal)
	if !ok {
		return
	}
	line, text := r.Error(), r.Error()
	if r.status == http.StatusNotImplemented {
		line, text = "501 Not Implemented", "Unsupported transfer encoding"
	}
	fmt.Fprintf(c.rwc, "HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n%s", line, text)
	c.linger()
}

// linger lets the client read an answer though it has sent what nobody reads: at once
// a Close would make its system throw that away.
//
//greengen:patch
func (c *conn) linger() {
	half, ok := c.rwc.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	c.readUntil(time.Now().Add(500 * time.Millisecond))
	io.CopyN(io.Discard, c.r, 1<<20)
}

// spawn runs f beside the handler.
func (c *conn) spawn(f func()) {
	if c.hub != nil {
		c.hub.Spawn(f)
	} else {
		go f()
	}
}

// take gives the conn away.
//
//greengen:patch
func (c *conn) take() (net.Conn, *bufio.ReadWriter, error) {
	if c.taken.Swap(true) {
		return nil, nil, http.ErrHijacked
	}
	setReadDeadline(c.rwc, time.Time{})
	setWriteDeadline(c.rwc, time.Time{})
	c.s.state.take(c)
	c.server.Release(c.rwc)
	c.s.changed(c, http.StateHijacked)
	return c.rwc, bufio.NewReadWriter(c.r, bufio.NewWriter(c.rwc)), nil
}
