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

// These implement primitive.
func (e *Event) guard() *mutex            { return &e.mu }
func (e *Event) what(*waitq) string       { return "event" }
func (e *Event) takeBack(q *waitq, _ int) { e.took(q) }
func (e *Event) took(*waitq) {
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

// isSet unlocks e if it is set. others came first, and have not run yet.
func (e *Event) isSet() (isSet, others bool) {
	if !e.set {
		return false, false
	}
	others = e.pending > 0
	e.mu.unlock()
	return true, others
}

// WaitTimeout is Wait for at most d, without limit if d < 0. It reports whether
// the flag was set.
//
//greengen:patch
func (e *Event) WaitTimeout(d time.Duration) bool {
	e.mu.take()
	if isSet, others := e.isSet(); isSet {
		if others {
			Yield()
		}
		return true
	}
	if d == 0 {
		e.mu.unlock()
		return false
	}
	return e.waits.waits(e, &e.mu, d, false)
}
