package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// cache is a build cache of the fuzzer's own, so that it may forget.
func (f *fuzzer) cache() string { return filepath.Join(f.tmp, "gocache") }

// environ is what the go command gets besides ours. Its tools end so
// soon that they need not collect garbage until there is much.
func (f *fuzzer) environ() []string {
	return []string{"GOWORK=off", "GOENV=off", "GOFLAGS=", "GOGC=off", "GOMEMLIMIT=3GiB", "GOCACHE=" + f.cache()}
}

// compile is the flag for the programs' packages.
func (f *fuzzer) compile() string { return "-gcflags=" + module + "/...=" + f.gcflags }

// warm compiles what all programs need.
func (f *fuzzer) warm() error {
	dir, err := f.lay()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, m := range modes {
		b := &build{f: f, dir: dir, mode: m, layout: together}
		if err := b.sources([]*program{{name: "p0"}}); err != nil {
			return err
		}
		if problem, _ := b.make(); problem != "" {
			return fmt.Errorf("build the first program, %s: %s", m, problem)
		}
	}
	return nil
}

// forget empties the cache of what was made since: nobody builds these programs
// again, and a night of them would fill the disk.
func (f *fuzzer) forget(since time.Time) {
	_ = filepath.WalkDir(f.cache(), func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil && info.ModTime().After(since) {
			return os.Remove(name)
		}
		return nil
	})
}
