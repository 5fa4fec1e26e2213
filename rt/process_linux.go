package rt

import "syscall"

// sysPidfdOpen has the same number on all systems but alpha; Linux 5.3.
const sysPidfdOpen = 434

// openProcess returns a descriptor that is readable once the process pid, a child
// that nobody waited for yet, has ended.
func openProcess(pid int) (fd int, ok bool) {
	if pid <= 0 {
		return -1, false
	}
	r, _, errno := syscall.RawSyscall(sysPidfdOpen, uintptr(pid), 0, 0) // close-on-exec by itself
	return int(r), errno == 0
}

func closeProcess(fd int) { syscall.Close(fd) }
