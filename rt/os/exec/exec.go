// Package exec stands for std's os/exec in green code: while a command runs no thread
// waits for it. To start one takes a worker, as what it copies does on goroutines of std.
package exec

//go:generate go run github.com/greengen/greengen/cmd/greengen

import (
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// finish is c.Wait.
func finish(c *exec.Cmd, ended bool) error { return c.Wait() }

// finish_green is finish, of a process that has ended, or on a worker. Only from the hub's
// goroutine.
func finish_green(h *green.Hub, c *exec.Cmd, ended bool) (error, *green.Frame) {
	if h.Blocks() || ended && !lingers(c) {
		return wait(c), nil
	}
	return nil, green.Offload(h, "os/exec.(*Cmd).Wait", func() struct{ R0 error } {
		return struct{ R0 error }{wait(c)}
	})
}

// wait is c.Wait, which closes pipes that greenlets may wait for.
func wait(c *exec.Cmd) error {
	defer rt.CheckFiles()
	return c.Wait()
}

// lingers reports whether c.Wait may wait for goroutines of std's after the end of the process.
func lingers(c *exec.Cmd) bool {
	copies := func(x any) bool {
		_, isFile := x.(*os.File)
		return x != nil && !isFile
	}
	return c.Cancel != nil || copies(c.Stdin) || copies(c.Stdout) || copies(c.Stderr)
}

// edges keeps the first and the last bytes of what is written to it.
type edges struct {
	n           int    // how many of each
	first, last []byte // last may have more
	total       int64
}

var _ io.Writer = (*edges)(nil)

func (e *edges) Write(p []byte) (int, error) {
	n := len(p)
	e.total += int64(n)
	k := min(e.n-len(e.first), n)
	e.first, p = append(e.first, p[:k]...), p[k:]
	e.last = append(e.last, p...)
	if len(e.last) >= 2*e.n { // not each time
		e.last = append(e.last[:0], e.last[len(e.last)-e.n:]...)
	}
	return n, nil
}

// bytes returns what was kept, and says how much was not.
func (e *edges) bytes() []byte {
	last := e.last[max(0, len(e.last)-e.n):]
	b := e.first
	if lost := e.total - int64(len(b)+len(last)); lost > 0 {
		b = fmt.Appendf(b, "\n... omitting %d bytes ...\n", lost)
	}
	return append(b, last...)
}
