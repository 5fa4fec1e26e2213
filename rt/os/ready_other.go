//go:build !linux

package os

import (
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Op is as on Linux.
type Op struct {
	F    syscall.Conn
	Dir  rt.Dir
	Try  func(fd int) bool
	Give func(h *green.Hub)
	Std  func(h *green.Hub) *green.Frame
}

// Perform leaves o to std.
func Perform(h *green.Hub, o Op) *green.Frame { return o.Std(h) }

// Read_green is f.Read. Only from the hub's goroutine, of a hub that does not block.
func Read_green(h *green.Hub, f Handle, p []byte) (int, error, *green.Frame) {
	return 0, nil, readOffloaded(h, f, p)
}

// Write_green is f.Write. Only from the hub's goroutine, of a hub that does not block.
func Write_green(h *green.Hub, f Handle, p []byte) (int, error, *green.Frame) {
	return 0, nil, writeOffloaded(h, f, p)
}

// TryRead returns !ok: it might wait.
func TryRead(*green.Hub, Handle, []byte) (int, error, bool) { return 0, nil, false }

// WaitRead returns false: it never waits.
func WaitRead(*green.Hub, Handle) (*green.Frame, bool) { return nil, false }

// SetDeadline calls std. It never blocks. Safe from any goroutine.
func SetDeadline(_ syscall.Conn, t time.Time, std func(time.Time) error, _, _ bool) error {
	return std(t)
}
