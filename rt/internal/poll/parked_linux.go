package poll

import (
	"os"
	"syscall"
	"time"
)

// Parked is Epoll, but it sleeps as a goroutine that waits for a descriptor does: its
// own one is registered with Go's poller. No thread is held in a system call, and none
// has to find a processor again afterwards.
type Parked struct {
	*Epoll
	file  *os.File // of the epoll descriptor, which it owns
	conn  syscall.RawConn
	look  func(uintptr) bool
	n     int  // events that look found
	timed bool // the file has a deadline
}

// NewParked returns the Poller of Linux.
func NewParked() *Parked {
	p := &Parked{Epoll: NewEpoll()}
	p.look = func(uintptr) bool {
		p.n = p.ask()
		return p.n > 0
	}
	return p
}

// FD implements Poller.
func (p *Parked) FD() (int, error) {
	if p.file != nil {
		return p.epfd, nil
	}
	if _, err := p.Epoll.FD(); err != nil {
		return -1, err
	}
	if err := syscall.SetNonblock(p.epfd, true); err != nil { // else os would not ask Go's poller
		return -1, os.NewSyscallError("fcntl", err)
	}
	p.file = os.NewFile(uintptr(p.epfd), "epoll")
	if p.file.SetReadDeadline(time.Time{}) != nil {
		return p.epfd, nil // Go's poller does not want it: sleep as Epoll does
	}
	conn, err := p.file.SyscallConn()
	p.conn = conn
	return p.epfd, err
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
	if !fds || timeout == 0 || p.conn == nil {
		return p.Epoll.Wait(timeout, fds)
	}
	switch {
	case timeout > 0:
		p.file.SetReadDeadline(time.Now().Add(time.Duration(timeout) + slack))
		p.timed = true
	case p.timed:
		p.file.SetReadDeadline(time.Time{})
		p.timed = false
	}
	p.n = 0
	p.conn.Read(p.look) // its error is that the time is up
	return p.translate(p.n)
}

// Close implements Poller.
func (p *Parked) Close() error {
	if p.file == nil {
		return p.Epoll.Close()
	}
	syscall.Close(p.evfd)
	p.epfd, p.evfd = -1, -1
	return p.file.Close()
}

// more returns further Pollers of this system by name.
func more(name string) Poller {
	if name == "epoll-wait" {
		return NewEpoll()
	}
	return nil
}
