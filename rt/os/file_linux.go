package os

import (
	"io"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// maxRW is how much std reads or writes at a time, at most.
const maxRW = 1 << 30

// What became of an attempt.
const (
	done    = iota // n and err are the result
	waits          // the greenlet is parked
	foreign        // std has to do it, which may block
	closed         // std has to do it: it fails at once
)

// attempt is one try of a read or write: what Control calls.
type attempt struct {
	h       *green.Hub
	f       Handle
	p       []byte
	dir     rt.Dir
	waited  bool // the greenlet waited just now
	probe   bool // do not wait
	asks    bool // the system not to block
	n       int
	err     error
	verdict int
	c       *green.Frame // of the wait
	control func(fd uintptr)
}

var attempts = sync.Pool{New: func() any {
	a := &attempt{}
	a.control = a.try
	return a
}}

// outcome is what attempt came to.
type outcome struct {
	n       int
	err     error
	verdict int
	c       *green.Frame
}

// try reads or writes if that needs no wait, or else parks. Only from the hub's goroutine.
func try(h *green.Hub, f Handle, p []byte, dir rt.Dir, waited, probe bool) outcome {
	a := attempts.Get().(*attempt)
	a.h, a.f, a.p, a.dir, a.waited, a.probe, a.verdict = h, f, p, dir, waited, probe, done
	err := withFD(f, a.control)
	o := outcome{a.n, a.err, a.verdict, a.c}
	*a = attempt{control: a.control}
	attempts.Put(a)
	if err != nil {
		return outcome{verdict: closed}
	}
	return o
}

// try is called with a descriptor that stays open meanwhile.
func (a *attempt) try(fd uintptr) {
	kind := a.f.Kind()
	if raceDetector || !asks {
		kind = AnyFile // package syscall tells the detector of reads and writes
	}
	a.asks = kind != AnyFile
	blocking := !a.asks && BlocksFD(fd)
	d := rt.HubOf(a.h).FileDesc(a.f, int(fd))
	switch {
	case a.dir == rt.Writing && (blocking || fd == 1 || fd == 2): // std raises SIGPIPE for these
		a.verdict = foreign
	case blocking && (a.waited || !patient(int(fd))): // there is something, unless another one takes it
		a.verdict = foreign
	case blocking:
		a.wait(fd, -1, true)
	case !a.waited && late(a.f, a.dir):
		a.verdict = foreign
	case d != nil && a.asks && !a.waited && !d.MayWork(a.dir): // it would block
		a.block(fd)
	case a.dir == rt.Writing && a.write(int(fd)):
	case a.dir == rt.Reading && a.read(int(fd)):
		if d != nil && kind == ByteSocket && a.n > 0 && a.n < len(a.p) {
			d.Short(rt.Reading)
		}
	default:
		if d != nil {
			d.Exhausted(a.dir)
		}
		a.block(fd)
	}
}

// block is for an operation that would block.
func (a *attempt) block(fd uintptr) {
	left, limited := untilDeadline(a.f, a.dir)
	switch {
	case limited && left <= 0, a.asks && BlocksFD(fd): // the socket may have a timeout of its own
		a.verdict = foreign
	default:
		a.wait(fd, left, false)
	}
}

// receive reads, from a socket without ever blocking.
func (a *attempt) receive(fd int, p []byte) (int, error) {
	if !a.asks {
		return syscall.Read(fd, p)
	}
	return receive(fd, p)
}

// send is receive for writing.
func (a *attempt) send(fd int, p []byte) (int, error) {
	if !a.asks || len(p) == 0 {
		return syscall.Write(fd, p)
	}
	return send(fd, p)
}

// wait parks the greenlet until the descriptor may work.
func (a *attempt) wait(fd uintptr, d time.Duration, timeless bool) {
	a.verdict = waits
	if a.probe {
		return
	}
	if _, a.c = rt.WaitFile_green(a.h, a.f, int(fd), a.dir, d, timeless); a.c == nil {
		a.verdict = foreign
	}
}

// BlocksFD reports whether reads and writes of fd would block. Safe from any goroutine.
func BlocksFD(fd uintptr) bool {
	flags, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, fd, syscall.F_GETFL, 0)
	return errno != 0 || flags&syscall.O_NONBLOCK == 0
}

// patient reports whether a read of a descriptor that blocks waits just until the poller has
// it for readable. Sockets may have a timeout of their own; a terminal may be told to return
// without data.
func patient(fd int) bool {
	var st syscall.Stat_t
	if syscall.Fstat(fd, &st) != nil {
		return false
	}
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFIFO:
		return true
	case syscall.S_IFCHR:
		var t syscall.Termios
		_, _, errno := syscall.RawSyscall(syscall.SYS_IOCTL, uintptr(fd), syscall.TCGETS, uintptr(unsafe.Pointer(&t)))
		return errno != 0 || t.Lflag&syscall.ICANON != 0 || t.Cc[syscall.VMIN] > 0 && t.Cc[syscall.VTIME] == 0
	}
	return false
}

// read returns false if it would block. It calls package syscall, which tells the race
// detector of it.
func (a *attempt) read(fd int) bool {
	p := a.p[:min(len(a.p), maxRW)]
	for {
		n, err := a.receive(fd, p)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return false
		case err != nil:
			a.err = a.f.Failed("read", err)
		case n == 0:
			a.err = a.f.End(fd)
		default:
			a.n = n
		}
		return true
	}
}

// write returns false if it would block before all is written.
func (a *attempt) write(fd int) bool {
	for {
		n, err := a.send(fd, a.p[a.n:min(len(a.p), a.n+maxRW)])
		if n > 0 {
			a.n += n
		}
		switch {
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return false
		case err != nil:
			a.err = a.f.Failed("write", err)
			return true
		case a.n == len(a.p):
			return true
		case n == 0:
			a.err = a.f.Failed("write", io.ErrUnexpectedEOF)
			return true
		}
	}
}

// readFrame is a read that waits.
type readFrame struct {
	green.FuncFrame
	f      Handle
	p      []byte
	waited bool
}

var reads green.Pool[readFrame]

// File_Read_green is (*os.File).Read. Only from the hub's goroutine.
func File_Read_green(h *green.Hub, f *os.File, p []byte) (int, error, *green.Frame) {
	if h.Blocks() || f == nil {
		n, err := f.Read(p)
		return n, err, nil
	}
	return Read_green(h, (*Stream)(f), p)
}

// Read_green is f.Read. Only from the hub's goroutine, of a hub that does not block.
func Read_green(h *green.Hub, f Handle, p []byte) (int, error, *green.Frame) {
	switch {
	case len(p) == 0:
		return readNothing(h, f)
	case !rt.HubOf(h).Eager():
		h.Back()
		h.Ops.Yield()
		return 0, nil, h.ParkAt(newRead(h, f, p, false))
	}
	switch o := try(h, f, p, rt.Reading, false, false); o.verdict {
	case done:
		return o.n, o.err, nil
	case waits:
		o.c.Parent = newRead(h, f, p, true)
		return 0, nil, o.c.Parent
	case foreign:
		return 0, nil, readOffloaded(h, f, p)
	}
	n, err := f.Read(p)
	return n, err, nil
}

// readNothing fails if f is closed. std would wait for others that read.
func readNothing(h *green.Hub, f Handle) (int, error, *green.Frame) {
	if !IsClosed(f) {
		return 0, nil, nil
	}
	n, err := f.Read(nil)
	return n, err, nil
}

func newRead(h *green.Hub, f Handle, p []byte, waited bool) *green.Frame {
	r := reads.Get(h)
	r.Resume, r.PC, r.f, r.p, r.waited = resumeRead, 1, f, p, waited
	return &r.Frame
}

func resumeRead(h *green.Hub, hd *green.Frame) *green.Frame {
	r := (*readFrame)(unsafe.Pointer(hd))
	f, p := r.f, r.p
	if r.waited && slotErr.Take(h).R0 != nil { // a deadline that only std knows
		return instead(readOffloaded(h, f, p), reads.Put(h, r))
	}
	switch o := try(h, f, p, rt.Reading, r.waited, false); o.verdict {
	case done:
		*slotN.Of(h) = count{o.n, o.err}
	case waits:
		r.waited = true
		o.c.Parent = hd
		return green.Parked
	case foreign:
		return instead(readOffloaded(h, f, p), reads.Put(h, r))
	default:
		n, err := f.Read(p)
		*slotN.Of(h) = count{n, err}
	}
	return reads.Put(h, r)
}

// instead makes c, just parked, stand for a frame that ended, whose parent is given.
func instead(c, parent *green.Frame) *green.Frame {
	c.Parent = parent
	return green.Parked
}

// File_Close_green is (*os.File).Close. Only from the hub's goroutine.
func File_Close_green(h *green.Hub, f *os.File) (error, *green.Frame) {
	if h.Blocks() || f == nil {
		return closeFile(f), nil
	}
	if t := typeOf(f); t == 0 || t == syscall.S_IFIFO && HubWaits(f) {
		return closeFile(f), nil
	}
	return nil, closeOffloaded(h, f) // a disk, a terminal, a read that blocks may take its time
}
