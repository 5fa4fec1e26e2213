package textproto

import (
	"bufio"
	"bytes"
	"io"
	"net/textproto"
	"reflect"
	"unsafe"

	gbufio "github.com/greengen/greengen/rt/bufio"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/fields"
	gio "github.com/greengen/greengen/rt/io"
)

// What std makes of DotReader and DotWriter.
type (
	dotReading struct {
		r     *textproto.Reader
		state int
	}
	dotWriting struct {
		w     *textproto.Writer
		state int
	}
)

// dots is what is known of them.
var dots struct {
	reader, writer uintptr // where a Reader and a Writer have the one that is not closed
	typeR, typeW   reflect.Type
	reads, writes  bool // they are as above
}

// states of a dotWriting: behind what it has written.
var states struct{ text, cr, line int }

// learn looks at samples.
func learn() {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(nil)))
	d := r.DotReader()
	dots.typeR = reflect.TypeOf(d)
	dots.reads = fields.Mirrors[dotReading](d) && unclosed(*r, dots.typeR, &dots.reader)

	w := textproto.NewWriter(bufio.NewWriter(io.Discard))
	o := w.DotWriter()
	dots.typeW = reflect.TypeOf(o)
	dots.writes = fields.Mirrors[dotWriting](o) && unclosed(*w, dots.typeW, &dots.writer)
	if dots.writes {
		o.Write([]byte("a"))
		states.text = writingOf(o).state
		o.Write([]byte("\r"))
		states.cr = writingOf(o).state
		o.Write([]byte("\n"))
		states.line = writingOf(o).state
		dots.writes = states.text > 0 && states.cr > 0 && states.line > 0 &&
			states.text != states.cr && states.cr != states.line && states.line != states.text
	}
}

// unclosed finds the field that has the dot reader or writer which is not closed.
func unclosed(sample any, t reflect.Type, at *uintptr) bool {
	f, ok := reflect.TypeOf(sample).FieldByName("dot")
	*at = f.Offset
	return ok && f.Type == t
}

// The pointers that d and o are: learn has seen what to.
func readingOf(d io.Reader) *dotReading { return (*dotReading)(fields.Data(d)) }
func writingOf(o io.Writer) *dotWriting { return (*dotWriting)(fields.Data(o)) }

// openR and openW are the fields: dots.reads and dots.writes say that they are there.
func openR(r *textproto.Reader) *unsafe.Pointer { return fields.Of[unsafe.Pointer](r, dots.reader) }
func openW(w *textproto.Writer) *unsafe.Pointer { return fields.Of[unsafe.Pointer](w, dots.writer) }

// reading and writing report whether something is not closed, or that is not known.
func reading(r *textproto.Reader) bool { return !dots.reads || *openR(r) != nil }
func writing(w *textproto.Writer) bool { return !dots.writes || *openW(w) != nil }

// openReader and openWriter return it.
func openReader(r *textproto.Reader) io.Reader {
	return reflect.NewAt(dots.typeR.Elem(), *openR(r)).Interface().(io.Reader)
}

func openWriter(w *textproto.Writer) io.WriteCloser {
	return reflect.NewAt(dots.typeW.Elem(), *openW(w)).Interface().(io.WriteCloser)
}

// dotRead is a Read of d into p.
type dotRead struct {
	d   io.Reader
	p   []byte
	n   int
	err error
}

// Attempt reads on. Where std's Read would wait it has kept its state, and thinks that
// this is the end of d.
func (c *dotRead) Attempt() error {
	d := readingOf(c.d)
	at := openR(d.r)
	open := *at
	n, err := c.d.Read(c.p[c.n:])
	c.n += n
	if gbufio.WouldBlock(err) {
		*at = open
		return err
	}
	c.err = err
	return err
}

// draining reads what a Reader has not read of its DotReader.
type draining struct {
	r  *textproto.Reader
	to [128]byte
}

func (c *draining) Attempt() error {
	for *openR(c.r) != nil {
		step := dotRead{d: openReader(c.r), p: c.to[:]}
		if err := step.Attempt(); gbufio.WouldBlock(err) {
			return err
		}
	}
	return nil
}

// std's own, for code that is transformed.
func stdRead(d io.Reader, p []byte) (int, error)  { return d.Read(p) }
func stdWrite(o io.Writer, p []byte) (int, error) { return o.Write(p) }

// pairs reports whether c is written as two bytes, and which is the first.
func (d *dotWriting) pairs(c byte) (first byte, ok bool) {
	switch c {
	case '.':
		return '.', d.state == 0 || d.state == states.line
	case '\n':
		return '\r', d.state != states.cr
	}
	return 0, false
}

// half writes the first byte of a pair: the second is to be written as if that had been
// in what is written.
func (d *dotWriting) half(first byte) {
	d.w.W.WriteByte(first) // there is room
	d.state = states.text
	if first == '\r' {
		d.state = states.cr
	}
}

// forget is what Close does first.
func (d *dotWriting) forget() {
	if at := openW(d.w); *at == unsafe.Pointer(d) {
		*at = nil
	}
}

// lineEnd is what is missing of the last line.
func (d *dotWriting) lineEnd() string {
	switch d.state {
	case states.line:
		return ""
	case states.cr:
		return "\n"
	}
	return "\r\n"
}

func init() {
	learn()
	if dots.reads {
		gio.Extend(reflect.Zero(dots.typeR).Interface(), &gio.Methods{
			Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
				return transfer(h, readDot, r.(io.Reader), p)
			},
		})
	}
	if dots.writes {
		gio.Extend(reflect.Zero(dots.typeW).Interface(), &gio.Methods{
			Write: func(h *green.Hub, w any, p []byte) (int, error, *green.Frame) {
				return transfer(h, writeDot, w.(io.Writer), p)
			},
			Close: func(h *green.Hub, c any) (error, *green.Frame) {
				twin, env, _ := green.Lookup(closeDot)
				return green.As[func(*green.Hub, unsafe.Pointer, io.WriteCloser) (error, *green.Frame)](twin)(h, env, c.(io.WriteCloser))
			},
		})
	}
}

// transfer calls the twin of f.
func transfer[T any](h *green.Hub, f func(T, []byte) (int, error), x T, p []byte) (int, error, *green.Frame) {
	twin, env, _ := green.Lookup(f)
	return green.As[func(*green.Hub, unsafe.Pointer, T, []byte) (int, error, *green.Frame)](twin)(h, env, x, p)
}
