package runner

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/greengen/greengen/internal/conformance/outcome"
)

// plainTimeout is generous: all programs that count end within seconds.
const plainTimeout = 2 * time.Minute

// plain is what a program does when it is left alone.
type plain struct {
	Run   *outcome.Outcome
	Level outcome.Level
	Out   string // "" if its .out file is matched, or it has none
	Bare  string // how it differs from its uninstrumented form; "-" if that was not asked for
	Error string // why there is no Run
	Known bool   // the order is the one in the manifest
}

func (r *Runner) plainFile(p *program) string {
	return filepath.Join(r.plainDir, "runs", p.Slug()+".json")
}

// loadPlain returns what was kept of p, nil if that is not enough.
func (r *Runner) loadPlain(p *program) *plain {
	data, err := os.ReadFile(r.plainFile(p))
	if err != nil {
		return nil
	}
	k := &plain{}
	if json.Unmarshal(data, k) != nil || r.Bare && k.Bare == "-" {
		return nil
	}
	return k
}

// plainBatch builds and runs the programs plain. They have the same build flags.
func (r *Runner) plainBatch(id string, batch []*program) (map[*program]*plain, error) {
	kept := map[*program]*plain{}
	var slugs []string
	for _, p := range batch {
		if kept[p] = r.loadPlain(p); kept[p] != nil {
			continue
		}
		if err := r.write(r.scratch(), p, p.woven); err != nil {
			return nil, err
		}
		slugs = append(slugs, p.Slug())
	}
	if len(slugs) == 0 {
		return kept, nil
	}
	b := r.build(r.home(r.scratch(), batch[0]), id+"-plain", batch[0])
	defer os.RemoveAll(b.bin)
	failed := b.run(slugs)
	bare, err := r.bareBuild(id, batch, slugs)
	if err != nil {
		return nil, err
	}
	if bare != nil {
		defer os.RemoveAll(bare.bin)
	}
	for _, p := range batch {
		if !slices.Contains(slugs, p.Slug()) {
			continue
		}
		k := &plain{Bare: "-", Error: failed[p.Slug()]}
		if k.Error == "" {
			if k, err = r.plainRuns(p, b.binary(p.Slug()), bare); err != nil {
				return nil, err
			}
		}
		kept[p] = k
		if k.Error != "" {
			continue // perhaps it was the disk
		}
		data, err := json.Marshal(k)
		if err != nil {
			return nil, err
		}
		if err := writeFile(r.plainFile(p), data); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

func (r *Runner) build(dir, id string, p *program) *build {
	return &build{ctx: r.ctx, dir: dir, bin: filepath.Join(r.plainDir, "bin", id), flags: p.Recipe.Build, env: p.Recipe.Env}
}

// command runs the binary of p; the trace is on.
func (r *Runner) command(p *program, binary string, timeout time.Duration) outcome.Command {
	c := outcome.Command{
		Path: binary, Args: p.Args(), Env: append([]string{"GOMAXPROCS=1"}, p.Recipe.Env...), Timeout: timeout,
		Scratch: filepath.Join(r.plainDir, "bin"), Blocks: len(p.ins.Blocks), Main: p.ins.Main,
	}
	if p.InRoot() {
		c.Dir = r.testRoot()
	}
	return c
}

// plainRuns runs p as often as it takes to know how stable its trace is.
func (r *Runner) plainRuns(p *program, binary string, bare *build) (*plain, error) {
	k := &plain{Bare: "-"}
	runs, sure, err := r.repeat(p, binary)
	if err != nil {
		return nil, err
	}
	k.Run, k.Level = runs[0], p.level(runs)
	if !sure && k.Level == outcome.ByOrder {
		k.Level = outcome.ByCounts
	}
	k.Known = fmt.Sprintf("%016x", k.Run.Trace.Order) == p.Order
	if p.hasOut() {
		k.Out = p.checkOut(k.Run)
	}
	if bare != nil {
		return k, r.bareRun(p, k, bare)
	}
	return k, nil
}

// enough is how long a program is run again and again.
const enough = 20 * time.Second

// repeat runs p several times. The runs are not sure to tell whether the
// scheduler has a say in the order if that would have taken too long.
func (r *Runner) repeat(p *program, binary string) (runs []*outcome.Outcome, sure bool, err error) {
	c := r.command(p, binary, plainTimeout)
	jitters := make([]uint64, 10) // select and map ranges leave things to chance; small maps to little of it
	if p.spawns {
		jitters = []uint64{0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	}
	began := time.Now()
	for i := 0; i < len(jitters) || i < 50 && outcome.LevelOf(runs...) == outcome.ByCounts; i++ {
		// Where the order is left to chance, so may be how often: in one run of many.
		j := jitters[i%len(jitters)]
		if i >= 2 && time.Since(began) > enough {
			return runs, !p.spawns, nil
		}
		c.Jitter = j
		o, err := outcome.Run(r.ctx, c)
		if err != nil {
			return nil, false, err
		}
		if i > 0 && o.Exit == "timeout" {
			return runs, false, nil
		}
		runs = append(runs, o)
		c.Timeout = jitterTimeout(runs[0].Took)
	}
	return runs, true, nil
}

// jitterTimeout is how long a program may take to be run again.
func jitterTimeout(took time.Duration) time.Duration { return 5*time.Second + 10*took }

// level is what the runs have in common, and no more than the manifest promises.
func (p *program) level(runs []*outcome.Outcome) outcome.Level {
	level := outcome.LevelOf(runs...)
	if p.Order == "varies" && level == outcome.ByOrder {
		level = outcome.ByCounts
	}
	if p.Counts == "varies" && level == outcome.ByCounts {
		level = outcome.BySet
	}
	if p.Counts == "varies" && p.clock {
		level = outcome.ByNone // it does more if it finds itself too slow
	}
	return level
}

// hasOut reports whether a .out file says what p prints: not if p is a generator.
func (p *program) hasOut() bool { return p.HasOut && (p.Generated() || p.Recipe.Action != "runoutput") }

// checkOut compares with the .out file, which holds stdout and stderr as they
// were interleaved: lines must be the same, in whatever order if both are used.
func (p *program) checkOut(o *outcome.Outcome) string {
	want, err := p.Expected()
	if err != nil {
		return err.Error()
	}
	lines := func(text ...[]byte) []string {
		all := strings.Split(strings.ReplaceAll(string(slices.Concat(text...)), "\r\n", "\n"), "\n")
		if len(o.Stderr) > 0 {
			slices.Sort(all)
		}
		return all
	}
	if got := lines(o.Stdout, o.Stderr); !slices.Equal(got, lines(want)) {
		return fmt.Sprintf("output is not that of the .out file: %.200q", got)
	}
	return ""
}
