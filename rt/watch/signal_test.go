//go:build unix

package watch

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

func raise(sig syscall.Signal) { syscall.Kill(os.Getpid(), sig) }

// The handler parks, and two signals are handled at once.
func TestSignalsStartGreenlets(t *testing.T) {
	var s *Signal
	begun, ended := 0, 0
	handler := greentest.Task(
		greentest.Do(func() {
			if begun++; begun == 1 {
				raise(syscall.SIGUSR1)
			}
		}),
		greentest.Loop(func() bool { return begun == 2 }, func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, time.Millisecond) }),
		greentest.Do(func() { ended++ }),
	)
	require.NoError(t, rt.Run(greentest.Task(
		greentest.On(func(h *green.Hub) { s = OnSignal(rt.HubOf(h), syscall.SIGUSR1, handler).Ref() }),
		greentest.Do(func() { raise(syscall.SIGUSR1) }),
		greentest.Loop(func() bool { return ended == 2 }, func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, time.Millisecond) }),
		greentest.Do(func() { s.Stop(); s.Stop() }),
	)))
}

func TestSignalsAndDeadlock(t *testing.T) {
	forever := func(h *green.Hub) *green.Frame { return rt.Forever_green(h, "a signal") }
	none := greentest.Task()
	var dead *rt.DeadlockError
	require.ErrorAs(t, rt.Run(greentest.Task(
		greentest.On(func(h *green.Hub) { OnSignal(rt.HubOf(h), syscall.SIGUSR1, none).Ref().Unref() }),
		forever,
	)), &dead)

	done := errors.New("done")
	require.ErrorIs(t, rt.Run(greentest.Task(
		greentest.On(func(h *green.Hub) {
			root := rt.Current_green(h)
			OnSignal(rt.HubOf(h), syscall.SIGUSR2, greentest.Task(func(h *green.Hub) *green.Frame {
				return root.KillWith_green(h, done)
			})).Ref()
			go func() {
				time.Sleep(2 * time.Millisecond) // so that the hub sleeps
				raise(syscall.SIGUSR2)
			}()
		}),
		forever,
	)), done)
}

// The end of a hub ends its watches: the signal is others' again.
func TestSignalAfterTheHub(t *testing.T) {
	var s *Signal
	require.NoError(t, rt.Run(greentest.Task(
		greentest.On(func(h *green.Hub) { s = OnSignal(rt.HubOf(h), syscall.SIGUSR1, greentest.Task()) }),
	)))
	_, open := <-s.c
	require.False(t, open)
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	defer signal.Stop(c)
	raise(syscall.SIGUSR1)
	<-c
}
