//greengen:patch
package scenarios

import (
	"errors"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	scripts "github.com/greengen/greengen/rt/internal/talk"
)

func init() {
	all = append(all,
		scenario{name: "108", fn: s108, real: true, plain: true, most: 100},
		scenario{name: "109", fn: s109, real: true, plain: true, most: 100},
		scenario{name: "110", fn: s110, real: true, plain: true, most: 10},   // 50 ms each
		scenario{name: "110b", fn: s110b, real: true, plain: true, most: 10}, // 70 ms each
		scenario{name: "110c", fn: s110c, real: true, plain: true, most: 100},
		scenario{name: "112", fn: s112, real: true, plain: true, most: 100},
		scenario{name: "113", fn: s113, plain: true},
	)
}

// said compares what happened. A worker that waits for a listener keeps that alive for a
// moment after it was closed, and with it the backlog.
func (r *run) said(log *scripts.Log, want ...string) {
	got := log.Lines()
	if r.lacking {
		got = slices.DeleteFunc(slices.Clone(got), refused)
		want = slices.DeleteFunc(want, refused)
	}
	r.expect(want, got)
}

func refused(line string) bool { return strings.HasPrefix(line, "refused: ") }

const served = "serve: rt/net: server closed"

func s108(r *run) {
	var log scripts.Log
	scripts.EchoThenClose(&log)
	r.said(&log, "handler", "panicking: EOF", "hello <nil>", "still there <nil>", "close: <nil>", served,
		"refused: true", "again: rt/net: server closed")
}

func s109(r *run) {
	var log scripts.Log
	r.expect(2, scripts.Pooled(6, &log))
	r.expect(0, len(log.Lines()), log.Lines())
}

// A handler without its conn ends by itself.
func s110(r *run) {
	var log scripts.Log
	scripts.Stop(false, &log)
	r.said(&log, "hello <nil>", "read fails: true", "cleaned up", "shutdown: context deadline exceeded", served)
}

// One that does not is killed, on a hub; a goroutine stays.
func s110b(r *run) {
	var log scripts.Log
	scripts.Stop(true, &log)
	if rt.Current() == nil {
		r.said(&log, "hello <nil>", "shutdown: context deadline exceeded", served)
		return
	}
	r.said(&log, "hello <nil>", "cleaned up", "shutdown: context deadline exceeded", served)
}

// Handlers of a server that is closed go on.
func s110c(r *run) {
	var log scripts.Log
	scripts.Left(&log)
	r.said(&log, "one <nil>", "close: <nil>", served, "two <nil>", "cleaned up", "no handler: <nil>")
}

// Serve returns as soon as a Shutdown begins; who is served goes on.
func s112(r *run) {
	var log scripts.Log
	scripts.Graceful(&log)
	r.said(&log, "one <nil>", served, "two <nil>", "shutdown: <nil>")
}

var errRefused = errors.New("no descriptors")

// The waits double up to a second, and begin anew after a conn.
func s113(r *run) {
	var log scripts.Log
	refuse(r, &log, []error{errRefused, errRefused, errRefused, nil, errRefused}, 0, 10, 30, 70, 70, 80)
	no := errRefused.Error()
	r.said(&log, no, no, no, no, "serve: bad file descriptor")
	if !r.virtual {
		return // the rest takes four seconds
	}
	var errs []error
	for range 10 {
		errs = append(errs, errRefused)
	}
	refuse(r, &log, append(errs, nil, errRefused, errRefused),
		0, 10, 30, 70, 150, 310, 630, 1270, 2270, 3270, 4270, 4270, 4280, 4300)
}

// refuse lets Accept fail like that, and compares the times of the calls, in ms.
func refuse(r *run, log *scripts.Log, errs []error, times ...time.Duration) {
	f := &scripts.Failing{Errs: errs, Last: syscall.EBADF}
	scripts.Refused(f, log)
	r.expect(len(times), len(f.At))
	for i, at := range f.At {
		r.ok(at >= times[i]*ms && (!r.virtual || at == times[i]*ms), i, at)
	}
}
