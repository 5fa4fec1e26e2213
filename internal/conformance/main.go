// Conformance runs the test programs of the Go distribution plain and green,
// and reports whether they are equal. See package runner.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"

	"github.com/greengen/greengen/internal/conformance/runner"
)

func main() {
	ok, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run() (bool, error) {
	c := runner.Config{Log: os.Stderr, Out: os.Stdout}
	buckets, only := "", ""
	flag.IntVar(&c.Sample, "sample", 0, "take `n` programs of each bucket, evenly spread; 0 takes all")
	flag.StringVar(&only, "only", os.Getenv("ONLY"), "take programs whose file matches `regexp`")
	flag.StringVar(&buckets, "buckets", "core,hard", "comma-separated `list` of core, hard, out")
	flag.BoolVar(&c.Failed, "failed", false, "take only what failed when last run")
	flag.BoolVar(&c.Fresh, "fresh", false, "forget the results of earlier runs")
	flag.IntVar(&c.Jobs, "j", runtime.NumCPU(), "work on `n` batches at a time")
	flag.IntVar(&c.Batch, "batch", 64, "build `n` programs at a time")
	flag.IntVar(&c.Mutants, "mutants", 50, "delete a statement in `n` programs, as negative control")
	flag.Uint64Var(&c.Seed, "seed", 1, "of the choice of statements")
	flag.BoolVar(&c.Plain, "plain", false, "stop after the plain side")
	flag.BoolVar(&c.Bare, "bare", false, "compare with the uninstrumented programs, too")
	flag.BoolVar(&c.Verbose, "v", false, "show each failure")
	flag.StringVar(&c.Cache, "cache", "", "keep results and artefacts in `folder`")
	job := flag.String("weave", "", "for the runner itself: do the job in `file`")
	flag.Parse()
	if *job != "" {
		return true, runner.Weave(*job)
	}
	c.Buckets = strings.Split(buckets, ",")
	if only != "" {
		var err error
		if c.Only, err = regexp.Compile(only); err != nil {
			return false, err
		}
	}
	if err := folders(&c); err != nil {
		return false, err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r, err := runner.New(ctx, c)
	if err != nil {
		return false, err
	}
	return r.Run()
}

// folders finds the module's root and the cache.
func folders(c *runner.Config) error {
	mod, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/greengen/greengen").Output()
	if err != nil {
		return fmt.Errorf("find greengen's own module: %w", err)
	}
	c.Repo = strings.TrimSpace(string(mod))
	if c.Cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		c.Cache = filepath.Join(user, "greengen", "conformance")
	}
	c.Cache, err = filepath.Abs(c.Cache)
	return err
}
