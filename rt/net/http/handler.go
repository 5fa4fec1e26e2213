package http

import (
	"io"
	"net/http"
	"net/url"
	"strings"
)

// handle hands the request to the handler.
//
//greengen:patch
func (s *Server) handle(w *response, r *http.Request) {
	h := s.Handler
	if s.std != nil {
		h = s.std.Handler
	}
	if h == nil {
		h = http.DefaultServeMux
	}
	if !s.DisableGeneralOptionsHandler && r.RequestURI == "*" && r.Method == "OPTIONS" {
		w.Header().Set("Content-Length", "0")
		const most = 4 << 10 // of a body that is no use
		if n, _ := io.CopyN(io.Discard, r.Body, most+1); n > most {
			w.Header().Set("Connection", "close")
		}
		return
	}
	ServeHTTP(h, w, r)
}

// route is what ServeMux's ServeHTTP does but for the call: it takes a lock that nobody
// holds for long.
//
//greengen:skip
func route(mux *http.ServeMux, r *http.Request) http.Handler {
	h, pattern := mux.Handler(r)
	r.Pattern = pattern
	setPathValues(r, pattern)
	return h
}

// setPathValues gives r what the wildcards of a pattern, "[METHOD ][HOST]/PATH", match.
func setPathValues(r *http.Request, pattern string) {
	if !strings.Contains(pattern, "{") {
		return
	}
	if _, rest, ok := strings.Cut(pattern, " "); ok {
		pattern = strings.TrimLeft(rest, " \t")
	}
	path := r.URL.EscapedPath()
	i := strings.IndexByte(pattern, '/')
	if i < 0 {
		return
	}
	for pattern = pattern[i:]; pattern != "" && path != ""; {
		var want, got string
		want, pattern = segment(pattern)
		name, wild := strings.CutPrefix(want, "{")
		name, all := strings.CutSuffix(strings.TrimSuffix(name, "}"), "...")
		if wild && all {
			r.SetPathValue(name, unescape(strings.TrimPrefix(path, "/")))
			return
		}
		if got, path = segment(path); wild && name != "$" {
			r.SetPathValue(name, unescape(got))
		}
	}
}

// segment parts the first one from a path that begins with a slash.
func segment(path string) (first, rest string) {
	path = path[1:]
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}
