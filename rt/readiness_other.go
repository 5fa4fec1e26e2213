//go:build !unix

package rt

import (
	"errors"
	"time"
)

// waitReady is WaitRead or WaitWrite of a goroutine.
func waitReady(int, Dir, time.Duration) error { return errors.ErrUnsupported }
