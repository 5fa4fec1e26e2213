//go:build linux && !386

package os

import (
	"syscall"
	"unsafe"
)

// asks says that a socket can be read and written without blocking, whatever its mode.
const asks = true

func receive(fd int, p []byte) (int, error) { return transfer(syscall.SYS_RECVFROM, fd, p) }
func send(fd int, p []byte) (int, error)    { return transfer(syscall.SYS_SENDTO, fd, p) }

// transfer is recv(2) or send(2) of what is not empty.
func transfer(call uintptr, fd int, p []byte) (int, error) {
	n, _, errno := syscall.RawSyscall6(call, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)), syscall.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}
