//go:build !linux

package os

import (
	"os"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// File_Read_green is (*os.File).Read. Only from the hub's goroutine.
func File_Read_green(h *green.Hub, f *os.File, p []byte) (int, error, *green.Frame) {
	if h.Blocks() {
		n, err := f.Read(p)
		return n, err, nil
	}
	return 0, nil, readOffloaded(h, (*Stream)(f), p)
}

// File_Write_green is (*os.File).Write. Only from the hub's goroutine.
func File_Write_green(h *green.Hub, f *os.File, p []byte) (int, error, *green.Frame) {
	if h.Blocks() || standard(f) {
		n, err := f.Write(p)
		return n, err, nil
	}
	return 0, nil, writeOffloaded(h, (*Stream)(f), p)
}

// File_Close_green is (*os.File).Close. Only from the hub's goroutine.
func File_Close_green(h *green.Hub, f *os.File) (error, *green.Frame) {
	if h.Blocks() {
		return closeFile(f), nil
	}
	return nil, closeOffloaded(h, f)
}

// HubWaits reports whether it is of use to ask f.
func HubWaits(*os.File) bool { return false }

// MayWait reports whether hubs wait for f. Safe from any goroutine.
func MayWait(*os.File) bool { return false }

// Read_green is File_Read_green. Only from the hub's goroutine.
func (s *Stream) Read_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	return File_Read_green(h, (*os.File)(s), p)
}

// TryRead_green returns !ok: it might wait.
func (s *Stream) TryRead_green(*green.Hub, []byte) (int, error, bool) { return 0, nil, false }

// WaitRead_green returns false: it never waits.
func (s *Stream) WaitRead_green(*green.Hub) (*green.Frame, bool) { return nil, false }

// File_SetDeadline_green is (*os.File).SetDeadline. Safe from any goroutine.
func File_SetDeadline_green(_ *green.Hub, f *os.File, t time.Time) error { return f.SetDeadline(t) }

// File_SetReadDeadline_green is (*os.File).SetReadDeadline. Safe from any goroutine.
func File_SetReadDeadline_green(_ *green.Hub, f *os.File, t time.Time) error {
	return f.SetReadDeadline(t)
}

// File_SetWriteDeadline_green is (*os.File).SetWriteDeadline. Safe from any goroutine.
func File_SetWriteDeadline_green(_ *green.Hub, f *os.File, t time.Time) error {
	return f.SetWriteDeadline(t)
}

func dropDeadlines(syscall.Conn) {}
