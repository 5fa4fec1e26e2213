package transform_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform"
)

// everywhere makes the tests of this file build all there is: std is compiled anew
// for each system and by the Go release before. TestRun takes all programs to the
// race detector.
var everywhere = flag.Bool("everywhere", false, "build all generated code for other systems, by the Go release before and with -race")

// few programs, of many constructs, are what these tests build without -everywhere.
const few = "^(everyday_code|generic_containers|channels_model|defer_forms|goto_machine|local_types_methods|net_echo|unsafe_forms)$"

// previousGo is the toolchain of the release before the one in go.mod; it comes by
// the module proxy.
const previousGo = "go1.25.4"

// oldSync is an x/sync that it takes.
const oldSync = "golang.org/x/sync@v0.17.0"

// systems are those that generated code and rt are compiled for: each
// system and word size occurs.
var systems = [][2]string{{"windows", "386"}, {"darwin", "arm64"}, {"freebsd", "386"}, {"freebsd", "arm64"}, {"windows", "arm64"}, {"linux", "386"}}

// pollers are the systems whose backend of the hub TestPollers compiles: those of kqueue.
var pollers = []string{"darwin", "freebsd", "netbsd", "openbsd", "dragonfly"}

// written returns a module that has the programs' twins beside their sources.
func written(t *testing.T) *scratch {
	t.Helper()
	all := asked(programs(t))
	if !*everywhere {
		all = only(all, regexp.MustCompile(few))
	}
	if len(all) == 0 {
		t.Skip("-run leaves no program")
	}
	s := newScratch(t, all)
	res, err := transform.Run(transform.Config{Dir: s.dir, Patterns: []string{"./..."}, All: true, Preempt: true, Env: s.environ()})
	require.NoError(t, err)
	require.NotEmpty(t, res.Files)
	for _, f := range res.Files {
		require.NoError(t, os.WriteFile(f.Path, f.Data, 0o666))
	}
	return s
}

// TestSystems compiles generated code, the examples and rt for other systems.
func TestSystems(t *testing.T) {
	s := written(t)
	chosen := systems
	if !*everywhere {
		chosen = systems[:1]
	}
	for _, sys := range chosen {
		env := []string{"GOOS=" + sys[0], "GOARCH=" + sys[1], "CGO_ENABLED=0"}
		succeeds(t, s.dir, env, "go", "vet", "-copylocks=false", "./...")
		succeeds(t, "..", env, "go", "build", "./rt/...", "./examples/...")
	}
}

// TestPollers compiles the hub's backends for systems that have kqueue; with -everywhere
// its tests are vetted there, too.
func TestPollers(t *testing.T) {
	chosen := pollers[:1]
	if *everywhere {
		chosen = pollers
	}
	for _, system := range chosen {
		env := []string{"GOOS=" + system, "GOARCH=amd64", "CGO_ENABLED=0"}
		succeeds(t, "..", env, "go", "build", "./rt/internal/poll")
		if *everywhere {
			succeeds(t, "..", env, "go", "vet", "./rt/internal/poll")
			succeeds(t, "..", env, "go", "build", "./rt/...")
		}
	}
}

// TestPreviousGo compiles generated code, the examples and rt by the Go release
// before. go.mod asks for the current one, so it is done in a copy.
func TestPreviousGo(t *testing.T) {
	env := []string{"GOTOOLCHAIN=" + previousGo, "GOFLAGS=-mod=mod"}
	if out, err := command("..", env, "go", "version").CombinedOutput(); err != nil {
		t.Skipf("no %s: %s", previousGo, out)
	}
	s := written(t)
	root := t.TempDir()
	for _, dir := range []string{"rt", "examples"} {
		require.NoError(t, os.CopyFS(filepath.Join(root, dir), os.DirFS(filepath.Join("..", dir))))
		dropTests(t, filepath.Join(root, dir))
	}
	release := strings.TrimPrefix(previousGo, "go")
	// Of what go.mod requires, much asks for the current release: the examples get versions that do not.
	bar := "(\n" + progressbar(t) + "\n" + strings.Replace(oldSync, "@", " ", 1) + "\n)"
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), []byte("module "+own+"\n\ngo "+release+"\n\nrequire "+bar+"\n"), 0o666))
	succeeds(t, root, env, "go", "mod", "tidy")
	succeeds(t, s.dir, nil, "go", "mod", "edit", "-go="+release, "-require="+oldSync, "-replace="+own+"="+root)
	succeeds(t, root, env, "go", "build", "./rt/...", "./examples/...")
	succeeds(t, s.dir, env, "go", "build", "-o="+s.bin(asIs), "./...")
}

// dropTests leaves the modules that only tests need out of what go mod tidy asks for.
func dropTests(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			err = os.Remove(path)
		}
		return err
	}))
}

// progressbar returns the version that go.mod has of the module that an example uses.
func progressbar(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "go.mod"))
	require.NoError(t, err)
	found := regexp.MustCompile(`\S+/progressbar/v3 \S+`).Find(data)
	require.NotEmpty(t, found)
	return string(found)
}

func command(dir string, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOENV=off", "GOFLAGS="), env...)
	return cmd
}

func succeeds(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	out, err := command(dir, env, name, args...).CombinedOutput()
	require.NoError(t, err, "%s %v %v\n%s", name, args, env, out)
}
