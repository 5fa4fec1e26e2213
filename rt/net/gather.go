package net

import (
	"errors"
	"io"
	"net"
	"os"
	"reflect"
)

// gathers says whether std writes many buffers to w in one call of the system. c is w, if a
// call for each buffer does the same: it is a stream.
func gathers(w io.Writer) (c net.Conn, ok bool) {
	switch w := w.(type) {
	case *net.TCPConn:
		if w != nil && *w != (net.TCPConn{}) {
			return w, true
		}
		return nil, true
	case *net.UnixConn:
		if a := w.LocalAddr(); a != nil && a.Network() == "unix" {
			return w, true
		}
		return nil, true
	}
	return nil, w != nil && hasConn(reflect.TypeOf(w), 8)
}

var stdConns = []reflect.Type{reflect.TypeFor[*net.TCPConn](), reflect.TypeFor[*net.UnixConn](), reflect.TypeFor[*net.UDPConn](),
	reflect.TypeFor[*net.IPConn]()}

// hasConn reports whether t is one of std's conns, or embeds one, so many levels deep at most.
func hasConn(t reflect.Type, depth int) bool {
	for _, c := range stdConns {
		if t == c || t == c.Elem() {
			return true
		}
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || depth == 0 {
		return false
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && hasConn(f.Type, depth-1) {
			return true
		}
	}
	return false
}

func hasBytes(v *net.Buffers) bool {
	for _, b := range *v {
		if len(b) > 0 {
			return true
		}
	}
	return false
}

var errFull = errors.New("rt/net: that was all")

// took takes the first n bytes out of v, as WriteTo does.
func took(v *net.Buffers, n int64) { v.WriteTo((*taker)(&n)) }

// taker takes that many bytes.
type taker int64

func (r *taker) Write(p []byte) (int, error) {
	n := min(len(p), int(*r))
	if *r -= taker(n); n < len(p) {
		return n, errFull
	}
	return n, nil
}

// asWritev gives the error of a write the form that it has when buffers are written at once.
func asWritev(err error) error {
	op, ok := err.(*net.OpError)
	if !ok || op.Op != "write" {
		return err
	}
	e := *op
	e.Op = "writev"
	if s, ok := e.Err.(*os.SyscallError); ok && s.Syscall == "write" {
		e.Err = &os.SyscallError{Syscall: "writev", Err: s.Err}
	}
	return &e
}
