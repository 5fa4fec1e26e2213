package rt

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// noDescriptors lets the program open no more of them, until allow is called.
func noDescriptors(t *testing.T) (allow func()) {
	t.Helper()
	var old syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old))
	free, err := syscall.Dup(0)
	require.NoError(t, err)
	require.NoError(t, syscall.Close(free))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: uint64(free), Max: old.Max}))
	allow = func() { require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old)) }
	t.Cleanup(allow)
	return allow
}

// Without a descriptor for a process a worker waits for it, and a watcher is told that
// there is none.
func TestProcessWithoutDescriptors(t *testing.T) {
	fds := openFDs(t)
	p, q := shell(t, "exec sleep 10"), shell(t, "exec sleep 10")
	killed := func(s *os.ProcessState, err error) {
		require.NoError(t, err)
		require.Equal(t, -1, s.ExitCode())
	}
	workers := func(want int) step {
		return on(func(h *green.Hub) { require.Equal(t, want, HubOf(h).Stats().Workers) })
	}
	var g *Greenlet
	var allow func()
	exits := 0
	require.NoError(t, Run(task(
		do(func() { allow = noDescriptors(t) }),
		spawn(&g, waitFor(&p, killed)),
		yield,
		workers(1),
		on(func(h *green.Hub) {
			_, err := HubOf(h).OnExit(q, func() { t.Error("there is no watcher") })
			require.ErrorIs(t, err, errors.ErrUnsupported)
			require.NoError(t, p.Kill())
		}),
		join(&g),
		do(func() { allow() }),
		workers(0),
		on(func(h *green.Hub) { // as ever
			_, err := HubOf(h).OnExit(q, func() { exits++ })
			require.NoError(t, err)
		}),
		spawn(&g, waitFor(&q, killed)),
		yield,
		workers(0),
		do(func() { require.NoError(t, q.Kill()) }),
		join(&g), sleep(0), yield,
	)))
	require.LessOrEqual(t, exits, 1)
	require.Equal(t, fds, openFDs(t))
}
