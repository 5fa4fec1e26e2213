package runner

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/greengen/greengen/internal/conformance/outcome"
	"github.com/greengen/greengen/internal/conformance/suite"
)

// report prints the scoreboard and reports whether nothing failed that was not
// accepted. entries are what was asked for, results by file what was done.
func (r *Runner) report(entries []suite.Entry, results map[string]Result, accepted map[string]string) bool {
	ok := true
	for _, bucket := range r.Buckets {
		in := func(e suite.Entry) bool { return e.Bucket == bucket }
		ok = r.line(bucket, entries, results, in) && ok
		if bucket == suite.Core {
			r.line("dense", entries, results, func(e suite.Entry) bool { return in(e) && e.Dense() })
		}
	}
	var chosen []Result
	for _, e := range entries {
		if res, done := results[e.File]; done {
			chosen = append(chosen, res)
		}
	}
	r.levels(chosen)
	r.offloads(chosen)
	return r.failures(chosen, accepted) && ok
}

// line prints the scores of the entries that in takes; it is false if one of
// them was not run.
func (r *Runner) line(name string, entries []suite.Entry, results map[string]Result, in func(suite.Entry) bool) bool {
	var m, n, skipped, native, total int
	var taken uint64
	for _, e := range entries {
		if !in(e) {
			continue
		}
		m++
		res, done := results[e.File]
		switch {
		case !done:
			skipped++
		case res.Equal:
			n++
		}
		native += res.Native
		total += res.Total
		taken += res.Suspensions
	}
	fmt.Fprintf(r.Out, "conformance: %d of %d equal, %d skipped; native green functions %d of %d, offloaded %d; suspensions taken %d (%s)\n",
		n, m, skipped, native, total, total-native, taken, name)
	return skipped == 0
}

// levels says how strictly the traces were compared.
func (r *Runner) levels(results []Result) {
	n := map[outcome.Level]int{}
	for _, res := range results {
		n[res.Level]++
	}
	fmt.Fprintf(r.Out, "traces compared by order of blocks: %d, by counts: %d, by set: %d, not at all: %d\n",
		n[outcome.ByOrder], n[outcome.ByCounts], n[outcome.BySet], n[outcome.ByNone])
}

// offloads lists why functions are not native, with one place each.
func (r *Runner) offloads(results []Result) {
	type reason struct {
		n    int
		file string
		left
	}
	by := map[string]*reason{}
	for _, res := range results {
		for _, l := range res.Others {
			if by[l.Why] == nil {
				by[l.Why] = &reason{file: res.File, left: l}
			}
			by[l.Why].n++
		}
	}
	if len(by) == 0 {
		return
	}
	fmt.Fprintln(r.Out, "\nfunctions not native:")
	r.table(func(w io.Writer) {
		for _, why := range byCount(by, func(x *reason) int { return x.n }) {
			x := by[why]
			fmt.Fprintf(w, "%d\t%s\te.g. %s: %s at %s\n", x.n, clip(why, 100), x.file, x.Name, x.At)
		}
	})
}

// failures lists what failed, by cause. It is false if any failed that was not
// accepted.
func (r *Runner) failures(results []Result, accepted map[string]string) bool {
	by := map[string][]Result{}
	ok := true
	for _, res := range results {
		why, known := accepted[res.File]
		switch {
		case res.Equal && known:
			fmt.Fprintf(r.Out, "%s is equal, and still among those accepted\n", res.File)
		case res.Equal:
		case known:
			by["accepted: "+why] = append(by["accepted: "+why], res)
		default:
			ok = false
			by[res.Cause] = append(by[res.Cause], res)
		}
	}
	if len(by) == 0 {
		return true
	}
	fmt.Fprintf(r.Out, "\nnot equal (artefacts in %s):\n", r.failDir)
	r.table(func(w io.Writer) {
		for _, cause := range byCount(by, func(x []Result) int { return len(x) }) {
			var names []string
			for _, res := range by[cause] {
				names = append(names, res.File)
			}
			fmt.Fprintf(w, "%d\t%s\t%s\n", len(names), cause, clip(strings.Join(names, " "), 400))
		}
	})
	if r.Verbose {
		for _, cause := range slices.Sorted(maps.Keys(by)) {
			for _, res := range by[cause] {
				fmt.Fprintf(r.Out, "\n%s: %s: %s\n", res.File, res.Cause, strings.TrimSpace(clip(res.Detail, 3000)))
			}
		}
	}
	return ok
}

func (r *Runner) table(fill func(w io.Writer)) {
	w := tabwriter.NewWriter(r.Out, 0, 0, 2, ' ', 0)
	fill(w)
	w.Flush()
}

// byCount sorts the keys of m, largest first.
func byCount[V any](m map[string]V, n func(V) int) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(n(m[b])-n(m[a]), cmp.Compare(a, b))
	})
}

func clip(s string, most int) string {
	if len(s) > most {
		return s[:most] + " ..."
	}
	return s
}
