package runner

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Run does a whole round. It reports whether all that was asked for holds.
func (r *Runner) Run() (bool, error) {
	began := time.Now()
	if err := r.trim(); err != nil {
		return false, err
	}
	entries, err := r.selected()
	if err != nil {
		return false, err
	}
	if len(entries) == 0 {
		return false, errors.New("no program is selected")
	}
	programs := r.prepareAll(entries)
	plains, err := r.plainAll(r.batches(programs))
	if err != nil {
		return false, err
	}
	r.plainReport(programs, plains)
	if r.Plain {
		return true, nil
	}
	results, err := r.greenAll(programs, plains)
	if err != nil {
		return false, err
	}
	accepted, err := r.accepted()
	if err != nil {
		return false, err
	}
	ok := r.report(entries, results, accepted)
	if r.Mutants > 0 {
		alike, err := r.control(programs, plains, results)
		if err != nil {
			return false, err
		}
		ok = ok && alike
	}
	fmt.Fprintf(r.Out, "took %s\n", time.Since(began).Round(time.Second))
	return ok, nil
}

// greenAll runs the green side of all programs that have no result yet.
func (r *Runner) greenAll(programs []*program, plains map[*program]*plain) (map[string]Result, error) {
	s, err := r.openState()
	if err != nil {
		return nil, err
	}
	defer s.file.Close()
	var open []*program
	for _, p := range programs {
		switch {
		case s.has(p.File):
		case p.err != nil:
			_, _, err = s.add(r.result(p, "prepare", p.err.Error()))
		case plains[p].Error != "":
			_, _, err = s.add(r.result(p, "plain build", plains[p].Error))
		default:
			open = append(open, p)
		}
		if err != nil {
			return nil, err
		}
	}
	batches := r.batches(open)
	err = r.eachBatch(batches, func(i int) error {
		return r.greenBatch(fmt.Sprintf("b%d", i), r.home(r.scratch(), batches[i][0]), batches[i], plains, func(a *attempt) error {
			return r.settle(s, a, plains[a.p])
		})
	})
	return s.byID, err
}

// eachBatch works on Jobs batches at a time. It stops after an error.
func (r *Runner) eachBatch(batches [][]*program, do func(i int) error) error {
	var mu sync.Mutex
	var failed error
	each(r.Jobs, len(batches), func(i int) {
		mu.Lock()
		stop := failed != nil
		mu.Unlock()
		if stop {
			return
		}
		if err := do(i); err != nil {
			mu.Lock()
			failed = errors.Join(failed, err)
			mu.Unlock()
		}
	})
	return failed
}

func (r *Runner) result(p *program, cause, detail string) Result {
	return Result{File: p.File, Bucket: p.Bucket, Dense: p.Dense(), Cause: cause, Detail: detail}
}

// settle judges an attempt and keeps the result.
func (r *Runner) settle(s *state, a *attempt, k *plain) error {
	res := r.result(a.p, "", "")
	res.Level = k.Level
	if a.run != nil {
		res.Entered = a.run.Trace.Entered
		res.Native, res.Total, res.Suspensions, res.Others = a.tally()
		res.Seconds = a.run.Took.Seconds()
	}
	if d := judge(a, k); d != nil {
		res.Cause, res.Detail = d.Cause, clip(d.Detail, 4000)
		if err := r.keep("", a, k, d); err != nil {
			return err
		}
	} else {
		res.Equal = true
		if err := os.RemoveAll(filepath.Join(r.failDir, a.p.Slug())); err != nil {
			return err
		}
	}
	n, failed, err := s.add(res)
	if n%64 == 0 || r.Only != nil {
		r.logf("green: %d programs, %d of them failed", n, failed)
	}
	return err
}

// accepted reads which programs may differ, and why.
func (r *Runner) accepted() (map[string]string, error) {
	f, err := os.Open(filepath.Join(r.Repo, "testdata", "conformance", "accepted.tsv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		file, why, ok := strings.Cut(lines.Text(), "\t")
		if ok && file != "file" {
			all[file] = why
		}
	}
	return all, nil
}

// plainReport says what is known of the plain side, and what is odd about it.
func (r *Runner) plainReport(programs []*program, plains map[*program]*plain) {
	type count struct{ all, built, known, out, outs, bare, bares int }
	by := map[string]*count{}
	for _, p := range programs {
		c := by[p.Bucket]
		if c == nil {
			c = &count{}
			by[p.Bucket] = c
		}
		c.all++
		k := plains[p]
		switch {
		case p.err != nil:
			r.logf("plain: %v", p.err)
			continue
		case k.Error != "":
			r.logf("plain: %s: %s", p.File, k.Error)
			continue
		}
		c.built++
		if k.Known {
			c.known++
		}
		if p.hasOut() {
			c.outs++
			c.out += r.fits(p, k.Out)
		}
		if k.Bare != "-" {
			c.bares++
			c.bare += r.fits(p, k.Bare)
		}
	}
	for _, bucket := range r.Buckets {
		if c := by[bucket]; c != nil {
			fmt.Fprintf(r.Out, "plain: %d of %d %s programs run; %d enter their blocks in the order that the manifest has; output is that of the .out file for %d of %d",
				c.built, c.all, bucket, c.known, c.out, c.outs)
			if r.Bare {
				fmt.Fprintf(r.Out, "; as without instruments: %d of %d", c.bare, c.bares)
			}
			fmt.Fprintln(r.Out)
		}
	}
}

// fits is 1 if there is no complaint; else it tells about it.
func (r *Runner) fits(p *program, complaint string) int {
	if complaint == "" {
		return 1
	}
	r.logf("plain: %s: %s", p.File, complaint)
	return 0
}
