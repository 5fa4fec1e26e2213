package os

import (
	"os"
	"syscall"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// HubWaits reports whether it is of use to ask f: it does not block.
func HubWaits(f *os.File) bool {
	waits := false
	withFD(f, func(fd uintptr) { waits = !BlocksFD(fd) })
	return waits
}

// MayWait reports whether operations of f may take longer than a disk does. Safe from any
// goroutine.
func MayWait(f *os.File) bool {
	t := typeOf(f)
	return t != syscall.S_IFREG && t != syscall.S_IFDIR
}

// typeOf returns what kind of file f is, 0 if it is closed.
func typeOf(f *os.File) (t uint32) {
	var st syscall.Stat_t
	withFD(f, func(fd uintptr) {
		if syscall.Fstat(int(fd), &st) == nil {
			t = st.Mode & syscall.S_IFMT
		}
	})
	return t
}

// Read_green is File_Read_green.
func (s *Stream) Read_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	return File_Read_green(h, (*os.File)(s), p)
}

// TryRead_green reads if that needs no wait, else !ok.
func (s *Stream) TryRead_green(h *green.Hub, p []byte) (int, error, bool) { return TryRead(h, s, p) }

// WaitRead_green parks until TryRead_green may do more. false: it never will, Read_green
// has to be called.
func (s *Stream) WaitRead_green(h *green.Hub) (*green.Frame, bool) { return WaitRead(h, s) }

// TryRead is TryRead_green of an rt/io.Trier. Only from the hub's goroutine.
func TryRead(h *green.Hub, f Handle, p []byte) (int, error, bool) {
	if len(p) == 0 || !rt.HubOf(h).Eager() {
		return 0, nil, len(p) == 0
	}
	switch o := try(h, f, p, rt.Reading, false, true); o.verdict {
	case done:
		return o.n, o.err, true
	case closed:
		n, err := f.Read(p)
		return n, err, true
	}
	return 0, nil, false
}

// streamFrame is a wait for data.
type streamFrame struct {
	green.FuncFrame
	f Handle
}

var streams green.Pool[streamFrame]

// WaitRead is WaitRead_green of an rt/io.Trier. Only from the hub's goroutine.
func WaitRead(h *green.Hub, f Handle) (*green.Frame, bool) {
	left, limited := untilDeadline(f, rt.Reading)
	if limited && left <= 0 {
		return nil, false
	}
	var c *green.Frame
	withFD(f, func(fd uintptr) {
		if !BlocksFD(fd) {
			_, c = rt.WaitFile_green(h, f, int(fd), rt.Reading, left, false)
		}
	})
	if c == nil {
		return nil, false
	}
	w := streams.Get(h)
	w.Resume, w.PC, w.f = resumeStream, 1, f
	c.Parent = &w.Frame
	return &w.Frame, true
}

// resumeStream remembers a deadline of plain code that is over: so std is asked next.
func resumeStream(h *green.Hub, hd *green.Frame) *green.Frame {
	w := (*streamFrame)(unsafe.Pointer(hd))
	if slotErr.Take(h).R0 != nil {
		note(w.f, time.Now(), true, false)
	}
	return streams.Put(h, w)
}
