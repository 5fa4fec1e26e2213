//greengen:patch
package binary

import (
	"encoding/binary"
	"io"
)

// Read is binary.Read.
func Read(r io.Reader, order binary.ByteOrder, data any) error {
	var l lent
	for {
		if err := l.read(order, data); l.lacks == 0 {
			return err
		}
		p := make([]byte, l.lacks)
		if _, err := io.ReadFull(r, p); err != nil {
			return err
		}
		l.add(p)
	}
}

// Write is binary.Write.
func Write(w io.Writer, order binary.ByteOrder, data any) error {
	var k kept
	err := k.write(order, data)
	if k.any {
		_, err = w.Write(k.p)
	}
	return err
}

// ReadUvarint is binary.ReadUvarint.
func ReadUvarint(r io.ByteReader) (uint64, error) {
	d := collect(r)
	return d.uvarint()
}

// ReadVarint is binary.ReadVarint.
func ReadVarint(r io.ByteReader) (int64, error) {
	d := collect(r)
	return d.varint()
}

// collect reads what is one number at most.
func collect(r io.ByteReader) *digits {
	var d digits
	for !d.ends() {
		b, err := r.ReadByte()
		d.add(b, err)
	}
	return &d
}
