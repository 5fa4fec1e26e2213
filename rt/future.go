package rt

import (
	"errors"
	"time"
)

// Errors of Futures.
var (
	ErrAlreadySet = errors.New("rt: future set twice")
	ErrGoexit     = errors.New("rt: ended by Goexit, without a result")
)

// Future is a result that comes later: a value or an error, for any number of
// readers. The zero value has no result yet. It must not be copied. All methods
// are safe from any goroutine.
type Future[T any] struct {
	nothing
	mu    mutex
	done  bool
	v     T
	err   error
	g     *Greenlet // who computes it, nil if not known
	waits waitq
	seen  observers
}

// These implement primitive.
func (f *Future[T]) guard() *mutex      { return &f.mu }
func (f *Future[T]) what(*waitq) string { return "future" }

// Set gives the Future its value, or ErrAlreadySet if it has a result.
//
//greengen:patch
func (f *Future[T]) Set(v T) error { return f.resolve(v, nil) }

// Fail gives the Future an error, or ErrAlreadySet if it has a result.
//
//greengen:patch
func (f *Future[T]) Fail(err error) error {
	var none T
	return f.resolve(none, err)
}

//greengen:patch
func (f *Future[T]) resolve(v T, err error) error {
	f.mu.take()
	if f.done {
		f.mu.unlock()
		return ErrAlreadySet
	}
	f.done, f.v, f.err = true, v, err
	for f.waits.wake(1) {
	}
	f.seen.tell()
	f.mu.unlock()
	return nil
}

// Ready reports whether there is a result.
func (f *Future[T]) Ready() bool {
	f.mu.lock()
	defer f.mu.unlock()
	return f.done
}

// WaitTimeout is Wait for at most d, without limit if d < 0. It reports whether
// there is a result.
//
//greengen:patch
func (f *Future[T]) WaitTimeout(d time.Duration) bool {
	return f.await(d, false)
}

// await is WaitTimeout; may: a cancel ends it.
//
//greengen:patch
func (f *Future[T]) await(d time.Duration, may bool) bool {
	f.mu.take()
	if f.done || d == 0 {
		done := f.done
		f.mu.unlock()
		return done
	}
	return f.waits.waits(f, &f.mu, d, may)
}

// Get parks until there is a result, and returns it.
//
//greengen:patch
func (f *Future[T]) Get() (T, error) { return f.GetTimeout(-1) }

// GetTimeout is Get for at most d, without limit if d < 0: then it returns
// ErrTimeout. A Cancel of the greenlet ends it, and Get.
//
//greengen:patch
func (f *Future[T]) GetTimeout(d time.Duration) (T, error) {
	if f.Ready() {
		return f.v, f.err
	}
	var none T
	if err := cancelled(); err != nil {
		return none, err
	}
	if !f.await(d, true) {
		return none, cancelledOr(ErrTimeout)
	}
	return f.v, f.err
}

// Greenlet returns who computes the result, nil if Call did not make f.
func (f *Future[T]) Greenlet() *Greenlet { return f.g }

// Call spawns fn, and returns its result as a Future. If its greenlet ends
// otherwise, the Future fails: with what killed it, its *PanicError, or ErrGoexit.
// Safe from any goroutine.
//
//greengen:patch
func Call[T any](fn func() (T, error)) *Future[T] {
	f := &Future[T]{}
	f.g = Spawn(func() { f.resolve(fn()) })
	f.g.onEnd(func() { f.broken() })
	return f
}
