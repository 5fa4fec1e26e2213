package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"
	"github.com/rogpeppe/go-internal/diff"

	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/load"
	"github.com/greengen/greengen/transform/render"
)

type genOptions struct {
	goFlags
	diff, verbose, stale, check, preempt bool
}

func (o *genOptions) define(fs *flag.FlagSet) {
	fs.BoolVar(&o.diff, "d", false, "print a diff and write nothing; exit with 1 if there is one")
	fs.BoolVar(&o.verbose, "v", false, "print a line of counts")
	fs.BoolVar(&o.stale, "check-stale", false, "write nothing; report generated files that no longer match")
	fs.BoolVar(&o.preempt, "preempt", false, "let long loops of green functions give way to other greenlets")
	fs.BoolVar(&o.check, "check", false, "verify the invariants after each pass")
	o.goFlags.define(fs, loadFlags)
}

func (a *app) genCommand() *ffcli.Command {
	var o genOptions
	c := a.command("gen", "greengen [gen] [-d] [-v] [packages]", o.define, func(args []string) error {
		return a.gen(o, args)
	})
	c.ShortHelp = "Write *_green.go files beside the sources (the default)."
	return c
}

// gen does `greengen gen`.
func (a *app) gen(o genOptions, patterns []string) error {
	kept, keeper := a.kept(o, orHere(patterns))
	if kept {
		return nil
	}
	res, err := a.run(transform.Config{
		Dir: a.in(o.dir), Patterns: orHere(patterns), BuildFlags: o.load, Check: o.check, Preempt: o.preempt,
	})
	if err != nil {
		return err
	}
	if o.verbose {
		fmt.Fprintln(a.err, counts(res.Stats))
	}
	if err := a.checkRuntime(o, res); err != nil {
		return err
	}
	changes, err := compare(res)
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		switch {
		case o.diff:
			return a.printDiff(changes)
		case o.stale:
			return stale(changes)
		}
	}
	return write(changes, keeper)
}

// kept reports whether an earlier run says that there is nothing to do. -v wants counts,
// -check all passes.
func (a *app) kept(o genOptions, patterns []string) (bool, *weave.Keeper) {
	cache, err := cacheFolder()
	if err != nil || o.verbose || o.check {
		return false, nil
	}
	kept, keeper, err := weave.Kept(weave.Options{Dir: a.in(o.dir), Patterns: patterns, Build: o.load, Cache: cache, Preempt: o.preempt})
	if err != nil {
		return false, nil // the run itself will say it better
	}
	return kept, keeper
}

func orHere(patterns []string) []string {
	if len(patterns) == 0 {
		return []string{"."}
	}
	return patterns
}

// checkRuntime looks whether what is to be written would compile.
func (a *app) checkRuntime(o genOptions, res *transform.Result) error {
	if len(res.Files) == 0 {
		return nil
	}
	has, where, err := weave.HasRuntime(a.in(o.dir), o.load)
	if err != nil || has {
		return err
	}
	return diag.List{{Pos: token.Position{Filename: where}, Code: "no-runtime",
		Msg:  "does not require github.com/greengen/greengen, which generated code imports",
		Hint: "go get -tool github.com/greengen/greengen/cmd/greengen"}}
}

// change is a file that is not as the run would have it.
type change struct {
	path     string
	old, new []byte // nil: there is no such file
}

// compare lists what has to change on the disk. A file in the way that is not
// ours is a problem.
func compare(res *transform.Result) ([]change, error) {
	var list []change
	var r diag.Reporter
	for _, f := range res.Files {
		old, err := read(f.Path)
		switch {
		case err != nil:
			r.Report(unwritable(f.Path, err))
		case old != nil && !load.Generated(old):
			r.Report(diag.Diagnostic{Pos: token.Position{Filename: f.Path}, Code: "not-ours",
				Msg: "is in the way, and was not made by greengen", Hint: "rename this file"})
		case !bytes.Equal(old, f.Data):
			list = append(list, change{f.Path, old, f.Data})
		}
	}
	for _, path := range res.Stale {
		if old, err := read(path); err == nil && load.Generated(old) {
			list = append(list, change{path: path, old: old})
		}
	}
	return list, r.Err()
}

// read returns nil for a file that does not exist.
func read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && data == nil {
		data = []byte{}
	}
	return data, err
}

func (a *app) printDiff(changes []change) error {
	for _, c := range changes {
		from, to := a.short(c.path), a.short(c.path)
		if c.old == nil {
			from = os.DevNull
		}
		if c.new == nil {
			to = os.DevNull
		}
		if _, err := a.out.Write(diff.Diff(from, c.old, to, c.new)); err != nil {
			return err
		}
	}
	if len(changes) > 0 {
		return errProblem
	}
	return nil
}

// stale reports what write would change.
func stale(changes []change) error {
	var r diag.Reporter
	for _, c := range changes {
		d := diag.Diagnostic{Pos: token.Position{Filename: c.path}, Code: "stale", Hint: "run greengen"}
		switch {
		case c.old == nil:
			d.Msg = "is missing"
		case c.new == nil:
			d.Msg = "has nothing to do any more"
		default:
			d.Msg = "does not match its source any more"
			d.Pos.Line = firstDifference(c.old, c.new)
		}
		r.Report(d)
	}
	return r.Err()
}

func firstDifference(old, new []byte) int {
	n := 0
	for n < len(old) && n < len(new) && old[n] == new[n] {
		n++
	}
	return 1 + bytes.Count(old[:n], []byte("\n"))
}

func write(changes []change, k *weave.Keeper) error {
	var out []render.Output
	var remove, paths []string
	written := map[string][]byte{}
	for _, c := range changes {
		paths = append(paths, c.path)
		if c.new == nil {
			remove = append(remove, c.path)
		} else {
			out = append(out, render.Output{Path: c.path, Data: c.new})
			written[c.path] = c.new
		}
	}
	k.Before(paths)
	err := render.Commit(out, remove)
	if err == nil {
		_ = k.After(written, remove) // a cache that cannot be written costs time only
	}
	var where *render.WriteError
	if errors.As(err, &where) {
		return diag.List{unwritable(where.Path, where.Err)}
	}
	return err
}

func unwritable(path string, err error) diag.Diagnostic {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return diag.Diagnostic{Pos: token.Position{Filename: path}, Code: "unwritable",
		Msg: "cannot be written, so nothing was: " + err.Error(), Hint: "make the folder writable, or remove what is in the way"}
}

// counts is the line of -v.
func counts(s transform.Stats) string {
	var b strings.Builder
	fmt.Fprintf(&b, "greengen: functions: %d marked, %d green, %d offloaded of %d; suspension points: %d;",
		s.Marked, s.Green, s.Offloaded, s.Total, s.Suspends)
	for i, p := range s.Passes {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %s %v", p.Name, p.Took.Round(100*time.Microsecond))
	}
	return b.String()
}
