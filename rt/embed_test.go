package rt

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

func TestRunOnce(t *testing.T) {
	h := NewHub(WithVirtualTime())
	require.EqualValues(t, -1, h.RunOnce(0))
	n := 0
	g := h.Spawn(task(yield, do(func() { n++ }), sleep(10*ms), do(func() { n++ })))
	require.EqualValues(t, 10*ms, h.RunOnce(0))
	require.Equal(t, 1, n)
	require.EqualValues(t, -1, h.RunOnce(time.Hour), "not longer than the timer")
	require.Equal(t, 2, n)
	require.True(t, g.Ready())
	require.EqualValues(t, 10*ms, h.Now())

	stuck := h.Spawn(task(forever))
	require.EqualValues(t, -1, h.RunOnce(0), "no deadlock: others may come")
	h.Close()
	require.ErrorIs(t, stuck.Wait(), ErrHubClosed)
	require.NotContains(t, liveHubs(), h)
}

// A greenlet that spins does not keep RunOnce from returning.
func TestRunOnceReturnsWhenItsBudgetIsSpent(t *testing.T) {
	h := NewHub()
	defer h.Close()
	h.Spawn(task(greentest.Loop(func() bool { return false }, yield)))
	require.Zero(t, h.RunOnce(-1))
	require.Zero(t, h.RunOnce(-1))
}

func TestRunOnceIsWoken(t *testing.T) {
	h := NewHub()
	got := false
	go func() {
		for h.sleeping.Load() == awake {
			runtime.Gosched()
		}
		h.Post(func() { got = true })
	}()
	for !got {
		h.RunOnce(-1)
	}
	told := 0
	h.AtClose(func() { told++ })
	h.AtClose(func() { told++ })()
	h.Close()
	require.Equal(t, 1, told)
}

func TestPanicInAnEmbeddedHub(t *testing.T) {
	var told any
	h := NewHub(WithVirtualTime(), OnPanic(func(_ *Greenlet, e *PanicError) { told = e.Value }))
	defer h.Close()
	n := 0
	h.Spawn(task(do(func() { panic("one") })))
	h.Spawn(task(do(func() { n++ })))
	h.RunOnce(0)
	require.Equal(t, "one", told)
	require.Equal(t, 1, n)
}

// A hub inside of another one's loop: what a foreign loop does, in short.
func TestHubsByTheirDescriptors(t *testing.T) {
	in := NewHub()
	defer in.Close()
	fd, err := in.Fd()
	if err != nil {
		t.Skip("no descriptors here: ", err)
	}
	n := 0
	in.Spawn(task(yield, do(func() { n++ })))
	require.NoError(t, Run(task(
		greentest.Loop(func() bool { return n == 3 },
			greentest.Call1(func(h *green.Hub) (error, *green.Frame) { return WaitRead_green(h, fd, time.Minute) },
				func(err error) { require.NoError(t, err) }),
			do(func() {
				in.RunOnce(0)
				if n < 3 {
					go in.Spawn(task(yield, do(func() { n++ })))
				}
			})),
	)))
}

func TestCloseTwice(t *testing.T) {
	h := NewHub(WithMonitor(time.Second))
	h.RunOnce(0)
	h.Close()
	h.Close()
}
