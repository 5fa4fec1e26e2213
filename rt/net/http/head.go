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
	w.decide(p, done)
	if w.body != nil && !w.last && !w.duplex {
		// A client may read the answer only when it has sent all.
		switch w.body.drain() {
		case nothing:
			w.body.Close()
		case tooMuch:
			w.last, w.heading.more.connection = true, "close"
		default:
			w.last = true
		}
	}
	b := headBuffers.Get().(*bytes.Buffer)
	b.Reset()
	w.compose(b, p)
	w.writer().Write(b.Bytes())
	headBuffers.Put(b)
}

// heading is what becomes of the header that the handler made.
type heading struct {
	without map[string]bool // nil: all of it stays
	more    lines
}

// omit takes fields out that the handler has set.
func (x *heading) omit(h http.Header, names ...string) {
	for _, name := range names {
		if !has(h, name) {
			continue
		}
		if x.without == nil {
			x.without = map[string]bool{}
		}
		x.without[name] = true
	}
}

// lines are header fields that the handler did not set.
type lines struct {
	date, kind, connection, encoding string
	sized                            bool
	size                             int // Content-Length
}

// write writes them in net/http's order.
func (l *lines) write(b *bytes.Buffer) {
	field(b, "Date", l.date)
	if l.sized {
		b.WriteString("Content-Length: ")
		b.Write(strconv.AppendInt(b.AvailableBuffer(), int64(l.size), 10))
		b.WriteString("\r\n")
	}
	field(b, "Content-Type", l.kind)
	field(b, "Connection", l.connection)
	field(b, "Transfer-Encoding", l.encoding)
}

func field(b *bytes.Buffer, name, value string) {
	if value != "" {
		b.WriteString(name)
		b.WriteString(": ")
		b.WriteString(value)
		b.WriteString("\r\n")
	}
}

func has(h http.Header, name string) bool {
	_, has := h[name] // a handler may set nil so that nothing is sent
	return has
}

// decide says how long the body is, if that is known, and whether the conn stays.
//
//greengen:skip
func (w *response) decide(p []byte, done bool) {
	if w.body != nil && w.body.limitHit() {
		if w.sent == nil {
			w.sent = http.Header{}
		}
		w.sent.Set("Connection", "close")
	}
	h, x := w.sent, &w.heading
	trailers := len(h["Trailer"]) > 0
	for name := range h {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			x.omit(h, name)
			trailers = true
		}
	}
	w.declareTrailers()
	isHead := w.req.Method == "HEAD"
	if done && !trailers && h.Get("Transfer-Encoding") == "" && allowed(w.status) &&
		!has(h, "Content-Length") && (!isHead || len(p) > 0) {
		w.length = int64(len(p))
		x.more.sized, x.more.size = true, len(p)
	}
	switch {
	case w.keepsOld && (isHead || w.length >= 0 || !allowed(w.status)):
		if !has(h, "Connection") {
			x.more.connection = "keep-alive"
		}
	case !w.req.ProtoAtLeast(1, 1) || w.closes:
		w.last = true
	}
	if h.Get("Connection") == "close" || w.c.s.ending() {
		w.last = true
	}
	if w.body != nil && w.body.expects == expectsContinue && !w.body.ended.Load() {
		w.last = true // who knows whether the client will send the body
	}
}

// compose writes the header to memory, RFC 9112, 6.
//
//greengen:skip
func (w *response) compose(b *bytes.Buffer, p []byte) {
	h, x := w.sent, &w.heading
	w.describe(p)
	w.encoding()
	if w.last && (w.c.s.ending() || !mentions(h.Get("Connection"), "close")) && !switches(w.status, h) {
		x.omit(h, "Connection")
		if w.req.ProtoAtLeast(1, 1) {
			x.more.connection = "close"
		} else if x.more.connection == "keep-alive" {
			x.more.connection = ""
		}
	}
	w.statusLine(b, w.status)
	h.WriteSubset(b, x.without)
	x.more.write(b)
	b.WriteString("\r\n")
}

// switches says whether the conn is for another protocol from now on.
func switches(status int, h http.Header) bool {
	return status == http.StatusSwitchingProtocols && h.Get("Upgrade") != "" && hasToken(h["Connection"], "upgrade")
}

// describe says when it was, and of what kind the body is.
func (w *response) describe(p []byte) {
	h, x := w.sent, &w.heading
	switch {
	case w.status == http.StatusNotModified:
		x.omit(h, "Content-Type", "Content-Length", "Transfer-Encoding")
	case !allowed(w.status):
		x.omit(h, "Content-Length", "Transfer-Encoding")
	default:
		if !has(h, "Content-Type") && h.Get("Content-Encoding") == "" && h.Get("Transfer-Encoding") == "" && len(p) > 0 {
			x.more.kind = http.DetectContentType(p)
		}
	}
	if !has(h, "Date") {
		x.more.date = date()
	}
}

// encoding says how the body's end is known: by its length, by chunks, by the conn's.
func (w *response) encoding() {
	h, x := w.sent, &w.heading
	te, known := h.Get("Transfer-Encoding"), w.length >= 0
	if known && te != "" && te != "identity" {
		w.c.s.logf("http: WriteHeader called with both Transfer-Encoding of %q and a Content-Length of %d", te, w.length)
		x.omit(h, "Content-Length")
		known = false
	}
	switch {
	case w.req.Method == "HEAD" || !allowed(w.status) || known:
		x.omit(h, "Transfer-Encoding")
	case w.req.ProtoAtLeast(1, 1) && te == "identity", !w.req.ProtoAtLeast(1, 1):
		w.last = true
		x.omit(h, "Transfer-Encoding")
	default:
		w.chunked = true
		x.omit(h, "Content-Length")
		x.more.encoding = "chunked"
		if te == "chunked" {
			x.omit(h, "Transfer-Encoding")
		}
	}
}

// declareTrailers reads the names of what comes after the body.
func (w *response) declareTrailers() {
	for _, list := range w.sent["Trailer"] {
		for name := range strings.SplitSeq(list, ",") {
			name = http.CanonicalHeaderKey(strings.TrimSpace(name))
			if name != "" && !strings.HasPrefix(name, "If-") && !noTrailer[name] {
				w.trailer = append(w.trailer, name)
			}
		}
	}
}

// trailers returns what comes after the last chunk.
//
//greengen:skip
func (w *response) trailers() string {
	t := http.Header{}
	for name, values := range w.header {
		if name, ok := strings.CutPrefix(name, http.TrailerPrefix); ok {
			t[name] = append(t[name], values...)
		}
	}
	for _, name := range w.trailer {
		t[name] = append(t[name], w.header[name]...)
	}
	var text strings.Builder
	t.Write(&text)
	return text.String()
}

// noTrailer are fields that a client needs before the body, RFC 9110, 6.5.1.
var noTrailer = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`Authorization Cache-Control Connection Content-Encoding Content-Length
		Content-Range Content-Type Expect Host Keep-Alive Max-Forwards Pragma Proxy-Authenticate
		Proxy-Authorization Proxy-Connection Range Realm Te Trailer Transfer-Encoding Www-Authenticate`) {
		m[name] = true
	}
	return m
}()

func (w *response) statusLine(b *bytes.Buffer, status int) {
	version := "HTTP/1.1 "
	if !w.req.ProtoAtLeast(1, 1) {
		version = "HTTP/1.0 "
	}
	text := http.StatusText(status)
	if text == "" {
		text = fmt.Sprintf("status code %d", status)
	}
	b.WriteString(version)
	b.Write(strconv.AppendInt(b.AvailableBuffer(), int64(status), 10))
	b.WriteString(" ")
	b.WriteString(text)
	b.WriteString("\r\n")
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
