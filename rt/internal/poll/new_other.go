//go:build !linux

package poll

// HasFDs says whether the pollers of this system watch descriptors.
const HasFDs = false

// New returns the system's best Poller.
func New() Poller { return NewPortable() }
