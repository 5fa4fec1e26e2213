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
	fd, ok := openProcess(p.Pid)
	if !ok {
		return nil, nil, offloadWait(h, p)
	}
	err, c := WaitRead_green(h, fd, -1)
	if c == nil { // it cannot be waited for like that
		closeProcess(fd)
		if err == nil {
			s, err := p.Wait()
			return s, err, nil
		}
		return nil, nil, offloadWait(h, p)
	}
	f := &processFrame{p: p, fd: fd}
	f.Resume, f.PC, f.Flags = resumeProcess, 1, green.FlagDefers
	c.Parent = &f.Frame
	return nil, nil, &f.Frame
}

type waited = struct {
	R0 *os.ProcessState
	R1 error
}

var slotWaited = green.SlotFor[waited]()

func offloadWait(h *green.Hub, p *os.Process) *green.Frame {
	return green.Offload(h, "wait for a process", func() waited {
		s, err := p.Wait()
		return waited{s, err}
	})
}

// processFrame waits for the end of a process. Its flag makes it see a kill.
type processFrame struct {
	green.Frame
	p  *os.Process
	fd int
}

func resumeProcess(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*processFrame)(ptr(hd))
	closeProcess(f.fd)
	if h.Pending() {
		h.Rethrow()
	}
	s, err := f.p.Wait() // it ended: this does not block
	*slotWaited.Of(h) = waited{s, err}
	return f.Parent
}
