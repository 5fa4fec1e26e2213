package poll

import (
	"errors"
	"os"
)

// Mode says what a descriptor became ready for.
type Mode uint8

const (
	Read  Mode = 1 << iota
	Write      // also the end of a connect
	Hup        // the peer ended its side, or an error is pending: stays true
	Pri        // urgent data: a short read no longer means that nothing is left
)

// Event says that a descriptor became ready.
type Event struct {
	FD   int32
	Gen  uint32
	Mode Mode
}

// ErrNoFDs is returned by Add where descriptors cannot be watched.
var ErrNoFDs = errors.New("poll: descriptors are not watched on this system")

// Poller is what a hub needs of an operating system. Wake and Now may be called
// by any goroutine, Wake not after Close; Remove by any, one at a time; all else by
// the hub's goroutine only.
//
// Add watches fd for both directions, edge-triggered, until fd is closed or
// removed: what it is ready for already is an event, too. Mod makes fd say again what
// it is ready for, under a new generation. Wait returns the events that are there,
// waiting for the first one up to timeout nanoseconds (0: not at all, negative: for
// ever) or until a Wake whose fds is the same; it may return early, and the slice is
// good until the next Wait. fds false promises that no event of a descriptor is
// waited for. FD returns a descriptor that is readable while there are events.
type Poller interface {
	Add(fd int, gen uint32) error
	Mod(fd int, gen uint32) error
	Remove(fd int) error
	Wait(timeout int64, fds bool) []Event
	Wake(fds bool)
	Now() int64
	FD() (int, error)
	Close() error
}

// New returns the system's best Poller, or the one that GREENGEN_BACKEND names.
func New() Poller {
	name := os.Getenv("GREENGEN_BACKEND")
	if name == "" {
		return best()
	}
	p := byName(name)
	if p == nil {
		panic("greengen: GREENGEN_BACKEND=" + name + ": this system has " + names)
	}
	return p
}

// byName returns nil if there is no such Poller on this system.
func byName(name string) Poller {
	if name == native {
		return best()
	}
	if name == "portable" {
		return NewPortable()
	}
	return more(name)
}
