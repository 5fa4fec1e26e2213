package os

import (
	"os"
	"syscall"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

type count = struct {
	R0 int
	R1 error
}

var (
	slotN   = green.SlotFor[count]()
	slotErr = green.SlotFor[struct{ R0 error }]()
)

// stdout and stderr are those that the program began with: what it puts in their place, a
// pipe to itself most likely, may be full.
var stdout, stderr = os.Stdout, os.Stderr

// standard reports whether writes to f are taken not to block.
func standard(f *os.File) bool { return f == stdout || f == stderr }

func readOffloaded(h *green.Hub, f Handle, p []byte) *green.Frame {
	return green.Offload(h, "Read of "+f.Type(), func() count {
		n, err := f.Read(p)
		return count{n, err}
	})
}

func writeOffloaded(h *green.Hub, f Handle, p []byte) *green.Frame {
	return green.Offload(h, "Write of "+f.Type(), func() count {
		n, err := f.Write(p)
		return count{n, err}
	})
}

func closeOffloaded(h *green.Hub, f *os.File) *green.Frame {
	return green.Offload(h, "Close of *os.File", func() struct{ R0 error } {
		return struct{ R0 error }{closeFile(f)}
	})
}

// closeFile closes f, and tells those who wait for it. Safe from any goroutine.
func closeFile(f *os.File) error {
	err := f.Close()
	if f != nil && err == nil {
		Closed((*Stream)(f))
	}
	return err
}

// Closed says that f, a pointer, was closed, to those who wait for it. Safe from any
// goroutine.
func Closed(f syscall.Conn) {
	dropDeadlines(f)
	rt.WakeFile(f)
}

// File_WriteString_green is (*os.File).WriteString. Only from the hub's goroutine.
func File_WriteString_green(h *green.Hub, f *os.File, s string) (int, error, *green.Frame) {
	return File_Write_green(h, f, unsafe.Slice(unsafe.StringData(s), len(s))) // nobody writes to it
}

// withFD calls use with f's descriptor, which stays open meanwhile. It fails if f is closed.
func withFD(f syscall.Conn, use func(fd uintptr)) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(use)
}

// IsClosed reports whether f is closed. Safe from any goroutine.
func IsClosed(f syscall.Conn) bool { return withFD(f, func(uintptr) {}) != nil }
