//go:build !unix

package main

import "time"

var start = time.Now()

// cpu returns wall time: these systems' CPU time is too coarse.
func cpu() time.Duration { return time.Since(start) }
