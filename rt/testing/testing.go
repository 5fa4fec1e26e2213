// Package testing stands for the methods of std's testing that end a test, in
// green code. The test is marked by testing's own method, on a goroutine that
// ends there; then the greenlet unwinds, and its deferred calls run.
//
// All functions are for the hub's goroutine. In blocking mode each is the plain
// method.
package testing

import (
	"testing"

	"github.com/greengen/greengen/rt/green"
)

// end ends the test as mark, FailNow or SkipNow, says.
func end(h *green.Hub, mark func()) {
	if h.Blocks() {
		mark()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done) // mark does not return
		mark()
	}()
	<-done
	panic(h.Ops.Exiting())
}

// FailNow_green is (*testing.T).FailNow.
func FailNow_green(h *green.Hub, t testing.TB) { end(h, t.FailNow) }

// Fatal_green is (*testing.T).Fatal.
func Fatal_green(h *green.Hub, t testing.TB, args ...any) {
	t.Helper()
	t.Log(args...)
	end(h, t.FailNow)
}

// Fatalf_green is (*testing.T).Fatalf.
func Fatalf_green(h *green.Hub, t testing.TB, format string, args ...any) {
	t.Helper()
	t.Logf(format, args...)
	end(h, t.FailNow)
}

// SkipNow_green is (*testing.T).SkipNow.
func SkipNow_green(h *green.Hub, t testing.TB) { end(h, t.SkipNow) }

// Skip_green is (*testing.T).Skip.
func Skip_green(h *green.Hub, t testing.TB, args ...any) {
	t.Helper()
	t.Log(args...)
	end(h, t.SkipNow)
}

// Skipf_green is (*testing.T).Skipf.
func Skipf_green(h *green.Hub, t testing.TB, format string, args ...any) {
	t.Helper()
	t.Logf(format, args...)
	end(h, t.SkipNow)
}
