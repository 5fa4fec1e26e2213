//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package poll

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// HasFDs says whether the pollers of this system watch descriptors.
const HasFDs = true

const (
	native = "kqueue"
	names  = "kqueue, portable"
)

func best() Poller { return NewKqueue() }

// NewKqueue returns the Poller of the BSDs and Darwin.
func NewKqueue() *Kqueue { return &Kqueue{Portable: NewPortable(), kq: -1} }

// Kqueue is the Poller of the BSDs and Darwin. The descriptors of its own are
// opened by the first Add.
type Kqueue struct {
	*Portable // for sleeping without descriptors
	kq        int
	pipe      [2]int   // to wake it: not all systems have EVFILT_USER
	gens      []uint32 // by descriptor. The kernel forgets the events of one that is closed.
	raw       [128]syscall.Kevent_t
	events    [128]Event
}

func (k *Kqueue) open() error {
	kq, err := syscall.Kqueue()
	if err != nil {
		return os.NewSyscallError("kqueue", err)
	}
	syscall.CloseOnExec(kq)
	if err := syscall.Pipe(k.pipe[:]); err != nil {
		syscall.Close(kq)
		return os.NewSyscallError("pipe", err)
	}
	for _, fd := range k.pipe {
		syscall.CloseOnExec(fd)
		syscall.SetNonblock(fd, true)
	}
	k.kq = kq
	if err := k.change(k.pipe[0], syscall.EVFILT_READ, syscall.EV_ADD|syscall.EV_CLEAR); err != nil {
		k.Close()
		return err
	}
	return nil
}

func (k *Kqueue) change(fd, filter, flags int) error {
	var c [1]syscall.Kevent_t
	syscall.SetKevent(&c[0], fd, filter, flags)
	_, err := syscall.Kevent(k.kq, c[:], nil, nil)
	return os.NewSyscallError("kevent", err)
}

// FD implements Poller.
func (k *Kqueue) FD() (int, error) {
	if k.kq < 0 {
		if err := k.open(); err != nil {
			return -1, err
		}
	}
	return k.kq, nil
}

// Add implements Poller.
func (k *Kqueue) Add(fd int, gen uint32) error {
	if _, err := k.FD(); err != nil {
		return err
	}
	for len(k.gens) <= fd {
		k.gens = append(k.gens, 0)
	}
	k.gens[fd] = gen
	const flags = syscall.EV_ADD | syscall.EV_CLEAR
	if err := k.change(fd, syscall.EVFILT_READ, flags); err != nil {
		return err
	}
	err := k.change(fd, syscall.EVFILT_WRITE, flags)
	if errors.Is(err, syscall.ENOMEM) {
		k.change(fd, syscall.EVFILT_READ, syscall.EV_DELETE)
		return err
	}
	return nil // one that cannot be written to is never ready for that
}

// Mod implements Poller. An event that is taken is an edge; a new filter begins
// with one.
func (k *Kqueue) Mod(fd int, gen uint32) error {
	k.Remove(fd)
	return k.Add(fd, gen)
}

// Remove implements Poller.
func (k *Kqueue) Remove(fd int) error {
	k.change(fd, syscall.EVFILT_WRITE, syscall.EV_DELETE)
	return k.change(fd, syscall.EVFILT_READ, syscall.EV_DELETE)
}

// Wake implements Poller.
func (k *Kqueue) Wake(fds bool) {
	if !fds || k.kq < 0 {
		k.Portable.Wake(false)
		return
	}
	syscall.Write(k.pipe[1], []byte{0}) // if it is full the hub is woken already
}

// Wait implements Poller.
func (k *Kqueue) Wait(timeout int64, fds bool) []Event {
	if !fds || k.kq < 0 {
		return k.Portable.Wait(timeout, false)
	}
	var ts *syscall.Timespec
	if timeout >= 0 {
		t := syscall.NsecToTimespec(timeout)
		ts = &t
	}
	n, err := syscall.Kevent(k.kq, nil, k.raw[:], ts)
	if err != nil {
		return nil // EINTR: the hub comes again
	}
	return k.translate(n)
}

func (k *Kqueue) translate(n int) []Event {
	got := k.events[:0]
	for i := range k.raw[:n] {
		r := &k.raw[i]
		fd := int(r.Ident)
		if fd == k.pipe[0] {
			k.drain()
			continue
		}
		m := Read
		if r.Filter == syscall.EVFILT_WRITE {
			m = Write
		}
		if r.Flags&syscall.EV_EOF != 0 {
			m |= Hup
		}
		got = append(got, Event{int32(fd), k.gens[fd], m})
	}
	return got
}

// drain empties the pipe.
func (k *Kqueue) drain() {
	var b [64]byte
	for {
		if n, err := syscall.Read(k.pipe[0], b[:]); n < len(b) || err != nil {
			return
		}
	}
}

// Close implements Poller.
func (k *Kqueue) Close() error {
	if k.kq < 0 {
		return nil
	}
	syscall.Close(k.pipe[0])
	syscall.Close(k.pipe[1])
	err := syscall.Close(k.kq)
	k.kq = -1
	return os.NewSyscallError("close", err)
}

// One waits in the kernel, without a Poller, until fd is ready for one direction.
// It returns 0 after d; d < 0: no limit. Safe from any goroutine.
func One(fd int, write bool, d time.Duration) (n int, err error) {
	kq, err := syscall.Kqueue()
	if err != nil {
		return 0, err
	}
	defer syscall.Close(kq)
	filter := syscall.EVFILT_READ
	if write {
		filter = syscall.EVFILT_WRITE
	}
	var c, got [1]syscall.Kevent_t
	syscall.SetKevent(&c[0], fd, filter, syscall.EV_ADD|syscall.EV_ONESHOT)
	var ts *syscall.Timespec
	if d >= 0 {
		t := syscall.NsecToTimespec(int64(d))
		ts = &t
	}
	return syscall.Kevent(kq, c[:], got[:], ts)
}
