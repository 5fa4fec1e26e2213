package rt

import (
	"os"
	"syscall"
	"unsafe"
)

// sysPidfdOpen has the same number on all systems but alpha; Linux 5.3.
const sysPidfdOpen = 434

// openProcess returns a descriptor that is readable once p has ended; -1 if there is none.
// ended: p.Wait returns at once, since p ended, or cannot be waited for.
func openProcess(p *os.Process) (fd int, ended bool) {
	if p.Pid <= 0 || p.Signal(syscall.Signal(0)) == os.ErrProcessDone || !runs(p.Pid) {
		return -1, true // the number may be another one's already
	}
	r, _, errno := syscall.RawSyscall(sysPidfdOpen, uintptr(p.Pid), 0, 0) // close-on-exec by itself
	if errno != 0 {
		return -1, false
	}
	return int(r), false
}

// runs reports whether pid is a child that has not ended.
func runs(pid int) bool {
	const byPID, noWait = 1, 0x1000000
	var info [32]int32 // siginfo_t: the first one is the signal, 0 if there is nothing to report
	_, _, errno := syscall.RawSyscall6(syscall.SYS_WAITID, byPID, uintptr(pid), uintptr(unsafe.Pointer(&info)),
		syscall.WEXITED|syscall.WNOHANG|noWait, 0, 0)
	return errno == 0 && info[0] == 0
}

func closeProcess(fd int) { syscall.Close(fd) }
