package weave

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/greengen/greengen/transform"
)

// Transform is transform.Run.
type Transform func(transform.Config) (*transform.Result, error)

// Options says what to build.
type Options struct {
	Dir      string   // where the go command runs, absolute
	Patterns []string // packages, or .go files
	Flags    []string // for the go command, each as one -name=value
	Build    []string // those of Flags that go list takes as well
	Tests    bool
	Cache    string // the cache folder

	// Toolexec is the command line that ends in Toolexec, for builds with
	// coverage, which fail without it, and of programs that embed their own source.
	Toolexec []string

	// With names packages of other modules, as patterns of import paths, that are
	// transformed as the program's own are. With All there are usual ones as well.
	With []string

	// Stats makes the programs print their counters, wherever they are started.
	Stats bool

	All, Torture, Preempt, Check bool // as in transform.Config

	generates bool // files beside the sources, see Kept
}

// files reports whether .go files are built, not packages.
func (o *Options) files() bool {
	return len(o.Patterns) > 0 && strings.HasSuffix(o.Patterns[0], ".go")
}

// Plan is what to call the go command with.
type Plan struct {
	Dir      string
	Flags    []string // with -overlay, without Patterns
	Patterns []string
	Env      []string
	Folder   string // the entry's own, for a binary
	Hit      bool   // the cache had it
	Files    int    // how many the overlay adds or replaces
	Notes    []string
}

// Prepare transforms what o names, unless the cache has the result. The error
// is a diag.List for problems in the user's code.
func Prepare(o Options, run Transform) (*Plan, error) {
	env, err := readGoEnv(o.Dir, nil)
	if err != nil {
		return nil, err
	}
	over, err := userOverlay(o.Dir, env.flag(o.Build, "overlay"))
	if err != nil {
		return nil, err
	}
	o.Flags, o.Build = without(o.Flags, "overlay"), without(o.Build, "overlay")
	key, err := keyOf(o, env, over)
	if err != nil {
		return nil, err
	}
	e := &entry{dir: filepath.Join(o.Cache, "w", key)}
	if rec, ok := e.load(); ok {
		return rec.plan(o, e.dir, true), nil
	}
	w := &weaver{o: o, env: env, over: over, entry: e, run: run}
	rec, err := w.weave()
	if err != nil {
		return nil, err
	}
	trim(o.Cache, time.Now())
	return rec.plan(o, e.dir, false), nil
}

// weaver makes one entry.
type weaver struct {
	o     Options
	env   goEnv
	over  overlay
	entry *entry
	run   Transform

	listed []listedPackage // all that is built, by go list
}

func (w *weaver) weave() (*record, error) {
	started := time.Now()
	inj, err := w.inject()
	if err != nil {
		return nil, err
	}
	took, err := w.take(inj)
	if err != nil {
		return nil, err
	}
	modules, err := w.replace(&inj, took.modules)
	if err != nil {
		return nil, err
	}
	load := w.over.with(inj.overlay)
	sources, err := load.contents()
	if err != nil {
		return nil, err
	}
	listed := make(chan inputs, 1)
	go func() { listed <- w.inputs(load, inj) }()
	res, err := w.run(transform.Config{
		Dir: w.o.Dir, Patterns: w.o.Patterns, Tests: w.o.Tests,
		BuildFlags: append(append([]string(nil), w.o.Build...), inj.flags...),
		Env:        append(os.Environ(), inj.env...), Overlay: sources,
		All: w.o.All, Torture: w.o.Torture, Preempt: w.o.Preempt, Check: w.o.Check, Weave: true,
		With: took.packages,
	})
	in := <-listed
	if err != nil {
		return nil, err
	}
	w.bakeAlone(res)
	if w.o.Stats {
		bakeStats(res)
	}
	rec, err := w.store(res, inj)
	if err != nil {
		return nil, err
	}
	rec.Inputs, rec.Modules, rec.Notes = in, modules, took.notes
	return rec, w.entry.save(rec, started)
}

func (w *weaver) inject() (injection, error) {
	in := w.injector(injection{})
	return in.run()
}

// injector sees go.mod and go.work as inj left them.
func (w *weaver) injector(inj injection) *injector {
	return &injector{env: w.env, dir: w.o.Dir, flags: w.o.Build, files: w.o.files(), over: w.over.with(inj.overlay),
		unpacked: func() (string, error) { return unpackRuntime(w.o.Cache) }}
}

// store writes the files of res to the entry, and the overlay that shows them.
// Where there are none the build is the plain one.
func (w *weaver) store(res *transform.Result, inj injection) (*record, error) {
	rec := &record{Files: len(res.Files), Embeds: embeds(res.Unit)}
	final := w.over
	if len(res.Files) > 0 {
		rec.Flags, rec.Env = inj.flags, inj.env
		final = final.with(inj.overlay)
	}
	made := map[string][]byte{}
	for _, f := range res.Files {
		made[f.Path] = f.Data
		if !f.Edited && w.o.files() && filepath.Dir(f.Path) == filepath.Dir(absolute(w.o.Dir, w.o.Patterns[0])) {
			// Named as the others are: the go command wants all files in one folder, and compares text.
			rec.Extra = append(rec.Extra, filepath.Join(filepath.Dir(w.o.Patterns[0]), filepath.Base(f.Path)))
		}
	}
	final = final.with(made)
	for _, s := range res.Stale {
		if _, ok := made[s]; !ok {
			final = final.hide(s)
		}
	}
	var err error
	if len(final) > 0 {
		rec.Overlay, err = w.entry.overlay(final)
	}
	return rec, err
}

// plan makes the go command's arguments.
func (r *record) plan(o Options, folder string, hit bool) *Plan {
	p := &Plan{Dir: o.Dir, Env: r.Env, Folder: folder, Hit: hit, Files: r.Files, Notes: r.Notes}
	p.Flags = append(append(p.Flags, o.Flags...), r.Flags...)
	if r.Overlay != "" {
		file := filepath.Join(folder, r.Overlay)
		p.Flags = append(p.Flags, "-overlay="+file)
		if flag := shim(o, file, r.Embeds); flag != "" {
			p.Flags = append(p.Flags, flag)
		}
	}
	p.Patterns = append(append(p.Patterns, o.Patterns...), r.Extra...)
	return p
}

func without(flags []string, name string) []string {
	var kept []string
	for _, f := range flags {
		if !strings.HasPrefix(f, "-"+name+"=") {
			kept = append(kept, f)
		}
	}
	return kept
}
