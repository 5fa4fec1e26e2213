package http

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
)

// chunks reads a body in chunks, RFC 9112, 7.1, as strictly as net/http: who takes another
// byte for a chunk's end than the proxy before it can be made to see other requests.
type chunks struct {
	w      *response
	next   part   // what comes next
	left   uint64 // of the chunk
	excess uint64 // bytes of the lines before chunks that are no use
	err    error
}

// part is one of those that a chunk consists of.
type part uint8

const (
	chunkLine part = iota // its size
	chunkData
	chunkEnd // a line end
)

var (
	errLineTooLong = errors.New("header line too long")
	errTrailerEOF  = errors.New("http: unexpected EOF reading trailer")

	lineEnd = []byte("\r\n")
)

// read fills p with what can be had without waiting again. It returns io.EOF after the last
// chunk, before the trailer.
//
//greengen:patch
func (k *chunks) read(p []byte) (n int, err error) {
	for k.err == nil && (n == 0 || k.handy()) {
		switch k.next {
		case chunkLine:
			k.readLine()
		case chunkEnd:
			k.readEnd()
		case chunkData:
			if n == len(p) {
				return n, nil
			}
			m := k.readData(p[n:])
			n += m
		}
	}
	return n, k.err
}

// handy says whether what comes next is in the buffer.
func (k *chunks) handy() bool {
	p, _ := k.w.c.r.Peek(k.w.c.r.Buffered())
	switch k.next {
	case chunkLine:
		return bytes.IndexByte(p, '\n') >= 0
	case chunkEnd:
		return len(p) >= len(lineEnd)
	}
	return len(p) > 0
}

//greengen:patch
func (k *chunks) readData(p []byte) int {
	n, err := k.w.c.r.Read(p[:min(uint64(len(p)), k.left)])
	if k.left -= uint64(n); k.left == 0 {
		k.next = chunkEnd
	}
	k.err = k.early(err)
	return n
}

//greengen:patch
func (k *chunks) readEnd() {
	p, err := k.w.c.r.Peek(len(lineEnd))
	switch {
	case err != nil:
		k.err = k.early(err)
	case !bytes.Equal(p, lineEnd):
		k.err = errors.New("malformed chunked encoding")
	default:
		k.w.c.r.Discard(len(lineEnd))
		k.next = chunkLine
	}
}

//greengen:patch
func (k *chunks) readLine() {
	line, err := k.w.c.r.ReadSlice('\n')
	if err != nil {
		k.err = k.early(err)
		return
	}
	k.err = k.begin(line)
}

// maxLine is how long the line before a chunk may be, and maxExcess how much of all these
// lines may be more than 16 bytes for each and twice what the chunks hold.
const (
	maxLine   = 4096
	maxExcess = 16 << 10
)

// begin reads the line before a chunk, of which an extension is no use.
func (k *chunks) begin(line []byte) error {
	text, ended := bytes.CutSuffix(line, lineEnd)
	switch cr := bytes.IndexByte(line, '\r'); {
	case cr < 0:
		return errors.New("chunked line ends with bare LF")
	case !ended || cr < len(text):
		return errors.New("invalid CR in chunked line")
	case len(text) >= maxLine:
		return errLineTooLong
	}
	digits, _, _ := bytes.Cut(bytes.TrimRight(text, " \t"), []byte(";"))
	size, err := chunkSize(digits)
	if err != nil {
		return err
	}
	k.left = size
	// A size may be larger than what comes: it must not pay for much.
	used, free := k.excess+uint64(len(line)), 16+2*min(size, 1<<40)
	if k.excess = used - min(used, free); k.excess > maxExcess {
		return errors.New("chunked encoding contains too much non-data")
	}
	if size == 0 {
		return io.EOF
	}
	k.next = chunkData
	return nil
}

// chunkSize reads at most 16 hexadecimal digits.
func chunkSize(digits []byte) (uint64, error) {
	const most = 16
	if len(digits) == 0 {
		return 0, errors.New("empty hex number for chunk length")
	}
	if len(bytes.Trim(digits[:min(len(digits), most+1)], "0123456789abcdefABCDEF")) > 0 {
		return 0, errors.New("invalid byte in chunk length")
	}
	if len(digits) > most {
		return 0, errors.New("http chunk length too large")
	}
	return strconv.ParseUint(string(digits), 16, 64)
}

// early is what an end is that comes too early.
func (k *chunks) early(err error) error {
	k.w.body.lost(err)
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
	for n := len(lineEnd); ; n = max(n+1, r.Buffered()) {
		p, err := r.Peek(n)
		w.body.lost(err)
		switch {
		case bytes.HasPrefix(p, lineEnd): // there is none
			r.Discard(len(lineEnd))
			return io.EOF
		case bytes.Contains(p, []byte("\r\n\r\n")):
			return w.trail(r)
		case err != nil && len(p) < len(lineEnd):
			return errTrailerEOF
		case err != nil:
			return errors.New("http: suspiciously long trailer after chunked body")
		}
	}
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
