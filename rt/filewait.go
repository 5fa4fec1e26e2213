package rt

import (
	"errors"
	"maps"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
	"unsafe"
	"weak"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/poll"
)

// A file of std's, or one of its conns, may be closed, or given a deadline, by code that knows of no hub. The
// kernel tells nobody: the poller's entry goes with the descriptor. So who waits for a
// file is on a list, which those who do know look into (WakeFile), and which a timer
// looks through now and then: one for all hubs, on a goroutine of its own, so that hubs
// that have nothing to do sleep on.

// fileWaits has the files that greenlets of any hub wait for.
var fileWaits struct {
	sync.Mutex // guards what follows
	files      map[syscall.Conn]*fileEntry
	free       *fileEntry
	timer      *time.Timer
	ticks      bool // the timer is going to fire
}

// fileEntry is there while somebody waits for the file, or checks it: who reads plainly may
// hold that up, and one is enough.
type fileEntry struct {
	first    *readiness // the others are linked
	checking bool
	next     *fileEntry // of those that are free
}

// all yields those who wait, and those that f puts there meanwhile.
func (e *fileEntry) all(yield func(*readiness) bool) {
	for w := e.first; w != nil; w = w.nextOfFile {
		if !yield(w) {
			return
		}
	}
}

const (
	// checkEvery is how often the files are looked at, if they are few.
	checkEvery = 100 * time.Millisecond
	// checkMore is added for each, so that many of them do not take a core.
	checkMore = 20 * time.Microsecond
)

// WaitFile_green parks until f, a pointer, may be read or written, d is over (negative: no limit), or
// WakeFile says so: then it returns nil, and the caller tries again; os.ErrDeadlineExceeded
// if f has a deadline that is over, which only std knows. timeless says that f has none.
// fd is f's: it is called from Control of f's RawConn, where nobody can close that. If it
// returns no frame the hub cannot wait for f. Only from the hub's goroutine.
func WaitFile_green(gh *green.Hub, f syscall.Conn, fd int, dir Dir, d time.Duration, timeless bool) (error, *green.Frame) {
	h := HubOf(gh)
	h.running() // before anything is begun
	if _, virtual := h.poller.(*poll.Fake); virtual || !HasDescs {
		return errors.ErrUnsupported, nil
	}
	desc, blind, err := h.fileDesc(f, fd, dir)
	if err != nil {
		return err, nil
	}
	// One that the poller does not watch is waited for by a worker, which does not read: who is
	// killed, or told of a deadline, leaves what comes to the next one.
	if x := desc.more(); x.isRaw && !blind { // the next wait is cheaper
		if !x.stays || !x.file.is(f) {
			x.file = identityOf(f)
		}
		x.stays, x.idle = true, 0
	}
	w := &readiness{file: f, timeless: timeless}
	c := w.begin(gh, desc, blind, dir, d)
	noteFileWait(w)
	return nil, c
}

// fileDesc is rawDesc for a file's descriptor. The poller need not be asked anew if it watches
// that file already, and the last read or write would have blocked: what came since is told.
func (h *Hub) fileDesc(f syscall.Conn, fd int, dir Dir) (_ *Desc, blind bool, _ error) {
	if d := h.FileDesc(f, fd); d != nil && !d.MayWork(dir) {
		return d, false, nil
	}
	return h.rawDesc(fd)
}

// FileDesc returns the Desc by which h watches f, a pointer, whose descriptor is fd, and stays
// open; nil if it does not. Only from the hub's goroutine.
func (h *Hub) FileDesc(f syscall.Conn, fd int) *Desc {
	if fd >= len(h.files) {
		return nil
	}
	d := h.files[fd]
	if d == nil || d.blind || d.ext == nil || !d.ext.stays || !d.ext.file.is(f) {
		return nil
	}
	return d
}

// fileIdentity is that of a file which it does not keep. A number and an address may be
// another file's later.
type fileIdentity weak.Pointer[byte]

// identityOf takes the pointer that f is.
func identityOf(f syscall.Conn) fileIdentity {
	return fileIdentity(weak.Make((*byte)((*iface)(unsafe.Pointer(&f)).val)))
}

func (i fileIdentity) is(f syscall.Conn) bool {
	return unsafe.Pointer(weak.Pointer[byte](i).Value()) == (*iface)(unsafe.Pointer(&f)).val
}

// unwanted reports whether nobody waits for d. If that was so often, as when somebody else
// reads the file, it is watched no longer.
func (d *Desc) unwanted() bool {
	const most = 8
	x := d.ext
	if len(x.raw) > 0 {
		return false
	}
	if x.idle++; x.idle == most {
		x.stays = false
		d.endRaw()
	}
	return true
}

// noteFileWait puts w on the list.
func noteFileWait(w *readiness) {
	l := &fileWaits
	l.Lock()
	defer l.Unlock()
	e := l.files[w.file]
	if e == nil {
		if l.files == nil {
			l.files = map[syscall.Conn]*fileEntry{}
		}
		if e = l.free; e != nil {
			l.free, e.next = e.next, nil
		} else {
			e = &fileEntry{}
		}
		l.files[w.file] = e
	}
	last := &e.first
	for *last != nil {
		last = &(*last).nextOfFile
	}
	*last = w
	if !l.ticks {
		tickFiles(checkEvery)
	}
}

// forgetFileWait takes w off the list.
func forgetFileWait(w *readiness) {
	l := &fileWaits
	l.Lock()
	defer l.Unlock()
	e := l.files[w.file]
	if e == nil {
		return
	}
	for at := &e.first; *at != nil; at = &(*at).nextOfFile {
		if *at == w {
			*at = w.nextOfFile
			break
		}
	}
	w.nextOfFile = nil
	e.drop(w.file)
}

// drop ends e if nobody needs it any more. Called with the lock held.
func (e *fileEntry) drop(f syscall.Conn) {
	if e.first == nil && !e.checking {
		l := &fileWaits
		delete(l.files, f)
		e.next, l.free = l.free, e
	}
}

// tickFiles makes the timer fire after d. Called with the lock held.
func tickFiles(d time.Duration) {
	l := &fileWaits
	l.ticks = true
	if l.timer == nil {
		l.timer = time.AfterFunc(d, checkFiles)
		return
	}
	l.timer.Reset(d)
}

// WakeFile makes greenlets that wait for f try again: it was closed, or got another
// deadline. Safe from any goroutine.
func WakeFile(f syscall.Conn) {
	l := &fileWaits
	l.Lock()
	defer l.Unlock()
	if e := l.files[f]; e != nil {
		for w := range e.all {
			w.wake(nil)
		}
	}
}

// CheckFiles says that plain code has most likely closed files which greenlets wait for:
// they learn of it soon, not only in a tenth of a second. Safe from any goroutine.
func CheckFiles() {
	l := &fileWaits
	l.Lock()
	defer l.Unlock()
	if len(l.files) > 0 {
		tickFiles(0)
	}
}

// wake makes the greenlet go on, unless it does. Safe from any goroutine.
func (w *readiness) wake(why error) {
	h := w.desc.hub
	h.post(post{fn: func() {
		if !w.over {
			w.why = why
			w.end()
			h.ready(w.g)
		}
	}})
}

// checkFiles looks for files that were closed or whose deadline is over.
func checkFiles() {
	helpers.Add(1)
	defer helpers.Add(-1)
	l := &fileWaits
	l.Lock()
	if len(l.files) == 0 {
		l.ticks = false
		l.Unlock()
		return
	}
	tickFiles(checkEvery + time.Duration(len(l.files))*checkMore) // now: a check may take long
	files := slices.Collect(maps.Keys(l.files))
	l.Unlock()
	for _, f := range files {
		checkFile(f)
	}
}

// checkFile asks std about f, unless somebody does, and tells who waits.
func checkFile(f syscall.Conn) {
	l := &fileWaits
	l.Lock()
	e := l.files[f]
	if e == nil || e.checking {
		l.Unlock()
		return
	}
	e.checking = true
	waits := slices.Collect(e.all)
	l.Unlock()
	raw, err := f.SyscallConn()
	if err == nil {
		err = raw.Control(func(uintptr) {})
	}
	for _, w := range waits {
		switch {
		case err != nil:
			w.wake(nil) // closed: who tries again sees that
		case !w.timeless && late(raw, w.dir):
			w.wake(os.ErrDeadlineExceeded)
		}
	}
	l.Lock()
	e.checking = false
	e.drop(f)
	l.Unlock()
}

// late reports whether a deadline is over. It waits for others that read or write f, on
// goroutines, as only who has std's lock can ask.
func late(raw syscall.RawConn, dir Dir) bool {
	ask := raw.Read
	if dir == Writing {
		ask = raw.Write
	}
	return errors.Is(ask(func(uintptr) bool { return true }), os.ErrDeadlineExceeded)
}
