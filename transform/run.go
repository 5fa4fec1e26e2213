package transform

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/greengen/greengen/transform/cfg"
	"github.com/greengen/greengen/transform/channels"
	"github.com/greengen/greengen/transform/color"
	"github.com/greengen/greengen/transform/desugar"
	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/emit"
	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/live"
	"github.com/greengen/greengen/transform/load"
	"github.com/greengen/greengen/transform/ranges"
	"github.com/greengen/greengen/transform/render"
)

// pass is one step of the pipeline.
type pass struct {
	name string
	doc  string
	run  func(*ir.Unit, *diag.Reporter)
}

// passes run in this order: each reads what the ones before it set.
var passes = []pass{
	{"ranges", "ranges over functions as calls", ranges.Run},
	{"color", "which functions get twins, and how green code makes each call", color.Run},
	{"desugar", "each call that may suspend alone", desugar.Run},
	{"cfg", "basic blocks", cfg.Run},
	{"live", "what each suspension point must save", live.Run},
}

// Passes returns the names of the passes in order, load and emit included.
func Passes() []string {
	names := []string{"load"}
	for _, p := range passes {
		names = append(names, p.name)
	}
	return append(names, "emit")
}

// Run transforms what c names. The error is a diag.List if the user's code has
// problems; then no files are made.
func Run(c Config) (res *Result, err error) {
	res = &Result{Unit: &ir.Unit{}}
	r := &diag.Reporter{}
	timed := func(name string, f func()) {
		start := time.Now()
		f()
		res.Stats.Passes = append(res.Stats.Passes, PassTime{name, time.Since(start)})
	}
	timed("load", func() {
		var u *ir.Unit
		u, err = load.Run(load.Config{Dir: c.Dir, Patterns: c.Patterns, Tests: c.Tests, BuildFlags: c.BuildFlags,
			Env: c.Env, Overlay: c.Overlay, WholeModule: !c.Weave, With: c.With}, r)
		if u != nil {
			res.Unit = u
		}
	})
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return res, err
	}
	u := res.Unit
	u.All, u.Torture, u.Weave = c.All, c.Torture, c.Weave
	u.Preempt = c.Preempt && !c.Torture // which gives way all the time
	channels.Run(u)
	for {
		again, err := res.passes(c, r)
		if !again {
			return res, err
		}
	}
}

// passes runs the passes on what is loaded. If one of them panics while it works
// on a function, that function is offloaded, and all must run again: whatever
// the user wrote, and whatever we got wrong, there is a result.
func (res *Result) passes(c Config, r *diag.Reporter) (again bool, err error) {
	u := res.Unit
	u.Now = nil
	defer func() {
		if v := recover(); v != nil {
			again, err = res.failed(v)
		}
	}()
	timed := func(name string, f func()) {
		start := time.Now()
		f()
		res.Stats.Passes = append(res.Stats.Passes, PassTime{name, time.Since(start)})
	}
	for _, p := range passes {
		if stopped(c.StopAfter, p.name) {
			return false, nil
		}
		timed(p.name, func() { p.run(u, r) })
		if c.Check {
			if err := ir.Verify(u, p.name); err != nil {
				return false, err
			}
		}
	}
	if stopped(c.StopAfter, "emit") {
		return false, nil
	}
	u.Now = nil
	timed("emit", func() { err = res.emit(c, r) })
	res.count()
	return false, err
}

// failed notes the function that a pass panicked on. Without one, or on the same
// one again, the panic is an error.
func (res *Result) failed(v any) (again bool, err error) {
	u := res.Unit
	f := u.Now
	if f == nil || u.Failed[f.Root()] != "" {
		return false, asBug(u, v)
	}
	if u.Failed == nil {
		u.Failed = map[*ir.Func]string{}
	}
	u.Failed[f.Root()] = fmt.Sprint(v)
	res.Files, res.Stale, res.Stats = nil, nil, Stats{Passes: res.Stats.Passes[:1]}
	return true, nil
}

// stopped reports whether the pass before name was the last one asked for.
func stopped(last, name string) bool {
	if last == "" {
		return false
	}
	names := Passes()
	at := func(n string) int {
		for i, m := range names {
			if m == n {
				return i
			}
		}
		return len(names)
	}
	return at(name) > at(last)
}

// asBug turns a fault of greengen's own into an error, with a position if it has one.
func asBug(u *ir.Unit, v any) error {
	d := diag.Diagnostic{Code: "internal", Msg: fmt.Sprint(v), Hint: "please report this, with the function at this position"}
	if u.Now != nil {
		d.Pos = u.Fset.Position(u.Now.Pos())
	}
	if bug, ok := v.(*ir.BugError); ok && bug.Pos.IsValid() {
		d.Pos = u.Fset.Position(bug.Pos)
	}
	return diag.List{d}
}

func (res *Result) emit(c Config, r *diag.Reporter) error {
	made := map[string]bool{}
	if err := res.rendered(r); err != nil {
		return err
	}
	for _, f := range res.Files {
		made[f.Path] = true
	}
	if c.Weave {
		for _, p := range res.Unit.Packages {
			res.Files = append(res.Files, weave(res.Unit, p, c.All)...)
		}
	}
	sort.Slice(res.Files, func(i, j int) bool { return res.Files[i].Path < res.Files[j].Path })
	if c.Weave {
		res.hide(made)
	} else {
		res.stale(made)
	}
	return nil
}

// rendered sets Files. Some are written out while the next ones are made: that takes
// longer.
func (res *Result) rendered(r *diag.Reporter) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	var files []*File
	for o := range emit.Run(res.Unit, r) {
		f := &File{Path: o.File.Out}
		files = append(files, f)
		group.Go(func() (err error) {
			if f.Data, err = render.Bytes(o.Jen, !res.Unit.Weave); err != nil {
				return fmt.Errorf("%s: %w", f.Path, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, f := range files {
		res.Files = append(res.Files, *f)
	}
	return nil
}

// generatedFiles lists the files of ours in the unit's folders.
func (res *Result) generatedFiles() []string {
	var out []string
	dirs := slices.Collect(maps.Keys(res.Unit.Left))
	for _, p := range res.Unit.Packages {
		if p.Dir != "" && p.Wanted {
			dirs = append(dirs, p.Dir)
		}
	}
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		names, _ := filepath.Glob(filepath.Join(dir, "*_green*.go"))
		for _, n := range names {
			if src, err := os.ReadFile(n); err == nil && load.Generated(src) {
				out = append(out, n)
			}
		}
	}
	return out
}

func (res *Result) stale(made map[string]bool) {
	for _, n := range res.generatedFiles() {
		if !made[n] {
			res.Stale = append(res.Stale, n)
		}
	}
	sort.Strings(res.Stale)
}

// hide replaces files of an earlier generate run, which a woven build must not see.
func (res *Result) hide(made map[string]bool) {
	for _, n := range res.generatedFiles() {
		if !made[n] {
			res.Stale = append(res.Stale, n)
		}
	}
}

func (res *Result) count() {
	for _, p := range res.Unit.Packages {
		for _, f := range p.Funcs {
			res.Stats.Total++
			if f.Mark == ir.Patch {
				res.Stats.Marked++
			}
			switch f.Color {
			case ir.Green:
				res.Stats.Green++
				res.Stats.Suspends += len(f.Points)
				if f.Dual {
					res.Stats.Carriers++
				}
			case ir.Offloaded:
				res.Stats.Offloaded++
			}
		}
	}
}
