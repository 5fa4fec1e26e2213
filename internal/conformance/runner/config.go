package runner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/greengen/greengen/internal/conformance/suite"
)

// Config says what to run.
type Config struct {
	Repo    string // the root of greengen's module
	Cache   string // folder for everything that is kept
	Buckets []string
	Sample  int            // evenly spread; 0 is all
	Only    *regexp.Regexp // files; nil is all
	Failed  bool           // only those that failed when last run
	Fresh   bool           // forget results of earlier runs
	Jobs    int            // batches at a time
	Batch   int            // programs a batch
	Mutants int            // negative control: how many programs lose a statement
	Seed    uint64         // of the negative control
	Plain   bool           // stop after the plain side
	Bare    bool           // compare the instrumented programs with uninstrumented ones, too
	Verbose bool
	Log     io.Writer // progress
	Out     io.Writer // the report
}

// Runner runs the programs that its Config selects.
type Runner struct {
	Config
	ctx      context.Context // of this round
	goroot   string
	version  string
	self     string // this executable: weaves in a process of its own
	plainDir string // what depends on the plain side only
	greenDir string
	failDir  string // artefacts of failures
}

// New finds its way around; it needs the go command. What it returns is good for
// one round, which ends when ctx does.
func New(ctx context.Context, c Config) (*Runner, error) {
	r := &Runner{Config: c, ctx: ctx}
	env, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	lines := strings.Split(string(env), "\n")
	r.goroot, r.version = lines[0], lines[1]
	if _, err := os.Stat(r.testRoot()); err != nil {
		return nil, fmt.Errorf("this Go distribution comes without its tests: %w", err)
	}
	if r.self, err = os.Executable(); err != nil {
		return nil, err
	}
	plain, err := r.hash("internal/conformance/instrument", "internal/conformance/suite", "internal/conformance/outcome",
		"rt/trace", "testdata/conformance")
	if err != nil {
		return nil, err
	}
	green, err := r.hash("go.mod", "internal", "rt", "transform", "testdata/conformance")
	if err != nil {
		return nil, err
	}
	r.plainDir = filepath.Join(c.Cache, "plain-"+plain)
	r.greenDir = filepath.Join(c.Cache, "green-"+green)
	r.failDir = filepath.Join(c.Cache, "failed")
	for _, dir := range []string{r.plainDir, r.greenDir, r.failDir} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Runner) testRoot() string { return filepath.Join(r.goroot, "test") }

// scratch is the root of the scratch module.
func (r *Runner) scratch() string { return filepath.Join(r.plainDir, "src") }

// hash is over what is below the folders, tests apart.
func (r *Runner) hash(names ...string) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, r.version, r.Repo) // the scratch module's go.mod names the folder
	for _, name := range names {
		err := filepath.WalkDir(filepath.Join(r.Repo, name), func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(file, "_test.go") {
				return err
			}
			data, err := os.ReadFile(file)
			rel, _ := filepath.Rel(r.Repo, file)
			fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(rel), len(data))
			h.Write(data)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("hash the sources: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// selected reads the manifest and takes what the Config asks for.
func (r *Runner) selected() ([]suite.Entry, error) {
	all, err := suite.Load(filepath.Join(r.Repo, "testdata", "conformance", "manifest.tsv"))
	if err != nil {
		return nil, err
	}
	var failed map[string]bool
	if r.Failed {
		if failed, err = r.lastFailed(); err != nil {
			return nil, err
		}
	}
	var entries []suite.Entry
	for _, bucket := range r.Buckets {
		var in []suite.Entry
		for _, e := range all {
			if e.Bucket == bucket && (r.Only == nil || r.Only.MatchString(e.File)) && (failed == nil || failed[e.File]) {
				in = append(in, e)
			}
		}
		entries = append(entries, suite.Sample(in, r.Sample)...)
	}
	return entries, nil
}

func (r *Runner) logf(format string, args ...any) { fmt.Fprintf(r.Log, format+"\n", args...) }
