//go:build !unix

// Package cputime says how much CPU time the process has used, for measurements.
package cputime

import "time"

var start = time.Now()

// Used returns the time that went by: other systems are not asked for more.
func Used() time.Duration { return time.Since(start) }
