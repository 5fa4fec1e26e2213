// Package tls has what stands in for functions and methods of crypto/tls in green code: whoever
// waits for an encrypted conn costs no goroutine.
//
// A Conn made there has a lender for its net.Conn. Read lends it what was read already, and else
// an error after which a Conn goes on, as after a deadline; then the greenlet waits, and Read is
// called again. What Write and Close say is collected, and written by the greenlet.
//
// Handshakes run on a worker: a Conn cannot begin them again. So do all methods of a Conn that
// was made elsewhere, or may renegotiate, and where crypto/tls has other fields.
//
// One at a time may read from a Conn: a greenlet, or plain code. NetConn called by code that
// has no twin returns the lender, and so does its RecordHeaderError. A net.Conn of the program
// sees fewer and larger Writes than crypto/tls makes, one for up to 64 KiB.
package tls

//go:generate go run github.com/greengen/greengen/cmd/greengen
