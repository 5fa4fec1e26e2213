//go:build unix

package rt

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

func shell(t *testing.T, script string) *os.Process {
	t.Helper()
	p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", script}, &os.ProcAttr{})
	require.NoError(t, err)
	return p
}

func waitFor(p **os.Process, then func(*os.ProcessState, error)) step {
	return greentest.Call2(func(h *green.Hub) (*os.ProcessState, error, *green.Frame) {
		return WaitProcess_green(h, *p)
	}, then)
}

// HUB.md 106, without the pipe.
func TestWaitProcess(t *testing.T) {
	for name, backend := range backends() {
		t.Run(name, func(t *testing.T) { waitProcess(t, name == "system", backend) })
	}
}

func waitProcess(t *testing.T, watched bool, backend Option) {
	const n = 20
	fds := openFDs(t)
	var gs [n]*Greenlet
	var steps []step
	for i := range n {
		p := shell(t, "sleep .05; exit 3")
		steps = append(steps, spawn(&gs[i], waitFor(&p, func(s *os.ProcessState, err error) {
			require.NoError(t, err)
			require.Equal(t, 3, s.ExitCode())
		})))
	}
	ticks, stop := 0, false
	steps = append(steps,
		spawn(new(*Greenlet), greentest.Loop(func() bool { return stop }, sleep(ms), do(func() { ticks++ }))),
		yield,
		on(func(h *green.Hub) {
			if watched && runtime.GOOS == "linux" {
				require.Zero(t, HubOf(h).Stats().Workers, "no goroutine per process")
			}
		}),
		func(h *green.Hub) *green.Frame { return JoinAll_green(h, gs[:]...) },
		do(func() { stop = true }),
		on(func(h *green.Hub) {
			require.Zero(t, HubOf(h).fdWaits)
			for _, d := range HubOf(h).files {
				require.Nil(t, d)
			}
		}),
	)
	require.NoError(t, Run(task(steps...), backend))
	require.GreaterOrEqual(t, ticks, 4)
	require.Equal(t, fds, openFDs(t))
}

// A killed wait leaves the process alive, and no descriptor open.
func TestKilledWaitForAProcess(t *testing.T) {
	for name, backend := range backends() {
		t.Run(name, func(t *testing.T) { killedWaitForAProcess(t, backend) })
	}
}

func killedWaitForAProcess(t *testing.T, backend Option) {
	fds := openFDs(t)
	p := shell(t, "exec sleep 10")
	var g *Greenlet
	require.NoError(t, Run(task(
		spawn(&g, waitFor(&p, func(*os.ProcessState, error) { t.Error("it ended") })),
		sleep(ms),
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		do(func() { require.NoError(t, p.Kill()) }),
		waitFor(&p, func(s *os.ProcessState, err error) {
			require.NoError(t, err)
			require.Equal(t, -1, s.ExitCode())
		}),
		waitFor(&p, func(s *os.ProcessState, err error) { require.Error(t, err, "nobody is there any more") }),
	), backend))
	require.ErrorIs(t, g.Err(), ErrKilled)
	require.Equal(t, fds, openFDs(t))
}

// openFDs counts the program's descriptors, but for those of Go's own poller.
func openFDs(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	n := 0
	es, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	for _, e := range es {
		to, _ := os.Readlink("/proc/self/fd/" + e.Name())
		if !strings.Contains(to, "anon_inode:[event") {
			n++
		}
	}
	return n
}

func TestWaitProcessPlain(t *testing.T) {
	c := exec.Command("/bin/sh", "-c", "exit 4")
	require.NoError(t, c.Start())
	start := time.Now()
	s, err := WaitProcess(c.Process)
	require.NoError(t, err)
	require.Equal(t, 4, s.ExitCode())
	require.Less(t, time.Since(start), time.Minute)
}
