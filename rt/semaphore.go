package rt

import (
	"errors"
	"time"
)

// ErrOverRelease is returned when more is released than was acquired.
var ErrOverRelease = errors.New("rt: released more often than acquired")

// Semaphore is a counter that Acquire takes from, and waits for while it is 0.
// Who has waited longest is served first, and nobody can overtake. The zero value
// has nothing to acquire. It must not be copied. All methods are safe from any
// goroutine.
type Semaphore struct {
	mu    mutex
	n     int
	bound int // 0: none
	waits waitq
	seen  observers
}

// NewSemaphore returns a Semaphore of n, of 0 if n < 0.
func NewSemaphore(n int) *Semaphore { return &Semaphore{n: max(n, 0)} }

// NewBounded returns a Semaphore of n, of 0 if n < 0, which never has more than that,
// or than 1.
func NewBounded(n int) *Semaphore { return &Semaphore{n: max(n, 0), bound: max(n, 1)} }

// TryAcquire takes 1 if there is that much, and nobody waits for it.
func (s *Semaphore) TryAcquire() bool {
	s.mu.lock()
	defer s.mu.unlock()
	if s.n == 0 {
		return false
	}
	s.n--
	return true
}

// AcquireTimeout is Acquire for at most d, without limit if d < 0. It reports
// whether it took 1.
//
//greengen:patch
func (s *Semaphore) AcquireTimeout(d time.Duration) bool {
	s.mu.take()
	if s.takes() {
		return true
	}
	if d == 0 {
		s.mu.unlock()
		return false
	}
	return s.waits.waits(s, &s.mu, d, false)
}

// takes takes 1 if there is that much, and unlocks s then.
func (s *Semaphore) takes() bool {
	if s.n == 0 {
		return false
	}
	s.n--
	s.mu.unlock()
	return true
}

// Release gives 1 back, to who has waited longest. It returns ErrOverRelease, and
// does nothing, if that were more than the Semaphore's bound.
//
//greengen:patch
func (s *Semaphore) Release() error {
	s.mu.take()
	switch {
	case s.waits.wake(1):
	case s.bound > 0 && s.n >= s.bound:
		s.mu.unlock()
		return ErrOverRelease
	default:
		s.n++
		s.seen.tell()
	}
	s.mu.unlock()
	return nil
}

// These implement primitive.
func (s *Semaphore) guard() *mutex        { return &s.mu }
func (s *Semaphore) what(*waitq) string   { return "semaphore" }
func (s *Semaphore) took(*waitq)          {}
func (s *Semaphore) takeBack(*waitq, int) { s.Release() }

// Value returns how much could be acquired now.
func (s *Semaphore) Value() int {
	s.mu.lock()
	defer s.mu.unlock()
	return s.n
}

// Waiters returns how many wait.
func (s *Semaphore) Waiters() int {
	s.mu.lock()
	defer s.mu.unlock()
	return s.waits.n
}

// Ready implements Waitable: something can be acquired. To wait for that takes
// nothing.
func (s *Semaphore) Ready() bool { return s.Value() > 0 }

// ErrNotOwner is returned by an Unlock of who has not locked.
var ErrNotOwner = errors.New("rt: unlocked by another than who locked")

// RMutex is a lock that its owner may take again. The zero value is not locked. It
// must not be copied. All methods are safe from any goroutine.
type RMutex struct {
	mu    mutex
	owner owner
	depth int
	waits waitq
}

// Lock takes the lock, and parks until it is free. Each Lock needs an Unlock.
//
//greengen:patch
func (m *RMutex) Lock() {
	me := self()
	m.mu.take()
	if m.depth > 0 && m.owner != me {
		m.waits.wait(m, &m.mu, -1, false)
		m.mu.lock()
		m.owner = me
	} else {
		m.owner = me
		m.depth++
	}
	m.mu.unlock()
}

// TryLock takes the lock if it is free, or the caller's own.
//
//greengen:patch
func (m *RMutex) TryLock() bool {
	me := self()
	m.mu.lock()
	ok := m.depth == 0 || m.owner == me
	if ok {
		m.owner = me
		m.depth++
	}
	m.mu.unlock()
	return ok
}

// These implement primitive.
func (m *RMutex) guard() *mutex      { return &m.mu }
func (m *RMutex) what(*waitq) string { return "lock" }
func (m *RMutex) took(*waitq)        {}
func (m *RMutex) takeBack(*waitq, int) {
	m.mu.lock()
	defer m.mu.unlock()
	m.release()
}

// release gives the lock to who waits. Called with mu held.
//
//greengen:patch
func (m *RMutex) release() {
	m.owner = owner{}
	if !m.waits.wake(1) { // else it goes from hand to hand
		m.depth = 0
	}
}

// Unlock undoes one Lock. It returns ErrNotOwner, and does nothing, if the lock is
// not the caller's.
//
//greengen:patch
func (m *RMutex) Unlock() error {
	me := self()
	m.mu.take()
	switch {
	case m.depth == 0 || m.owner != me:
		m.mu.unlock()
		return ErrNotOwner
	case m.depth > 1:
		m.depth--
	default:
		m.release()
	}
	m.mu.unlock()
	return nil
}
