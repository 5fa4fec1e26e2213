package http

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"time"
)

// through is what stands in for one of net/http's handlers that only change the request for
// another.
type through struct {
	first http.Handler // net/http's, with passes behind it
	next  http.Handler
}

// ServeHTTP implements http.Handler.
//
//greengen:patch
func (t *through) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := &passed{record: record{header: w.Header()}}
	t.change(p, r)
	if p.r == nil {
		p.replay(w)
		return
	}
	ServeHTTP(t.next, w, p.r)
}

//greengen:skip
func (t *through) change(p *passed, r *http.Request) { t.first.ServeHTTP(p, r) }

// passed takes down the request that passes is handed with it.
type passed struct {
	record
	r *http.Request
}

type passes struct{}

//greengen:skip
func (passes) ServeHTTP(w http.ResponseWriter, r *http.Request) { w.(*passed).r = r }

// timed is what stands in for net/http's TimeoutHandler.
type timed struct {
	next  http.Handler
	limit time.Duration
	text  string
}

// ServeHTTP implements http.Handler.
//
//greengen:patch
func (t *timed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), t.limit)
	defer cancel()
	k := &kept{w: w, r: r.WithContext(ctx), header: http.Header{}}
	ended, panicked := make(chan struct{}), make(chan any, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				panicked <- v
			}
		}()
		ServeHTTP(t.next, k, k.r)
		close(ended)
	}()
	select {
	case v := <-panicked:
		panic(v)
	case <-ended:
		maps.Copy(w.Header(), k.header)
		status, body := k.end(nil)
		w.WriteHeader(status)
		w.Write(body)
	case <-ctx.Done():
		err := ctx.Err()
		w.WriteHeader(http.StatusServiceUnavailable)
		if err == context.DeadlineExceeded {
			err = http.ErrHandlerTimeout
			io.WriteString(w, t.text)
		}
		k.end(err)
	}
}

// kept is the ResponseWriter of a handler that has a time limit.
type kept struct {
	w      http.ResponseWriter
	r      *http.Request
	header http.Header

	mu     sync.Mutex // not locked in twins
	status int
	body   bytes.Buffer
	err    error // what is written is lost
}

// end says what was written. With an error, nothing can be any more.
//
//greengen:skip
func (k *kept) end(err error) (status int, body []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = err
	if k.status == 0 {
		k.status = http.StatusOK
	}
	return k.status, k.body.Bytes()
}

func (k *kept) Header() http.Header { return k.header }

//greengen:skip
func (k *kept) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %v", status))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.status == 0 && k.err == nil {
		k.status = status
	} else if k.err == nil {
		logfOf(k.r, "http: superfluous response.WriteHeader call %s", from())
	}
}

//greengen:skip
func (k *kept) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil {
		return 0, k.err
	}
	if k.status == 0 {
		k.status = http.StatusOK
	}
	return k.body.Write(p)
}

// Push implements http.Pusher.
//
//greengen:skip
func (k *kept) Push(target string, opts *http.PushOptions) error {
	if p, ok := k.w.(http.Pusher); ok {
		return p.Push(target, opts)
	}
	return http.ErrNotSupported
}
