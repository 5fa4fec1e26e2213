package tls

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/fields"
	gio "github.com/greengen/greengen/rt/io"
	rtnet "github.com/greengen/greengen/rt/net"
)

// lender is the net.Conn of a Conn.
type lender struct {
	net.Conn // the real one
	c        *tls.Conn
	shaken   atomic.Bool // the handshake is done

	reading sync.Mutex // by a greenlet: only twins lock it
	writing sync.Mutex // as reading
	tries   *green.Hub // a call of Read that must not wait is under way on it
	want    int        // how much it would have to wait for, 0: it need not
	parked  bool       // see park
	left    []byte     // was read, and comes next
	readErr error      // comes after that

	sending *rt.Semaphore // whoever writes to the real one
	mu      sync.Mutex    // of what follows, for some instructions
	collect int           // calls that must not write are under way
	closing bool          // one of them is Close or CloseWrite
	pending []byte        // to be written
	err     error         // of a write: none is whole after that
}

// connAt is where a tls.Conn has its net.Conn, activeAt where what it has of calls, with bit 0
// set once it is closed.
var (
	connAt, activeAt uintptr
	known            = fields.At[net.Conn, tls.Conn](&connAt, "conn") && fields.At[atomic.Int32, tls.Conn](&activeAt, "activeCall")
)

// lenderOf returns that of c, nil if it has none.
func lenderOf(c *tls.Conn) *lender {
	if !known {
		return nil
	}
	return asLender(*fields.Of[net.Conn](c, connAt))
}

func asLender(c net.Conn) *lender {
	switch c := c.(type) {
	case *lender:
		return c
	case *lenderFD:
		return c.lender
	}
	return nil
}

// lenderFD is for a conn with a descriptor, which plain code may ask what NetConn returns for.
type lenderFD struct{ *lender }

// SyscallConn is that of the real conn.
func (l *lenderFD) SyscallConn() (syscall.RawConn, error) { return l.Conn.(syscall.Conn).SyscallConn() }

// lend gives c, which nobody else has yet, a lender, if it will not renegotiate.
func lend(c *tls.Conn, config *tls.Config) {
	if known && c != nil && (config == nil || config.Renegotiation == tls.RenegotiateNever) {
		at := fields.Of[net.Conn](c, connAt)
		l := &lender{Conn: *at, c: c, sending: rt.NewSemaphore(1)}
		if _, ok := l.Conn.(syscall.Conn); ok {
			*at = &lenderFD{l}
		} else {
			*at = l
		}
	}
}

// errLacks is for a Conn what a deadline is: it goes on after that.
var errLacks net.Error = lacking{}

type lacking struct{}

func (lacking) Error() string   { return "rt/tls: the record is not there yet" }
func (lacking) Timeout() bool   { return true }
func (lacking) Temporary() bool { return true }

// Read is called by the Conn.
func (l *lender) Read(p []byte) (int, error) {
	if n := copy(p, l.left); n > 0 {
		l.left = l.left[n:]
		return n, nil
	}
	if err := l.readErr; err != nil {
		l.readErr = nil
		return 0, err
	}
	if l.tries == nil {
		return l.Conn.Read(p)
	}
	if t, ok := gio.TrierOf(l.Conn); ok {
		if n, err, ok := t.TryRead_green(l.tries, p); ok {
			return n, err
		}
	}
	l.want = len(p)
	return 0, errLacks
}

// try is the Conn's Read, if possible without waiting: in its twin.
func (l *lender) try(p []byte) (n int, err error, lacks bool) {
	n, err = l.c.Read(p)
	return n, err, false
}

func (l *lender) try_green(h *green.Hub, p []byte) (n int, err error, lacks bool) {
	if h.Blocks() {
		return l.try(p)
	}
	l.begin(false)
	defer l.end()
	l.tries, l.want = h, 0
	defer func() { l.tries = nil }()
	n, err = l.c.Read(p)
	if l.want > 0 && errors.Is(err, errLacks) {
		return n, nil, n == 0
	}
	return n, err, false
}

// park waits until there is something to read, and sets parked, if the real conn can be
// waited for without a buffer: in its twin.
func (l *lender) park() { l.parked = false }

func (l *lender) park_green(h *green.Hub) (c *green.Frame) {
	l.parked = false
	if t, ok := gio.TrierOf(l.Conn); ok && !h.Blocks() {
		c, l.parked = t.WaitRead_green(h)
	}
	return c
}

// begin lets the Conn's writes be collected until end.
func (l *lender) begin(closing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.collect++
	l.closing = l.closing || closing
}

func (l *lender) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.collect--
}

// Write is called by the Conn.
func (l *lender) Write(p []byte) (int, error) {
	if done, err := l.keep(p); done {
		return len(p), err
	}
	l.sending.Acquire()
	defer l.sending.Release()
	if _, err := l.Conn.Write(l.take()); err != nil {
		l.failed(err)
		return 0, err
	}
	return len(p), nil
}

// keep takes down what is to be written; false: who calls is to write it.
func (l *lender) keep(p []byte) (collected bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.pending = append(l.pending, p...)
	}
	return l.collect > 0 || l.err != nil, l.err
}

// take returns what is to be written.
func (l *lender) take() (p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, l.pending = l.pending, nil
	return p
}

// has says whether something is to be written.
func (l *lender) has() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.pending) > 0
}

func (l *lender) failed(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
}

// failure is the error of a write.
func (l *lender) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Close is called by the Conn.
func (l *lender) Close() error {
	if l.isClosing() {
		return nil
	}
	return l.Conn.Close()
}

func (l *lender) isClosing() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closing
}

// SetDeadline implements net.Conn.
func (l *lender) SetDeadline(t time.Time) error {
	return rtnet.StdConn_SetDeadline_green(nil, l.Conn, t)
}

// SetReadDeadline implements net.Conn.
func (l *lender) SetReadDeadline(t time.Time) error {
	return rtnet.StdConn_SetReadDeadline_green(nil, l.Conn, t)
}

// SetWriteDeadline implements net.Conn. Close's are for when it has written.
func (l *lender) SetWriteDeadline(t time.Time) error {
	if l.isClosing() {
		return nil
	}
	return rtnet.StdConn_SetWriteDeadline_green(nil, l.Conn, t)
}
