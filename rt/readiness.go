package rt

import (
	"errors"
	"os"
	"slices"
	"syscall"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// WaitRead blocks until fd may be read, is at its end or has failed; for at most d,
// d < 0: no limit. Then it returns os.ErrDeadlineExceeded. fd stays the caller's, and
// open meanwhile; that it blocks is no matter. A file of a disk is always ready. Safe
// from any goroutine.
func WaitRead(fd int, d time.Duration) error { return waitReady(fd, Reading, d) }

// WaitWrite is WaitRead for writing. Safe from any goroutine.
func WaitWrite(fd int, d time.Duration) error { return waitReady(fd, Writing, d) }

// WaitRead_green is WaitRead for greenlets. If the descriptor is one of a conn that
// is closed meanwhile it returns os.ErrClosed. Only from the hub's goroutine.
func WaitRead_green(h *green.Hub, fd int, d time.Duration) (error, *green.Frame) {
	return waitReady_green(h, fd, Reading, d)
}

// WaitWrite_green is WaitWrite for greenlets. Only from the hub's goroutine.
func WaitWrite_green(h *green.Hub, fd int, d time.Duration) (error, *green.Frame) {
	return waitReady_green(h, fd, Writing, d)
}

// readiness is one wait for a raw descriptor. The Desc may be another one's: then
// only what happens from now on counts, which the poller is asked to say anew.
type readiness struct {
	green.FuncFrame
	desc    *Desc
	g       *Greenlet
	watcher *Watcher // instead of g
	dir     Dir
	timer   *timer
	expired bool
	over    bool
	cut     bool // cancel ended it

	file     syscall.Conn // whose descriptor it is, nil: the caller's; see WaitFile_green
	timeless bool         // file has no deadlines
	why      error        // what the greenlet is told, if it waited for a file

	nextOfFile *readiness // who waits for the same one; guarded by fileWaits
}

func waitReady_green(gh *green.Hub, fd int, dir Dir, d time.Duration) (error, *green.Frame) {
	if gh.Blocks() {
		return waitReady(fd, dir, d), nil
	}
	h := HubOf(gh)
	h.running() // before anything is begun
	if err := h.Cancelled(); err != nil {
		return err, nil
	}
	if !HasDescs {
		return nil, green.Offload(gh, "IO wait", func() struct{ R0 error } {
			return struct{ R0 error }{waitReady(fd, dir, d)}
		})
	}
	desc, blind, err := h.rawDesc(fd)
	switch {
	case errors.Is(err, syscall.EPERM): // no descriptor that one would wait for
		return nil, nil
	case err != nil:
		return err, nil
	}
	w := &readiness{}
	return nil, w.begin(gh, desc, blind, dir, d)
}

// begin parks the current greenlet.
func (w *readiness) begin(gh *green.Hub, desc *Desc, blind bool, dir Dir, d time.Duration) *green.Frame {
	h := desc.hub
	w.Resume, w.PC, w.desc, w.dir = resumeReadiness, 1, desc, dir
	w.g = h.park(w)
	desc.addRaw(w, blind)
	if d >= 0 {
		w.timer = h.newTimer(d, nil, w.timeout)
	}
	return gh.ParkAt(&w.Frame)
}

// addRaw notes that w waits for d; blind: the poller will not tell.
func (d *Desc) addRaw(w *readiness, blind bool) {
	x := d.more()
	x.raw = append(x.raw, w)
	d.hub.fdWaits++
	if blind {
		d.watchBlind(w.dir)
	}
}

// rawDesc returns the Desc of fd, with its events to be reported anew; blind: they will
// not be.
func (h *Hub) rawDesc(fd int) (_ *Desc, blind bool, _ error) {
	if fd < 0 {
		return nil, false, os.NewSyscallError("poll", syscall.EBADF)
	}
	if fd < len(h.files) && h.files[fd] != nil {
		d := h.files[fd]
		if d.blind {
			return d, true, nil
		}
		err := h.poller.Mod(fd, d.gen)
		if errors.Is(err, syscall.ENOENT) { // closed, and the number used anew: who waited for the last one is woken as well
			err = h.poller.Add(fd, d.gen)
		}
		if lacks(err) {
			return d, true, nil
		}
		return d, false, err
	}
	d := &Desc{}
	if err := d.Open(h, fd); err != nil {
		return nil, false, err
	}
	d.more().isRaw = true
	return d, d.blind, nil
}

func resumeReadiness(h *green.Hub, hd *green.Frame) *green.Frame {
	w := (*readiness)(unsafe.Pointer(hd))
	var err error
	switch {
	case w.file != nil: // the caller finds out
		err = w.why
	case w.desc.gone && !w.desc.ext.isRaw:
		err = os.ErrClosed
	case w.expired:
		err = os.ErrDeadlineExceeded
	case w.cut:
		err = w.desc.hub.Cancelled()
	}
	slotErr.Of(h).R0 = err
	return w.Parent
}

// end takes w out of what its Desc has.
func (w *readiness) end() {
	d := w.desc
	w.over = true
	if w.file != nil {
		forgetFileWait(w)
	}
	if w.timer != nil {
		w.timer.stop()
		w.timer = nil
	}
	d.hub.fdWaits--
	d.ext.raw = slices.DeleteFunc(d.ext.raw, func(o *readiness) bool { return o == w })
	d.endRaw()
}

// endRaw ends the watch of a descriptor that nobody waits for any more, if it was only
// made for those who did.
func (d *Desc) endRaw() {
	if !d.ext.isRaw || len(d.ext.raw) > 0 || d.gone {
		return
	}
	d.endBlind()
	if d.ext.stays {
		return
	}
	d.gone = true
	if d.hub.files[d.fd] != d {
		return // closed, and the number is another one's already
	}
	d.hub.files[d.fd] = nil
	if !d.blind {
		d.hub.poller.Remove(int(d.fd)) // the caller may have closed it
	}
}

func (w *readiness) timeout() {
	w.timer = nil
	w.expired = true
	w.end()
	w.desc.hub.ready(w.g)
}

func (w *readiness) cancel(*Greenlet) bool {
	w.cut = true
	w.end()
	return true
}

func (w *readiness) String() string {
	if w.dir == Writing {
		return "IO wait, write"
	}
	return "IO wait, read"
}

// wakeRaw readies those who wait for the descriptor itself.
func (d *Desc) wakeRaw(dir Dir) {
	if ws := d.ext.raw; len(ws) == 1 && ws[0].watcher == nil {
		if w := ws[0]; w.dir == dir {
			w.end()
			d.hub.ready(w.g)
		}
		return
	}
	for _, w := range slices.Clone(d.ext.raw) {
		if w.dir == dir && slices.Contains(d.ext.raw, w) { // not stopped by a watcher before it
			gone := d.gone
			w.end()
			if w.watcher != nil {
				w.watcher.happened(gone)
				continue
			}
			d.hub.ready(w.g)
		}
	}
}
