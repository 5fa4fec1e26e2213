package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
)

// bench runs modules in a scratch folder.
type bench struct {
	ctx   context.Context
	dir   string
	tool  string
	limit time.Duration
	env   []string // what the module's tests need in it
}

// ways are how a module's tests run.
var ways = []struct {
	name string
	args []string // of greengen, none for go
}{{"plain", nil}, {"green", []string{"-all"}}, {"torture", []string{"-all", "-torture"}}}

// report is what became of a module.
type report struct {
	passed      []int
	native, all int
	suspensions uint64
	lost        []string // tests that pass plain only
	note        string
}

func (r *report) line(t target) string {
	if r.note != "" {
		return fmt.Sprintf("%s: %s", t.module, r.note)
	}
	s := fmt.Sprintf("%s: plain %d, green %d, torture %d tests passed; native green functions %d of %d; suspensions taken %d",
		t.module, r.passed[0], r.passed[1], r.passed[2], r.native, r.all, r.suspensions)
	if len(r.lost) > 0 {
		s += fmt.Sprintf("\n\t%d only plain: %s", len(r.lost), strings.Join(r.lost[:min(len(r.lost), 8)], ", "))
	}
	return s
}

func (b *bench) command(dir, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(b.ctx, name, args...)
	c.Dir = dir
	c.Stderr = os.Stderr
	return c
}

// module runs all ways of one module.
func (b *bench) module(t target) (*report, error) {
	dir, err := b.fetch(t)
	if err != nil {
		return nil, err
	}
	stop, err := b.serve(t, dir)
	if err != nil {
		return nil, err
	}
	defer stop()
	r := &report{}
	if r.native, r.all, err = b.count(t, dir); err != nil {
		return nil, err
	}
	var plain map[string]bool
	for i, way := range ways {
		passed, suspensions, err := b.test(t, dir, way.name, way.args)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			plain = passed
		}
		lost := missing(plain, passed)
		if len(lost) > 0 {
			// Once more: a test that passes now is flaky, not broken.
			again, more, err := b.test(t, dir, way.name+"2", way.args)
			if err != nil {
				return nil, err
			}
			suspensions += more
			for name := range again {
				passed[name] = true
			}
			for _, name := range missing(plain, passed) {
				r.lost = append(r.lost, name+" ("+way.name+")")
			}
		}
		r.passed = append(r.passed, len(passed))
		r.suspensions += suspensions
	}
	return r, nil
}

// serve starts the server that a module's tests need.
func (b *bench) serve(t target, dir string) (stop func(), err error) {
	b.env = nil
	switch t.needs {
	case "":
		return func() {}, nil
	case "postgres":
		b.env, stop, err = b.postgres(dir)
		return stop, err
	}
	if _, err := exec.LookPath(t.needs); err != nil {
		return nil, fmt.Errorf("skipped: its tests need %s", t.needs)
	}
	server := b.command(b.dir, t.needs)
	if err := server.Start(); err != nil {
		return nil, err
	}
	return func() {
		server.Process.Kill()
		server.Wait()
	}, nil
}

func missing(want, have map[string]bool) []string {
	var names []string
	for name := range want {
		if !have[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// fetch copies a module to the scratch folder, writable and as a main module.
func (b *bench) fetch(t target) (string, error) {
	if t.module == stdModule {
		return b.fetchStd(t)
	}
	out, err := b.output(b.dir, "go", "mod", "download", "-json", t.module+"@"+t.version)
	var m struct{ Dir, Error string }
	if jerr := json.Unmarshal(out, &m); err == nil {
		err = jerr
	}
	if m.Error != "" {
		err = errors.New(m.Error)
	}
	if err != nil {
		return "", fmt.Errorf("fetch %s: %w", t.module, err)
	}
	dir := filepath.Join(b.dir, strings.NewReplacer("/", "_", ".", "_").Replace(t.module))
	if err := os.CopyFS(dir, os.DirFS(m.Dir)); err != nil {
		return "", err
	}
	if err := b.command(dir, "chmod", "-R", "u+w", dir).Run(); err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil { // older than modules
		if _, err := b.output(dir, "go", "mod", "init", t.module); err != nil {
			return "", err
		}
	}
	_, err = b.output(dir, "go", "mod", "tidy")
	return dir, err
}

// output runs a command; what it says is part of the error.
func (b *bench) output(dir, name string, args ...string) ([]byte, error) {
	c := b.command(dir, name, args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(stderr.String()))
	}
	return out, err
}

// count transforms the module, and counts functions: native ones, and those that
// may block or that a mark reaches.
func (b *bench) count(t target, dir string) (native, all int, err error) {
	cache, err := os.MkdirTemp(b.dir, "cache")
	if err != nil {
		return 0, 0, err
	}
	_, err = weave.Prepare(weave.Options{Dir: dir, Patterns: t.packages, Tests: true, Cache: cache, All: true, Preempt: true},
		func(c transform.Config) (*transform.Result, error) {
			res, err := transform.Run(c)
			if err == nil {
				native = res.Stats.Green
				all = res.Stats.Green + res.Stats.Offloaded
			}
			return res, err
		})
	return native, all, err
}

// addresses are in the names of some tests of std.
var addresses = regexp.MustCompile(`0x[0-9a-f]+`)

var counted = regexp.MustCompile(`greengen: .*suspensions=(\d+)`)

// test runs the module's tests one way, and returns the names of those that passed.
func (b *bench) test(t target, dir, name string, args []string) (passed map[string]bool, suspensions uint64, err error) {
	ctx, cancel := context.WithTimeout(b.ctx, b.limit)
	defer cancel()
	tool := "go"
	if len(args) > 0 {
		tool = b.tool
	}
	c := exec.CommandContext(ctx, tool, slices.Concat([]string{"test"}, args, []string{"-count=1", "-json"}, t.packages)...)
	c.Dir = dir
	c.Env = append(append(os.Environ(), "GREENGEN_STATS=1"), b.env...)
	c.WaitDelay = 5 * time.Second
	out, err := c.CombinedOutput()
	if werr := os.WriteFile(filepath.Join(dir, name+".log"), out, 0o666); werr != nil {
		return nil, 0, werr
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		return nil, 0, err
	}
	passed = map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e struct{ Action, Package, Test, Output string }
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue
		}
		if e.Action == "pass" && e.Test != "" {
			passed[e.Package+"."+addresses.ReplaceAllString(e.Test, "0x")] = true
		}
		if m := counted.FindStringSubmatch(e.Output); m != nil {
			n, _ := strconv.ParseUint(m[1], 10, 64)
			suspensions += n
		}
	}
	return passed, suspensions, lines.Err()
}
