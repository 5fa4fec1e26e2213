package bufio

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
)

// Reader_Read_green is (*bufio.Reader).Read. Only from the hub's goroutine.
func Reader_Read_green(h *green.Hub, r *bufio.Reader, p []byte) (int, error, *green.Frame) {
	if h.Blocks() || r.Buffered() > 0 || len(p) == 0 {
		n, err := r.Read(p)
		return n, err, nil
	}
	o := readOp{r: r, kind: opRead, p: p}
	c, ok := o.begin(h)
	if !ok {
		c = green.Offload(h, "bufio.Reader.Read", func() count {
			n, err := r.Read(p)
			return count{n, err}
		})
	}
	return o.n, o.err, c
}

// Reader_ReadByte_green is (*bufio.Reader).ReadByte. Only from the hub's goroutine.
func Reader_ReadByte_green(h *green.Hub, r *bufio.Reader) (byte, error, *green.Frame) {
	if r.Buffered() > 0 || h.Blocks() {
		b, err := r.ReadByte()
		return b, err, nil
	}
	return readByte(h, r)
}

func readByte(h *green.Hub, r *bufio.Reader) (byte, error, *green.Frame) {
	o := readOp{r: r, kind: opByte}
	c, ok := o.begin(h)
	if !ok {
		c = green.Offload(h, "bufio.Reader.ReadByte", func() byteErr {
			b, err := r.ReadByte()
			return byteErr{b, err}
		})
	}
	return o.b, o.err, c
}

// Reader_ReadRune_green is (*bufio.Reader).ReadRune. Only from the hub's goroutine.
func Reader_ReadRune_green(h *green.Hub, r *bufio.Reader) (rune, int, error, *green.Frame) {
	if r.Buffered() >= utf8.UTFMax || h.Blocks() {
		ch, n, err := r.ReadRune()
		return ch, n, err, nil
	}
	o := readOp{r: r, kind: opRune}
	c, ok := o.begin(h)
	if !ok {
		c = green.Offload(h, "bufio.Reader.ReadRune", func() runeErr {
			ch, n, err := r.ReadRune()
			return runeErr{ch, n, err}
		})
	}
	return o.ch, o.n, o.err, c
}

// holds reports whether delim lies in r's buffer: what ends there does not block.
func holds(r *bufio.Reader, delim byte) bool {
	n := r.Buffered()
	if n == 0 {
		return false
	}
	p, _ := peek(r, n)
	return bytes.IndexByte(p, delim) >= 0
}

// Reader_ReadSlice_green is (*bufio.Reader).ReadSlice. Only from the hub's goroutine.
func Reader_ReadSlice_green(h *green.Hub, r *bufio.Reader, delim byte) ([]byte, error, *green.Frame) {
	if h.Blocks() || holds(r, delim) {
		p, err := r.ReadSlice(delim)
		return p, err, nil
	}
	o := readOp{r: r, kind: opSlice, delim: delim}
	c, ok := o.begin(h)
	if !ok {
		c = green.Offload(h, "bufio.Reader.ReadSlice", func() bytesErr {
			p, err := r.ReadSlice(delim)
			return bytesErr{p, err}
		})
	}
	return o.p, o.err, c
}

// Reader_ReadLine_green is (*bufio.Reader).ReadLine. Only from the hub's goroutine.
func Reader_ReadLine_green(h *green.Hub, r *bufio.Reader) ([]byte, bool, error, *green.Frame) {
	if h.Blocks() || holds(r, '\n') {
		p, more, err := r.ReadLine()
		return p, more, err, nil
	}
	o := readOp{r: r, kind: opLine, delim: '\n'}
	c, ok := o.begin(h)
	if !ok {
		c = green.Offload(h, "bufio.Reader.ReadLine", func() lineErr {
			p, more, err := r.ReadLine()
			return lineErr{p, more, err}
		})
	}
	return o.p, o.more, o.err, c
}

// Reader_ReadBytes_green is (*bufio.Reader).ReadBytes. Only from the hub's goroutine.
func Reader_ReadBytes_green(h *green.Hub, r *bufio.Reader, delim byte) ([]byte, error, *green.Frame) {
	if h.Blocks() || holds(r, delim) {
		p, err := r.ReadBytes(delim)
		return p, err, nil
	}
	o := readOp{r: r, kind: opBytes, delim: delim, p: []byte{}}
	c, ok := o.begin(h)
	if !ok {
		c = green.Offload(h, "bufio.Reader.ReadBytes", func() bytesErr {
			p, err := r.ReadBytes(delim)
			return bytesErr{p, err}
		})
	}
	return o.p, o.err, c
}

// Reader_ReadString_green is (*bufio.Reader).ReadString. Only from the hub's goroutine.
func Reader_ReadString_green(h *green.Hub, r *bufio.Reader, delim byte) (string, error, *green.Frame) {
	if h.Blocks() || holds(r, delim) {
		s, err := r.ReadString(delim)
		return s, err, nil
	}
	o := readOp{r: r, kind: opString, delim: delim}
	c, ok := o.begin(h)
	if !ok {
		c = green.Offload(h, "bufio.Reader.ReadString", func() stringErr {
			s, err := r.ReadString(delim)
			return stringErr{s, err}
		})
	}
	if c != nil {
		return "", nil, c
	}
	return o.text(), o.err, nil
}

// Reader_Peek_green is (*bufio.Reader).Peek. Only from the hub's goroutine.
func Reader_Peek_green(h *green.Hub, r *bufio.Reader, n int) ([]byte, error, *green.Frame) {
	if h.Blocks() || n <= r.Buffered() {
		p, err := r.Peek(n)
		return p, err, nil
	}
	o := readOp{r: r, kind: opPeek, n: n}
	c, ok := o.begin(h)
	if !ok {
		c = green.Offload(h, "bufio.Reader.Peek", func() bytesErr {
			p, err := r.Peek(n)
			return bytesErr{p, err}
		})
	}
	return o.p, o.err, c
}

// Reader_Discard_green is (*bufio.Reader).Discard. Only from the hub's goroutine.
func Reader_Discard_green(h *green.Hub, r *bufio.Reader, n int) (int, error, *green.Frame) {
	if h.Blocks() || n <= r.Buffered() {
		n, err := r.Discard(n)
		return n, err, nil
	}
	o := readOp{r: r, kind: opDiscard, n: n}
	c, ok := o.begin(h)
	if !ok {
		c = green.Offload(h, "bufio.Reader.Discard", func() count {
			n, err := r.Discard(n)
			return count{n, err}
		})
	}
	return o.done, o.err, c
}

func init() {
	gio.Extend((*bufio.Reader)(nil), &gio.Methods{
		Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
			return Reader_Read_green(h, r.(*bufio.Reader), p)
		},
		WriteTo: func(h *green.Hub, r any, w io.Writer) (int64, error, *green.Frame) {
			return Reader_WriteTo_green(h, r.(*bufio.Reader), w)
		},
		ReadByte: func(h *green.Hub, r any) (byte, error, *green.Frame) {
			return Reader_ReadByte_green(h, r.(*bufio.Reader))
		},
		ReadRune: func(h *green.Hub, r any) (rune, int, error, *green.Frame) {
			return Reader_ReadRune_green(h, r.(*bufio.Reader))
		},
	})
	gio.Extend((*bufio.ReadWriter)(nil), &gio.Methods{
		Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
			return Reader_Read_green(h, r.(*bufio.ReadWriter).Reader, p)
		},
		WriteTo: func(h *green.Hub, r any, w io.Writer) (int64, error, *green.Frame) {
			return Reader_WriteTo_green(h, r.(*bufio.ReadWriter).Reader, w)
		},
		ReadByte: func(h *green.Hub, r any) (byte, error, *green.Frame) {
			return Reader_ReadByte_green(h, r.(*bufio.ReadWriter).Reader)
		},
		ReadRune: func(h *green.Hub, r any) (rune, int, error, *green.Frame) {
			return Reader_ReadRune_green(h, r.(*bufio.ReadWriter).Reader)
		},
		Write: func(h *green.Hub, w any, p []byte) (int, error, *green.Frame) {
			return Writer_Write_green(h, w.(*bufio.ReadWriter).Writer, p)
		},
		WriteString: func(h *green.Hub, w any, s string) (int, error, *green.Frame) {
			return Writer_WriteString_green(h, w.(*bufio.ReadWriter).Writer, s)
		},
		ReadFrom: func(h *green.Hub, w any, r io.Reader) (int64, error, *green.Frame) {
			return Writer_ReadFrom_green(h, w.(*bufio.ReadWriter).Writer, r)
		},
	})
	gio.Extend((*bufio.Writer)(nil), &gio.Methods{
		Write: func(h *green.Hub, w any, p []byte) (int, error, *green.Frame) {
			return Writer_Write_green(h, w.(*bufio.Writer), p)
		},
		WriteString: func(h *green.Hub, w any, s string) (int, error, *green.Frame) {
			return Writer_WriteString_green(h, w.(*bufio.Writer), s)
		},
		ReadFrom: func(h *green.Hub, w any, r io.Reader) (int64, error, *green.Frame) {
			return Writer_ReadFrom_green(h, w.(*bufio.Writer), r)
		},
	})
}
