package rt

import "time"

//go:generate go run github.com/greengen/greengen/cmd/greengen

// Event is a flag that can be waited for. The zero value is not set. It must not
// be copied. All methods are safe from any goroutine.
type Event struct {
	mu      mutex
	set     bool
	waits   waitq
	pending int // waiters that are ready, and have not run yet
	seen    observers
}

// Set sets the flag: who waits is ready, in the order they came.
//
//greengen:patch
func (e *Event) Set() {
	e.mu.take()
	e.set = true
	for e.waits.wake(1) {
		e.pending++
	}
	e.seen.tell()
	e.mu.unlock()
}

// takeBack implements giver.
func (e *Event) takeBack(*waitq, int) {
	e.mu.lock()
	e.pending--
	e.mu.unlock()
}

// Clear clears the flag. Who was made ready by Set stays so.
func (e *Event) Clear() {
	e.mu.lock()
	e.set = false
	e.mu.unlock()
}

// IsSet reports whether the flag is set.
func (e *Event) IsSet() bool {
	e.mu.lock()
	defer e.mu.unlock()
	return e.set
}

// Ready implements Waitable: it is IsSet.
func (e *Event) Ready() bool { return e.IsSet() }

// Wait parks until the flag is set.
//
//greengen:patch
func (e *Event) Wait() { e.WaitTimeout(-1) }

// WaitTimeout is Wait for at most d, without limit if d < 0. It reports whether
// the flag was set.
//
//greengen:patch
func (e *Event) WaitTimeout(d time.Duration) bool {
	e.mu.take()
	if e.set {
		others := e.pending > 0
		e.mu.unlock()
		if others { // they came first
			Yield()
		}
		return true
	}
	if d == 0 {
		e.mu.unlock()
		return false
	}
	if e.waits.wait(&e.mu, d, "event", false, e) == 0 {
		return false
	}
	e.mu.lock()
	e.pending--
	e.mu.unlock()
	return true
}
