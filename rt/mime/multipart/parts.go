package multipart

import (
	"bufio"
	"bytes"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"reflect"
	"sync"
	"unsafe"

	gbufio "github.com/greengen/greengen/rt/bufio"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/fields"
	gio "github.com/greengen/greengen/rt/io"
)

// sticky is what std reads from, by a bufio.Reader.
type sticky struct {
	r   io.Reader
	err error
}

// at is where fields are, known: they are there, and what std reads from is a sticky.
var at struct {
	buffer, current, reader, decoder uintptr
	sticky                           reflect.Type
	known                            bool
}

func init() {
	known := fields.At[*bufio.Reader, multipart.Reader](&at.buffer, "bufReader") &&
		fields.At[*multipart.Part, multipart.Reader](&at.current, "currentPart") &&
		fields.At[*multipart.Reader, multipart.Part](&at.reader, "mr") &&
		fields.At[io.Reader, multipart.Part](&at.decoder, "r")
	if !known {
		return
	}
	from := gbufio.Under(buffer(multipart.NewReader(bytes.NewReader(nil), "x")))
	if at.known = fields.Mirrors[sticky](from); !at.known {
		return
	}
	at.sticky = reflect.TypeOf(from)
	gio.Extend((*multipart.Part)(nil), &gio.Methods{
		Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
			twin, env, _ := green.Lookup(partReads)
			return green.As[func(*green.Hub, unsafe.Pointer, *multipart.Part, []byte) (int, error, *green.Frame)](twin)(h, env, r.(*multipart.Part), p)
		},
		Close: func(h *green.Hub, c any) (error, *green.Frame) {
			twin, env, _ := green.Lookup(partCloses)
			return green.As[func(*green.Hub, unsafe.Pointer, *multipart.Part) (error, *green.Frame)](twin)(h, env, c.(*multipart.Part))
		},
	})
}

// What at.known says that it is there.
func buffer(r *multipart.Reader) *bufio.Reader {
	return *fields.Of[*bufio.Reader](r, at.buffer)
}

func currentPart(r *multipart.Reader) *multipart.Part {
	return *fields.Of[*multipart.Part](r, at.current)
}

// readerOf returns the Reader of p, nil if it is not known.
func readerOf(p *multipart.Part) *multipart.Reader {
	if !at.known {
		return nil
	}
	return *fields.Of[*multipart.Reader](p, at.reader)
}

// adopt makes r read by a source. false: it reads from something unknown.
func adopt(r *multipart.Reader) bool {
	return at.known && gbufio.Adopt(buffer(r), func(from io.Reader) io.Reader {
		if reflect.TypeOf(from) != at.sticky {
			return nil
		}
		return (*sticky)(fields.Data(from))
	})
}

// std's own methods, which code that is transformed would not call as they are.
func nextPart(r *multipart.Reader) (*multipart.Part, error)    { return r.NextPart() }
func nextRawPart(r *multipart.Reader) (*multipart.Part, error) { return r.NextRawPart() }
func readPart(p *multipart.Part, d []byte) (int, error)        { return p.Read(d) }
func closePart(p *multipart.Part) error                        { return p.Close() }

// gap is what is between two parts: lines up to the end of a header.
type gap struct {
	r    *multipart.Reader
	f    func(*multipart.Reader) (*multipart.Part, error)
	seen int
}

func (g *gap) next() (*multipart.Part, error) { return g.f(g.r) }

// enough reports whether std reads no more than b, which has grown since the last call. A
// copy of its Reader says so.
func (g *gap) enough(b []byte) bool {
	news := b[max(g.seen-1, 0):] // only an end of line, or what comes next to one, decides
	g.seen = len(b)
	if bytes.IndexByte(news, '\n') < 0 {
		return false
	}
	p := probes.Get().(*probe)
	defer probes.Put(p)
	p.rest, p.asked = b, false
	p.b.Reset(p)
	r := *g.r
	*fields.Of[*bufio.Reader](&r, at.buffer) = p.b
	*fields.Of[*multipart.Part](&r, at.current) = nil
	g.f(&r)
	return !p.asked
}

// probe reads what is in memory, and notes whether it is asked for more.
type probe struct {
	rest  []byte
	asked bool
	b     *bufio.Reader
}

var probes = sync.Pool{New: func() any { return &probe{b: bufio.NewReader(nil)} }}

func (p *probe) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		p.asked = true
		return 0, io.EOF
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// partRead is a Read of part into d.
type partRead struct {
	part *multipart.Part
	d    []byte
	n    int
	err  error
}

// Attempt calls std's Read, which changes nothing before it has all it needs. That of a
// quoted-printable Reader goes on, so it is called for each byte.
func (c *partRead) Attempt() error {
	if _, ok := (*fields.Of[io.Reader](c.part, at.decoder)).(*quotedprintable.Reader); !ok {
		c.n, c.err = c.part.Read(c.d)
		return c.err
	}
	for c.err == nil && c.n < len(c.d) {
		var n int
		n, c.err = c.part.Read(c.d[c.n : c.n+1])
		c.n += n
	}
	return c.err
}
