package rt

import (
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
)

// onSignals is what DumpOn keeps of the whole program.
var onSignals struct {
	sync.Mutex // guards what follows
	seen       map[os.Signal]bool
}

// listeners counts goroutines that wait for signals for us, and one of os/signal.
var listeners atomic.Int32

// DumpOn makes the program write a Dump to stderr when it gets the signal; after
// SIGQUIT it then ends as Go does, with the stacks of all goroutines and exit code
// 2. Once it is called Go's detector of deadlocks is off, as in any program that
// asks for signals: hence it is not the default. GREENGEN_DUMP=1 in the environment
// calls it for SIGQUIT when the first hub is made. Safe from any goroutine.
func DumpOn(sig os.Signal) {
	onSignals.Lock()
	defer onSignals.Unlock()
	if onSignals.seen[sig] {
		return
	}
	if onSignals.seen == nil {
		onSignals.seen = map[os.Signal]bool{}
		listeners.Add(1) // of os/signal
	}
	onSignals.seen[sig] = true
	listeners.Add(1)
	c := make(chan os.Signal, 1)
	signal.Notify(c, sig)
	go func() {
		for range c {
			stderrDump()
			if sig == quit {
				signal.Stop(c)
				quitNow()
			}
		}
	}()
}
