// Package site has handlers for the tests of rt/net/http, and serves them.
//
//greengen:patch
package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/greengen/greengen/rt"
	rthttp "github.com/greengen/greengen/rt/net/http"
)

//go:generate go run github.com/greengen/greengen/cmd/greengen

// On is what Run serves.
var On struct {
	Server *rthttp.Server
	Std    *http.Server  // serves instead if it is not nil
	L      net.Listener  // nil: one of the hub's
	Addr   chan net.Addr // gets its address
	Err    error
	Stats  chan rt.Stats // gets those of the hub, at the end
}

// Run serves On.L until the server is closed.
func Run() {
	l := On.L
	if l == nil {
		l, On.Err = net.Listen("tcp", "127.0.0.1:0")
		if On.Err != nil {
			panic(On.Err)
		}
	}
	if On.Server.Handler == nil { // literals of plain code have no twins
		On.Server.Handler = Mux()
	}
	if On.Std != nil {
		On.Std.Handler = On.Server.Handler
	}
	before := rt.CurrentHub().Stats().Offloads
	On.Addr <- l.Addr()
	if On.Std != nil {
		On.Err = On.Std.Serve(l)
	} else {
		On.Err = On.Server.Serve(l)
	}
	stats := rt.CurrentHub().Stats()
	stats.Offloads -= before
	On.Stats <- stats
}

// Gone gets the cause of the end of a request's context.
var Gone = make(chan error, 10)

// Mux has the handlers.
func Mux() *http.ServeMux {
	m := http.NewServeMux()
	m.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") })
	m.HandleFunc("GET /get/{name}/of/{rest...}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%q %q %q", r.Pattern, r.PathValue("name"), r.PathValue("rest"))
	})
	m.HandleFunc("example.com/host/{x}/{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%q %q %s", r.Pattern, r.PathValue("x"), r.Host)
	})
	m.HandleFunc("/wait", wait)
	m.HandleFunc("/echo", echo)
	m.HandleFunc("/long", long)
	m.HandleFunc("/status", status)
	m.HandleFunc("/head", head)
	m.HandleFunc("/trailer", trailer)
	m.HandleFunc("/early", early)
	m.HandleFunc("/flush", flush)
	m.HandleFunc("/hijack", hijack)
	m.HandleFunc("/panic", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	m.HandleFunc("/half", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "half")
	})
	m.HandleFunc("/more", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "4")
		_, err := io.WriteString(w, "more")
		_, late := io.WriteString(w, "than that")
		w.Header().Set("X-Late", fmt.Sprint(err, late))
	})
	m.HandleFunc("/gone", gone)
	m.HandleFunc("/notified", notified)
	m.HandleFunc("/copy", copied)
	m.HandleFunc("/request", request)
	m.HandleFunc("/lazy", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "lazy") }) // reads no body
	m.HandleFunc("/close", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		io.WriteString(w, "bye")
	})
	m.Handle("/middle/", Middle{m})
	m.Handle("/moved", http.RedirectHandler("/hello", http.StatusMovedPermanently))
	m.HandleFunc("/tree/", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) })
	wrapped(m)
	nasty(m)
	strays(m)
	return m
}

// Middle is a handler that hands on to a mux, with a shorter path.
type Middle struct{ Next http.Handler }

func (m Middle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Middle", "seen")
	r.URL.Path = strings.TrimPrefix(r.URL.Path, "/middle")
	m.Next.ServeHTTP(w, r)
}

func wait(w http.ResponseWriter, r *http.Request) {
	for i := range 3 {
		rt.Sleep(time.Millisecond)
		fmt.Fprintln(w, i)
	}
}

func echo(w http.ResponseWriter, r *http.Request) {
	p, err := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %d %q %v %v", r.Method, r.ContentLength, p, err, r.Trailer)
}

func long(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	for i := range n {
		fmt.Fprintf(w, "line %d of a long answer\n", i)
	}
	if k, _ := strconv.Atoi(r.FormValue("k")); k > 0 {
		w.Write([]byte(strings.Repeat("x", k)))
		io.WriteString(w, "end")
	}
}

func status(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	w.Header().Set("Content-Type", "text/x-test")
	w.WriteHeader(n)
	_, err := io.WriteString(w, r.FormValue("body"))
	if err != nil {
		w.Header().Set("X-Err", err.Error())
	}
}

func head(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	for k, vs := range r.Form {
		for _, v := range vs {
			w.Header().Add(k, v)
		}
	}
	io.WriteString(w, "<html>body")
}

func trailer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", "X-Sum, x-other")
	io.WriteString(w, "data")
	w.Header().Set("X-Sum", "42")
	w.Header().Set(http.TrailerPrefix+"X-Late", "so")
}

func early(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Link", "</style.css>; rel=preload")
	w.WriteHeader(http.StatusEarlyHints)
	w.WriteHeader(http.StatusProcessing)
	io.WriteString(w, "late")
}

func flush(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "one")
	w.(http.Flusher).Flush()
	io.WriteString(w, "two")
	err := http.NewResponseController(w).Flush()
	fmt.Fprint(w, "three", err)
}

func hijack(w http.ResponseWriter, r *http.Request) {
	c, rw, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	defer c.Close()
	_, late := io.WriteString(w, "x")
	fmt.Fprintf(rw, "hijacked %v %v\n", errors.Is(late, http.ErrHijacked), r.URL.Path)
	rw.Flush()
	for {
		line, err := rw.ReadString('\n')
		if err != nil {
			return
		}
		rw.WriteString("got " + line)
		rw.Flush()
	}
}

// gone waits until the client hangs up.
func gone(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	w.(http.Flusher).Flush()
	<-r.Context().Done()
	Gone <- r.Context().Err()
}

func notified(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	hungUp := w.(interface{ CloseNotify() <-chan bool }).CloseNotify() // http.CloseNotifier, which is deprecated
	w.(http.Flusher).Flush()
	if <-hungUp {
		Gone <- context.Canceled
	}
}

func copied(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	k, err := w.(io.ReaderFrom).ReadFrom(io.LimitReader(zeros{}, int64(n)))
	io.WriteString(w, "and ")
	k2, err2 := io.Copy(w, strings.NewReader("more"))
	fmt.Fprint(w, k, err, k2, err2)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func request(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	_, local := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	fmt.Fprintf(w, "%s %s %s %q %q %v %d %v %v %v %v %v %v %q", r.Method, r.URL, r.Proto, r.Host, r.RequestURI, r.Header, r.ContentLength,
		r.TransferEncoding, r.Close, host, err, local, r.TLS == nil, r.FormValue("q"))
}
