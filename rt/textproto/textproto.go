// Package textproto stands for std's net/textproto in green code. A greenlet waits until
// what a method of Reader reads is in the buffer of its bufio.Reader; then std's method
// itself reads that, and does not wait. Who is killed meanwhile has taken nothing. What
// does not fit there is read line by line, as std does, and then std's methods judge it.
//
// The readers and writers of dot-encoded text are std's own, so that plain and green code
// may take turns on them. A Read is std's, with a bufio.Reader that fails where it would
// wait: then the greenlet waits, and std's Read goes on where it was. A Write is handed
// over in pieces that fit into the buffer of the bufio.Writer. Who is killed there loses what
// the call had read or written; the next one goes on behind that.
//
// The fields of std's that this needs are looked up once. Where they are not what they were
// when this was written, a worker calls std's methods.
package textproto

//go:generate go run github.com/greengen/greengen/cmd/greengen

import (
	"io"
	"net/textproto"
	"sync"
	"unsafe"

	"github.com/greengen/greengen/rt/bufio"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/fields"
)

// NewConn_green is textproto.NewConn. Only from the hub's goroutine.
func NewConn_green(h *green.Hub, conn io.ReadWriteCloser) *textproto.Conn {
	c := textproto.NewConn(conn)
	if !h.Blocks() {
		c.R = bufio.NewReader_green(h, conn)
		c.W = bufio.NewWriter_green(h, conn)
	}
	return c
}

// std's own methods, which code that is transformed would not call as they are.
func readLine(r *textproto.Reader) (string, error)               { return r.ReadLine() }
func readLineBytes(r *textproto.Reader) ([]byte, error)          { return r.ReadLineBytes() }
func readContinuedLine(r *textproto.Reader) (string, error)      { return r.ReadContinuedLine() }
func readContinuedLineBytes(r *textproto.Reader) ([]byte, error) { return r.ReadContinuedLineBytes() }
func readDotBytes(r *textproto.Reader) ([]byte, error)           { return r.ReadDotBytes() }
func readDotLines(r *textproto.Reader) ([]string, error)         { return r.ReadDotLines() }
func dotReader(r *textproto.Reader) (io.Reader, error)           { return r.DotReader(), nil }
func dotWriter(w *textproto.Writer) (io.WriteCloser, error)      { return w.DotWriter(), nil }
func closeConn(c *textproto.Conn) error                          { return c.Close() }

func readMIMEHeader(r *textproto.Reader) (textproto.MIMEHeader, error) { return r.ReadMIMEHeader() }

func startRequest(p *textproto.Pipeline, id uint) (struct{}, error) {
	p.StartRequest(id)
	return struct{}{}, nil
}

func startResponse(p *textproto.Pipeline, id uint) (struct{}, error) {
	p.StartResponse(id)
	return struct{}{}, nil
}

func printfLine(w *textproto.Writer, format string, args []any) (struct{}, error) {
	return struct{}{}, w.PrintfLine(format, args...)
}

// response is a code and a message.
type response struct {
	code int
	text string
}

func readCodeLine(r *textproto.Reader, code int) (a response, err error) {
	a.code, a.text, err = r.ReadCodeLine(code)
	return a, err
}

func readResponse(r *textproto.Reader, code int) (a response, err error) {
	a.code, a.text, err = r.ReadResponse(code)
	return a, err
}

var (
	placeConn uintptr
	connKnown = fields.At[io.ReadWriteCloser, textproto.Conn](&placeConn, "conn")
)

// connOf returns what c closes, nil if it is not known.
func connOf(c *textproto.Conn) io.Closer {
	if !connKnown {
		return nil
	}
	return *fields.Of[io.ReadWriteCloser](c, placeConn)
}

// sequence says where in a textproto.Pipeline is whose turn it is, and the lock that
// guards it. Not found: they are not there any more.
type sequence struct {
	lock, id uintptr
	found    bool
}

func sequenceOf(field string) (s sequence) {
	s.found = fields.At[sync.Mutex, textproto.Pipeline](&s.lock, field, "mu") &&
		fields.At[uint, textproto.Pipeline](&s.id, field, "id")
	return s
}

var (
	requests  = sequenceOf("request")
	responses = sequenceOf("response")
)

// turn reports whether it is id's, so that who starts it need not wait. It stays so
// until that ends it. The lock is held by nobody who waits.
func (s sequence) turn(p *textproto.Pipeline, id uint) bool {
	if !s.found {
		return false
	}
	lock := (*sync.Mutex)(unsafe.Add(unsafe.Pointer(p), s.lock)) // sequenceOf has seen both types
	lock.Lock()
	defer lock.Unlock()
	return *(*uint)(unsafe.Add(unsafe.Pointer(p), s.id)) == id
}
