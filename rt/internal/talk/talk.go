// Package talk has what the tests of rt/net's Server do, in plain blocking Go: so
// that they can do it on goroutines and, by the twins, on a hub.
//
//greengen:patch
package talk

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

//go:generate go run github.com/greengen/greengen/cmd/greengen

// Echo sends back what it is sent.
func Echo(c net.Conn) { io.Copy(c, c) }

// Serve starts s on a port of its own, and returns it with what Serve will return.
func Serve(s *rtnet.Server) (net.Listener, chan error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return l, ServeOn(s, l)
}

// ServeOn is Serve with a listener.
func ServeOn(s *rtnet.Server, l net.Listener) chan error {
	end := make(chan error, 1)
	rt.Spawn(func() { end <- s.Serve(l) })
	return end
}

// Ask sends a line, and returns the answer.
func Ask(c net.Conn, line string) (string, error) {
	if _, err := c.Write([]byte(line + "\n")); err != nil {
		return "", err
	}
	s, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return "", err
	}
	return s[:len(s)-1], nil
}

// Call dials, asks and hangs up.
func Call(addr, line string) (string, error) {
	c, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	return Ask(c, line)
}

// Log is what happened, one line each.
type Log struct {
	mu    sync.Mutex
	lines []string
}

// Add adds a line.
func (l *Log) Add(args ...any) {
	l.mu.Lock()
	l.lines = append(l.lines, strings.TrimSpace(fmt.Sprintln(args...)))
	l.mu.Unlock()
}

// Lines returns them.
func (l *Log) Lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines
}

// EchoThenClose: the conn is closed when the handler returns, others live on after a
// panic; a stopped server refuses; Serve returned.
func EchoThenClose(log *Log) {
	s := &rtnet.Server{
		OnError: func(err error) { log.Add(err.(*rtnet.HandlerPanic).Value) },
		Handler: func(c net.Conn) {
			s, _ := bufio.NewReader(c).ReadString('\n')
			if s == "panic\n" {
				panic("handler")
			}
			io.WriteString(c, s)
		},
	}
	l, end := Serve(s)
	addr := l.Addr().String()
	other, err := net.Dial("tcp", addr)
	if err != nil {
		panic(err)
	}
	_, err = Call(addr, "panic")
	log.Add("panicking:", err)
	c, err := net.Dial("tcp", addr)
	if err != nil {
		panic(err)
	}
	io.WriteString(c, "hello\n")
	all, err := io.ReadAll(c)
	log.Add(strings.TrimSpace(string(all)), err)
	c.Close()
	answer, err := Ask(other, "still there")
	log.Add(answer, err)
	other.Close()
	log.Add("close:", s.Close())
	log.Add("serve:", <-end)
	late, err := net.Dial("tcp", addr)
	log.Add("refused:", err != nil)
	if err == nil {
		late.Close()
	}
	log.Add("again:", s.Serve(l))
}

// Pooled serves clients by two handlers, and returns how many there were at most.
func Pooled(clients int, log *Log) (most int) {
	var mu sync.Mutex
	now := 0
	s := &rtnet.Server{Pool: 2}
	s.Handler = func(c net.Conn) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		rt.Sleep(time.Millisecond)
		Echo(c)
		mu.Lock()
		now--
		mu.Unlock()
	}
	l, end := Serve(s)
	var calls rt.Group
	for i := range clients {
		calls.Spawn(func() {
			answer, err := Call(l.Addr().String(), fmt.Sprint(i))
			if err != nil || answer != fmt.Sprint(i) {
				log.Add(i, answer, err)
			}
		})
	}
	calls.Join()
	s.Shutdown(context.Background())
	<-end
	return most
}

// Stop shuts a server down whose handlers do not end by themselves: some as soon as
// their conn is closed, the others by a kill only.
func Stop(deaf bool, log *Log) {
	s := &rtnet.Server{StopTimeout: 20 * time.Millisecond, Pool: 10}
	if !deaf { // nobody is to be killed, on a busy machine either
		s.StopTimeout = time.Minute
	}
	s.Handler = func(c net.Conn) {
		defer log.Add("cleaned up")
		io.WriteString(c, "hello\n")
		if deaf {
			rt.Forever("the end")
		}
		_, err := c.Read(make([]byte, 1))
		log.Add("read fails:", err != nil)
	}
	l, end := Serve(s)
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	log.Add(strings.TrimSpace(line), err)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	log.Add("shutdown:", s.Shutdown(ctx))
	log.Add("serve:", <-end)
	c.Close()
}

// Left closes a server without a Pool whose handler goes on until its client leaves.
func Left(log *Log) {
	s := &rtnet.Server{Handler: func(c net.Conn) {
		defer log.Add("cleaned up")
		Echo(c)
	}}
	l, end := Serve(s)
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	answer, err := Ask(c, "one")
	log.Add(answer, err)
	log.Add("close:", s.Close())
	log.Add("serve:", <-end)
	answer, err = Ask(c, "two")
	log.Add(answer, err)
	c.Close()
	s.Wait()
	log.Add("no handler:", s.Shutdown(context.Background()))
}

// Graceful shuts down a server whose handler is going to end.
func Graceful(log *Log) {
	s := &rtnet.Server{Handler: Echo}
	l, end := Serve(s)
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	answer, err := Ask(c, "one")
	log.Add(answer, err)
	down := make(chan error)
	rt.Spawn(func() { down <- s.Shutdown(context.Background()) })
	log.Add("serve:", <-end)
	answer, err = Ask(c, "two")
	log.Add(answer, err)
	c.Close()
	log.Add("shutdown:", <-down)
}

// Paused lets a client wait.
func Paused(log *Log) {
	s := &rtnet.Server{Handler: func(c net.Conn) {
		log.Add("handler")
		Echo(c)
	}}
	l, end := Serve(s)
	addr := l.Addr().String()
	answer, err := Call(addr, "before")
	log.Add(answer, err)
	s.Pause()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		panic(err)
	}
	io.WriteString(c, "meanwhile\n")
	c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	_, err = c.Read(make([]byte, 1))
	log.Add("no answer:", err != nil)
	s.Resume()
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	answer, err = bufio.NewReader(c).ReadString('\n')
	log.Add(strings.TrimSpace(answer), err)
	c.Close()
	s.Pause()
	s.Close()
	log.Add("serve:", <-end)
	s.Wait()
}

// Killed has a server whose Serve is killed: where it waits for a conn, and where it
// holds one back. Another Serve has the whole Pool.
func Killed(log *Log) {
	s := &rtnet.Server{Handler: Echo, Pool: 1}
	for _, paused := range []bool{false, true} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		var in net.Listener = l
		if paused {
			in = undated{l} // a Pause does not interrupt it
		}
		g := rt.Spawn(func() { s.Serve(in) })
		rt.Yield()
		var c net.Conn
		if paused {
			s.Pause()
			if c, err = net.Dial("tcp", l.Addr().String()); err != nil {
				panic(err)
			}
			rt.Sleep(time.Millisecond)
		}
		g.Kill()
		s.Resume()
		if c != nil {
			_, err = c.Read(make([]byte, 1))
			log.Add("held back:", err)
			c.Close()
		}
		again, end := Serve(s)
		answer, err := Call(again.Addr().String(), "hello")
		log.Add(answer, err)
		again.Close()
		<-end
	}
}

// undated is a listener without deadlines.
type undated struct{ net.Listener }

// Failing is a listener whose Accepts fail, then give a conn, then fail for ever.
type Failing struct {
	Errs []error // nil: a conn
	At   []time.Duration
	Last error
	n    int
	t    time.Duration
}

// Accept fails.
func (f *Failing) Accept() (net.Conn, error) {
	if f.n == 0 {
		f.t = clock()
	}
	f.At = append(f.At, clock()-f.t)
	if f.n == len(f.Errs) {
		return nil, f.Last
	}
	f.n++
	if err := f.Errs[f.n-1]; err != nil {
		return nil, err
	}
	c, other := net.Pipe()
	other.Close()
	return c, nil
}

// clock is the hub's time, or the goroutine's.
func clock() time.Duration {
	if h := rt.CurrentHub(); h != nil {
		return time.Duration(h.Now())
	}
	return time.Duration(time.Now().UnixNano())
}

// Close does nothing.
func (f *Failing) Close() error { return nil }

// Addr is none.
func (f *Failing) Addr() net.Addr { return &net.TCPAddr{} }

// Refused serves a failing listener.
func Refused(f *Failing, log *Log) {
	s := &rtnet.Server{Handler: Echo, OnError: func(err error) { log.Add(err) }}
	log.Add("serve:", s.Serve(f))
}
