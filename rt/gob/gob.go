package gob

import (
	"encoding/gob"
	"errors"
	"io"
	"reflect"

	"github.com/greengen/greengen/rt/internal/worker"
)

// Encoder_Encode is (*gob.Encoder).Encode.
//
//greengen:patch
func Encoder_Encode(e *gob.Encoder, v any) error {
	return encode(e, func() error { return plainEncode(e, v) })
}

// Encoder_EncodeValue is (*gob.Encoder).EncodeValue.
//
//greengen:patch
func Encoder_EncodeValue(e *gob.Encoder, v reflect.Value) error {
	return encode(e, func() error { return plainEncodeValue(e, v) })
}

//greengen:skip
func plainEncode(e *gob.Encoder, v any) error { return e.Encode(v) }

//greengen:skip
func plainEncodeValue(e *gob.Encoder, v reflect.Value) error { return e.EncodeValue(v) }

//greengen:patch
func encode(e *gob.Encoder, f func() error) error {
	s := sinkOf(e)
	switch {
	case s != nil:
	case plainEncoder(e):
		return f()
	default:
		return worker.Do(f)
	}
	err := s.encode(f)
	if e := s.flush(); e != nil {
		return e
	}
	return err
}

// flush writes what was kept, a message at a time.
//
//greengen:patch
func (s *sink) flush() error {
	s.sending.Acquire()
	defer s.sending.Release()
	for m, ok := s.next(); ok; m, ok = s.next() {
		if _, err := s.w.Write(m.p); err != nil {
			s.failed(m)
			return err
		}
	}
	return nil
}

// Decoder_Decode is (*gob.Decoder).Decode.
//
//greengen:patch
func Decoder_Decode(d *gob.Decoder, v any) error {
	return decode(d, func() error { return plainDecode(d, v) })
}

// Decoder_DecodeValue is (*gob.Decoder).DecodeValue.
//
//greengen:patch
func Decoder_DecodeValue(d *gob.Decoder, v reflect.Value) error {
	return decode(d, func() error { return plainDecodeValue(d, v) })
}

//greengen:skip
func plainDecode(d *gob.Decoder, v any) error { return d.Decode(v) }

//greengen:skip
func plainDecodeValue(d *gob.Decoder, v reflect.Value) error { return d.DecodeValue(v) }

// errWaits says that another message is to be read.
var errWaits = errors.New("rt/gob: the message is not there yet")

//greengen:patch
func decode(d *gob.Decoder, f func() error) error {
	s := sourceOf(d)
	switch {
	case s != nil:
	case plainDecoder(d):
		return f()
	default:
		return worker.Do(f)
	}
	s.one.Lock()
	defer s.one.Unlock()
	for {
		if err := s.decode(f); !errors.Is(err, errWaits) {
			return err
		}
		p, err := s.message()
		s.p, s.err = append(s.p[:len(s.p):len(s.p)], p...), err
	}
}

// tooLong is a length that gob refuses.
const tooLong = (1 << 30) << (^uint(0) >> 62)

// message reads a message with its length, and says what comes then, if that is an error.
//
//greengen:patch
func (s *source) message() (p []byte, err error) {
	p = make([]byte, 1, 64)
	if _, err := io.ReadFull(s.r, p); err != nil {
		return nil, err
	}
	n := uint64(p[0])
	if n > 0x7f { // how many bytes of the length follow, negative
		width := -int(int8(p[0]))
		if width > 8 {
			return p, nil
		}
		k, err := io.ReadFull(s.r, p[1:1+width])
		p = p[:1+k]
		if err != nil {
			return p, err
		}
		n = 0
		for _, b := range p[1:] {
			n = n<<8 | uint64(b)
		}
	}
	if n >= tooLong {
		return p, nil
	}
	return s.body(p, n)
}

// body adds so many bytes to p, in parts, so that a wrong length takes no memory.
//
//greengen:patch
func (s *source) body(p []byte, n uint64) ([]byte, error) {
	for n > 0 {
		part := min(n, 64<<10)
		at := len(p)
		p = append(p, make([]byte, part)...)
		k, err := io.ReadFull(s.r, p[at:])
		if n -= uint64(k); err != nil {
			if err == io.ErrUnexpectedEOF {
				err = io.EOF // as it comes
			}
			return p[:at+k], err
		}
	}
	return p, nil
}
