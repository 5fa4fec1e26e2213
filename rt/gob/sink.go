package gob

import (
	"io"
	"reflect"
	"sync"

	"github.com/greengen/greengen/rt"
)

// sink is what an Encoder writes to.
type sink struct {
	w       io.Writer
	sending *rt.Semaphore
	sent    reflect.Value // the Encoder's map of types that the other side knows

	mu      sync.Mutex // of what follows, for some instructions
	collect int        // calls that must not write are under way
	pending []message
	known   []reflect.Value // keys of sent
}

// message is to be written. The other side knew some types before.
type message struct {
	p     []byte
	known []reflect.Value
}

// Write is called by the Encoder.
func (s *sink) Write(p []byte) (int, error) {
	if s.keep(p) {
		return len(p), nil
	}
	s.sending.Acquire() // what was kept before comes first
	defer s.sending.Release()
	for m, ok := s.next(); ok; m, ok = s.next() {
		if _, err := s.w.Write(m.p); err != nil {
			s.failed(m)
			return 0, err
		}
	}
	return len(p), nil
}

// keep takes down what is to be written; false: who calls is to do it.
func (s *sink) keep(p []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) != s.sent.Len() {
		s.known = s.sent.MapKeys()
	}
	s.pending = append(s.pending, message{append([]byte(nil), p...), s.known})
	return s.collect > 0
}

// next returns what is to be written next.
func (s *sink) next() (m message, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ok = len(s.pending) > 0; ok {
		m, s.pending = s.pending[0], s.pending[1:]
	}
	return m, ok
}

// failed is for when m was not written: nor is what comes after it, and the other side knows
// no more types than before.
func (s *sink) failed(m message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = nil
	restore(s.sent, m.known)
	s.known = m.known
}

func (s *sink) collecting(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.collect += n
}

// encode calls f, and keeps what that writes.
func (s *sink) encode(f func() error) error {
	s.collecting(1)
	defer s.collecting(-1)
	return f()
}
