package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/greengen/greengen/rt"
)

const (
	sequential = "sequential"
	goroutines = "goroutines"
	green      = "green"
)

var modes = []string{sequential, goroutines, green}

// result is what a worker tells.
type result struct {
	Mode     string
	Users    int
	Photos   int      // saved
	Verified int      // found right
	Failed   []string // users
	Wall     time.Duration
	usage
	OnHub bool // false: nothing was generated
	Hub   rt.Stats
}

// work downloads in this process, prints who failed to stderr and the result to stdout.
func work(c *config) error {
	users = makeUsers(c.users, c.addr, c.out)
	if c.mode == sequential {
		users = users[:min(c.sample, c.users)]
	}
	r := &result{Mode: c.mode, Users: len(users)}
	stop := showProgress(c.mode, len(users)*c.photos)
	measured := measure()
	start := time.Now()
	err := r.download()
	r.Wall = time.Since(start)
	r.usage = measured()
	stop()
	if err != nil {
		return err
	}
	for _, user := range users {
		if user.Err != nil {
			r.Failed = append(r.Failed, user.Name)
			fmt.Fprintf(os.Stderr, "%s: %s: %v\n", c.mode, user.Name, user.Err)
		}
	}
	r.Photos = int(saved.Load())
	return json.NewEncoder(os.Stdout).Encode(r)
}

func (r *result) download() error {
	switch r.Mode {
	case sequential:
		for _, user := range getUsers() {
			user.Err = downloadPhotos(user)
		}
	case goroutines:
		downloader() // called by plain code it is plain
	case green:
		if err := rt.Run(onHub); err != nil {
			return err
		}
		if hub := self.Hub(); hub != nil {
			r.OnHub, r.Hub = true, hub.Stats()
		}
	}
	return nil
}

// self is the greenlet that called downloader.
var self = &rt.Greenlet{}

//greengen:patch
func onHub() {
	if g := rt.Current(); g != nil {
		self = g
	}
	downloader()
}

// startWorker downloads in a fresh process, so that one mode's memory and
// threads are not counted with another's.
func (c *config) startWorker(ctx context.Context, mode, addr, out string) (*result, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, exe, "-worker", "-mode", mode, "-addr", addr, "-out", out,
		"-users", strconv.Itoa(c.users), "-photos", strconv.Itoa(c.photos), "-sample", strconv.Itoa(c.sample))
	var stdout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w", mode, err)
	}
	r := &result{}
	if err := json.Unmarshal(stdout.Bytes(), r); err != nil {
		return nil, fmt.Errorf("%s: %w", mode, err)
	}
	return r, nil
}
