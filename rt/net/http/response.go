package http

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	rtnet "github.com/greengen/greengen/rt/net"
)

// smallBody is up to how many bytes of a body are kept until it is known whether they are
// all, and how large a chunk is.
const smallBody = 2048

// response is the http.ResponseWriter of a request, of which there is one at a time on a
// conn. Its methods that http.ResponseController knows are here, too.
type response struct {
	c     *conn
	req   *http.Request
	ctx   requestContext
	body  *body // of the request, nil if it has none
	begun time.Time

	header  http.Header // the handler's, nil: it has not asked for it
	status  int         // 0: WriteHeader was not called
	sent    http.Header // what the header was then
	heading heading
	headed  bool     // it is written
	length  int64    // as declared, -1: it is not
	written int64    // what the handler wrote
	trailer []string // declared names
	buf     *[]byte  // of the body, not written yet
	out     *bufio.Writer
	chunked bool
	last    bool // the conn is closed after it
	duplex  bool // the handler reads and writes at the same time
	err     error

	closes   bool // the client wants the conn closed
	keepsOld bool // or, of HTTP/1.0, not

	over  atomic.Bool // the handler has returned
	hit   atomic.Bool // more has been read of the body than the handler wants
	waits atomic.Bool // the client does, for 100 Continue
	going sync.Mutex  // that is being written
}

// errOver is what a ResponseWriter says when its handler has returned.
var errOver = errors.New("http: use of a ResponseWriter after its handler has returned")

var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 4<<10) }}

// begin returns what answers req.
//
//greengen:skip
func (c *conn) begin(ctx context.Context, req *http.Request) *response {
	w := &response{c: c, begun: time.Now(), req: req, length: -1}
	w.ctx.begin(ctx, w)
	*req = *req.WithContext(&w.ctx) // a copy less on the heap
	req.RemoteAddr = rtnet.RemoteText(c.rwc)
	if w.body = newBody(w); w.body != nil {
		w.req.Body = w.body
		w.waits.Store(w.body.expects == expectsContinue)
	} else {
		w.ctx.look()
	}
	asked := req.Header.Get("Connection")
	w.closes = req.Close || mentions(asked, "close") || beginsHTTP2(req)
	w.keepsOld = !req.ProtoAtLeast(1, 1) && mentions(asked, "keep-alive")
	return w
}

// returned is for when the handler has returned: nobody else reads from the conn then.
//
//greengen:patch
func (w *response) returned() {
	w.over.Store(true)
	w.ctx.cancel()
	if w.c.taken.Load() {
		return
	}
	if w.body != nil {
		w.body.settle()
	}
	w.ctx.stop()
}

// ended is for when the answer has been given, or the handler panicked: then the client
// gets what is not only in buf, as from net/http.
//
//greengen:patch
func (w *response) ended() {
	w.over.Store(true)
	w.ctx.cancel()
	if w.body != nil {
		w.body.Close()
	}
	if w.out != nil && w.out.Buffered() > 0 && w.err == nil && !w.c.taken.Load() {
		w.out.Flush()
	}
	if w.buf != nil {
		putBytes(w.buf)
		w.buf = nil
	}
	if w.out != nil {
		w.out.Reset(nil)
		writers.Put(w.out)
		w.out = nil
	}
	if form := w.req.MultipartForm; form != nil && len(form.File) > 0 { // none has MultipartReader
		form.RemoveAll()
	}
}

// Header implements http.ResponseWriter.
func (w *response) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}

// allowed says whether an answer with this status has a body.
func allowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// WriteHeader implements http.ResponseWriter.
//
//greengen:patch
func (w *response) WriteHeader(status int) {
	switch {
	case w.c.taken.Load():
		w.c.s.logf("http: response.WriteHeader on hijacked connection %s", from())
		return
	case w.status != 0:
		w.c.s.logf("http: superfluous response.WriteHeader call %s", from())
		return
	case status < 100 || status > 999:
		panic(fmt.Sprintf("invalid WriteHeader code %v", status))
	case w.over.Load():
		return
	}
	w.begins(status)
}

// begins says how the answer begins.
//
//greengen:patch
func (w *response) begins(status int) {
	if status <= http.StatusContinue || status >= 200 {
		w.noContinue()
	}
	if status < 200 && status != http.StatusSwitchingProtocols {
		w.writer().WriteString(w.information(status))
		w.flush()
		return
	}
	w.status, w.sent = status, w.header.Clone()
	w.declared()
}

// declared reads what the header says of the body.
func (w *response) declared() {
	if text := w.sent.Get("Content-Length"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil && n >= 0 {
			w.length = n
		} else {
			w.c.s.logf("http: invalid Content-Length of %q", text)
			w.header.Del("Content-Length") // its like has been sent: net/http does so
		}
	}
}

//greengen:skip
func (w *response) information(status int) string {
	var text bytes.Buffer
	w.statusLine(&text, status)
	w.header.WriteSubset(&text, map[string]bool{"Content-Length": true, "Transfer-Encoding": true})
	text.WriteString("\r\n")
	return text.String()
}

// proceed tells the client to send the body, which it waits for, unless there is an answer.
//
//greengen:patch
func (w *response) proceed() {
	w.going.Lock()
	defer w.going.Unlock()
	if w.waits.Load() {
		w.writer().WriteString("HTTP/1.1 100 Continue\r\n\r\n")
		w.flush()
		w.waits.Store(false)
	}
}

// noContinue is for when an answer begins: who reads the body, maybe beside the handler,
// is not to write any more.
//
//greengen:patch
func (w *response) noContinue() {
	if w.waits.Load() {
		w.going.Lock()
		w.waits.Store(false)
		w.going.Unlock()
	}
}

func (w *response) writer() *bufio.Writer {
	if w.out == nil {
		w.out = writers.Get().(*bufio.Writer)
		w.out.Reset(w.c.rwc)
	}
	return w.out
}

// flush writes all there is to the conn.
//
//greengen:patch
func (w *response) flush() error {
	if err := w.writer().Flush(); err != nil && w.err == nil {
		w.err = err
		w.last = true
		w.ctx.cancel()
	}
	return w.err
}

// Write implements http.ResponseWriter.
//
//greengen:patch
func (w *response) Write(p []byte) (int, error) {
	switch {
	case w.c.taken.Load():
		if len(p) > 0 {
			w.c.s.logf("http: response.Write on hijacked connection %s", from())
		}
		return 0, http.ErrHijacked
	case w.over.Load(): // it would get into the next answer
		return 0, errOver
	}
	w.noContinue()
	if w.status == 0 {
		w.begins(http.StatusOK)
	}
	switch {
	case len(p) == 0:
		return 0, nil
	case !allowed(w.status):
		return 0, http.ErrBodyNotAllowed
	}
	w.written += int64(len(p))
	if w.length >= 0 && w.written > w.length {
		return 0, http.ErrContentLength
	}
	if w.buf == nil {
		w.buf = getBytes()
	}
	if len(*w.buf)+len(p) <= smallBody {
		*w.buf = append(*w.buf, p...)
		return len(p), w.err
	}
	if room := smallBody - len(*w.buf); len(*w.buf) > 0 {
		*w.buf = append(*w.buf, p[:room]...)
		w.chunk(*w.buf)
		*w.buf = append((*w.buf)[:0], p[room:]...)
		if len(*w.buf) <= smallBody {
			return len(p), w.err
		}
		w.chunk(*w.buf)
		*w.buf = (*w.buf)[:0]
		return len(p), w.err
	}
	w.chunk(p)
	return len(p), w.err
}

// WriteString implements io.StringWriter.
//
//greengen:patch
func (w *response) WriteString(s string) (int, error) {
	if len(s) <= smallBody { // Write copies it, and hands it to nobody
		return w.Write(unsafe.Slice(unsafe.StringData(s), len(s)))
	}
	return w.Write([]byte(s))
}

// ReadFrom implements io.ReaderFrom. The header is written after as much as tells the type,
// as by net/http.
//
//greengen:patch
func (w *response) ReadFrom(src io.Reader) (n int64, err error) {
	const enough = 512
	p := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(p)
	if !w.headed {
		n, err = io.CopyBuffer(onlyWriter{w}, io.LimitReader(src, enough), *p)
		if err != nil || n < enough {
			return n, err
		}
	}
	w.FlushError()
	rest, err := io.CopyBuffer(onlyWriter{w}, src, *p)
	return n + rest, err
}

// onlyWriter hides ReadFrom.
type onlyWriter struct{ w *response }

//greengen:patch
func (o onlyWriter) Write(p []byte) (int, error) { return o.w.Write(p) }

var copyBuffers = sync.Pool{New: func() any {
	p := make([]byte, 32<<10)
	return &p
}}

// chunk writes a part of the body, after the header if that is to come.
//
//greengen:patch
func (w *response) chunk(p []byte) {
	if !w.headed {
		w.head(p, false)
	}
	if len(p) == 0 || w.req.Method == "HEAD" || w.err != nil {
		return
	}
	out := w.writer()
	if w.chunked {
		out.WriteString(strconv.FormatInt(int64(len(p)), 16))
		out.WriteString("\r\n")
	}
	_, err := out.Write(p)
	if w.chunked {
		_, err = out.WriteString("\r\n")
	}
	if err != nil {
		w.flush() // says the same
	}
}

// Flush implements http.Flusher.
//
//greengen:patch
func (w *response) Flush() { w.FlushError() }

// FlushError is Flush.
//
//greengen:patch
func (w *response) FlushError() error {
	switch {
	case w.c.taken.Load():
		return http.ErrHijacked
	case w.over.Load():
		return errOver
	case w.status == 0:
		w.begins(http.StatusOK)
	}
	w.chunkBuf()
	return w.flush()
}

//greengen:patch
func (w *response) chunkBuf() {
	if w.buf == nil {
		w.chunk(nil)
		return
	}
	w.chunk(*w.buf)
	*w.buf = (*w.buf)[:0]
}

// finish ends the answer. It returns false if the conn cannot be used any more.
//
//greengen:patch
func (w *response) finish() bool {
	if w.status == 0 {
		w.begins(http.StatusOK)
	}
	if !w.headed {
		var small []byte
		if w.buf != nil {
			small = *w.buf
		}
		w.head(small, true)
	}
	w.chunkBuf()
	if w.chunked && w.err == nil {
		w.writer().WriteString("0\r\n" + w.trailers() + "\r\n")
	}
	w.flush()
	switch {
	case w.err != nil:
		return false
	case w.body != nil && w.leaves():
		w.c.linger()
		return false
	case w.req.Method != "HEAD" && w.length >= 0 && allowed(w.status) && w.length != w.written:
		return false // the client waits for more
	}
	return !w.last
}

// leaves says whether something is left of the request's body. It is not waited for if the
// conn is closed then: the client may wait for that.
//
//greengen:patch
func (w *response) leaves() bool {
	if w.last = w.last || w.body.limitHit(); w.last {
		return !w.body.spent()
	}
	return w.body.drain() != nothing
}

// Hijack implements http.Hijacker.
//
//greengen:patch
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	switch {
	case w.over.Load():
		return nil, nil, errOver
	case w.c.taken.Load():
		return nil, nil, http.ErrHijacked
	}
	w.noContinue()
	if w.status != 0 {
		if !w.headed {
			w.head(nil, false)
		}
		w.flush()
	}
	if w.body != nil {
		w.body.settle()
	}
	w.ctx.stop()
	return w.c.take()
}

// SetReadDeadline is for http.ResponseController.
func (w *response) SetReadDeadline(t time.Time) error {
	w.c.timed.Store(true)
	return setReadDeadline(w.c.rwc, t)
}

// SetWriteDeadline is for http.ResponseController.
func (w *response) SetWriteDeadline(t time.Time) error {
	w.c.wtimed.Store(true)
	return setWriteDeadline(w.c.rwc, t)
}

// EnableFullDuplex is for http.ResponseController.
func (w *response) EnableFullDuplex() error {
	w.duplex = true
	return nil
}

// CloseNotify implements http.CloseNotifier.
//
//greengen:skip
func (w *response) CloseNotify() <-chan bool {
	if w.over.Load() {
		panic("net/http: CloseNotify called after ServeHTTP finished")
	}
	return w.ctx.notify()
}

var (
	_ io.ReaderFrom   = (*response)(nil)
	_ http.Flusher    = (*response)(nil)
	_ http.Hijacker   = (*response)(nil)
	_ io.StringWriter = (*response)(nil)
)
