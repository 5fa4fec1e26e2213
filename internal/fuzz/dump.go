package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/ir"
)

// dump has each pass print what it made of the programs, as greengen dump does.
// Batches take turns with torture.
func (f *fuzzer) dump(dir string, batch []*program) error {
	if len(batch) == 0 {
		return nil
	}
	b := &build{f: f, dir: dir, layout: together}
	if err := b.sources(batch); err != nil {
		return err
	}
	f.tortured = !f.tortured
	for _, pass := range transform.Passes() {
		if pass == "emit" {
			continue // which prints files, and the builds made those
		}
		err := dumpPass(transform.Config{Dir: dir, Patterns: []string{"."}, StopAfter: pass, Env: append(os.Environ(), f.environ()...), Torture: f.tortured,
			BuildFlags: []string{f.compile()}, All: true, Preempt: true, Weave: true, Check: true})
		if err != nil {
			f.failed++
			fmt.Fprintf(f.log, "dump -pass %s of seeds %d to %d: %s\n", pass, batch[0].seed, batch[len(batch)-1].seed, clip(err.Error()))
		}
	}
	return nil
}

// dumpPass runs the passes and prints the form after the last; a panic is an error.
func dumpPass(c transform.Config) (err error) {
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
		err = fmt.Errorf("%s: %s", fn.Name, why)
	}
	return errors.Join(err, ir.Dump(io.Discard, res.Unit, c.StopAfter))
}
