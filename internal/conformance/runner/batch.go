package runner

import (
	"fmt"
	"slices"
	"sync"

	"github.com/greengen/greengen/internal/conformance/suite"
)

// prepareAll prepares entries; those that cannot be come back with err set.
func (r *Runner) prepareAll(entries []suite.Entry) []*program {
	programs := make([]*program, len(entries))
	each(r.Jobs, len(entries), func(i int) {
		p, err := r.prepare(entries[i])
		if p == nil {
			p = &program{Program: &suite.Program{Entry: entries[i]}}
		}
		p.err = err
		programs[i] = p
	})
	return programs
}

// batches splits programs into groups that one command can build.
func (r *Runner) batches(programs []*program) [][]*program {
	byKey := map[string][]*program{}
	var keys []string
	for _, p := range programs {
		if p.err != nil {
			continue
		}
		key := p.Key()
		if byKey[key] == nil {
			keys = append(keys, key)
		}
		byKey[key] = append(byKey[key], p)
	}
	var batches [][]*program
	for _, key := range keys {
		batches = append(batches, slices.Collect(slices.Chunk(byKey[key], r.Batch))...)
	}
	return batches
}

// each calls do for 0..n-1, up to jobs at a time.
func each(jobs, n int, do func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(max(jobs, 1), n) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// plainAll runs the plain side of all batches.
func (r *Runner) plainAll(batches [][]*program) (map[*program]*plain, error) {
	all := map[*program]*plain{}
	var mu sync.Mutex
	var failed error
	each(r.Jobs, len(batches), func(i int) {
		got, err := r.plainBatch(fmt.Sprintf("b%d", i), batches[i])
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed = err
			return
		}
		for p, k := range got {
			all[p] = k
		}
		r.logf("plain: %d programs", len(all))
	})
	return all, failed
}
