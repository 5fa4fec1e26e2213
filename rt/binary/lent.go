package binary

import (
	"encoding/binary"
	"errors"
	"io"
)

// errWaits never leaves this package.
var errWaits = errors.New("rt/binary: the data is not there yet")

// lent is what binary.Read reads from.
type lent struct {
	p     []byte // was read for it
	at    int    // how much of p it has
	lacks int    // what it asked for beyond that
}

// read is binary.Read of what there is.
func (l *lent) read(order binary.ByteOrder, data any) error {
	l.at, l.lacks = 0, 0
	return binary.Read(l, order, data)
}

func (l *lent) add(p []byte) { l.p = append(l.p, p...) }

func (l *lent) Read(p []byte) (int, error) {
	n := copy(p, l.p[l.at:])
	l.at += n
	if n == len(p) {
		return n, nil
	}
	l.lacks = len(p) - n
	return n, errWaits
}

// kept is what binary.Write writes to: once.
type kept struct {
	p   []byte
	any bool
}

func (k *kept) write(order binary.ByteOrder, data any) error { return binary.Write(k, order, data) }

func (k *kept) Write(p []byte) (int, error) {
	k.p, k.any = p, true
	return len(p), nil
}

// digits are those of a varint, and what came after the last one.
type digits struct {
	p   []byte
	err error
}

// ends says that no more is asked for.
func (d *digits) ends() bool {
	n := len(d.p)
	return d.err != nil || n == binary.MaxVarintLen64 || n > 0 && d.p[n-1] < 0x80
}

func (d *digits) add(b byte, err error) {
	if d.err = err; err == nil {
		d.p = append(d.p, b)
	}
}

// ReadByte implements io.ByteReader.
func (d *digits) ReadByte() (byte, error) {
	if len(d.p) == 0 {
		if d.err == nil {
			return 0, io.ErrUnexpectedEOF // collect would have gone on
		}
		return 0, d.err
	}
	b := d.p[0]
	d.p = d.p[1:]
	return b, nil
}

func (d *digits) uvarint() (uint64, error) { return binary.ReadUvarint(d) }

func (d *digits) varint() (int64, error) { return binary.ReadVarint(d) }
