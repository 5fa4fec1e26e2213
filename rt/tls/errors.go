package tls

import (
	"crypto/tls"
	"net"
	"sync/atomic"

	"github.com/greengen/greengen/rt/internal/fields"
)

// lastingError is like what crypto/tls makes of a net.Error that ends a Conn.
type lastingError struct{ err net.Error }

func (e *lastingError) Error() string   { return e.err.Error() }
func (e *lastingError) Unwrap() error   { return e.err }
func (e *lastingError) Timeout() bool   { return e.err.Timeout() }
func (e *lastingError) Temporary() bool { return false }

// lasting is what Write says of an error of the real conn.
func lasting(err error) error {
	if e, ok := err.(net.Error); ok {
		return &lastingError{e}
	}
	return err
}

// closed says whether Close was called.
func (l *lender) closed() bool { return fields.Of[atomic.Int32](l.c, activeAt).Load()&1 != 0 }

// unlent returns err with the real conn where it has l.
func (l *lender) unlent(err error) error {
	if e, ok := err.(tls.RecordHeaderError); ok && l != nil && asLender(e.Conn) == l {
		e.Conn = l.Conn
		return e
	}
	return err
}
