package rt

import (
	"iter"
	"time"
)

// Completed yields ws as they get ready, those that are first, each as often as
// it is listed. Semaphores are not taken from. The body may park. Safe from any
// goroutine.
//
//greengen:patch
func Completed[W Waitable](ws ...W) iter.Seq[W] {
	return func(yield func(W) bool) {
		c := newCompletion(ws)
		defer c.stop()
		for range ws {
			w, _ := c.ready.get(-1, false)
			if !yield(w) {
				return
			}
		}
	}
}

// Wait parks until n of ws are ready, all of them if n <= 0, or d passed; d < 0: no
// limit. It returns those that are, in the order they became so. Safe from any
// goroutine.
//
//greengen:patch
func Wait(d time.Duration, n int, ws ...Waitable) []Waitable { return firstOf(d, n, ws) }

// JoinFirst parks until n of gs ended, all of them if n <= 0, and returns those, in
// the order they did. Safe from any goroutine.
//
//greengen:patch
func JoinFirst(n int, gs ...*Greenlet) []*Greenlet { return firstOf(-1, n, gs) }

// JoinErr parks until all of gs ended, or one ended with an error, which it returns:
// the others go on. Safe from any goroutine.
//
//greengen:patch
func JoinErr(gs ...*Greenlet) error { return JoinErrBut(nil, gs...) }

// JoinErrBut is JoinErr, but passes over greenlets that ended with ignore, such as
// ErrKilled. Safe from any goroutine.
//
//greengen:patch
func JoinErrBut(ignore error, gs ...*Greenlet) error {
	for g := range Completed(gs...) {
		if err := g.Err(); err != nil && !is(err, ignore) {
			return err
		}
	}
	return nil
}

//greengen:patch
func firstOf[W Waitable](d time.Duration, n int, ws []W) []W {
	c := newCompletion(ws)
	defer c.stop()
	if n <= 0 || n > len(ws) {
		n = len(ws)
	}
	end := deadline(d)
	var first []W
	for len(first) < n {
		w, err := c.ready.get(end.left(), false)
		if err != nil {
			break
		}
		first = append(first, w)
	}
	return first
}

// KillAll makes all of gs unwind with ErrKilled, and parks until they ended. Those
// that have not run never do. Safe from any goroutine but that of their hub.
//
//greengen:patch
func KillAll(gs ...*Greenlet) { KillAllTimeout(-1, gs...) }

// KillAllTimeout is KillAll for at most d, without limit if d < 0: then it returns
// ErrTimeout, and the rest go on unwinding. Safe from any goroutine but that of
// their hub.
//
//greengen:patch
func KillAllTimeout(d time.Duration, gs ...*Greenlet) error {
	for _, g := range gs {
		g.KillAsync()
	}
	end := deadline(d)
	for _, g := range gs {
		if left := end.left(); left < 0 {
			g.Join()
		} else if !g.JoinTimeout(left) {
			return ErrTimeout
		}
	}
	return nil
}
