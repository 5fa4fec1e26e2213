package outcome

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// maxOutput is how much of each stream is kept; a program that writes more is
// ended, as one that would never stop.
const maxOutput = 64 << 20

// maxMemory ends a program before it ends the machine.
const maxMemory = 6 << 30

// Command is a program to run.
type Command struct {
	Path    string
	Args    []string
	Dir     string // an empty one is made if ""
	Env     []string
	Timeout time.Duration
	Scratch string // folder for temporary files

	Blocks, Main int    // of the instrumented program; no trace if Blocks is 0
	Jitter       uint64 // see rt/trace
}

// Outcome is all that can be seen of a run.
type Outcome struct {
	Exit   string // "exit 0", "signal: killed", "timeout", ...
	Stdout []byte
	Stderr []byte // as written
	Trace  *Trace // nil if there is none
	Took   time.Duration
}

// Run runs c. An error is one of the machinery, not of the program, or ctx is done.
func Run(ctx context.Context, c Command) (*Outcome, error) {
	tmp, err := os.MkdirTemp(c.Scratch, "run-")
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", c.Path, err)
	}
	defer os.RemoveAll(tmp)
	dir := c.Dir
	if dir == "" {
		dir = filepath.Join(tmp, "cwd")
		if err := os.Mkdir(dir, 0o777); err != nil {
			return nil, fmt.Errorf("run %s: %w", c.Path, err)
		}
	}
	env := append(os.Environ(), "PWD="+dir, "GOENV=off", "GOFLAGS=")
	file := filepath.Join(tmp, "trace")
	if c.Blocks > 0 {
		if err := newTrace(file, c.Blocks, c.Main, c.Jitter); err != nil {
			return nil, err
		}
		env = append(env, "GREENGEN_TRACE="+file)
	}
	o, err := c.start(ctx, dir, append(env, c.Env...))
	if err != nil {
		return nil, err
	}
	if c.Blocks > 0 {
		o.Trace, err = readTrace(file)
	}
	return o, err
}

func (c *Command) start(ctx context.Context, dir string, env []string) (*Outcome, error) {
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Dir, cmd.Env = dir, env
	full := make(chan struct{}, 2)
	stdout, stderr := &limited{full: full}, &limited{full: full}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	ownGroup(cmd)
	cmd.WaitDelay = 2 * time.Second // a child may hold the pipes open
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("run %s: %w", c.Path, err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	ended, err := c.wait(ctx, cmd, done, full)
	if ctx.Err() != nil {
		return nil, ctx.Err() // what it did until then says nothing
	}
	o := &Outcome{Exit: ended, Stdout: stdout.buf.Bytes(), Stderr: stderr.buf.Bytes(), Took: time.Since(began)}
	if ended == "" {
		o.Exit = exitText(err)
	}
	return o, nil
}

// wait returns why the program was ended, "" if it ended itself.
func (c *Command) wait(ctx context.Context, cmd *exec.Cmd, done chan error, full chan struct{}) (string, error) {
	timeout := time.NewTimer(c.Timeout)
	defer timeout.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	end := func(why string) (string, error) {
		killGroup(cmd)
		return why, <-done
	}
	for {
		select {
		case err := <-done:
			if errors.Is(err, exec.ErrWaitDelay) {
				killGroup(cmd) // a child lives: the group's number is still its own
			}
			return "", err
		case <-ctx.Done():
			return end("")
		case <-timeout.C:
			return end("timeout")
		case <-full:
			return end("too much output")
		case <-look.C:
			if resident(cmd.Process.Pid) > maxMemory {
				return end("too much memory")
			}
		}
	}
}

func exitText(err error) string {
	var exit *exec.ExitError
	switch {
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
		return "exit 0"
	case !errors.As(err, &exit):
		return err.Error()
	case exit.ExitCode() >= 0:
		return "exit " + strconv.Itoa(exit.ExitCode())
	}
	return exit.ProcessState.String() // a signal
}

// limited keeps the first maxOutput bytes, and tells once if there were more.
type limited struct {
	buf  bytes.Buffer
	full chan struct{}
	told bool
}

func (l *limited) Write(p []byte) (int, error) {
	if room := maxOutput - l.buf.Len(); len(p) > room {
		l.buf.Write(p[:room])
		if !l.told {
			l.told = true
			l.full <- struct{}{}
		}
		return len(p), nil
	}
	return l.buf.Write(p)
}
