package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// config is what the flags say.
type config struct {
	mode, addr, server, out string
	users, photos, sample   int
	delay                   time.Duration
	json, worker            bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		if err != errUsage {
			fmt.Fprintln(os.Stderr, "downloader:", err)
		}
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "downloader:", err)
		os.Exit(1)
	}
}

// errUsage is what the flag package has printed, or wrapped what it does not check.
var errUsage = errors.New("see -h")

var errInterrupted = errors.New("interrupted")

func run(ctx context.Context, args []string) error {
	c, err := parse(args)
	switch {
	case err != nil:
		return err
	case c.worker:
		return work(c)
	}
	return c.demo(ctx)
}

func parse(args []string) (*config, error) {
	c := &config{}
	f := flag.NewFlagSet("downloader", flag.ContinueOnError)
	f.StringVar(&c.mode, "mode", "all", "how: "+strings.Join(modes, ", ")+" or all of them")
	f.IntVar(&c.users, "users", 2000, "`number` of users")
	f.IntVar(&c.photos, "photos", 3, "`number` of photos of each user")
	f.IntVar(&c.sample, "sample", 20, "`number` of users whose photos are downloaded one after the other")
	f.DurationVar(&c.delay, "delay", 50*time.Millisecond, "`time` that each answer takes, of a server that is started")
	f.StringVar(&c.addr, "addr", "", "`address` of a photoserver that runs already")
	f.StringVar(&c.server, "server", "", "`program` to start as photoserver; it is built if there is none")
	f.StringVar(&c.out, "out", "", "keep the photos in this `folder`")
	f.BoolVar(&c.json, "json", false, "print the figures as JSON")
	f.BoolVar(&c.worker, "worker", false, "download in this process, which is how the others are started")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, err
	} else if err != nil {
		return nil, errUsage
	}
	return c, c.check(f.Args())
}

func (c *config) check(args []string) error {
	switch {
	case len(args) > 0:
		return fmt.Errorf("unexpected argument %q; %w", args[0], errUsage)
	case c.mode != "all" && !slices.Contains(modes, c.mode):
		return fmt.Errorf("no mode %q; %w", c.mode, errUsage)
	case c.users < 1 || c.sample < 1:
		return fmt.Errorf("there must be users to download from; %w", errUsage)
	case c.photos < 0 || c.delay < 0:
		return fmt.Errorf("photos and delay must not be negative; %w", errUsage)
	}
	return nil
}

// demo starts a server, downloads in each mode in a process of its own, and
// leaves nothing behind.
func (c *config) demo(ctx context.Context) (err error) {
	dir := c.out
	if dir == "" {
		if dir, err = tempFolder(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	err = c.downloadAll(ctx, dir)
	if err != nil && ctx.Err() != nil {
		return errInterrupted // all that went wrong then came of it
	}
	return err
}

func (c *config) downloadAll(ctx context.Context, dir string) error {
	srv, err := c.startServer(ctx)
	if err != nil {
		return fmt.Errorf("start photoserver: %w", err)
	}
	defer srv.stop()

	chosen := modes
	if c.mode != "all" {
		chosen = []string{c.mode}
	}
	// Where there is no manifest, each user will say why.
	album, noManifest := manifest(ctx, srv.addr)
	var results []*result
	var failed []error
	for _, mode := range chosen {
		out := filepath.Join(dir, mode)
		r, err := c.startWorker(ctx, mode, srv.addr, out)
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		results = append(results, r)
		failed = append(failed, r.problems(album, noManifest, out)...)
		if c.out == "" {
			if err := os.RemoveAll(out); err != nil {
				failed = append(failed, err)
			}
		}
		if len(failed) == 0 {
			continue
		}
		if err := srv.ended(); err != nil {
			failed = append(failed, err)
			break
		}
	}
	return errors.Join(append(failed, c.print(os.Stdout, results))...)
}

// problems verifies what was downloaded to out.
func (r *result) problems(album map[string][]*Photo, noManifest error, out string) (list []error) {
	if len(r.Failed) > 0 {
		list = append(list, fmt.Errorf("%s: %d of %d users failed", r.Mode, len(r.Failed), r.Users))
	}
	err := noManifest
	if err == nil {
		r.Verified, err = verify(album, out, r)
	}
	if err != nil {
		list = append(list, fmt.Errorf("%s: verify: %w", r.Mode, err))
	}
	return list
}

func tempFolder() (string, error) {
	if os.Getenv("TMPDIR") == "" {
		if dir, err := os.MkdirTemp(memoryFolder, "downloader"); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", "downloader")
}
