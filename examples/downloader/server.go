package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// photoserver is the process that serves the photos.
type photoserver struct {
	addr  string
	cmd   *exec.Cmd // nil: somebody else's
	stdin io.Closer // the server ends with it, so also if we are killed
	done  chan struct{}
	dir   string // of the program, if we built it
}

// startServer returns when the server is ready. It ends with ctx, or by stop.
func (c *config) startServer(ctx context.Context) (_ *photoserver, err error) {
	s := &photoserver{addr: c.addr}
	if s.addr != "" {
		return s, nil
	}
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	exe := c.server
	if exe == "" {
		if exe, err = s.build(ctx); err != nil {
			return nil, err
		}
	}
	s.cmd = exec.CommandContext(ctx, exe, "-users", strconv.Itoa(c.users), "-photos", strconv.Itoa(c.photos),
		"-delay", c.delay.String())
	s.cmd.Stderr = os.Stderr
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		s.cmd = nil
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	s.addr = strings.TrimSpace(line)
	s.done = make(chan struct{})
	go func() {
		_ = s.cmd.Wait() // ended tells
		close(s.done)
	}()
	if err != nil {
		return nil, fmt.Errorf("read its address: %w", err)
	}
	return s, nil
}

// build makes the server's program in a temporary folder.
func (s *photoserver) build(ctx context.Context) (exe string, err error) {
	if s.dir, err = os.MkdirTemp("", "photoserver"); err != nil {
		return "", err
	}
	exe = filepath.Join(s.dir, "photoserver.exe")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", exe,
		"github.com/greengen/greengen/examples/downloader/photoserver").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return exe, nil
}

// grace is the time between the end of a server's connections and of its process.
const grace = 200 * time.Millisecond

// ended says, where something failed, that the server ended although nobody
// stopped it.
func (s *photoserver) ended() error {
	select {
	case <-s.done: // nil, and so never, if it is somebody else's
		return errors.New("the photoserver ended")
	case <-time.After(grace):
		return nil
	}
}

// stop ends the server and waits for it.
func (s *photoserver) stop() {
	if s.cmd != nil {
		s.stdin.Close()
		<-s.done
	}
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
}
