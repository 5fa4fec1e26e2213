//go:build unix

package rt

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/poll"
)

func pair(t *testing.T) (a, b int) {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	t.Cleanup(func() { syscall.Close(fds[0]); syscall.Close(fds[1]) })
	for _, fd := range fds {
		require.NoError(t, syscall.SetNonblock(fd, true))
	}
	return fds[0], fds[1]
}

func readable(fd int, d time.Duration, want error) step {
	return greentest.Call1(
		func(h *green.Hub) (error, *green.Frame) { return WaitRead_green(h, fd, d) },
		func(err error) {
			if err != want {
				panic(err)
			}
		})
}

func write(t *testing.T, fd int, s string) step {
	return do(func() {
		_, err := syscall.Write(fd, []byte(s))
		require.NoError(t, err)
	})
}

// backends are what Desc and the waits for readiness must work with.
func backends() map[string]Option {
	with := func(p func() poll.Poller) Option { return func(c *Config) { c.poller = p() } }
	return map[string]Option{
		"system":   with(poll.New),
		"portable": with(func() poll.Poller { return poll.NewPortable() }),
		"no memory": with(func() poll.Poller {
			return &poll.Failing{Poller: poll.New(), OnAdd: func() error { return os.NewSyscallError("epoll_ctl", syscall.ENOMEM) }}
		}),
		"no memory for changes": with(func() poll.Poller {
			fails := func() error { return os.NewSyscallError("epoll_ctl", syscall.ENOMEM) }
			return &poll.Failing{Poller: poll.New(), OnAdd: func() error { return nil }, OnMod: fails}
		}),
		"no more watches": with(func() poll.Poller {
			return &poll.Failing{Poller: poll.New(), OnAdd: func() error { return os.NewSyscallError("epoll_ctl", syscall.ENOSPC) }}
		}),
		"every second time": with(func() poll.Poller {
			n := 0
			fails := func() error {
				if n++; n%2 == 0 {
					return syscall.ENOMEM
				}
				return nil
			}
			return &poll.Failing{Poller: poll.New(), OnAdd: fails, OnMod: fails}
		}),
	}
}

func TestWaitRead(t *testing.T) {
	for name, backend := range backends() {
		t.Run(name, func(t *testing.T) {
			a, b := pair(t)
			var first, second, writer *Greenlet
			var hub *Hub
			require.NoError(t, Run(task(
				on(func(h *green.Hub) { hub = HubOf(h) }),
				readable(a, ms, os.ErrDeadlineExceeded),
				readable(a, 0, os.ErrDeadlineExceeded),
				spawn(&first, readable(a, -1, nil)),
				spawn(&second, readable(a, time.Minute, nil)),
				spawn(&writer, greentest.Call1(
					func(h *green.Hub) (error, *green.Frame) { return WaitWrite_green(h, a, time.Minute) },
					func(err error) { require.NoError(t, err) })),
				join(&writer),
				do(func() { require.False(t, first.Ready() || second.Ready()) }),
				write(t, b, "x"),
				joinAll(&first, &second),
				readable(a, time.Minute, nil), // it was not read: levels count
				do(func() { syscall.Read(a, make([]byte, 9)) }),
				readable(a, ms, os.ErrDeadlineExceeded),
				spawn(&first, readable(a, -1, nil)),
				yield,
				func(h *green.Hub) *green.Frame { return first.Kill_green(h) },
				do(func() { require.NoError(t, syscall.Shutdown(b, syscall.SHUT_RDWR)) }),
				readable(a, -1, nil),
				do(func() {
					require.Zero(t, hub.fdWaits)
					require.Zero(t, hub.timers.n)
					require.Nil(t, hub.files[a])
				}),
			), backend))
		})
	}
}

// A number that is closed and used anew gets no wake-up of its last owner.
func TestReusedNumber(t *testing.T) {
	for name, backend := range backends() {
		t.Run(name, func(t *testing.T) {
			a, b := pair(t)
			c, d := pair(t)
			var g *Greenlet
			require.NoError(t, Run(task(
				spawn(&g, readable(a, -1, nil)),
				yield,
				func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
				write(t, b, "old"),
				do(func() {
					require.NoError(t, syscall.Close(a))
					n, err := syscall.Dup(c) // the lowest free number
					require.NoError(t, err)
					require.Equal(t, a, n)
				}),
				readable(a, 2*ms, os.ErrDeadlineExceeded),
				write(t, d, "new"),
				readable(a, -1, nil),
			), backend))
		})
	}
}

func TestWaitReadPlain(t *testing.T) {
	a, b := pair(t)
	require.Equal(t, os.ErrDeadlineExceeded, WaitRead(a, ms))
	require.NoError(t, WaitWrite(a, -1))
	go syscall.Write(b, []byte("x"))
	require.NoError(t, WaitRead(a, -1))
	f, err := os.CreateTemp(t.TempDir(), "x")
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, WaitRead(int(f.Fd()), -1))
	require.NoError(t, Run(task(readable(int(f.Fd()), -1, nil))))
}
