package runner

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/greengen/greengen/internal/conformance/mutate"
	"github.com/greengen/greengen/internal/conformance/outcome"
	"github.com/greengen/greengen/internal/conformance/suite"
)

const (
	// mutantTries is how many statements of a program are tried: most cannot be
	// deleted, since a variable is then not used.
	mutantTries = 12
	// mutantSeconds is how long a program may take to be worth mutating.
	mutantSeconds = 0.3
	// mutableKey is that of a program without flags or a module of its own.
	mutableKey = suite.Module
	// mutantTimeout is short: a mutant may well never end.
	mutantTimeout = 5 * time.Second
)

// mutant is a program that lost a statement.
type mutant struct {
	*program
	whole *program
	at    string // what it lost
	base  *plain // the program as it was
	self  *plain // the mutant, plain
}

// control is the negative control. It reports whether plain and green mutants
// end alike, and whether the comparison sees in green all that it sees in plain.
func (r *Runner) control(programs []*program, plains map[*program]*plain, results map[string]Result) (bool, error) {
	dir := filepath.Join(r.greenDir, "mutants")
	if err := os.RemoveAll(dir); err != nil {
		return false, err
	}
	random := rng(r.Seed)
	candidates := mutable(programs, plains, results)
	random.Shuffle(len(candidates), func(i, j int) { candidates[i], candidates[j] = candidates[j], candidates[i] })
	var mutants []*mutant
	for batch := range slices.Chunk(candidates, r.Batch) {
		made, err := r.mutantBatch(dir, batch, plains, random)
		if err != nil {
			return false, err
		}
		mutants = append(mutants, made...)
		if len(mutants) >= r.Mutants {
			break
		}
	}
	if len(mutants) == 0 {
		fmt.Fprintln(r.Out, "negative control: no program is fit to lose a statement")
		return true, nil
	}
	mutants = mutants[:min(r.Mutants, len(mutants))]
	return r.compareMutants(dir, mutants)
}

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// mutable are the core programs that are equal and quick, need no flags, and
// stay within themselves.
func mutable(programs []*program, plains map[*program]*plain, results map[string]Result) []*program {
	var good []*program
	for _, p := range programs {
		if p.Bucket == suite.Core && results[p.File].Equal && p.Key() == mutableKey && !p.outside &&
			plains[p].Run.Took.Seconds() < mutantSeconds && plains[p].Level == outcome.ByOrder {
			good = append(good, p)
		}
	}
	return good
}

// mutantBatch deletes a statement in each program such that it still compiles,
// and runs the result plain.
func (r *Runner) mutantBatch(dir string, batch []*program, plains map[*program]*plain, random *rand.Rand) ([]*mutant, error) {
	open := map[string]*mutant{}
	tries := map[string][]candidate{}
	var slugs []string
	for _, p := range batch {
		cs := deletions(p, plains[p].Run.Trace, random)
		if len(cs) > 0 {
			tries[p.Slug()] = cs
			open[p.Slug()] = &mutant{whole: p, base: plains[p]}
			slugs = append(slugs, p.Slug())
		}
	}
	b := r.build(dir, "mutants-plain", batch[0])
	defer os.RemoveAll(b.bin)
	for try := 0; try < mutantTries && len(slugs) > 0; try++ {
		for _, slug := range slugs {
			open[slug].lose(tries[slug][try])
			if err := r.write(dir, open[slug].program, open[slug].woven); err != nil {
				return nil, err
			}
		}
		failed := b.run(slugs)
		slugs = slices.DeleteFunc(slugs, func(slug string) bool {
			_, bad := failed[slug]
			return !bad || try+1 >= len(tries[slug])
		})
	}
	var made []*mutant
	for _, p := range batch {
		m := open[p.Slug()]
		if m == nil || m.at == "" {
			continue
		}
		if _, err := os.Stat(b.binary(p.Slug())); err != nil {
			continue
		}
		var err error
		if m.self, err = r.mutantRuns(m, b.binary(p.Slug())); err != nil {
			return nil, err
		}
		made = append(made, m)
	}
	return made, nil
}

// mutantRuns is plainRuns for a program that may never end.
func (r *Runner) mutantRuns(m *mutant, binary string) (*plain, error) {
	c := r.command(m.program, binary, mutantTimeout)
	o, err := outcome.Run(r.ctx, c)
	if err != nil {
		return nil, err
	}
	k := &plain{Run: o, Level: outcome.ByNone}
	if cutOff(o.Exit) || bytes.Contains(o.Stderr, []byte("stack overflow")) {
		return k, nil // how far it came until then is chance, or depends on the size of frames
	}
	again, err := outcome.Run(r.ctx, c)
	k.Level = outcome.LevelOf(o, again)
	return k, err
}

// candidate is a statement that may be deleted.
type candidate struct {
	source int // index of woven
	span   mutate.Span
}

// deletions lists statements of p in blocks that were entered, at most
// mutantTries, in random order.
func deletions(p *program, entered *outcome.Trace, random *rand.Rand) []candidate {
	var all []candidate
	for i, s := range p.woven {
		if !strings.HasSuffix(s.Name, ".go") {
			continue
		}
		spans, err := mutate.Spans(s.Src)
		if err != nil {
			continue // such as a file that go/parser does not take
		}
		for _, span := range spans {
			if span.Block > 0 && entered.Count(span.Block) > 0 {
				all = append(all, candidate{i, span})
			}
		}
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(mutantTries, len(all))]
}

// lose makes m the whole program without c.
func (m *mutant) lose(c candidate) {
	p := *m.whole
	p.woven = slices.Clone(p.woven)
	src := p.woven[c.source].Src
	p.woven[c.source].Src = mutate.Delete(src, c.span)
	text := strings.Join(strings.Fields(string(src[c.span.From:c.span.To])), " ")
	m.program, m.at = &p, fmt.Sprintf("%s:%d: %s", p.woven[c.source].Name, c.span.Line, clip(text, 60))
}

// compareMutants runs the mutants green. The table it prints is the control's
// result.
func (r *Runner) compareMutants(dir string, mutants []*mutant) (bool, error) {
	var programs []*program
	plains := map[*program]*plain{}
	by := map[*program]*mutant{}
	for _, m := range mutants {
		programs = append(programs, m.program)
		plains[m.program], by[m.program] = m.self, m
	}
	var mu sync.Mutex
	var alike, noticed, seen int
	var odd []string
	batches := r.batches(programs)
	err := r.eachBatch(batches, func(i int) error {
		return r.greenBatch(fmt.Sprintf("m%d", i), dir, batches[i], plains, func(a *attempt) error {
			mu.Lock()
			defer mu.Unlock()
			m := by[a.p]
			d := judgeMutant(a, m)
			plain := outcome.Compare(m.base.Run, m.self.Run, m.base.Level) != nil
			green := a.run != nil && outcome.Compare(m.base.Run, a.run, m.base.Level) != nil
			alike += one(d == nil)
			noticed += one(plain)
			seen += one(plain && green)
			if d == nil && plain == green {
				return nil
			}
			if d == nil {
				d = &outcome.Diff{Cause: "control", Detail: fmt.Sprintf("deletion noticed in plain: %t, in green: %t", plain, green)}
			}
			odd = append(odd, fmt.Sprintf("%s: without %s: %s: %s", a.p.File, m.at, d.Cause, clip(d.Detail, 500)))
			return r.keep("mutant-", a, m.self, d)
		})
	})
	fmt.Fprintf(r.Out, "negative control, seed %d: of %d programs that lost a statement %d end alike plain and green; "+
		"the loss shows in %d plain ones, and in %d of those green\n", r.Seed, len(mutants), alike, noticed, seen)
	for _, line := range odd {
		fmt.Fprintln(r.Out, "\t"+line)
	}
	return len(odd) == 0, err
}

// judgeMutant is judge; where the plain mutant was cut off, green must be as well.
func judgeMutant(a *attempt, m *mutant) *outcome.Diff {
	if d := judge(a, m.self); d == nil || a.run == nil || !cutOff(m.self.Run.Exit) {
		return d
	}
	if cutOff(a.run.Exit) {
		return nil
	}
	return &outcome.Diff{Cause: "exit code", Detail: a.run.Exit + ", want " + m.self.Run.Exit}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
