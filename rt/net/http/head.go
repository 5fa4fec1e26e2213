package http

import (
	"bytes"
	"fmt"
	"io"
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
	x := w.decide(p, done)
	if w.body != nil && !w.last && !w.duplex {
		// A client may read the answer only when it has sent all.
		switch w.body.drain() {
		case nothing:
			w.body.Close()
		case tooMuch:
			w.last, x.more.connection = true, "close"
		default:
			w.last = true
		}
	}
	b := headBuffers.Get().(*bytes.Buffer)
	b.Reset()
	w.compose(b, &x, p)
	w.writer().Write(b.Bytes())
	headBuffers.Put(b)
}

// heading is what becomes of the header that the handler made.
type heading struct {
	without map[string]bool
	more    lines
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

func has(h http.Header, name string) bool {
	_, has := h[name] // a handler may set nil so that nothing is sent
	return has
}

// decide says how long the body is, if that is known, and whether the conn stays.
//
//greengen:skip
func (w *response) decide(p []byte, done bool) (x heading) {
	h := w.sent
	if w.body != nil && w.body.limitHit() {
		h.Set("Connection", "close")
	}
	x.without = map[string]bool{}
	trailers := len(h["Trailer"]) > 0
	for name := range h {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			x.without[name], trailers = true, true
		}
	}
	w.declareTrailers()
	isHead := w.req.Method == "HEAD"
	if done && !trailers && h.Get("Transfer-Encoding") == "" && allowed(w.status) &&
		!has(h, "Content-Length") && (!isHead || len(p) > 0) {
		w.length = int64(len(p))
		x.more.length = strconv.Itoa(len(p))
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
	return x
}

// compose writes the header to memory, RFC 9112, 6.
//
//greengen:skip
func (w *response) compose(b *bytes.Buffer, x *heading, p []byte) {
	h := w.sent
	w.describe(h, &x.more, x.without, p)
	w.encoding(h, &x.more, x.without)
	if w.last && (w.c.s.ending() || !mentions(h.Get("Connection"), "close")) && !switches(w.status, h) {
		x.without["Connection"] = true
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
func (w *response) describe(h http.Header, more *lines, without map[string]bool, p []byte) {
	switch {
	case w.status == http.StatusNotModified:
		without["Content-Type"], without["Content-Length"], without["Transfer-Encoding"] = true, true, true
	case !allowed(w.status):
		without["Content-Length"], without["Transfer-Encoding"] = true, true
	default:
		if !has(h, "Content-Type") && h.Get("Content-Encoding") == "" && h.Get("Transfer-Encoding") == "" && len(p) > 0 {
			more.kind = http.DetectContentType(p)
		}
	}
	if !has(h, "Date") {
		more.date = date()
	}
}

// encoding says how the body's end is known: by its length, by chunks, by the conn's.
func (w *response) encoding(h http.Header, more *lines, without map[string]bool) {
	te, known := h.Get("Transfer-Encoding"), w.length >= 0
	if known && te != "" && te != "identity" {
		w.c.s.logf("http: WriteHeader called with both Transfer-Encoding of %q and a Content-Length of %d", te, w.length)
		without["Content-Length"] = true
		known = false
	}
	switch {
	case w.req.Method == "HEAD" || !allowed(w.status) || known:
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

func (w *response) statusLine(b io.StringWriter, status int) {
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
