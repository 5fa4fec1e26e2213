//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package poll

import (
	"errors"
	"time"
)

// One is not there on this system.
func One(int, bool, time.Duration) (int, error) { return 0, errors.ErrUnsupported }
