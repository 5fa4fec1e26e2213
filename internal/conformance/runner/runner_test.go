package runner

import (
	"bytes"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/internal/conformance/outcome"
	"github.com/greengen/greengen/internal/conformance/suite"
	"github.com/greengen/greengen/transform/ir"
)

// ready is a program of one file.
func ready(t *testing.T, file, src string) *program {
	t.Helper()
	p := &program{
		Program: &suite.Program{Entry: suite.Entry{File: file, Bucket: suite.Core}, Recipe: suite.Recipe{Action: "run"}, Module: suite.Module},
		sources: []suite.Source{{Name: "main.go", Src: []byte(src)}},
	}
	require.NoError(t, p.instrument())
	return p
}

func TestBlame(t *testing.T) {
	out := "# conformance.test/a\na/a.go:1:2: bad\n# conformance.test/b.x/sub\nb.x/sub/s.go:1: worse\nmore\n# other/c\nno\n"
	require.Equal(t, map[string]string{"a": "a/a.go:1:2: bad\n", "b.x": "b.x/sub/s.go:1: worse\nmore\n"},
		blame([]byte(out), []string{"a", "b.x", "c"}))
}

func TestSpawning(t *testing.T) {
	require.True(t, ready(t, "a.go", "package main\nfunc main() { go func() {}() }\n").spawns)
	require.False(t, ready(t, "a.go", "package main\nfunc main() { println(1) }\n").spawns)
}

func TestBatchesShareFlags(t *testing.T) {
	var programs []*program
	for i := range 5 {
		p := ready(t, "a.go", "package main\nfunc main() {}\n")
		if i == 2 {
			p.Recipe.Build = []string{"-gcflags=-l"}
		}
		programs = append(programs, p)
	}
	programs[4].err = os.ErrNotExist
	r := &Runner{Config: Config{Batch: 2}}
	var sizes []int
	for _, b := range r.batches(programs) {
		sizes = append(sizes, len(b))
	}
	require.Equal(t, []int{2, 1, 1}, sizes)
}

func TestEach(t *testing.T) {
	var n atomic.Int32
	each(3, 100, func(i int) { n.Add(int32(i)) })
	require.EqualValues(t, 4950, n.Load())
	each(3, 0, func(int) { t.Error("nothing to do") })
}

// tried is p after a green run in which block n was entered plain[n-1] times by
// plain code and twin[n-1] times by green code.
func tried(p *program, plain, twin []uint64) *attempt {
	tr := &outcome.Trace{Plain: plain, Twin: twin, Early: make([]uint64, len(plain))}
	for _, n := range twin {
		tr.Green += n
	}
	tr.Suspended = tr.Green
	return &attempt{p: p, run: &outcome.Outcome{Exit: "exit 0", Trace: tr}}
}

func TestTally(t *testing.T) {
	p := ready(t, "a.go", "package main\nfunc main() { if x { } }\nfunc f() {}\nfunc g() {}\nfunc dead() {}\n")
	a := tried(p, []uint64{0, 0, 3, 0, 0}, []uint64{1, 4, 0, 2, 0})
	for i, f := range p.ins.Funcs[0] {
		at := fate{File: "main.go", Line: f.Line, Col: f.Col, Color: ir.Green}
		if i == 2 {
			at.Color, at.Reason = ir.Offloaded, "no twin"
		}
		a.fates = append(a.fates, at)
	}
	native, total, suspensions, others := a.tally()
	require.EqualValues(t, 5, suspensions, "blocks of main, which entered them green")
	require.Equal(t, 1, native, "main alone")
	require.Equal(t, 3, total, "what was never entered does not count")
	require.Equal(t, []left{
		{"f", "main.go:3", "green, but all calls ran its plain form"},
		{"g", "main.go:4", "no twin"},
	}, others)
}

func TestLocal(t *testing.T) {
	p := ready(t, "d/a.go", "package main\nfunc main() {}\n")
	file, ours := p.local("d-a/sub/x.go")
	require.True(t, ours)
	require.Equal(t, "sub/x.go", file)
	_, ours = p.local("other/x.go")
	require.False(t, ours)
	p.Module = "test"
	file, ours = p.local("b/x.go")
	require.True(t, ours)
	require.Equal(t, "../b/x.go", file)
}

func TestTallyTrustsNobody(t *testing.T) {
	p := ready(t, "a.go", "package main\nfunc main() { if x { } }\n")
	_, _, _, others := tried(p, []uint64{0, 0}, []uint64{1, 1}).tally()
	require.Equal(t, "not among the functions transformed", others[0].Why)
	a := tried(p, []uint64{0, 1}, []uint64{1, 0})
	a.fates = []fate{{File: "main.go", Line: 2, Col: p.ins.Funcs[0][0].Col, Color: ir.Green}}
	_, _, _, others = a.tally()
	require.Equal(t, "green, but some calls ran its plain form", others[0].Why)
}

func TestSuspensionsMustBeTaken(t *testing.T) {
	p := ready(t, "a.go", "package main\nfunc main() {}\n")
	a := tried(p, []uint64{0}, []uint64{2})
	k := &plain{Run: tried(p, []uint64{2}, []uint64{0}).run, Level: outcome.ByCounts}
	require.Nil(t, judge(a, k))
	a.run.Trace.Suspended = 1
	require.Equal(t, "suspensions", judge(a, k).Cause)
	p.spawns = true
	require.Nil(t, judge(a, k), "another greenlet may be parked when the program ends")
	a.run.Trace.Suspended = 0
	require.Equal(t, "suspensions", judge(a, k).Cause)
}

func TestMutantsThatNeverEnd(t *testing.T) {
	p := ready(t, "a.go", "package main\nfunc main() {}\n")
	m := &mutant{program: p, self: &plain{Run: tried(p, []uint64{9}, []uint64{0}).run, Level: outcome.ByNone}}
	m.self.Run.Exit = "timeout"
	a := tried(p, []uint64{0}, []uint64{3})
	require.NotNil(t, judgeMutant(a, m))
	a.run.Exit = "timeout"
	require.Nil(t, judgeMutant(a, m))
	require.Equal(t, 10*time.Second, greenTimeout(&outcome.Outcome{Exit: "timeout", Took: 5 * time.Second}))
}

func TestReport(t *testing.T) {
	entries := []suite.Entry{
		{File: "a.go", Bucket: suite.Core, Blocks: "12"}, {File: "b.go", Bucket: suite.Core, Blocks: "3"},
		{File: "c.go", Bucket: suite.Hard}, {File: "d.go", Bucket: suite.Hard},
	}
	results := map[string]Result{
		"a.go": {File: "a.go", Equal: true, Native: 3, Total: 4, Suspensions: 12, Others: []left{{"f", "a.go:3", "goto"}}},
		"b.go": {File: "b.go", Equal: true, Native: 1, Total: 1, Suspensions: 3},
		"c.go": {File: "c.go", Cause: "stderr"},
	}
	var out bytes.Buffer
	r := &Runner{Config: Config{Buckets: []string{suite.Core, suite.Hard}, Out: &out}}
	require.False(t, r.report(entries, results, nil))
	require.Contains(t, out.String(), "conformance: 2 of 2 equal, 0 skipped; native green functions 4 of 5, offloaded 1; suspensions taken 15 (core)\n"+
		"conformance: 1 of 1 equal, 0 skipped; native green functions 3 of 4, offloaded 1; suspensions taken 12 (dense)\n"+
		"conformance: 0 of 2 equal, 1 skipped;")
	require.Contains(t, out.String(), "goto  e.g. a.go: f at a.go:3")
	results["d.go"] = Result{File: "d.go", Equal: true}
	require.False(t, r.report(entries, results, nil), "c.go failed")
	require.True(t, r.report(entries, results, map[string]string{"c.go": "asks for the depth of the stack"}))
}

func TestResultsSurviveAnInterruption(t *testing.T) {
	r := &Runner{greenDir: t.TempDir()}
	s, err := r.openState()
	require.NoError(t, err)
	_, _, err = s.add(Result{File: "a.go", Equal: true})
	require.NoError(t, err)
	_, err = s.file.WriteString(`{"File":"b.go","Eq`)
	require.NoError(t, err)
	require.NoError(t, s.file.Close())
	s, err = r.openState()
	require.NoError(t, err)
	defer s.file.Close()
	require.True(t, s.has("a.go"))
	require.False(t, s.has("b.go"))
}

func TestFailed(t *testing.T) {
	cache := t.TempDir()
	for i, text := range []string{`{"File":"old.go"}`, `{"File":"a.go","Equal":true}` + "\n" + `{"File":"b.go"}`} {
		name := filepath.Join(cache, "green-"+string(rune('a'+i)), "results.jsonl")
		require.NoError(t, writeFile(name, []byte(text+"\n")))
		at := time.Unix(int64(1000+i), 0)
		require.NoError(t, os.Chtimes(name, at, at))
	}
	failed, err := (&Runner{Config: Config{Cache: cache}}).lastFailed()
	require.NoError(t, err)
	require.Equal(t, map[string]bool{"b.go": true}, failed)
}

func TestDeletionsAreThoseOfTheSeed(t *testing.T) {
	p := ready(t, "a.go", "package main\nfunc main() { f(); g(); if x { h() } }\n")
	seen := tried(p, []uint64{1, 0}, []uint64{0, 0}).run.Trace
	require.Len(t, deletions(p, seen, rng(1)), 3, "h is never called")
	m := &mutant{whole: p}
	m.lose(deletions(p, seen, rng(1))[0])
	require.Contains(t, m.at, "main.go:2: ")
	require.Contains(t, string(m.woven[0].Src), "greentrace.Block(1)")
	require.NotEqual(t, string(p.woven[0].Src), string(m.woven[0].Src), "the whole program stays")
	n := &mutant{whole: p}
	n.lose(deletions(p, seen, rng(1))[0])
	require.Equal(t, m.at, n.at)
}
