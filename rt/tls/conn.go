package tls

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/internal/worker"
	rtnet "github.com/greengen/greengen/rt/net"
)

// Conn_Handshake is (*tls.Conn).Handshake.
//
//greengen:patch
func Conn_Handshake(c *tls.Conn) error {
	l := lenderOf(c)
	if l != nil && l.shaken.Load() {
		return nil
	}
	err := worker.Do(c.Handshake)
	if l != nil && err == nil {
		l.shaken.Store(true)
	}
	return l.unlent(err)
}

// Conn_HandshakeContext is (*tls.Conn).HandshakeContext.
//
//greengen:patch
func Conn_HandshakeContext(c *tls.Conn, ctx context.Context) error {
	l := lenderOf(c)
	err := worker.Do(func() error { return c.HandshakeContext(ctx) })
	if l != nil && err == nil {
		l.shaken.Store(true)
	}
	return l.unlent(err)
}

// Conn_Read is (*tls.Conn).Read.
//
//greengen:patch
func Conn_Read(c *tls.Conn, p []byte) (int, error) {
	l := lenderOf(c)
	if l == nil {
		return rt.Offload(func() (int, error) { return c.Read(p) })
	}
	if err := Conn_Handshake(c); err != nil {
		return 0, err
	}
	l.reading.Lock()
	defer l.reading.Unlock()
	for {
		n, err, lacks := l.try(p)
		if l.has() { // an alert, or another key
			l.flush()
		}
		if !lacks {
			return n, err
		}
		if l.park(); !l.parked {
			p := make([]byte, l.want)
			n, err := l.Conn.Read(p)
			l.left, l.readErr = p[:n], err
		}
	}
}

// atOnce is how much is encrypted before it is written.
const atOnce = 64 << 10

// Conn_Write is (*tls.Conn).Write.
//
//greengen:patch
func Conn_Write(c *tls.Conn, p []byte) (int, error) {
	l := lenderOf(c)
	if l == nil {
		return rt.Offload(func() (int, error) { return c.Write(p) })
	}
	if l.closed() {
		return 0, net.ErrClosed
	}
	if err := Conn_Handshake(c); err != nil {
		return 0, err
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	for sum := 0; ; {
		if e := l.failure(); e != nil {
			return sum, lasting(e)
		}
		part := p[sum:min(sum+atOnce, len(p))]
		n, err := l.seal(part)
		if e := l.flush(); e != nil {
			n, err = 0, lasting(e)
		}
		if sum += n; err != nil || sum == len(p) {
			return sum, err
		}
	}
}

// seal is the Conn's Write, collected.
//
//greengen:skip
func (l *lender) seal(p []byte) (int, error) {
	l.begin(false)
	defer l.end()
	return l.c.Write(p)
}

// flush writes what was collected, in the order in which that was.
//
//greengen:patch
func (l *lender) flush() error {
	l.sending.Acquire()
	defer l.sending.Release()
	return l.send()
}

//greengen:patch
func (l *lender) send() error {
	if p := l.take(); len(p) > 0 {
		if _, err := l.Conn.Write(p); err != nil {
			l.failed(err)
		}
	}
	return l.failure()
}

// goodbye is how long a Conn tries to say that it is closed, as crypto/tls.
const goodbye = 5 * time.Second

// Conn_Close is (*tls.Conn).Close.
//
//greengen:patch
func Conn_Close(c *tls.Conn) error {
	l := lenderOf(c)
	if l == nil {
		return worker.Do(c.Close)
	}
	err := l.sayClosed(c.Close)
	if err == net.ErrClosed { // it was before
		return err
	}
	if l.has() && l.sending.TryAcquire() { // else a Write waits, and is to end
		rtnet.StdConn_SetWriteDeadline_green(nil, l.Conn, time.Now().Add(goodbye))
		if e := l.send(); e != nil && err == nil {
			err = fmt.Errorf("tls: failed to send closeNotify alert (but connection was closed anyway): %w", e)
		}
		l.sending.Release()
	}
	if e := l.Conn.Close(); e != nil {
		return e
	}
	return err
}

// Conn_CloseWrite is (*tls.Conn).CloseWrite.
//
//greengen:patch
func Conn_CloseWrite(c *tls.Conn) error {
	l := lenderOf(c)
	if l == nil {
		return worker.Do(c.CloseWrite)
	}
	l.writing.Lock() // a Write ends before
	defer l.writing.Unlock()
	err := l.sayClosed(c.CloseWrite)
	l.reopen()
	if l.has() {
		rtnet.StdConn_SetWriteDeadline_green(nil, l.Conn, time.Now().Add(goodbye))
		if e := l.flush(); err == nil {
			err = e
		}
		rtnet.StdConn_SetWriteDeadline_green(nil, l.Conn, time.Now()) // as crypto/tls: nothing comes after it
	}
	return err
}

// sayClosed calls f, Close or CloseWrite, with what it says collected.
//
//greengen:skip
func (l *lender) sayClosed(f func() error) error {
	l.begin(true)
	defer l.end()
	return f()
}

// reopen is for when only writing is over.
//
//greengen:skip
func (l *lender) reopen() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closing = false
}
