//go:build unix

package rt

import (
	"os"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt/internal/poll"
)

// waitReady is WaitRead or WaitWrite of a goroutine. It waits in the kernel, which
// costs a thread: Go's own poller takes descriptors only for good.
func waitReady(fd int, dir Dir, d time.Duration) error {
	end := time.Now().Add(max(d, 0))
	for {
		n, err := poll.One(fd, dir == Writing, d)
		switch {
		case err == syscall.EINTR:
			if d >= 0 {
				d = max(time.Until(end), 0)
			}
		case err != nil:
			return os.NewSyscallError("poll", err)
		case n == 0:
			return os.ErrDeadlineExceeded
		default:
			return nil
		}
	}
}
