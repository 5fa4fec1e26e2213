//greengen:patch
package io

import "io"

// SectionReader_Read is (*io.SectionReader).Read.
func SectionReader_Read(s *io.SectionReader, p []byte) (int, error) {
	r, base, _ := s.Outer()
	at := position(s)
	if at >= s.Size() {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), s.Size()-at)]
	n, err := readAt(r, p, base+at)
	advance(s, n)
	return n, err
}

// SectionReader_ReadAt is (*io.SectionReader).ReadAt.
func SectionReader_ReadAt(s *io.SectionReader, p []byte, at int64) (int, error) {
	r, base, _ := s.Outer()
	if at < 0 || at >= s.Size() {
		return 0, io.EOF
	}
	left := s.Size() - at
	if int64(len(p)) <= left {
		return readAt(r, p, base+at)
	}
	n, err := readAt(r, p[:left], base+at)
	if err == nil {
		err = io.EOF
	}
	return n, err
}

func readAt(r io.ReaderAt, p []byte, at int64) (int, error) {
	if s, ok := r.(*io.SectionReader); ok {
		return SectionReader_ReadAt(s, p, at)
	}
	return r.ReadAt(p, at)
}

//greengen:skip
func position(s *io.SectionReader) int64 {
	at, _ := s.Seek(0, io.SeekCurrent)
	return at
}

//greengen:skip
func advance(s *io.SectionReader, n int) { s.Seek(int64(n), io.SeekCurrent) }

// As in joined.go.
var readSection = SectionReader_Read
