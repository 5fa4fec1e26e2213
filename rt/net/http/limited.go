package http

import (
	"io"
	"net/http"
)

// limited is what stands in for net/http's MaxBytesReader.
type limited struct {
	body io.ReadCloser
	w    http.ResponseWriter
	all  int64
	left int64
	err  error // of all further reads
}

// Read implements io.Reader.
//
//greengen:patch
func (l *limited) Read(p []byte) (int, error) {
	if l.err != nil || len(p) == 0 {
		return 0, l.err
	}
	if int64(len(p))-1 > l.left { // a byte more says that it is too much
		p = p[:l.left+1]
	}
	n, err := l.body.Read(p)
	if int64(n) <= l.left {
		l.left, l.err = l.left-int64(n), err
		return n, err
	}
	n, l.left, l.err = int(l.left), 0, &http.MaxBytesError{Limit: l.all}
	if w, ok := l.w.(*response); ok {
		w.hit.Store(true)
	}
	return n, l.err
}

// Close implements io.Closer.
//
//greengen:patch
func (l *limited) Close() error { return l.body.Close() }

// limitedHandler is what stands in for net/http's MaxBytesHandler.
type limitedHandler struct {
	next http.Handler
	most int64
}

// ServeHTTP implements http.Handler.
//
//greengen:patch
func (l *limitedHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r2 := *r
	r2.Body = limit(w, r.Body, l.most)
	ServeHTTP(l.next, w, &r2)
}

func limit(w http.ResponseWriter, body io.ReadCloser, most int64) io.ReadCloser {
	most = max(most, 0)
	return &limited{body: body, w: w, all: most, left: most}
}
