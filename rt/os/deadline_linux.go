package os

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
	"weak"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// deadlines has what green code has set, of files that are in use: std does not tell.
var deadlines struct {
	any atomic.Int32 // how many files: mostly none, and nobody need look

	sync.Mutex // guards what follows
	files      map[identity]limits
}

// identity is that of a Handle, or of what else points to something of std's, and does not
// keep it.
type identity = weak.Pointer[byte]

// identityOf takes the pointer that f is: an interface is two words, the second of which is
// the value, if that is a pointer.
func identityOf(f syscall.Conn) identity {
	return weak.Make((*byte)((*[2]unsafe.Pointer)(unsafe.Pointer(&f))[1]))
}

// limits are zero where there is none.
type limits [2]time.Time

// deadlineOf returns when operations in one direction fail; zero: never. Safe from any
// goroutine.
func deadlineOf(f syscall.Conn, dir rt.Dir) time.Time {
	if deadlines.any.Load() == 0 {
		return time.Time{}
	}
	key := identityOf(f)
	deadlines.Lock()
	defer deadlines.Unlock()
	return deadlines.files[key][dir]
}

// late reports whether the deadline is over.
func late(f syscall.Conn, dir rt.Dir) bool {
	t := deadlineOf(f, dir)
	return !t.IsZero() && !time.Now().Before(t)
}

// untilDeadline returns how long there is until then, if there is one; else a negative
// number.
func untilDeadline(f syscall.Conn, dir rt.Dir) (d time.Duration, limited bool) {
	t := deadlineOf(f, dir)
	if t.IsZero() {
		return -1, false
	}
	return time.Until(t), true
}

// note remembers what was set. A file stays on the list until it is closed or nobody has
// it any more.
func note(f syscall.Conn, t time.Time, read, write bool) {
	key := identityOf(f)
	deadlines.Lock()
	defer deadlines.Unlock()
	l, known := deadlines.files[key]
	if !known {
		if t.IsZero() {
			return
		}
		if deadlines.files == nil {
			deadlines.files = map[identity]limits{}
		}
		deadlines.any.Add(1)
		runtime.AddCleanup(key.Value(), forget, key)
	}
	if read {
		l[rt.Reading] = t
	}
	if write {
		l[rt.Writing] = t
	}
	deadlines.files[key] = l
}

// forget takes a file off the list.
func forget(key identity) {
	deadlines.Lock()
	defer deadlines.Unlock()
	if _, known := deadlines.files[key]; known {
		delete(deadlines.files, key)
		deadlines.any.Add(-1)
	}
}

func dropDeadlines(f syscall.Conn) {
	if deadlines.any.Load() != 0 {
		forget(identityOf(f))
	}
}

// SetDeadline calls std, and tells who waits for f, a pointer. It never blocks. Safe from
// any goroutine.
func SetDeadline(f syscall.Conn, t time.Time, std func(time.Time) error, read, write bool) error {
	err := std(t)
	if err == nil {
		note(f, t, read, write)
		rt.WakeFile(f)
	}
	return err
}

// File_SetDeadline_green is (*os.File).SetDeadline. Safe from any goroutine.
func File_SetDeadline_green(_ *green.Hub, f *os.File, t time.Time) error {
	return SetDeadline((*Stream)(f), t, f.SetDeadline, true, true)
}

// File_SetReadDeadline_green is (*os.File).SetReadDeadline. Safe from any goroutine.
func File_SetReadDeadline_green(_ *green.Hub, f *os.File, t time.Time) error {
	return SetDeadline((*Stream)(f), t, f.SetReadDeadline, true, false)
}

// File_SetWriteDeadline_green is (*os.File).SetWriteDeadline. Safe from any goroutine.
func File_SetWriteDeadline_green(_ *green.Hub, f *os.File, t time.Time) error {
	return SetDeadline((*Stream)(f), t, f.SetWriteDeadline, false, true)
}
