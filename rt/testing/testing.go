// Package testing stands for the methods of std's testing that end a test, in
// green code. The test is marked by testing's own method, on a goroutine that
// ends there; then the greenlet unwinds, and its deferred calls run.
//
// All functions are for the hub's goroutine. In blocking mode each is the plain
// method.
package testing

import (
	"testing"
	"unsafe"

	"github.com/greengen/greengen/rt"
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

// own reports whether t is one of testing's: who embeds one may have methods in
// the place of its.
func own(t testing.TB) bool {
	switch t.(type) {
	case *testing.T, *testing.B, *testing.F:
		return true
	}
	return false
}

// foreign calls method of another test, which need not end it.
func foreign(h *green.Hub, method func()) *green.Frame {
	if h.Blocks() {
		method()
		return nil
	}
	return green.Offload(h, "testing.TB", func() (_ struct{}) {
		method()
		return
	})
}

// TB_FailNow_green is testing.TB.FailNow.
func TB_FailNow_green(h *green.Hub, t testing.TB) *green.Frame {
	if own(t) {
		FailNow_green(h, t)
	}
	return foreign(h, t.FailNow)
}

// TB_Fatal_green is testing.TB.Fatal.
func TB_Fatal_green(h *green.Hub, t testing.TB, args ...any) *green.Frame {
	t.Helper()
	if own(t) {
		Fatal_green(h, t, args...)
	}
	return foreign(h, func() { t.Fatal(args...) })
}

// TB_Fatalf_green is testing.TB.Fatalf.
func TB_Fatalf_green(h *green.Hub, t testing.TB, format string, args ...any) *green.Frame {
	t.Helper()
	if own(t) {
		Fatalf_green(h, t, format, args...)
	}
	return foreign(h, func() { t.Fatalf(format, args...) })
}

// TB_SkipNow_green is testing.TB.SkipNow.
func TB_SkipNow_green(h *green.Hub, t testing.TB) *green.Frame {
	if own(t) {
		SkipNow_green(h, t)
	}
	return foreign(h, t.SkipNow)
}

// TB_Skip_green is testing.TB.Skip.
func TB_Skip_green(h *green.Hub, t testing.TB, args ...any) *green.Frame {
	t.Helper()
	if own(t) {
		Skip_green(h, t, args...)
	}
	return foreign(h, func() { t.Skip(args...) })
}

// TB_Skipf_green is testing.TB.Skipf.
func TB_Skipf_green(h *green.Hub, t testing.TB, format string, args ...any) *green.Frame {
	t.Helper()
	if own(t) {
		Skipf_green(h, t, format, args...)
	}
	return foreign(h, func() { t.Skipf(format, args...) })
}

// subtest is a function that T.Run is handed, and the test that it is called with.
type subtest struct {
	green.Env
	t         *testing.T
	f         func(*testing.T)
	twin, env unsafe.Pointer // of f
}

func twinOfSubtest(h *green.Hub, env unsafe.Pointer) *green.Frame {
	e := (*subtest)(env)
	return green.As[func(*green.Hub, unsafe.Pointer, *testing.T) *green.Frame](e.twin)(h, e.env, e.t)
}

//go:noinline
func (e *subtest) bind() func() {
	e.Twin = green.Func(twinOfSubtest)
	fn := func() { e.f(e.t) }
	green.Bind(green.Func(fn), unsafe.Pointer(e))
	return fn
}

// Run_green is (*testing.T).Run. testing runs the subtest on a goroutine, as always;
// that waits for a greenlet of this hub, on which f runs.
func Run_green(h *green.Hub, t *testing.T, name string, f func(*testing.T)) (bool, *green.Frame) {
	if h.Blocks() {
		return t.Run(name, f), nil
	}
	run := f
	if twin, env, _ := green.Lookup(f); twin != nil {
		hub := rt.HubOf(h)
		run = func(t *testing.T) {
			e := &subtest{t: t, f: f, twin: twin, env: env}
			if err := hub.On(e.bind()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return false, green.Offload(h, "testing.(*T).Run", func() (r struct{ R0 bool }) {
		r.R0 = t.Run(name, run)
		return r
	})
}
