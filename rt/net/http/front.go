package http

import (
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/greengen/greengen/rt"
)

// front is what net/http's own Serve has for a listener while a Server serves the real one.
// It costs a goroutine, which is in Accept until the Server is closed.
type front struct {
	net.Listener // the real one
	s            *standIn
	conns        chan net.Conn // that net/http is to serve
	begun        rt.Event      // it is known to net/http
	ended        rt.Event      // net/http's Serve has returned
	result       error         // of that

	mu    sync.Mutex // not locked in twins
	done  bool       // Accept is to return
	over  chan bool  // closed then
	waits bool       // once handlers have returned
	err   error      // of the real one
}

func newFront(s *standIn, l net.Listener) *front {
	return &front{Listener: l, s: s, conns: make(chan net.Conn), over: make(chan bool)}
}

// start runs net/http's Serve on a goroutine.
//
//greengen:skip
func (f *front) start(srv *http.Server) {
	go func() {
		f.result = srv.Serve(f)
		f.ended.Set()
	}()
}

// Accept is called by net/http.
//
//greengen:skip
func (f *front) Accept() (net.Conn, error) {
	f.begun.Set()
	select {
	case c := <-f.conns:
		return c, nil
	case <-f.over:
	}
	f.mu.Lock()
	waits, err := f.waits, f.err
	f.mu.Unlock()
	if waits {
		rt.Wait(-1, 1, &f.s.ours.state.quiet, &f.s.giveUp)
	}
	if err == nil {
		err = net.ErrClosed
	}
	return nil, err
}

// Close is called by net/http: from Shutdown, Close, or when its Serve returns.
//
//greengen:skip
func (f *front) Close() error {
	from := caller()
	if from == "" || !f.finish(nil, from == byShutdown) {
		return nil // the real one is closed by who serves it
	}
	err := f.s.ours.stop()
	if from == byShutdown {
		f.s.ours.state.interruptIdle(time.Now())
	} else {
		f.s.ours.closeConns()
	}
	return err
}

// leave lets net/http's Serve return, with the error of the real listener.
//
//greengen:skip
func (f *front) leave(err error) { f.finish(err, false) }

// finish ends Accept; false: it has ended.
func (f *front) finish(err error, waits bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		return false
	}
	f.done, f.err, f.waits = true, err, waits
	close(f.over)
	return true
}

// pass gives c to net/http.
//
//greengen:patch
func (f *front) pass(c net.Conn) {
	select {
	case f.conns <- c:
	case <-f.over:
		c.Close()
	}
}

// Who closes a front.
const (
	byShutdown = "net/http.(*Server).Shutdown"
	byClose    = "net/http.(*Server).Close"
)

// caller returns the method of net/http's Server that called what was called here.
func caller() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == byShutdown, frame.Function == byClose:
			return frame.Function
		case !more || strings.HasSuffix(frame.Function, "net/http.(*Server).Serve"):
			return ""
		}
	}
}
