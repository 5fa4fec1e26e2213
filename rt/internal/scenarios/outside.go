package scenarios

import (
	"os"
	"time"
)

// outside runs fn on a goroutine, whatever fn could be.
func outside(fn func()) { go fn() }

// nap blocks whoever calls it.
func nap(d time.Duration) { time.Sleep(d) }

// busy keeps whoever calls it busy.
func busy(d time.Duration) {
	for begin := time.Now(); time.Since(begin) < d; {
	}
}

// start runs a script.
func start(script string) *os.Process {
	p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", script}, &os.ProcAttr{})
	if err != nil {
		panic(err)
	}
	return p
}
