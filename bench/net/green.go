package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
)

//go:generate go tool greengen

// The same source runs on goroutines and on a hub.

// serveEcho sends back what comes.
//
//greengen:patch
func serveEcho(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		rt.Spawn(func() {
			defer c.Close()
			io.Copy(c, c)
		})
	}
}

// serveLines answers each line by the same line.
//
//greengen:patch
func serveLines(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		rt.Spawn(func() {
			defer c.Close()
			r := bufio.NewReader(c)
			for {
				line, err := r.ReadSlice('\n')
				if err != nil {
					return
				}
				if _, err := c.Write(line); err != nil {
					return
				}
			}
		})
	}
}

// serveBuffer is the echo that most would write: it reads into a buffer of its own.
//
//greengen:patch
func serveBuffer(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		rt.Spawn(func() {
			defer c.Close()
			buf := make([]byte, 4096)
			for {
				n, err := c.Read(buf)
				if err != nil {
					return
				}
				if _, err := c.Write(buf[:n]); err != nil {
					return
				}
			}
		})
	}
}

// serveHTTP says hello, over HTTP/1.1 with keep-alive.
//
//greengen:patch
func serveHTTP(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		rt.Spawn(func() {
			defer c.Close()
			r := bufio.NewReader(c)
			for {
				if err := readRequest(r); err != nil {
					return
				}
				w := writers.Get().(*bufio.Writer)
				w.Reset(c)
				err := answerAll(w, r)
				writers.Put(w)
				if err != nil {
					return
				}
			}
		})
	}
}

// writers are lent for as long as requests are there.
var writers = sync.Pool{New: func() any { return bufio.NewWriter(nil) }}

// answerAll answers the request that was read, and those that came with it.
func answerAll(w *bufio.Writer, r *bufio.Reader) error {
	for {
		if err := writeAnswer(w); err != nil {
			return err
		}
		if r.Buffered() == 0 {
			return w.Flush()
		}
		if err := readRequest(r); err != nil {
			return err
		}
	}
}

// readRequest reads a request without a body, as far as the blank line.
func readRequest(r *bufio.Reader) error {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 1 || len(line) == 2 && line[0] == '\r' {
			return nil
		}
	}
}

// writeAnswer writes what other servers do, too.
func writeAnswer(w *bufio.Writer) error {
	b := append(w.AvailableBuffer(), "HTTP/1.1 200 OK\r\nServer: bench\r\nDate: "...)
	b = append(b, today()...)
	b = append(b, "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\n\r\nHello, World!"...)
	_, err := w.Write(b)
	return err
}

// date is a second, and as headers say it: fasthttp, too, makes it once a second.
type date struct {
	second int64
	text   string
}

var lastDate atomic.Pointer[date]

func today() string {
	now := time.Now()
	d := lastDate.Load()
	if d == nil || d.second != now.Unix() {
		d = &date{now.Unix(), now.UTC().Format(http.TimeFormat)}
		lastDate.Store(d)
	}
	return d.text
}

// helloOnHub is net/http's Server as greengen makes of it: rt/net/http's.
//
//greengen:patch
func helloOnHub() {
	l, err := listen()
	if err != nil {
		panic(err)
	}
	ready(l.Addr())
	s := &http.Server{Handler: http.HandlerFunc(hello)}
	panic(s.Serve(l))
}

//greengen:patch
func hello(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("Hello, World!")) }

// onHub listens and serves on a hub.
//
//greengen:patch
func onHub() {
	l, err := listen()
	if err != nil {
		panic(err)
	}
	ready(l.Addr())
	switch protocol {
	case "line":
		serveLines(l)
	case "buffer":
		serveBuffer(l)
	case "http":
		serveHTTP(l)
	case "websocket":
		serveWebSocket(l)
	default:
		serveEcho(l)
	}
}
