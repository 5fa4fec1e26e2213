package poll

import (
	"os"
	"syscall"
	"time"
	"unsafe"
)

// Parked is Epoll, but it sleeps as a goroutine that waits for a descriptor does: no thread
// is held in a system call, and none has to find a processor again afterwards.
//
// What is registered with Go's poller is not epfd but a gate, an epoll descriptor that has
// epfd in it. While the gate is shut, events do not wake the thread that an idle processor
// lets wait in Go's poller: else each would that comes while the hub is awake. The gate is
// opened before a sleep, and shut where events are found without one; a hub that wakes for
// each event and is asleep again before the next one does neither.
type Parked struct {
	*Epoll
	tried bool // to make a gate
	gate  int
	open  bool            // the gate is
	file  *os.File        // of gate, which it owns
	conn  syscall.RawConn // nil: there is no gate
	look  func(uintptr) bool
	looks int   // of one sleep
	n     int   // events that look found
	err   error // of opening the gate
	timed bool  // the file has a deadline
}

// NewParked returns the Poller of Linux.
func NewParked() *Parked {
	p := &Parked{Epoll: NewEpoll()}
	p.look = p.looked
	return p
}

// looked ends a sleep if there are events. It opens the gate before it looks: the kernel need
// not tell Go's poller of what came before, since epfd may be on the gate's ready list still.
func (p *Parked) looked(uintptr) bool {
	if p.looks++; !p.open {
		if p.err = p.turn(true); p.err != nil {
			return true
		}
	}
	p.n = p.ask()
	return p.n > 0
}

// turn opens or shuts the gate.
func (p *Parked) turn(open bool) error {
	var ev syscall.EpollEvent
	if open {
		ev.Events = syscall.EPOLLIN
	}
	_, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_CTL, uintptr(p.gate), syscall.EPOLL_CTL_MOD, uintptr(p.epfd),
		uintptr(unsafe.Pointer(&ev)), 0, 0)
	if errno != 0 {
		return errno
	}
	p.open = open
	return nil
}

// FD implements Poller.
func (p *Parked) FD() (int, error) {
	fd, err := p.Epoll.FD()
	if err == nil && !p.tried {
		p.tried = true
		p.makeGate()
	}
	return fd, err
}

// makeGate makes the gate, which is shut. Where there can be none, p sleeps as Epoll does: an
// epoll descriptor in another one, and in Go's poller, is not for all kernels.
func (p *Parked) makeGate() {
	gate, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return
	}
	if syscall.EpollCtl(gate, syscall.EPOLL_CTL_ADD, p.epfd, &syscall.EpollEvent{}) != nil ||
		syscall.SetNonblock(gate, true) != nil { // else os would not ask Go's poller
		syscall.Close(gate)
		return
	}
	file := os.NewFile(uintptr(gate), "epoll")
	conn, err := file.SyscallConn()
	if err != nil || file.SetReadDeadline(time.Time{}) != nil {
		file.Close()
		return
	}
	p.gate, p.file, p.conn = gate, file, conn
}

// Add implements Poller.
func (p *Parked) Add(fd int, gen uint32) error {
	if _, err := p.FD(); err != nil {
		return err
	}
	return p.Epoll.Add(fd, gen)
}

// Wait implements Poller.
func (p *Parked) Wait(timeout int64, fds bool) []Event {
	if !fds || p.conn == nil {
		return p.Epoll.Wait(timeout, fds)
	}
	if timeout == 0 || !p.open {
		if n := p.ask(); n > 0 || timeout == 0 {
			return p.awake(n)
		}
	}
	switch {
	case timeout > 0:
		p.file.SetReadDeadline(time.Now().Add(time.Duration(timeout) + slack))
		p.timed = true
	case p.timed:
		p.file.SetReadDeadline(time.Time{})
		p.timed = false
	}
	p.looks, p.n = 0, 0
	p.conn.Read(p.look) // its error is that the time is up
	if p.err != nil {
		p.conn = nil // of no use any more
		return p.Epoll.Wait(timeout, fds)
	}
	if p.looks == 1 {
		return p.awake(p.n)
	}
	return p.translate(p.n)
}

// awake returns n events that were there without a sleep: more of them will be.
func (p *Parked) awake(n int) []Event {
	if n > 0 && p.open {
		p.turn(false) // else it stays open: slower is all
	}
	return p.translate(n)
}

// Close implements Poller.
func (p *Parked) Close() error {
	err := p.Epoll.Close()
	if p.file != nil {
		p.file.Close()
	}
	return err
}

// more returns further Pollers of this system by name.
func more(name string) Poller {
	if name == "epoll-wait" {
		return NewEpoll()
	}
	return nil
}
