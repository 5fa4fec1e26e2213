//greengen:patch
package io

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// caught keeps what is written to it, not a copy.
type caught struct {
	p    []byte
	text string
}

//greengen:skip
func (c *caught) Write(p []byte) (int, error) {
	c.p = p
	return len(p), nil
}

//greengen:skip
func (c *caught) WriteString(s string) (int, error) {
	c.text = s
	return len(s), nil
}

// seeking is a bytes.Reader or a strings.Reader.
type seeking interface {
	io.Seeker
	io.WriterTo
	Len() int
}

// rest returns what is left of r, which stays.
//
//greengen:skip
func rest(r seeking) (c caught) {
	n := r.Len()
	r.WriteTo(&c)
	r.Seek(-int64(n), io.SeekCurrent)
	return c
}

//greengen:skip
func forward(r seeking, n int) { r.Seek(int64(n), io.SeekCurrent) }

// BytesReader_WriteTo is (*bytes.Reader).WriteTo.
func BytesReader_WriteTo(r *bytes.Reader, w io.Writer) (int64, error) {
	if r.Len() == 0 {
		forward(r, 0)
		return 0, nil
	}
	c := rest(r)
	n, err := w.Write(c.p)
	if n > len(c.p) {
		panic("bytes.Reader.WriteTo: invalid Write count")
	}
	forward(r, n)
	if n != len(c.p) && err == nil {
		err = io.ErrShortWrite
	}
	return int64(n), err
}

// StringsReader_WriteTo is (*strings.Reader).WriteTo.
func StringsReader_WriteTo(r *strings.Reader, w io.Writer) (int64, error) {
	if r.Len() == 0 {
		forward(r, 0)
		return 0, nil
	}
	c := rest(r)
	n, err := io.WriteString(w, c.text)
	if n > len(c.text) {
		panic("strings.Reader.WriteTo: invalid WriteString count")
	}
	forward(r, n)
	if n != len(c.text) && err == nil {
		err = io.ErrShortWrite
	}
	return int64(n), err
}

// Buffer_WriteTo is (*bytes.Buffer).WriteTo.
func Buffer_WriteTo(b *bytes.Buffer, w io.Writer) (int64, error) {
	n := 0
	if p := b.Bytes(); len(p) > 0 {
		var err error
		n, err = w.Write(p)
		if n > len(p) {
			panic("bytes.Buffer.WriteTo: invalid Write count")
		}
		b.Next(n)
		b.Write(nil) // nothing can be unread
		switch {
		case err != nil:
			return int64(n), err
		case n != len(p):
			return int64(n), io.ErrShortWrite
		}
	}
	b.Reset()
	return int64(n), nil
}

// Buffer_ReadFrom is (*bytes.Buffer).ReadFrom.
func Buffer_ReadFrom(b *bytes.Buffer, r io.Reader) (sum int64, err error) {
	for {
		p := room(b)
		n, err := r.Read(p)
		if n < 0 {
			panic(errors.New("bytes.Buffer: reader returned negative count from Read"))
		}
		b.Write(p[:n])
		sum += int64(n)
		switch {
		case err == io.EOF:
			return sum, nil
		case err != nil:
			return sum, err
		}
	}
}

// room returns what b has room for, bytes.MinRead at least.
//
//greengen:skip
func room(b *bytes.Buffer) []byte {
	b.Grow(bytes.MinRead)
	p := b.AvailableBuffer()
	return p[:cap(p)]
}

// As in joined.go.
var (
	writeBytes   = BytesReader_WriteTo
	writeStrings = StringsReader_WriteTo
	writeBuffer  = Buffer_WriteTo
)
