package http

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"
	"sync"
)

// parser reads a request's header from memory.
type parser struct {
	src bytes.Reader
	r   *bufio.Reader
}

var parsers = sync.Pool{New: func() any {
	p := new(parser)
	p.r = bufio.NewReader(&p.src)
	return p
}}

// parse returns the request that head is, without a body. An error is a *refusal.
func parse(head []byte) (*http.Request, error) {
	p := parsers.Get().(*parser)
	p.src.Reset(head)
	p.r.Reset(&p.src)
	req, err := http.ReadRequest(p.r)
	p.src.Reset(nil)
	parsers.Put(p)
	if err != nil {
		if text := err.Error(); strings.HasPrefix(text, "unsupported transfer encoding") || strings.HasPrefix(text, "too many transfer encodings") {
			return nil, &refusal{status: http.StatusNotImplemented, text: text}
		}
		return nil, &refusal{http.StatusBadRequest, ""}
	}
	req.Body = http.NoBody // what ReadRequest made would read from memory
	return req, check(req, head)
}

// check looks for what a server must refuse.
func check(req *http.Request, head []byte) error {
	bad := func(text string) error { return &refusal{http.StatusBadRequest, text} }
	host, has := hostOf(head)
	switch {
	case req.ProtoMajor != 1 && !asksHTTP2(req):
		return &refusal{http.StatusHTTPVersionNotSupported, "unsupported protocol version"}
	case req.ProtoAtLeast(1, 1) && req.Method != "CONNECT" && !beginsHTTP2(req) && !has:
		return bad("missing required Host header")
	case !validHost(host):
		return bad("malformed Host header")
	}
	for name, values := range req.Header {
		if !validName(name) {
			return bad("invalid header name")
		}
		for _, v := range values {
			if !validValue(v) {
				return bad("invalid header value")
			}
		}
	}
	return nil
}

// asksHTTP2 says whether req is of HTTP/2 as far as a handler gets it, who may know that and
// take the conn.
func asksHTTP2(req *http.Request) bool {
	return req.Method == "PRI" && req.RequestURI == "*" && req.ProtoMajor == 2 && req.ProtoMinor == 0
}

// beginsHTTP2 says whether that is the preface of RFC 9113, 3.4.
func beginsHTTP2(req *http.Request) bool { return asksHTTP2(req) && len(req.Header) == 0 }

// hostOf returns what a header has as Host, which may be empty. Who reads requests takes it
// out, and Request.Host may come from the first line.
func hostOf(head []byte) (host string, has bool) {
	for len(head) > 0 {
		line := head
		if end := bytes.IndexByte(head, '\n'); end >= 0 {
			line = head[:end+1]
		}
		head = head[len(line):]
		switch {
		case !has && len(line) >= 5 && bytes.EqualFold(line[:5], []byte("host:")):
			host, has = string(bytes.TrimSpace(line[5:])), true
		case has && (line[0] == ' ' || line[0] == '\t'):
			host += " " + string(bytes.TrimSpace(line)) // folded
		case has:
			return strings.TrimSpace(host), true
		}
	}
	return strings.TrimSpace(host), has
}

// isRequest says whether a line may be the first of a request: who says something else may
// wait for an answer to it.
func isRequest(line []byte) bool {
	text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
	_, rest, _ := strings.Cut(text, " ")
	_, version, _ := strings.Cut(rest, " ")
	_, _, ok := http.ParseHTTPVersion(version)
	return ok
}

// validHost says whether a Host may be: RFC 3986, reg-name and IP-literal, and port.
func validHost(host string) bool {
	for i := range len(host) {
		if c := host[i]; !isAlnum(c) && !strings.ContainsRune("!$%&'()*+,-.:;=[]_~", rune(c)) {
			return false
		}
	}
	return true
}

// validName says whether name is a token of RFC 9110, 5.6.2.
func validName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isAlnum(c) && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return name != ""
}

// validValue says whether v has no control characters but tabs.
func validValue(v string) bool {
	for i := range len(v) {
		if c := v[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// hasToken says whether a comma-separated list has a token, in lower case, whatever its
// case there.
func hasToken(list []string, token string) bool {
	for _, v := range list {
		for part := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// mentions says whether v has a token, in lower case, whatever its case there, between
// commas or spaces.
func mentions(v, token string) bool {
	for _, part := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		if strings.EqualFold(part, token) {
			return true
		}
	}
	return false
}

// bytePool has the buffers that headers are read to, and small bodies written to.
var bytePool = sync.Pool{New: func() any {
	p := make([]byte, 0, smallBody)
	return &p
}}

func getBytes() *[]byte { return bytePool.Get().(*[]byte) }

func putBytes(p *[]byte) {
	if cap(*p) > 16<<10 { // of a header that was exceptional
		return
	}
	*p = (*p)[:0]
	bytePool.Put(p)
}
