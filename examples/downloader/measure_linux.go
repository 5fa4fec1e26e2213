package main

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// measure starts to measure; the returned function says what was used since.
func measure() func() usage {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // resets VmHWM; that of a young process is low anyway
	cpu, rss := cpuTime(), status("VmRSS")
	return func() usage {
		return usage{cpuTime() - cpu, (status("VmHWM") - rss) << 10, int(status("Threads"))}
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// status returns a number of /proc/self/status; sizes are in kB.
func status(field string) int64 {
	text, _ := os.ReadFile("/proc/self/status") // without it: 0
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n
		}
	}
	return 0
}

// memoryFolder is a file system without a disk, where there is one: it is the
// download that is to be measured.
const memoryFolder = "/dev/shm"
