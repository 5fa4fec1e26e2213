package rt

import (
	"os"

	"github.com/greengen/greengen/rt/green"
)

// WaitProcess is p.Wait. Safe from any goroutine.
func WaitProcess(p *os.Process) (*os.ProcessState, error) { return p.Wait() }

// WaitProcess_green is p.Wait for greenlets: where the kernel has descriptors of
// processes, it takes no goroutine. A greenlet that is killed leaves the process as
// it is: it can be waited for again. Only from the hub's goroutine.
func WaitProcess_green(h *green.Hub, p *os.Process) (*os.ProcessState, error, *green.Frame) {
	if h.Blocks() {
		s, err := p.Wait()
		return s, err, nil
	}
	ended, c := awaitExit(h, p, true)
	switch {
	case c != nil:
		return nil, nil, c
	case ended:
		s, err := p.Wait()
		return s, err, nil
	}
	return nil, nil, green.Offload(h, "wait for a process", func() waited {
		s, err := p.Wait()
		return waited{s, err}
	})
}

// AwaitExit waits until p.Wait returns at once, and reports true, where that needs no
// goroutine; else it returns false, at once. Safe from any goroutine.
func AwaitExit(p *os.Process) bool { return false }

// AwaitExit_green is AwaitExit for greenlets. Only from the hub's goroutine.
func AwaitExit_green(h *green.Hub, p *os.Process) (bool, *green.Frame) {
	if h.Blocks() {
		return false, nil
	}
	return awaitExit(h, p, false)
}

// awaitExit waits for the end of p, and calls its Wait if reap says so. ended: p.Wait
// returns at once. Without a frame and not ended: it cannot be waited for like that.
func awaitExit(h *green.Hub, p *os.Process, reap bool) (ended bool, _ *green.Frame) {
	fd, ended := openProcess(p)
	if fd < 0 {
		return ended, nil
	}
	err, c := WaitRead_green(h, fd, -1)
	if c == nil {
		closeProcess(fd)
		return err == nil, nil
	}
	f := &processFrame{p: p, fd: fd, reap: reap}
	f.Resume, f.PC, f.Flags = resumeProcess, 1, green.FlagDefers
	c.Parent = &f.Frame
	return false, &f.Frame
}

type waited = struct {
	R0 *os.ProcessState
	R1 error
}

var slotWaited = green.SlotFor[waited]()

// processFrame waits for the end of a process. Its flag makes it see a kill.
type processFrame struct {
	green.FuncFrame
	p    *os.Process
	fd   int
	reap bool
}

func resumeProcess(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*processFrame)(ptr(hd))
	closeProcess(f.fd)
	if h.Pending() {
		h.Rethrow()
	}
	if !f.reap {
		slotBool.Of(h).R0 = true
		return f.Parent
	}
	s, err := f.p.Wait() // it ended: this does not block
	*slotWaited.Of(h) = waited{s, err}
	return f.Parent
}
