package suite

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Buckets of a manifest.
const (
	Core = "core"
	Hard = "hard"
	Out  = "out"
)

// denseBlocks is how many blocks a dense program enters at least.
const denseBlocks = 10

// Entry is one row of the manifest.
type Entry struct {
	File   string // below GOROOT/test, with slashes
	Bucket string
	Action string // first word of the recipe
	Recipe string
	Why    string // why it is not core
	HasOut bool   // a .out file holds its output

	// What the manifest's authors saw with one P and no preemption.
	Blocks      string // entered; a number, or why there is none
	Order       string // hash of the order of blocks
	Counts      string // hash of the counts
	RunsSeconds float64
}

// Dense reports whether e enters many blocks.
func (e *Entry) Dense() bool {
	n, err := strconv.ParseUint(e.Blocks, 10, 64)
	return err == nil && n >= denseBlocks
}

// Slug names e's package in the scratch module.
func (e *Entry) Slug() string {
	s := strings.TrimSuffix(e.File, ".go")
	return strings.NewReplacer("/", "-", "@", ".").Replace(s)
}

// Load reads a manifest, in its order.
func Load(name string) ([]Entry, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	cols := map[string]int{}
	for i, c := range strings.Split(lines[0], "\t") {
		cols[c] = i
	}
	var entries []Entry
	for i, l := range lines[1:] {
		f := strings.Split(l, "\t")
		if len(f) != len(cols) {
			return nil, fmt.Errorf("read the manifest: %s:%d: %d fields, want %d", name, i+2, len(f), len(cols))
		}
		at := func(col string) string { return f[cols[col]] }
		seconds, _ := strconv.ParseFloat(at("run_s"), 64) // empty for what was never run
		entries = append(entries, Entry{
			File: at("file"), Bucket: at("bucket"), Action: at("action"), Recipe: at("recipe"), Why: at("why"),
			HasOut: at("has_out") == "true", Blocks: at("trace_blocks"), Order: at("trace_order"),
			Counts: at("trace_counts"), RunsSeconds: seconds,
		})
	}
	return entries, nil
}

// Sample takes n entries, evenly spread; all if n is 0 or more than there are.
func Sample(entries []Entry, n int) []Entry {
	if n <= 0 || n >= len(entries) {
		return entries
	}
	taken := make([]Entry, 0, n)
	for i := range n {
		taken = append(taken, entries[(2*i+1)*len(entries)/(2*n)])
	}
	return taken
}
