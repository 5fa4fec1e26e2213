package http

import (
	"io"
	"net/http"
	"strings"
	"sync"
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
	if strings.Contains(pattern+r.Pattern, "{") {
		setPathValues(r, pattern)
	}
	r.Pattern = pattern
	return h
}

// setPathValues gives r what the wildcards of a pattern match, and takes what those of
// another mux have matched. Only a mux can do that: r goes through one that has no other
// pattern.
func setPathValues(r *http.Request, pattern string) {
	mux, ok := muxes.Load(pattern)
	if !ok {
		m := http.NewServeMux()
		if pattern != "" {
			m.Handle(pattern, idle{})
		}
		mux, _ = muxes.LoadOrStore(pattern, m)
	}
	mux.(*http.ServeMux).ServeHTTP(&record{header: http.Header{}}, r)
}

var muxes sync.Map // the *http.ServeMux of each pattern

// idle is a handler that does nothing.
type idle struct{}

func (idle) ServeHTTP(http.ResponseWriter, *http.Request) {}
