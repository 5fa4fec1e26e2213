package main

import "time"

// usage is what a download took of the system. Where the system does not say,
// as other systems than Linux, it is 0.
type usage struct {
	CPU     time.Duration
	RSS     int64 // peak above the start, bytes
	Threads int
}
