package gob

import (
	"errors"
	"io"
	"reflect"
	"sync"
)

// source is what a Decoder reads from.
type source struct {
	r     io.Reader     // a ByteReader, too
	types reflect.Value // the Decoder's map of those that it knows
	one   sync.Mutex    // a value at a time: only twins lock it
	tries bool          // a call that must not wait is under way
	p     []byte        // was read for it
	err   error         // comes after that
}

// Read is called by the Decoder.
func (s *source) Read(p []byte) (int, error) {
	switch {
	case len(s.p) > 0:
		n := copy(p, s.p)
		s.p = s.p[n:]
		return n, nil
	case s.err != nil:
		err := s.err
		s.err = nil
		return 0, err
	case s.tries:
		return 0, errWaits
	}
	return s.r.Read(p)
}

// ReadByte tells gob that no buffer is wanted.
func (s *source) ReadByte() (byte, error) {
	var p [1]byte
	_, err := io.ReadFull(s, p[:])
	return p[0], err
}

// decode calls f with what was read. If that is not enough, f has done nothing.
func (s *source) decode(f func() error) error {
	p, known := s.p, s.types.MapKeys()
	s.tries = true
	defer func() { s.tries = false }()
	err := f()
	if errors.Is(err, errWaits) {
		s.p = p
		restore(s.types, known)
	}
	return err
}
