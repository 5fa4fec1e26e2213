package http

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/textproto"
)

// chunks reads a body in chunks, RFC 9112, 7.1, as strictly as net/http: who takes another
// byte for a chunk's end than the proxy before it can be made to see other requests.
type chunks struct {
	c      *conn
	left   uint64 // of the chunk
	ends   bool   // the line end after the chunk is to come
	excess int64  // bytes of chunks' headers that are no use
	err    error
}

var (
	errLineTooLong = errors.New("header line too long")
	errTrailerEOF  = errors.New("http: unexpected EOF reading trailer")
)

// read fills p with what can be had without waiting again. It returns io.EOF after the last
// chunk, before the trailer.
//
//greengen:patch
func (k *chunks) read(p []byte) (n int, err error) {
	r := k.c.r
	for k.err == nil {
		if k.ends {
			if n > 0 && r.Buffered() < 2 {
				break
			}
			var end []byte
			if end, k.err = r.Peek(2); k.err != nil {
				k.err = early(k.err)
				break
			}
			if string(end) != "\r\n" {
				k.err = errors.New("malformed chunked encoding")
				break
			}
			r.Discard(2)
			k.ends = false
		}
		if k.left == 0 {
			if n > 0 && !lineBuffered(r) {
				break
			}
			k.next()
			continue
		}
		if len(p) == 0 {
			break
		}
		part := p[:min(uint64(len(p)), k.left)]
		var m int
		m, k.err = r.Read(part)
		n += m
		p = p[m:]
		k.left -= uint64(m)
		if k.left == 0 && k.err == nil {
			k.ends = true
		}
		k.err = early(k.err)
	}
	return n, k.err
}

// next reads the line before a chunk.
//
//greengen:patch
func (k *chunks) next() {
	line, err := k.c.r.ReadSlice('\n')
	if err != nil {
		k.err = early(err)
		return
	}
	k.begin(line)
}

// maxLine is how long the line before a chunk may be.
const maxLine = 4096

func (k *chunks) begin(line []byte) {
	i := bytes.IndexByte(line, '\r')
	switch {
	case i < 0:
		k.err = errors.New("chunked line ends with bare LF")
		return
	case i != len(line)-2:
		k.err = errors.New("invalid CR in chunked line")
		return
	case i >= maxLine:
		k.err = errLineTooLong
		return
	}
	k.excess += int64(i) + 2
	line, _, _ = bytes.Cut(bytes.TrimRight(line[:i], " \t"), []byte(";")) // an extension is no use
	if k.left, k.err = chunkSize(line); k.err != nil {
		return
	}
	k.excess = max(k.excess-16-2*int64(k.left), 0)
	switch {
	case k.excess > 16<<10:
		k.err = errors.New("chunked encoding contains too much non-data")
	case k.left == 0:
		k.err = io.EOF
	}
}

func chunkSize(text []byte) (size uint64, err error) {
	if len(text) == 0 {
		return 0, errors.New("empty hex number for chunk length")
	}
	for i, c := range text {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, errors.New("invalid byte in chunk length")
		}
		if i == 16 {
			return 0, errors.New("http chunk length too large")
		}
		size = size<<4 | uint64(c)
	}
	return size, nil
}

func lineBuffered(r *bufio.Reader) bool {
	p, _ := r.Peek(r.Buffered())
	return bytes.IndexByte(p, '\n') >= 0
}

// early is what an end is that comes too early.
func early(err error) error {
	switch err {
	case io.EOF:
		return io.ErrUnexpectedEOF
	case bufio.ErrBufferFull:
		return errLineTooLong
	}
	return err
}

// readTrailer reads the trailer of w's request. It returns io.EOF, or what is wrong with it.
//
//greengen:patch
func (w *response) readTrailer() error {
	r := w.c.r
	p, err := r.Peek(2)
	switch {
	case string(p) == "\r\n":
		r.Discard(2)
		return io.EOF
	case len(p) < 2:
		return errTrailerEOF
	case err != nil:
		return err
	}
	for n := 4; !bytes.HasSuffix(p, []byte("\r\n\r\n")); n++ {
		if p, err = r.Peek(n); err != nil && !bytes.HasSuffix(p, []byte("\r\n\r\n")) {
			return errors.New("http: suspiciously long trailer after chunked body")
		}
	}
	return w.trail(r)
}

// trail gives the handler the trailer. It does not block: r has the end in its buffer.
//
//greengen:skip
func (w *response) trail(r *bufio.Reader) error {
	h, err := textproto.NewReader(r).ReadMIMEHeader()
	if err == io.EOF {
		return errTrailerEOF
	}
	if err != nil {
		return err
	}
	if w.req.Trailer == nil {
		w.req.Trailer = http.Header{}
	}
	for name, values := range h {
		w.req.Trailer[name] = values
	}
	return io.EOF
}
