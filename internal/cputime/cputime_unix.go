//go:build unix

// Package cputime says how much CPU time the process has used, for measurements.
package cputime

import (
	"syscall"
	"time"
)

// Used returns the CPU time of all threads, user and system.
func Used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
