package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/greengen/greengen/internal/conformance/suite"
	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/ir"
)

// dump has the passes print what they made of the programs, as greengen dump
// does; but not emit, since the builds made its files. Batches take turns with
// torture.
func (f *fuzzer) dump(dir string, batch []*program) error {
	if len(batch) == 0 {
		return nil
	}
	b := &build{f: f, dir: dir, layout: together}
	if err := b.sources(batch); err != nil {
		return err
	}
	passes := slices.DeleteFunc(transform.Passes(), func(pass string) bool { return pass == "emit" })
	f.passes(passes, fmt.Sprintf("seeds %d to %d", batch[0].seed, batch[len(batch)-1].seed),
		transform.Config{Dir: dir, Patterns: []string{"."}, BuildFlags: []string{f.compile()}, Check: true})
	return nil
}

// corpus has all passes print what they made of Go's own test programs, of which
// it takes a sample.
func (f *fuzzer) corpus() error {
	entries, err := suite.Load(filepath.Join(f.repo, "testdata", "conformance", "manifest.tsv"))
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e suite.Entry) bool { return e.Action != "run" })
	tests := filepath.Join(f.goroot, "test")
	for _, e := range suite.Sample(entries, f.sample) {
		if f.ctx.Err() != nil {
			return f.ctx.Err()
		}
		f.passes(transform.Passes(), e.File, transform.Config{Dir: tests, Patterns: []string{filepath.Join(tests, filepath.FromSlash(e.File))}})
		f.dumped++
	}
	return nil
}

// passes runs c up to each of the passes and prints the form of the code there.
// What goes wrong counts as a failure of what is transformed.
func (f *fuzzer) passes(passes []string, what string, c transform.Config) {
	f.tortured = !f.tortured
	c.Torture, c.All, c.Preempt, c.Weave = f.tortured, true, true, true
	c.Env = append(os.Environ(), f.environ()...)
	for _, pass := range passes {
		c.StopAfter = pass
		if err := printPass(c); err != nil {
			f.failed++
			fmt.Fprintf(f.log, "dump -pass %s of %s: %s\n", pass, what, clip(err.Error()))
		}
	}
}

// printPass runs the passes and prints the form after the last. An error is also
// if one of them panics, be it caught or not.
func printPass(c transform.Config) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	res, err := transform.Run(c)
	if err != nil {
		return err
	}
	for fn, why := range res.Unit.Failed {
		err = errors.Join(err, fmt.Errorf("%s: %s", fn.Name, why))
	}
	return errors.Join(err, ir.Dump(io.Discard, res.Unit, c.StopAfter))
}
