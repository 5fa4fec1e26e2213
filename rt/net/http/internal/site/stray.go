package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/greengen/greengen/rt"
)

// Stray gets what became of what was left when a handler had returned.
var Stray = make(chan error, 10)

// strays adds handlers that leave something running, or wait.
func strays(m *http.ServeMux) {
	m.HandleFunc("/patient", func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		done := r.Context().Done()
		rt.Sleep(200 * time.Millisecond)
		select {
		case <-done:
		default:
		}
		fmt.Fprint(w, err, " ", r.Context().Err())
	})
	m.HandleFunc("/deadlines", func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		c.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
	})
	m.HandleFunc("/gone-unread", func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		Gone <- r.Context().Err()
	})
	m.HandleFunc("/gone-polled", func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		for r.Context().Err() == nil {
			rt.Sleep(time.Millisecond)
		}
		Gone <- r.Context().Err()
	})
	m.HandleFunc("/hijack-watched", hijackWatched)
	m.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		rt.Sleep(100 * time.Millisecond)
		io.WriteString(w, "slow")
	})
	m.HandleFunc("/stray-write", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "done")
		go func() {
			rt.Sleep(50 * time.Millisecond)
			_, err := w.Write([]byte(strings.Repeat("x", 10000)))
			flushed := http.NewResponseController(w).Flush()
			_, _, hijacked := http.NewResponseController(w).Hijack()
			if err != nil && flushed != nil && hijacked != nil {
				err = nil
			} else {
				err = errors.New("too late")
			}
			Stray <- err
		}()
	})
	m.HandleFunc("/stray-read", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		read := func() {
			_, err := io.ReadAll(r.Body)
			Stray <- err
		}
		if r.FormValue("plain") != "" {
			plain(read)
		} else {
			go read()
		}
		rt.Sleep(20 * time.Millisecond)
		io.WriteString(w, "done")
	})
	m.HandleFunc("/beside", func(w http.ResponseWriter, r *http.Request) {
		read := make(chan int64)
		go func() {
			n, _ := io.Copy(io.Discard, r.Body)
			read <- n
		}()
		fmt.Fprint(w, "beside ")
		fmt.Fprint(w, <-read)
	})
	m.HandleFunc("/abort-watched", func(w http.ResponseWriter, r *http.Request) {
		r.Context().Done()
		rt.Sleep(time.Millisecond)
		panic(http.ErrAbortHandler)
	})
	m.HandleFunc("/stuck", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(strings.Repeat("x", 3000)))
		Stray <- nil
		rt.Sleep(time.Hour)
	})
	m.HandleFunc("/watched", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		rt.Sleep(100 * time.Microsecond)
		fmt.Fprint(w, ctx.Err())
	})
}

// plain runs f on a goroutine of its own.
//
//greengen:skip
func plain(f func()) { go f() }

func hijackWatched(w http.ResponseWriter, r *http.Request) {
	done := r.Context().Done()
	rt.Sleep(time.Millisecond)
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	go func() {
		io.WriteString(c, "mine\n")
		line, err := rw.ReadString('\n')
		fmt.Fprintf(c, "%q %v", line, err)
		c.Close()
	}()
	select {
	case <-done:
	default:
	}
}

// Embedded is a conn whose methods another has.
type Embedded struct{ net.Conn }

// Counted has some of its own.
type Counted struct {
	net.Conn
	N int
}

func (c *Counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.N += n
	return n, err
}
