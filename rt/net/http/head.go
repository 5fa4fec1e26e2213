package http

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var headBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// head writes the header. p is the body's first part, the whole of it if done.
//
//greengen:patch
func (w *response) head(p []byte, done bool) {
	w.headed = true
	if w.unread() {
		w.last = true
	}
	b := headBuffers.Get().(*bytes.Buffer)
	b.Reset()
	w.compose(b, p, done)
	w.writer().Write(b.Bytes())
	headBuffers.Put(b)
}

// unread reads what is left of the request's body, since a client may read the answer only
// when it has sent that. It returns true if there is too much.
//
//greengen:patch
func (w *response) unread() bool {
	if w.body == nil || w.last || w.duplex {
		return false
	}
	return !w.body.drain()
}

// lines are header fields that the handler did not set.
type lines struct{ date, length, kind, connection, encoding string }

func (l *lines) write(b *bytes.Buffer) {
	for _, f := range [...]struct{ name, value string }{
		{"Date", l.date}, {"Content-Length", l.length}, {"Content-Type", l.kind},
		{"Connection", l.connection}, {"Transfer-Encoding", l.encoding},
	} {
		if f.value != "" {
			b.WriteString(f.name)
			b.WriteString(": ")
			b.WriteString(f.value)
			b.WriteString("\r\n")
		}
	}
}

// compose says what the answer is, RFC 9112, 6. It writes to memory.
//
//greengen:skip
func (w *response) compose(b *bytes.Buffer, p []byte, done bool) {
	h := w.sent
	without := map[string]bool{}
	var more lines
	trailers := len(w.trailer) > 0
	for name := range h {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			without[name], trailers = true, true
		}
	}
	isHead := w.req.Method == "HEAD"
	if done && !trailers && h.Get("Transfer-Encoding") == "" && allowed(w.status) && w.length < 0 &&
		h["Content-Length"] == nil && (!isHead || len(p) > 0) {
		w.length = int64(len(p))
		more.length = strconv.Itoa(len(p))
	}
	w.connection(h, &more, isHead)
	w.describe(h, &more, without, p)
	w.encoding(h, &more, without, isHead)
	if w.last && !hasToken(h["Connection"], "close") {
		without["Connection"] = true
		more.connection = ""
		if w.req.ProtoAtLeast(1, 1) {
			more.connection = "close"
		}
	}
	w.statusLine(b, w.status)
	h.WriteSubset(b, without)
	more.write(b)
	b.WriteString("\r\n")
}

// connection says whether the conn stays.
func (w *response) connection(h http.Header, more *lines, isHead bool) {
	old := !w.req.ProtoAtLeast(1, 1) && !w.last // asked for keep-alive
	if old && (isHead || w.length >= 0 || !allowed(w.status)) && h["Connection"] == nil {
		more.connection = "keep-alive"
	}
	if hasToken(h["Connection"], "close") || w.c.s.state.isClosed() {
		w.last = true
	}
}

// describe says when it was, and of what kind the body is.
func (w *response) describe(h http.Header, more *lines, without map[string]bool, p []byte) {
	switch {
	case w.status == http.StatusNotModified:
		without["Content-Type"], without["Content-Length"], without["Transfer-Encoding"] = true, true, true
	case !allowed(w.status):
		without["Content-Length"], without["Transfer-Encoding"] = true, true
	default:
		_, has := h["Content-Type"]
		if !has && h.Get("Content-Encoding") == "" && h.Get("Transfer-Encoding") == "" && len(p) > 0 {
			more.kind = http.DetectContentType(p)
		}
	}
	if h["Date"] == nil {
		more.date = date()
	}
}

// encoding says how the body's end is known: by its length, by chunks, by the conn's.
func (w *response) encoding(h http.Header, more *lines, without map[string]bool, isHead bool) {
	te := h.Get("Transfer-Encoding")
	if w.length >= 0 && te != "" && te != "identity" {
		w.c.s.logf("http: WriteHeader called with both Transfer-Encoding of %q and a Content-Length of %d", te, w.length)
		without["Content-Length"] = true
		w.length = -1
	}
	switch {
	case isHead || !allowed(w.status) || w.length >= 0:
		without["Transfer-Encoding"] = true
	case w.req.ProtoAtLeast(1, 1) && te == "identity", !w.req.ProtoAtLeast(1, 1):
		w.last = true
		without["Transfer-Encoding"] = true
	default:
		w.chunked = true
		without["Content-Length"] = true
		more.encoding = "chunked"
		if te == "chunked" {
			without["Transfer-Encoding"] = true
		}
	}
}

type stringWriter interface {
	WriteString(string) (int, error)
}

func (w *response) statusLine(b stringWriter, status int) {
	version := "HTTP/1.1 "
	if !w.req.ProtoAtLeast(1, 1) {
		version = "HTTP/1.0 "
	}
	text := http.StatusText(status)
	if text == "" {
		text = fmt.Sprintf("status code %d", status)
	}
	b.WriteString(version + strconv.Itoa(status) + " " + text + "\r\n")
}

// today is the date of a second.
type today struct {
	second int64
	text   string
}

var lastDate atomic.Pointer[today]

func date() string {
	now := time.Now()
	d := lastDate.Load()
	if d == nil || d.second != now.Unix() {
		d = &today{now.Unix(), now.UTC().Format(http.TimeFormat)}
		lastDate.Store(d)
	}
	return d.text
}
