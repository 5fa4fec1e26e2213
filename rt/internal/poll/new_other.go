//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package poll

// HasFDs says whether the pollers of this system watch descriptors.
const HasFDs = false

const (
	native = "portable"
	names  = "portable"
)

func best() Poller { return NewPortable() }
