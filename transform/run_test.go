package transform_test

import (
	"context"
	"flag"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/greengen/greengen/internal/conformance/outcome"
	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
)

// runModule is the scratch module that holds all programs, a folder for each.
const runModule = "example.com/run"

// runTimeout ends a program that hangs.
const runTimeout = 40 * time.Second

// program is one archive of testdata/run.
type program struct {
	name   string
	files  []txtar.File
	stdout string // what it prints, if hasOut
	hasOut bool
	exit   string // "exit 0" unless there is a section exit
	plain  string // why no suspension is expected, from a section plain
	native bool   // a section native: it offloads nothing
	own    bool   // a section own: it is also built apart, by TestRunOwn, and native there
	race   bool   // a section race: it also runs with the race detector without torture
}

// mode is one way to build all programs.
type mode struct {
	name           string
	woven, torture bool
	race           bool
}

var (
	asIs    = mode{name: "plain"}
	green   = mode{name: "green", woven: true}
	torture = mode{name: "torture", woven: true, torture: true}
	racing  = mode{name: "race", woven: true, torture: true, race: true}
	raced   = mode{name: "race without torture", woven: true, race: true}
)

// TestRun is the judge of the transform: each program does the same plain,
// green, and when each call and loop suspends. -run 'TestRun/(name|other)'
// builds those alone.
func TestRun(t *testing.T) { runAll(t, asked(programs(t)), false) }

// TestRunOwn runs those with a section own once more, apart from all that act on each
// other's channels and Conds, as far as greengen sees: they are one unit in TestRun.
func TestRunOwn(t *testing.T) {
	all := slices.DeleteFunc(asked(programs(t)), func(p *program) bool { return !p.own })
	if len(all) == 0 {
		t.Skip("none of those was asked for")
	}
	runAll(t, all, true)
}

func runAll(t *testing.T, all []*program, own bool) {
	t.Helper()
	require.NotEmpty(t, all)
	s := newScratch(t, all)
	s.own = own
	failed := map[string]map[string]string{}
	for _, m := range []mode{asIs, green, torture} {
		failed[m.name] = s.build(m, names(all))
	}
	shared := map[string][]string{} // run with the race detector as well, which checks uses of unsafe too
	if raceWorks() {
		for _, p := range all {
			if *everywhere || s.goroutines(p) && part(p) {
				shared[racing.name] = append(shared[racing.name], p.name)
			}
			if p.race {
				shared[raced.name] = append(shared[raced.name], p.name)
			}
		}
		for _, m := range []mode{racing, raced} {
			failed[m.name] = s.build(m, shared[m.name])
		}
	}
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, failed[asIs.name][p.name], "go build")
			want := s.run(t, asIs, p)
			require.Equal(t, p.exit, want.Exit, "plain; stderr: %s", want.Stderr)
			if p.hasOut {
				require.Equal(t, p.stdout, string(want.Stdout), "plain")
			}
			for _, m := range []mode{green, torture, racing, raced} {
				if m.race && !slices.Contains(shared[m.name], p.name) {
					continue
				}
				require.Empty(t, failed[m.name][p.name], m.name)
				s.compare(t, m, p, want)
			}
		})
	}
}

// programs reads testdata/run.
func programs(t *testing.T) []*program {
	t.Helper()
	archives, err := filepath.Glob(filepath.FromSlash("../testdata/run/*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	var all []*program
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		require.NoError(t, err)
		require.NotEmpty(t, a.Comment, "%s: the first line says what would break", name)
		p := &program{name: strings.TrimSuffix(filepath.Base(name), ".txtar"), exit: "exit 0"}
		for _, f := range a.Files {
			switch f.Name {
			case "stdout":
				p.stdout, p.hasOut = string(f.Data), true
			case "exit":
				p.exit = "exit " + strings.TrimSpace(string(f.Data))
			case "plain":
				p.plain = strings.TrimSpace(string(f.Data))
				require.NotEmpty(t, p.plain, "%s: section plain gives no reason", name)
			case "own":
				p.own = true
			case "race":
				p.race = true
			case "native":
				p.native = true
			default:
				p.files = append(p.files, f)
			}
		}
		all = append(all, p)
	}
	return all
}

// asked leaves out what -run leaves out.
func asked(all []*program) []*program {
	_, pattern, deep := strings.Cut(flag.Lookup("test.run").Value.String(), "/")
	want, err := regexp.Compile(pattern)
	if !deep || err != nil {
		return all
	}
	return only(all, want)
}

func only(all []*program, want *regexp.Regexp) []*program {
	return slices.DeleteFunc(all, func(p *program) bool { return !want.MatchString(p.name) })
}

func names(all []*program) []string {
	var ns []string
	for _, p := range all {
		ns = append(ns, p.name)
	}
	return ns
}

// goroutines reports whether p starts some.
func (s *scratch) goroutines(p *program) bool {
	for _, f := range p.files {
		if spawning.Match(f.Data) {
			return true
		}
	}
	return false
}

var spawning = regexp.MustCompile(`(?m)^\s+go `)

// part takes one program of three, by its name: others do not change which.
// With -everywhere the race detector looks at all.
func part(p *program) bool { return crc32.ChecksumIEEE([]byte(p.name))%3 == 0 }

// raceWorks reports whether this machine can build with -race.
func raceWorks() bool {
	_, err := exec.LookPath("gcc")
	return err == nil && runtime.GOOS == "linux" && runtime.GOARCH == "amd64"
}

// scratch is the module that the programs are built in.
type scratch struct {
	t   *testing.T
	own bool   // of programs with a section own
	dir string // of the module
	tmp string // for binaries, caches and working folders
}

func newScratch(t *testing.T, all []*program) *scratch {
	t.Helper()
	s := &scratch{t: t, dir: t.TempDir(), tmp: t.TempDir()}
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	// x/sync is one of this module's own requirements, so it is in the module cache.
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	xsync := regexp.MustCompile(`(?m)^\tgolang\.org/x/sync v\S+`).FindString(string(mod))
	require.NotEmpty(t, xsync)
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	s.write("go.mod", fmt.Sprintf("module %s\n\ngo 1.26.0\n\nrequire %s\n\nrequire %s v0.0.0\n\nreplace %[3]s => %s\n",
		runModule, strings.TrimSpace(xsync), own, root))
	s.write("go.sum", string(sum))
	for _, p := range all {
		for _, f := range p.files {
			s.write(filepath.Join(p.name, filepath.FromSlash(f.Name)), string(f.Data))
		}
	}
	return s
}

func (s *scratch) write(name, data string) {
	s.t.Helper()
	name = filepath.Join(s.dir, name)
	require.NoError(s.t, os.MkdirAll(filepath.Dir(name), 0o777))
	require.NoError(s.t, os.WriteFile(name, []byte(data), 0o666))
}

// build builds the named programs in mode m, and returns why some cannot be built.
func (s *scratch) build(m mode, ns []string) map[string]string {
	if len(ns) == 0 {
		return nil
	}
	plan, err := s.plan(m, ns)
	if err != nil {
		return s.halves(m, ns, err.Error())
	}
	// Nobody debugs them: a tenth of the compiler's time is for what a debugger reads.
	args := append([]string{"build", "-o=" + s.bin(m), "-gcflags=-dwarf=false", "-ldflags=-w"}, plan.Flags...)
	if m.race {
		args = append(args, "-race")
	}
	if err := os.MkdirAll(s.bin(m), 0o777); err != nil {
		return s.halves(m, ns, err.Error())
	}
	cmd := exec.Command("go", append(args, plan.Patterns...)...)
	cmd.Dir, cmd.Env = s.dir, append(s.environ(), plan.Env...)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	failed := blame(string(out))
	if len(failed) == 0 {
		return s.halves(m, ns, string(out))
	}
	// The go command links nothing of what it was asked for if a part of it fails.
	left := slices.DeleteFunc(slices.Clone(ns), func(n string) bool { return failed[n] != "" })
	maps.Copy(failed, s.build(m, left))
	return failed
}

// plan returns what to call the go command with, the transform done.
func (s *scratch) plan(m mode, ns []string) (*weave.Plan, error) {
	var patterns []string
	for _, n := range ns {
		patterns = append(patterns, "./"+n)
	}
	if !m.woven {
		return &weave.Plan{Patterns: patterns}, nil
	}
	return weave.Prepare(weave.Options{Dir: s.dir, Patterns: patterns, Cache: filepath.Join(s.tmp, "cache"),
		All: true, Preempt: true, Torture: m.torture, Check: true}, transform.Run)
}

// halves finds which of the programs cause a failure that names none of them.
func (s *scratch) halves(m mode, ns []string, why string) map[string]string {
	if len(ns) == 1 {
		return map[string]string{ns[0]: why}
	}
	failed := map[string]string{}
	maps.Copy(failed, s.build(m, ns[:len(ns)/2]))
	maps.Copy(failed, s.build(m, ns[len(ns)/2:]))
	return failed
}

func (s *scratch) environ() []string {
	return append(os.Environ(), "GOWORK=off", "GOENV=off", "GOFLAGS=", "PWD="+s.dir)
}

func (s *scratch) bin(m mode) string {
	return filepath.Join(s.tmp, m.name) + string(filepath.Separator)
}

var heading = regexp.MustCompile(`(?m)^# ` + runModule + `/([^/\s]+).*$`)

// blame parts the output of go build by program.
func blame(out string) map[string]string {
	failed := map[string]string{}
	at := heading.FindAllStringSubmatchIndex(out, -1)
	for i, m := range at {
		end := len(out)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		failed[out[m[2]:m[3]]] += out[m[1]:end]
	}
	return failed
}

// run runs p as built in mode m.
func (s *scratch) run(t *testing.T, m mode, p *program) *outcome.Outcome {
	t.Helper()
	o, err := outcome.Run(context.Background(), outcome.Command{
		Path: filepath.Join(s.bin(m), p.name), Env: []string{"GREENGEN_STATS=1"}, Scratch: s.tmp, Timeout: runTimeout,
	})
	require.NoError(t, err)
	return o
}

var stats = regexp.MustCompile(`(?m)^greengen: .* suspensions=(\d+) (offloads=\d+ spawns-offloaded=\d+).*\n`)

// compare runs p in mode m and checks that it did what want did, and that it
// did it green.
func (s *scratch) compare(t *testing.T, m mode, p *program, want *outcome.Outcome) {
	t.Helper()
	got := s.run(t, m, p)
	counted := stats.FindSubmatch(got.Stderr)
	got.Stderr = stats.ReplaceAll(got.Stderr, nil)
	diff := outcome.Compare(want, got, outcome.ByNone)
	if diff != nil {
		require.Fail(t, m.name+": "+diff.Cause, "%s\nstderr: %s", diff.Detail, got.Stderr)
	}
	if p.native && (s.own || !p.own) {
		require.NotNil(t, counted)
		require.Equal(t, "offloads=0 spawns-offloaded=0", string(counted[2]), "%s: section native says that nothing is offloaded", m.name)
	}
	if p.plain == "" {
		require.NotNil(t, counted, "%s: no counts, so no hub ran it; stderr: %s", m.name, got.Stderr)
		require.NotEqual(t, "0", string(counted[1]), "%s: nothing suspended", m.name)
	}
}
