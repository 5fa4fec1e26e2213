package rt

import (
	"errors"
	"iter"
	"time"
)

// Errors of Queues.
var (
	ErrEmpty  = errors.New("rt: queue empty")
	ErrFull   = errors.New("rt: queue full")
	ErrClosed = errors.New("rt: queue closed")
	ErrDone   = errors.New("rt: more items done than were put")
)

// What a waiter of a Queue is woken with.
const (
	wokenServed = 1 + iota // an item, or a place, is kept for it
	wokenClosed
)

// Queue hands items from those who put to those who get, in order; who has waited
// longest is served first. All methods are safe from any goroutine.
type Queue[T any] struct {
	mu       mutex
	items    items[T]
	max      int // 0: no limit
	kept     int // items for getters that are ready, and have not run yet
	promised int // places for such putters
	closed   bool
	getters  waitq
	putters  waitq
	open     int // items put and not done, of a WorkQueue
	joiners  waitq
}

// NewQueue returns a Queue with room for max items, for any number if max <= 0.
// Whoever wants a rendezvous uses a channel.
func NewQueue[T any](max int) *Queue[T] { return newQueue[T](max, nil) }

// NewPriorityQueue returns a Queue whose least item is got first; of equal ones
// the one that was put first. less must not park.
func NewPriorityQueue[T any](max int, less func(a, b T) bool) *Queue[T] { return newQueue(max, less) }

func newQueue[T any](limit int, less func(a, b T) bool) *Queue[T] {
	return &Queue[T]{max: most(limit), items: items[T]{less: less}}
}

// Put puts v in, and parks until there is room. It returns ErrClosed if the Queue
// is or gets closed.
//
//greengen:patch
func (q *Queue[T]) Put(v T) error { return q.PutTimeout(v, -1) }

// TryPut puts v in if there is room, else it returns ErrFull; ErrClosed if the
// Queue is closed.
//
//greengen:patch
func (q *Queue[T]) TryPut(v T) error { return q.PutTimeout(v, 0) }

// PutTimeout is Put for at most d, without limit if d < 0: then it returns ErrFull. A
// Cancel of the greenlet ends it, and Put.
//
//greengen:patch
func (q *Queue[T]) PutTimeout(v T, d time.Duration) error {
	q.mu.take()
	full := q.max > 0 && q.items.len()+q.promised >= q.max
	switch {
	case q.closed:
		q.mu.unlock()
		return ErrClosed
	case full && d == 0:
		q.mu.unlock()
		return ErrFull
	case full:
		if err := cancelled(); err != nil {
			q.mu.unlock()
			return err
		}
		switch q.putters.wait(q, &q.mu, d, true) {
		case wokenClosed:
			return ErrClosed
		case wokenServed:
		default:
			return cancelledOr(ErrFull)
		}
		q.mu.lock()
		q.promised--
		if q.closed {
			q.mu.unlock()
			return ErrClosed
		}
	}
	q.items.push(v)
	q.open++
	if q.getters.wake(wokenServed) {
		q.kept++
	}
	q.mu.unlock()
	return nil
}

// These implement primitive.
func (q *Queue[T]) guard() *mutex { return &q.mu }
func (q *Queue[T]) took(*waitq)   {}

func (q *Queue[T]) what(w *waitq) string {
	switch w {
	case &q.getters:
		return "queue get"
	case &q.putters:
		return "queue put"
	}
	return "queue join"
}

func (q *Queue[T]) takeBack(w *waitq, code int) {
	q.mu.lock()
	defer q.mu.unlock()
	switch {
	case code != wokenServed, w == &q.joiners, w == &q.getters && q.kept == 0: // CloseNow
	case w == &q.getters:
		q.kept--
		if q.items.len() > q.kept && q.getters.wake(wokenServed) {
			q.kept++
		}
	default:
		q.promised--
		if q.items.len()+q.promised < q.max && q.putters.wake(wokenServed) {
			q.promised++
		}
	}
}

// Get takes the first item out, and parks until there is one. Of a closed Queue it
// returns what is left, then ErrClosed.
//
//greengen:patch
func (q *Queue[T]) Get() (T, error) { return q.get(-1, true) }

// TryGet takes the first item out if there is one that nobody waits for, else it
// returns ErrEmpty or ErrClosed.
//
//greengen:patch
func (q *Queue[T]) TryGet() (T, error) { return q.get(0, false) }

// GetTimeout is Get for at most d, without limit if d < 0: then it returns ErrEmpty. A
// Cancel of the greenlet ends it, and Get.
//
//greengen:patch
func (q *Queue[T]) GetTimeout(d time.Duration) (v T, err error) { return q.get(d, true) }

// get is GetTimeout; may: a cancel ends it.
//
//greengen:patch
func (q *Queue[T]) get(d time.Duration, may bool) (v T, err error) {
	q.mu.take()
	if q.items.len() <= q.kept {
		switch {
		case q.closed:
			q.mu.unlock()
			return v, ErrClosed
		case d == 0:
			q.mu.unlock()
			return v, ErrEmpty
		}
		if may {
			if err := cancelled(); err != nil {
				q.mu.unlock()
				return v, err
			}
		}
		switch q.getters.wait(q, &q.mu, d, may) {
		case wokenClosed:
			return v, ErrClosed
		case wokenServed:
		default:
			if may {
				return v, cancelledOr(ErrEmpty)
			}
			return v, ErrEmpty
		}
		q.mu.lock()
		if q.items.len() == 0 { // CloseNow
			q.mu.unlock()
			return v, ErrClosed
		}
		q.kept--
	}
	v = q.items.pop()
	if q.max > 0 && q.items.len()+q.promised < q.max && q.putters.wake(wokenServed) {
		q.promised++
	}
	q.mu.unlock()
	return v, nil
}

// Peek returns the first item, which stays, or ErrEmpty or ErrClosed.
func (q *Queue[T]) Peek() (v T, err error) {
	q.mu.lock()
	defer q.mu.unlock()
	switch {
	case q.items.len() > 0:
		return q.items.first(), nil
	case q.closed:
		return v, ErrClosed
	}
	return v, ErrEmpty
}

// Len returns how many items are in.
func (q *Queue[T]) Len() int {
	q.mu.lock()
	defer q.mu.unlock()
	return q.items.len()
}

// Waiters returns how many wait to get and to put.
func (q *Queue[T]) Waiters() (getters, putters int) {
	q.mu.lock()
	defer q.mu.unlock()
	return q.getters.n, q.putters.n
}

// Close closes the Queue: puts fail, gets take what is left, then fail. Whoever
// waits is told.
//
//greengen:patch
func (q *Queue[T]) Close() { q.close(false) }

// CloseNow is Close, and drops what is left.
//
//greengen:patch
func (q *Queue[T]) CloseNow() { q.close(true) }

//greengen:patch
func (q *Queue[T]) close(now bool) {
	q.mu.take()
	q.closed = true
	if now {
		q.items.clear()
		q.kept = 0
	}
	for q.getters.wake(wokenClosed) {
	}
	for q.putters.wake(wokenClosed) {
	}
	q.mu.unlock()
}

// All yields the items until the Queue is closed and empty.
//
//greengen:patch
func (q *Queue[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			v, err := q.get(-1, false)
			if err != nil || !yield(v) {
				return
			}
		}
	}
}

// WorkQueue is a Queue that knows when all its items are dealt with. All methods
// are safe from any goroutine.
type WorkQueue[T any] struct {
	Queue[T]
}

// NewWorkQueue returns a WorkQueue with room for max items, for any number if
// max <= 0.
func NewWorkQueue[T any](max int) *WorkQueue[T] {
	w := &WorkQueue[T]{}
	w.max = most(max)
	return w
}

func most(n int) int { return max(n, 0) }

// Done says that one item which was got is dealt with. It returns ErrDone if all
// are already.
//
//greengen:patch
func (w *WorkQueue[T]) Done() error {
	w.mu.take()
	if w.open == 0 {
		w.mu.unlock()
		return ErrDone
	}
	w.open--
	if w.open == 0 {
		for w.joiners.wake(1) {
		}
	}
	w.mu.unlock()
	return nil
}

// Open returns how many items were put that are not dealt with.
func (w *WorkQueue[T]) Open() int {
	w.mu.lock()
	defer w.mu.unlock()
	return w.open
}

// Join parks until all items are dealt with.
//
//greengen:patch
func (w *WorkQueue[T]) Join() { w.JoinTimeout(-1) }

// JoinTimeout is Join for at most d, without limit if d < 0. It reports whether all
// are dealt with.
//
//greengen:patch
func (w *WorkQueue[T]) JoinTimeout(d time.Duration) bool {
	w.mu.take()
	if w.open == 0 || d == 0 {
		all := w.open == 0
		w.mu.unlock()
		return all
	}
	return w.joiners.waits(&w.Queue, &w.mu, d, false)
}
