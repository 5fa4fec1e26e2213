package poll

import (
	"os"
	"syscall"
	"unsafe"
)

// HasFDs says whether the pollers of this system watch descriptors.
const HasFDs = true

const (
	native = "epoll"
	names  = "epoll, epoll-wait, portable"
)

func best() Poller { return NewParked() }

// NewEpoll returns a Poller of Linux that sleeps in the system call.
func NewEpoll() *Epoll { return &Epoll{Portable: NewPortable(), epfd: -1, evfd: -1} }

// Epoll is a Poller of Linux. The descriptors of its own are opened by the
// first Add.
type Epoll struct {
	*Portable  // for sleeping without descriptors
	epfd, evfd int
	noPwait2   bool
	raw        [128]syscall.EpollEvent
	events     [128]Event
}

const (
	edge     = 1 << 31 // syscall.EPOLLET is negative on some systems
	interest = syscall.EPOLLIN | syscall.EPOLLOUT | syscall.EPOLLRDHUP | syscall.EPOLLPRI | edge
)

func (e *Epoll) open() error {
	epfd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	evfd, _, errno := syscall.RawSyscall(syscall.SYS_EVENTFD2, 0, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if errno != 0 {
		syscall.Close(epfd)
		return os.NewSyscallError("eventfd2", errno)
	}
	// Edge-triggered: each write is an event of its own, and nobody need read.
	ev := syscall.EpollEvent{Events: syscall.EPOLLIN | edge, Fd: -1}
	if err := syscall.EpollCtl(epfd, syscall.EPOLL_CTL_ADD, int(evfd), &ev); err != nil {
		syscall.Close(epfd)
		syscall.Close(int(evfd))
		return os.NewSyscallError("epoll_ctl", err)
	}
	e.epfd, e.evfd = epfd, int(evfd)
	return nil
}

// FD implements Poller.
func (e *Epoll) FD() (int, error) {
	if e.epfd < 0 {
		if err := e.open(); err != nil {
			return -1, err
		}
	}
	return e.epfd, nil
}

// Add implements Poller.
func (e *Epoll) Add(fd int, gen uint32) error {
	if _, err := e.FD(); err != nil {
		return err
	}
	return e.control(syscall.EPOLL_CTL_ADD, fd, gen)
}

// Mod implements Poller.
func (e *Epoll) Mod(fd int, gen uint32) error {
	if _, err := e.FD(); err != nil {
		return err
	}
	return e.control(syscall.EPOLL_CTL_MOD, fd, gen)
}

func (e *Epoll) control(op, fd int, gen uint32) error {
	ev := syscall.EpollEvent{Events: interest, Fd: int32(fd), Pad: int32(gen)}
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(e.epfd, op, fd, &ev))
}

// Remove implements Poller. A descriptor that is closed need not be removed,
// unless a duplicate of it lives on.
func (e *Epoll) Remove(fd int) error {
	var ev syscall.EpollEvent
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(e.epfd, syscall.EPOLL_CTL_DEL, fd, &ev))
}

// Wake implements Poller.
func (e *Epoll) Wake(fds bool) {
	if !fds || e.epfd < 0 {
		e.Portable.Wake(false)
		return
	}
	one := uint64(1)
	// It cannot block: the counter would have to overflow.
	syscall.RawSyscall(syscall.SYS_WRITE, uintptr(e.evfd), uintptr(unsafe.Pointer(&one)), 8)
}

// Wait implements Poller.
func (e *Epoll) Wait(timeout int64, fds bool) []Event {
	if !fds || e.epfd < 0 {
		return e.Portable.Wait(timeout, false)
	}
	n := e.ask()
	if n == 0 && timeout != 0 {
		n = e.sleep(timeout)
	}
	return e.translate(n)
}

// ask returns at once.
func (e *Epoll) ask() int {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(e.epfd),
		uintptr(unsafe.Pointer(&e.raw)), uintptr(len(e.raw)), 0, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

// sleep waits, with the scheduler told.
func (e *Epoll) sleep(timeout int64) int {
	if timeout > 0 && !e.noPwait2 {
		if n, ok := e.sleepExactly(timeout); ok {
			return n
		}
	}
	ms := -1
	if timeout > 0 {
		ms = int(min((timeout+999_999)/1_000_000, 1<<30))
	}
	n, err := syscall.EpollWait(e.epfd, e.raw[:], ms)
	if err != nil {
		return 0 // EINTR: the hub comes again
	}
	return n
}

// sysEpollPwait2 has the same number on all systems; Linux 5.11.
const sysEpollPwait2 = 441

// sleepExactly waits with a timeout in nanoseconds, if the kernel can.
func (e *Epoll) sleepExactly(timeout int64) (n int, ok bool) {
	ts := [2]int64{timeout / 1e9, timeout % 1e9}
	r, _, errno := syscall.Syscall6(sysEpollPwait2, uintptr(e.epfd),
		uintptr(unsafe.Pointer(&e.raw)), uintptr(len(e.raw)), uintptr(unsafe.Pointer(&ts)), 0, 0)
	switch errno {
	case 0:
		return int(r), true
	case syscall.EINTR:
		return 0, true
	}
	e.noPwait2 = true
	return 0, false
}

func (e *Epoll) translate(n int) []Event {
	k := 0
	for i := range e.raw[:n] {
		r := &e.raw[i]
		if r.Fd < 0 {
			continue // the eventfd
		}
		e.events[k] = Event{r.Fd, uint32(r.Pad), mode(r.Events)}
		k++
	}
	return e.events[:k]
}

func mode(bits uint32) (m Mode) {
	if bits&syscall.EPOLLIN != 0 {
		m |= Read
	}
	if bits&syscall.EPOLLOUT != 0 {
		m |= Write
	}
	if bits&syscall.EPOLLPRI != 0 {
		m |= Pri | Read
	}
	if bits&syscall.EPOLLRDHUP != 0 {
		m |= Hup | Read
	}
	if bits&(syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
		m |= Hup | Read | Write
	}
	return m
}

// Close implements Poller.
func (e *Epoll) Close() error {
	if e.epfd < 0 {
		return nil
	}
	syscall.Close(e.evfd)
	err := syscall.Close(e.epfd)
	e.epfd, e.evfd = -1, -1
	return os.NewSyscallError("close", err)
}
