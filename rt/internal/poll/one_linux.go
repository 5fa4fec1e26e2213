package poll

import (
	"syscall"
	"time"
	"unsafe"
)

// One waits in the kernel, without a Poller, until fd is ready for one direction.
// It returns 0 after d; d < 0: no limit. Safe from any goroutine.
func One(fd int, write bool, d time.Duration) (n int, err error) {
	const in, out, bad = 1, 4, 0x20
	p := struct {
		fd              int32
		events, revents int16
	}{fd: int32(fd), events: in}
	if write {
		p.events = out
	}
	var ts *syscall.Timespec
	if d >= 0 {
		t := syscall.NsecToTimespec(int64(d))
		ts = &t
	}
	r, _, errno := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1, uintptr(unsafe.Pointer(ts)), 0, 0, 0)
	switch {
	case errno != 0:
		return 0, errno
	case p.revents&bad != 0:
		return 0, syscall.EBADF
	}
	return int(r), nil
}
