// Package textproto stands for std's net/textproto in green code. A greenlet waits until
// what a method of Reader reads is in the buffer of its bufio.Reader; then std's method
// itself reads that, and does not wait. What does not fit there a worker reads, and so
// it is while a DotReader or DotWriter has not been closed: only std knows of it.
package textproto

//go:generate go run github.com/greengen/greengen/cmd/greengen

import (
	"bytes"
	"io"
	"net/textproto"
	"reflect"
	"strconv"
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

// line reports whether b has a whole line.
func line(b []byte) bool { return bytes.IndexByte(b, '\n') >= 0 }

// continued reports whether b has a whole line with those that continue it, which begin
// with blanks: std looks at what follows.
func continued(b []byte) bool {
	i := bytes.IndexByte(b, '\n')
	if i <= 0 || i == 1 && b[0] == '\r' {
		return i >= 0 // nothing continues an empty line
	}
	for {
		b = b[i+1:]
		text := bytes.TrimLeft(b, " \t")
		if len(text) == 0 || len(text) == len(b) {
			return len(text) > 0
		}
		b = text
		if i = bytes.IndexByte(b, '\n'); i < 0 {
			return false
		}
	}
}

// whole reports whether b has a response: lines that begin with its code and a hyphen,
// and others, up to one with the code and a blank.
func whole(b []byte) bool {
	first, rest, ok := bytes.Cut(b, []byte("\n"))
	if !ok || len(first) < 4 || first[3] != '-' {
		return ok // std judges a line that makes no sense
	}
	code, _ := codeOf(first)
	for {
		var next []byte
		if next, rest, ok = bytes.Cut(rest, []byte("\n")); !ok {
			return false
		}
		if c, valid := codeOf(next); valid && c == code && next[3] == ' ' {
			return true
		}
	}
}

func codeOf(line []byte) (code int, ok bool) {
	if len(line) < 4 || line[3] != ' ' && line[3] != '-' {
		return 0, false
	}
	code, err := strconv.Atoi(string(line[:3]))
	return code, err == nil && code >= 100
}

// unclosed finds a field of std's: the dot reader or writer that has not been closed.
// Negative: it is not there any more.
func unclosed(sample any) int {
	f, ok := reflect.TypeOf(sample).FieldByName("dot")
	if !ok || f.Type.Kind() != reflect.Pointer {
		return -1
	}
	return int(f.Offset)
}

var (
	placeReader = unclosed(textproto.Reader{})
	placeWriter = unclosed(textproto.Writer{})
)

func reading(r *textproto.Reader) bool { return isSet(unsafe.Pointer(r), placeReader) }
func writing(w *textproto.Writer) bool { return isSet(unsafe.Pointer(w), placeWriter) }

func isSet(p unsafe.Pointer, at int) bool {
	return at < 0 || *(*unsafe.Pointer)(unsafe.Add(p, at)) != nil
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
