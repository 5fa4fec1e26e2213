package runner

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/greengen/greengen/internal/conformance/outcome"
)

// Result is what became of one program.
type Result struct {
	File   string
	Bucket string
	Dense  bool
	Equal  bool
	Cause  string `json:",omitempty"` // of a failure
	Detail string `json:",omitempty"`

	Level       outcome.Level
	Entered     uint64 // blocks, green run
	Native      int    // functions entered and native
	Total       int    // functions entered
	Suspensions uint64
	Others      []left `json:",omitempty"`
	Seconds     float64
}

// state keeps results in a file, one a line, so that a run can go on where it
// was stopped. Safe from any goroutine.
type state struct {
	mu   sync.Mutex
	file *os.File
	byID map[string]Result
}

func resultsIn(dir string) string { return filepath.Join(dir, "results.jsonl") }

func (r *Runner) openState() (*state, error) {
	name := resultsIn(r.greenDir)
	if r.Fresh {
		if err := os.RemoveAll(name); err != nil {
			return nil, err
		}
	}
	s := &state{byID: map[string]Result{}}
	if r.Only == nil && !r.Failed {
		var err error
		if s.byID, err = readResults(name); err != nil {
			return nil, err
		}
	}
	var err error
	s.file, err = os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	return s, err
}

// readResults returns the last result of each program; a line that was cut off
// by an interruption is left out.
func readResults(name string) (map[string]Result, error) {
	byID := map[string]Result{}
	f, err := os.Open(name)
	if os.IsNotExist(err) {
		return byID, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var res Result
		if json.Unmarshal(lines.Bytes(), &res) == nil {
			byID[res.File] = res
		}
	}
	return byID, lines.Err()
}

func (s *state) has(file string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.byID[file]
	return ok
}

// add keeps res and returns how many there are, and how many failed.
func (s *state) add(res Result) (n, failed int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID[res.File] = res
	data, err := json.Marshal(res)
	if err != nil {
		return 0, 0, err
	}
	if _, err := s.file.Write(append(data, '\n')); err != nil {
		return 0, 0, fmt.Errorf("keep a result: %w", err)
	}
	for _, r := range s.byID {
		if !r.Equal {
			failed++
		}
	}
	return len(s.byID), failed, nil
}

// lastFailed reads what failed in the last run, of whatever tool.
func (r *Runner) lastFailed() (map[string]bool, error) {
	dirs, err := filepath.Glob(filepath.Join(r.Cache, "green-*"))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(dirs, func(a, b string) int { return age(resultsIn(b)).Compare(age(resultsIn(a))) })
	failed := map[string]bool{}
	for _, dir := range dirs[:min(1, len(dirs))] {
		results, err := readResults(resultsIn(dir))
		if err != nil {
			return nil, err
		}
		for file, res := range results {
			if !res.Equal {
				failed[file] = true
			}
		}
	}
	return failed, nil
}

// inUse is how young a folder is that another run may still be at work in.
const inUse = 6 * time.Hour

// trim removes what older tools left, but for the last few.
func (r *Runner) trim() error {
	for kind, keep := range map[string]int{"green-*": 4, "plain-*": 2} {
		dirs, err := filepath.Glob(filepath.Join(r.Cache, kind))
		if err != nil {
			return err
		}
		slices.SortFunc(dirs, func(a, b string) int { return age(b).Compare(age(a)) })
		for _, dir := range dirs[min(keep, len(dirs)):] {
			if dir == r.greenDir || dir == r.plainDir || time.Since(age(dir)) < inUse {
				continue
			}
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// age is when name was last written to, long ago if it is not there.
func age(name string) (t time.Time) {
	if info, err := os.Stat(name); err == nil {
		t = info.ModTime()
	}
	return t
}
