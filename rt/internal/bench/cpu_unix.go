//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpu returns the CPU time that the process used.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
