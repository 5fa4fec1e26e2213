//greengen:patch
package textproto

import (
	"io"
	"net/textproto"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/bufio"
)

// settle reads the rest of a DotReader. false: a worker must.
func settle(r *textproto.Reader) bool {
	if !dots.reads {
		return false
	}
	return !reading(r) || bufio.Try(r.R, &draining{r: r})
}

// known reports whether twins can read from r.
func known(r *textproto.Reader) bool {
	return dots.reads && bufio.Await(r.R, anything) != bufio.Unknown
}

// Reader_DotReader is (*textproto.Reader).DotReader.
func Reader_DotReader(r *textproto.Reader) io.Reader {
	if settle(r) {
		d, _ := dotReader(r)
		return d
	}
	d, _ := rt.Offload(func() (io.Reader, error) { return dotReader(r) })
	return d
}

// dotReaderRead is Read of what DotReader returns.
func dotReaderRead(d io.Reader, p []byte) (int, error) {
	c := &dotRead{d: d, p: p}
	if bufio.Try(readingOf(d).r.R, c) {
		return c.n, c.err
	}
	return rt.Offload(func() (int, error) { return stdRead(d, p) })
}

// Reader_ReadDotBytes is (*textproto.Reader).ReadDotBytes.
func Reader_ReadDotBytes(r *textproto.Reader) ([]byte, error) {
	if known(r) {
		return io.ReadAll(Reader_DotReader(r))
	}
	return rt.Offload(func() ([]byte, error) { return readDotBytes(r) })
}

// Reader_ReadDotLines is (*textproto.Reader).ReadDotLines.
func Reader_ReadDotLines(r *textproto.Reader) ([]string, error) {
	if !known(r) {
		return rt.Offload(func() ([]string, error) { return readDotLines(r) })
	}
	var lines []string
	for {
		text, err := Reader_ReadLine(r)
		switch {
		case err == io.EOF:
			return lines, io.ErrUnexpectedEOF
		case err != nil:
			return lines, err
		case text == ".":
			return lines, nil
		case text != "" && text[0] == '.':
			text = text[1:]
		}
		lines = append(lines, text)
	}
}

// finish closes a DotWriter. false: a worker must.
func finish(w *textproto.Writer) bool {
	if !dots.writes {
		return false
	}
	if writing(w) {
		dotWriterClose(openWriter(w))
	}
	return true
}

// Writer_DotWriter is (*textproto.Writer).DotWriter.
func Writer_DotWriter(w *textproto.Writer) io.WriteCloser {
	if finish(w) {
		o, _ := dotWriter(w)
		return o
	}
	o, _ := rt.Offload(func() (io.WriteCloser, error) { return dotWriter(w) })
	return o
}

// dotWriterWrite is Write of what DotWriter returns. std's is handed no more than there is
// room for; the buffer is flushed when it is full and more comes, as std does.
func dotWriterWrite(o io.Writer, p []byte) (n int, err error) {
	d := writingOf(o)
	for n < len(p) && err == nil {
		k := 1
		switch room := d.w.W.Available(); room {
		case 0:
			if d.w.W.Flush() == nil {
				continue
			}
		case 1:
			if first, ok := d.pairs(p[n]); ok {
				d.half(first)
				continue
			}
		default:
			k = min(room/2, len(p)-n) // all may be pairs
		}
		k, err = stdWrite(o, p[n:n+k])
		n += k
	}
	return n, err
}

// dotWriterClose is Close of what DotWriter returns.
func dotWriterClose(o io.WriteCloser) error {
	d := writingOf(o)
	d.forget()
	for _, c := range []byte(d.lineEnd()) {
		d.w.W.WriteByte(c)
	}
	d.w.W.Write([]byte(".\r\n"))
	return d.w.W.Flush()
}

// The functions as values: so their twins are registered.
var (
	readDot  = dotReaderRead
	writeDot = dotWriterWrite
	closeDot = dotWriterClose
)
