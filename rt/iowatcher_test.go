//go:build unix

package rt

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// A watcher of a descriptor is called for as long as it is ready, and not when it was stopped.
func TestWatchDescriptor(t *testing.T) {
	if !HasDescs {
		t.Skip("hubs of this system have no descriptors")
	}
	for name, backend := range backends() {
		t.Run(name, func(t *testing.T) {
			a, b := pair(t)
			var got []byte
			var reads, writes int
			var r, w *Watcher
			require.NoError(t, Run(task(
				on(func(h *green.Hub) {
					hub := HubOf(h)
					var err error
					r, err = hub.OnReadable(a, func() {
						reads++
						var buf [1]byte
						n, _ := syscall.Read(a, buf[:])
						got = append(got, buf[:n]...)
					})
					require.NoError(t, err)
					w, err = hub.OnWritable(a, func() {
						if writes++; writes == 3 {
							w.Stop()
						}
					})
					require.NoError(t, err)
				}),
				write(t, b, "abc"),
				sleep(200*ms),
				do(func() {
					require.Equal(t, "abc", string(got), "a byte each time: still readable")
					require.Equal(t, 3, reads)
					require.Equal(t, 3, writes)
					require.True(t, r.Active())
					require.False(t, w.Active())
					require.True(t, r.Stop())
					require.False(t, r.Stop())
				}),
				write(t, b, "d"),
				sleep(20*ms),
				do(func() { require.Equal(t, 3, reads) }),
				on(func(h *green.Hub) {
					require.Zero(t, HubOf(h).fdWaits)
					require.Zero(t, HubOf(h).fdUnrefs)
					require.Nil(t, HubOf(h).files[a])
				}),
			), backend))
		})
	}
}

// One without a reference keeps no hub alive; one with a reference does.
func TestReferencedDescriptor(t *testing.T) {
	if !HasDescs {
		t.Skip("hubs of this system have no descriptors")
	}
	a, b := pair(t)
	var e Event
	var w *Watcher
	forever := func(h *green.Hub) *green.Frame {
		return e.Wait_green(h)
	}
	err := Run(task(
		on(func(h *green.Hub) {
			var err error
			w, err = HubOf(h).OnReadable(a, func() { t.Error("nothing came") })
			require.NoError(t, err)
			w.Unref()
		}),
		forever,
	), StrictDeadlocks())
	var dead *DeadlockError
	require.ErrorAs(t, err, &dead)

	require.NoError(t, Run(task(
		on(func(h *green.Hub) {
			hub := HubOf(h)
			var err error
			w, err = hub.OnReadable(a, func() {
				w.Stop()
				e.Set()
			})
			require.NoError(t, err)
			w.Unref().Ref()
			go func() {
				time.Sleep(50 * ms) // the hub sleeps meanwhile
				syscall.Write(b, []byte("x"))
			}()
		}),
		forever,
	), StrictDeadlocks()))
	syscall.Read(a, make([]byte, 9))
}

func TestWatchFile(t *testing.T) {
	if !HasDescs {
		t.Skip("hubs of this system have no descriptors")
	}
	f, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, Run(task(on(func(h *green.Hub) {
		_, err := HubOf(h).OnReadable(int(f.Fd()), func() {})
		require.ErrorIs(t, err, errors.ErrUnsupported)
		_, err = HubOf(h).OnReadable(-1, func() {})
		require.ErrorIs(t, err, syscall.EBADF)
	}))))
}

// The end of a child is told once; what Wait returns stays there.
func TestWatchProcess(t *testing.T) {
	for name, backend := range backends() {
		t.Run(name, func(t *testing.T) { watchProcess(t, backend) })
	}
}

func watchProcess(t *testing.T, backend Option) {
	fds := openFDs(t)
	p, q := shell(t, "exit 3"), shell(t, "exec sleep 10")
	var e Event
	calls := 0
	require.NoError(t, Run(task(
		on(func(h *green.Hub) {
			hub := HubOf(h)
			w, err := hub.OnExit(q, func() { t.Error("it was killed after the watcher had stopped") })
			if errors.Is(err, errors.ErrUnsupported) {
				e.Set()
				return
			}
			require.NoError(t, err)
			require.True(t, w.Stop())
			_, err = hub.OnExit(p, func() {
				calls++
				s, err := p.Wait()
				require.NoError(t, err)
				require.Equal(t, 3, s.ExitCode())
				w, err := hub.OnExit(p, func() { e.Set() }) // it has ended
				require.NoError(t, err)
				require.True(t, w.Active())
			})
			require.NoError(t, err)
			_, err = hub.OnExit(q, func() {}) // still there when the hub ends
			require.NoError(t, err)
		}),
		func(h *green.Hub) *green.Frame { return e.Wait_green(h) },
	), backend))
	if calls > 0 {
		require.Equal(t, 1, calls)
	}
	require.NoError(t, q.Kill())
	q.Wait()
	require.Equal(t, fds, openFDs(t))
}
