package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/greengen/greengen/internal/conformance/outcome"
	"github.com/greengen/greengen/internal/fuzz/gen"
	"github.com/greengen/greengen/internal/fuzz/shrink"
)

type config struct {
	n, batch, workers    int
	rounds, most, sample int
	seed                 uint64
	repo, goroot         string
	tmp, out, gcflags    string
	log                  io.Writer
}

// fuzzer runs programs and counts.
type fuzzer struct {
	config
	ctx      context.Context
	shrinker *shrink.Shrinker

	programs, failed, native, total, suspensions int

	dumped   int  // programs of Go's own
	tortured bool // the last dump
}

// program is one of a batch.
type program struct {
	name string // of its file
	seed uint64
	src  []byte // as it stands alone
	runs map[mode]*outcome.Outcome
	fail *failure
}

// failure is the first way in which a program was not as it should be.
type failure struct {
	mode   mode
	cause  string // a few words, the same for failures of one kind
	detail string
}

func (f *fuzzer) run() error {
	if f.sample > 0 {
		if err := f.corpus(); err != nil {
			return err
		}
	}
	if f.n > 0 {
		if err := f.warm(); err != nil {
			return err
		}
	}
	for done := 0; done < f.n; done += f.batch {
		var batch []*program
		for i := range min(f.batch, f.n-done) {
			batch = append(batch, &program{name: fmt.Sprint("p", i), seed: f.seed + uint64(done+i)})
		}
		if err := f.judge(batch, together, modes); err != nil {
			return err
		}
		f.programs += len(batch)
		for _, p := range batch {
			if p.fail == nil {
				continue
			}
			if err := f.confirm(p); err != nil {
				return err
			}
		}
		fmt.Fprintf(f.log, "%d programs, %d failed\n", f.programs, f.failed)
	}
	return nil
}

// confirm judges alone what failed among others: there a machine under load may
// be the cause, or another program. Both count; a timeout alone does.
func (f *fuzzer) confirm(p *program) error {
	lone := &program{name: p.name, seed: p.seed, src: []byte(gen.Program(p.name, p.seed))}
	if err := f.judge([]*program{lone}, apart, modes); err != nil {
		return err
	}
	if lone.fail == nil && p.fail.cause == "timeout" {
		fmt.Fprintf(f.log, "seed %d: %s: timeout, but not when alone\n", p.seed, p.fail.mode)
		return nil
	}
	f.failed++
	if lone.fail == nil {
		fmt.Fprintf(f.log, "seed %d: not alone, but in its batch: %s: %s: %s\n", p.seed, p.fail.mode, p.fail.cause, clip(p.fail.detail))
		p.src = lone.src
		return f.write(f.folder(p), "batch", p)
	}
	return f.report(lone)
}

func (f *fuzzer) folder(p *program) string { return filepath.Join(f.out, fmt.Sprint("seed", p.seed)) }

// report writes a program that failed, small if not too many did before.
func (f *fuzzer) report(p *program) error {
	dir := f.folder(p)
	fmt.Fprintf(f.log, "seed %d: %s: %s: %s\n\tin %s\n", p.seed, p.fail.mode, p.fail.cause, clip(p.fail.detail), dir)
	if err := f.write(dir, "whole", p); err != nil || f.failed > f.most {
		return err
	}
	small, err := f.shrink(p)
	return errors.Join(err, f.write(dir, "small", small)) // if interrupted, as small as it came
}

func clip(s string) string {
	const most = 600
	if len(s) > most {
		s = s[:most] + "..."
	}
	return s
}

func (f *fuzzer) write(dir, name string, p *program) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	files := map[string]string{name + ".go": string(p.src)}
	if p.fail != nil {
		files[name+".txt"] = fmt.Sprintf("%s: %s\n%s\n", p.fail.mode, p.fail.cause, p.fail.detail)
	}
	for m, o := range p.runs {
		files[name+"."+string(m)] = fmt.Sprintf("%s%s%s\n", o.Stdout, o.Stderr, o.Exit)
	}
	for n, data := range files {
		if err := os.WriteFile(filepath.Join(dir, n), []byte(data), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// shrink returns p, smaller. Whatever still fails in the same mode, for the same
// cause, counts.
func (f *fuzzer) shrink(p *program) (*program, error) {
	if f.shrinker == nil {
		f.shrinker = shrink.New()
	}
	var failed error
	small := *p
	fails := func(sources [][]byte) []bool {
		out := make([]bool, len(sources))
		var batch []*program
		for i, src := range sources {
			name := fmt.Sprint("p", i)
			src := strings.Replace(string(src), "package "+p.name+"\n", "package "+name+"\n", 1)
			batch = append(batch, &program{name: name, src: []byte(src)})
		}
		if err := f.judge(batch, apart, []mode{plain, p.fail.mode}); err != nil {
			failed = err
			return nil
		}
		for i, b := range batch {
			if out[i] = b.fail != nil && b.fail.mode == p.fail.mode && b.fail.cause == p.fail.cause; out[i] && len(sources[i]) <= len(small.src) {
				small = *b
			}
		}
		return out
	}
	f.shrinker.Shrink(p.src, f.rounds, fails)
	return &small, failed
}
