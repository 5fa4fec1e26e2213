package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/greengen/greengen/internal/conformance/outcome"
	"github.com/greengen/greengen/internal/fuzz/gen"
	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
)

// module is the scratch module that holds a batch.
const module = "example.com/fuzz"

// timeout ends a program that hangs. One that is judged alone gets more time,
// since then a timeout is a verdict.
const (
	timeout      = 20 * time.Second
	timeoutAlone = 60 * time.Second
)

// mode is a way to build.
type mode string

const (
	plain   mode = "plain"
	green   mode = "green"
	torture mode = "torture"
)

var modes = []mode{plain, green, torture}

// layout is how the programs of a batch lie in the module.
type layout int

const (
	together layout = iota // files of one package, with one prelude
	apart                  // packages
)

// judge builds and runs the programs in the modes, of which plain is the first,
// and sets what failed.
func (f *fuzzer) judge(batch []*program, l layout, modes []mode) error {
	dir, err := f.lay()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	defer f.forget(time.Now())
	for _, m := range modes {
		b := &build{f: f, dir: dir, mode: m, layout: l}
		if err := b.run(sound(batch)); err != nil {
			return err
		}
		if err := os.RemoveAll(b.bin()); err != nil {
			return err
		}
		if f.ctx.Err() != nil {
			return f.ctx.Err()
		}
	}
	if l == apart {
		return nil
	}
	return f.dump(dir, sound(batch))
}

// sound are the programs that have not failed.
func sound(batch []*program) []*program {
	var out []*program
	for _, p := range batch {
		if p.fail == nil {
			out = append(out, p)
		}
	}
	return out
}

// lay makes the module.
func (f *fuzzer) lay() (string, error) {
	dir, err := os.MkdirTemp(f.tmp, "mod-")
	if err != nil {
		return "", err
	}
	mod := fmt.Sprintf("module %s\n\ngo 1.26.0\n\nrequire %s v0.0.0\n\nreplace %[2]s => %s\n", module, "github.com/greengen/greengen", f.repo)
	return dir, write(filepath.Join(dir, "go.mod"), []byte(mod))
}

func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}

// build is one binary for all programs of a batch in one mode.
type build struct {
	f      *fuzzer
	dir    string
	mode   mode
	layout layout
}

func (b *build) bin() string { return filepath.Join(b.dir, "bin-"+string(b.mode)) }

// run builds and runs the programs; where one breaks the build it is set apart.
func (b *build) run(batch []*program) error {
	if len(batch) == 0 || b.f.ctx.Err() != nil {
		return b.f.ctx.Err()
	}
	if err := b.sources(batch); err != nil {
		return err
	}
	problem, bugs := b.make()
	broken := false
	for _, p := range batch {
		text := bugs[p.name]
		if text == "" {
			text = blame(problem, p.name)
		}
		if text != "" {
			p.fail = &failure{b.mode, "build", text}
			broken = true
		}
	}
	switch {
	case broken:
		return b.run(sound(batch))
	case problem == "":
		return b.each(batch)
	case len(batch) == 1:
		batch[0].fail = &failure{b.mode, "build", problem}
		return nil
	}
	if err := b.run(batch[:len(batch)/2]); err != nil {
		return err
	}
	return b.run(batch[len(batch)/2:])
}

// all is the package of programs that lie together.
const all = "all"

// sources writes the programs, no others, and a main package that runs the one
// named by its argument.
func (b *build) sources(batch []*program) error {
	if err := os.RemoveAll(filepath.Join(b.dir, all)); err != nil {
		return err
	}
	files := map[string]string{}
	var imports, cases strings.Builder
	if b.layout == together {
		files[filepath.Join(all, "prelude.go")] = gen.Prelude(all)
		fmt.Fprintf(&imports, "\t%q\n", module+"/"+all)
	}
	for _, p := range batch {
		call := p.name + ".Main"
		if b.layout == together {
			call = all + ".Main_" + p.name
			files[filepath.Join(all, p.name+".go")] = gen.Part(all, p.seed, "_"+p.name)
		} else {
			files[filepath.Join(p.name, p.name+".go")] = string(p.src)
			fmt.Fprintf(&imports, "\t%q\n", module+"/"+p.name)
		}
		fmt.Fprintf(&cases, "\tcase %q:\n\t\t%s()\n", p.name, call)
	}
	files["main.go"] = "package main\n\nimport (\n\t\"os\"\n\n" + imports.String() + ")\n\nfunc main() {\n\tswitch os.Args[1] {\n" + cases.String() + "\t}\n}\n"
	for name, src := range files {
		if err := write(filepath.Join(b.dir, name), []byte(src)); err != nil {
			return err
		}
	}
	return nil
}

// make builds the binary. It returns what is wrong, "" if nothing, and on which
// programs a pass of the transform panicked.
func (b *build) make() (problem string, bugs map[string]string) {
	flags := []string{b.f.compile()}
	plan := &weave.Plan{Patterns: []string{"."}, Flags: flags}
	if b.mode != plain {
		var err error
		plan, err = weave.Prepare(weave.Options{Dir: b.dir, Patterns: plan.Patterns, Flags: flags, Build: flags, Cache: filepath.Join(b.dir, "cache"),
			All: true, Preempt: true, Torture: b.mode == torture, Check: true}, func(c transform.Config) (*transform.Result, error) {
			c.Env = append(c.Env, b.f.environ()...)
			res, err := transform.Run(c)
			if err == nil {
				bugs = b.note(res)
			}
			return res, err
		})
		if err != nil {
			return "weave: " + err.Error(), nil
		}
	}
	cmd := exec.CommandContext(b.f.ctx, "go", append(append([]string{"build", "-gcflags=-dwarf=false", "-ldflags=-s -w", "-o=" + b.bin()}, plan.Flags...), plan.Patterns...)...)
	cmd.Dir, cmd.Env = b.dir, append(append(os.Environ(), append(b.f.environ(), "PWD="+b.dir)...), plan.Env...)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return "", bugs
	}
	return err.Error() + "\n" + string(out), bugs
}

// note counts functions, and returns those that a pass panicked on, by program.
func (b *build) note(res *transform.Result) map[string]string {
	bugs := map[string]string{}
	for fn, why := range res.Unit.Failed {
		file := res.Unit.Fset.Position(fn.Pos()).Filename
		bugs[strings.TrimSuffix(filepath.Base(file), ".go")] += fn.Name + ": " + why + "\n"
	}
	if b.layout == together && b.mode == green && len(bugs) == 0 {
		b.f.native += res.Stats.Green
		b.f.total += res.Stats.Total
	}
	return bugs
}

// blame returns the lines of the output of a build that are about a program.
func blame(out, name string) string {
	var about []string
	file := regexp.MustCompile(`\b` + name + `(_green)?\.go:\d`)
	for line := range strings.Lines(out) {
		if file.MatchString(line) {
			about = append(about, line)
		}
	}
	return strings.Join(about, "")
}

// each runs the programs, as many at a time as there may be workers.
func (b *build) each(batch []*program) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	room := make(chan bool, b.f.workers)
	for _, p := range batch {
		room <- true
		wg.Go(func() {
			defer func() { <-room }()
			n, err := b.one(p)
			mu.Lock()
			defer mu.Unlock()
			failed = errors.Join(failed, err)
			if b.layout == together && b.mode == green {
				b.f.suspensions += n
			}
		})
	}
	wg.Wait()
	return failed
}

var stats = regexp.MustCompile(`(?m)^greengen: .* suspensions=(\d+).*\n`)

// one runs a program, compares it with the plain run, and returns how often it
// suspended. The plain one runs twice, since it must not depend on chance.
func (b *build) one(p *program) (int, error) {
	o, err := b.start(p)
	if err != nil {
		return 0, err
	}
	suspended := 0
	if m := stats.FindSubmatch(o.Stderr); m != nil {
		suspended, _ = strconv.Atoi(string(m[1]))
		o.Stderr = stats.ReplaceAll(o.Stderr, nil)
	}
	want := p.runs[plain]
	if b.mode == plain {
		if want, err = b.start(p); err != nil {
			return 0, err
		}
	}
	if p.runs == nil {
		p.runs = map[mode]*outcome.Outcome{}
	}
	p.runs[b.mode] = o
	d := outcome.Compare(want, o, outcome.ByNone)
	if d != nil && d.Cause == "stderr" && lastOnly(o.Stderr) {
		d = outcome.Compare(trim(want), trim(o), outcome.ByNone)
	}
	if b.mode == plain && endless(o) {
		d = &outcome.Diff{Cause: "never ends", Detail: o.Exit}
	}
	if d != nil {
		p.fail = &failure{b.mode, d.Cause, fmt.Sprintf("%s\nstderr: %s", d.Detail, o.Stderr)}
	}
	return suspended, nil
}

// lastOnly reports whether green code tells of one panic only. If it came out of
// plain code, nobody can find out which others it replaced there, or whether it
// was recovered before: then the last value counts.
func lastOnly(stderr []byte) bool { return !bytes.Contains(stderr, []byte(" [recovered")) }

var (
	panicked = regexp.MustCompile(`(?m)^\t*panic: `)
	again    = regexp.MustCompile(`(?m) \[recovered, repanicked\]$`)
)

// trim leaves only the last of several panics.
func trim(o *outcome.Outcome) *outcome.Outcome {
	c := *o
	c.Stderr = outcome.Normal(o.Stderr)
	if at := panicked.FindAllIndex(c.Stderr, -1); len(at) > 0 {
		c.Stderr = slices.Concat(c.Stderr[:at[0][0]], c.Stderr[at[len(at)-1][1]:])
	}
	c.Stderr = again.ReplaceAll(c.Stderr, nil)
	return &c
}

// endless reports whether a program did not end by itself: what it did until
// then may be chance.
func endless(o *outcome.Outcome) bool {
	return o.Exit == "timeout" || strings.HasPrefix(o.Exit, "too much") || bytes.Contains(o.Stderr, []byte("all goroutines are asleep"))
}

func (b *build) start(p *program) (*outcome.Outcome, error) {
	patience := timeout
	if b.layout == apart {
		patience = timeoutAlone
	}
	return outcome.Run(b.f.ctx, outcome.Command{Path: b.bin(), Args: []string{p.name}, Env: []string{"GREENGEN_STATS=1"}, Scratch: b.f.tmp, Timeout: patience})
}
