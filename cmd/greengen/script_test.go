package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"greengen": main})
}

// Scripts run the tool as a shell does. $GREENGEN is this repository, $XSYNC the x/sync
// that it requires, as path@version.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		Setup:               setup(t),
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status,
			"await":  await,
			"module": module,
		},
	})
}

// setup gives scripts the go command's caches, and no network.
func setup(t *testing.T) func(*testscript.Env) error {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	names := []string{"GOCACHE", "GOMODCACHE", "GOROOT"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	require.NoError(t, err)
	values := strings.Split(strings.TrimSpace(string(out)), "\n")
	list := exec.Command("go", "list", "-m", "-f", "{{.Path}}@{{.Version}}", "golang.org/x/sync")
	list.Dir = root
	xsync, err := list.Output()
	require.NoError(t, err)
	return func(env *testscript.Env) error {
		for i, n := range names {
			env.Setenv(n, values[i])
		}
		env.Setenv("GOPROXY", "off")
		env.Setenv("GOTOOLCHAIN", "local")
		env.Setenv("GREENGEN", root)
		env.Setenv("XSYNC", strings.TrimSpace(string(xsync)))
		env.Setenv("GREENGEN_CACHE", filepath.Join(env.WorkDir, ".cache"))
		return nil
	}
}

// status N command... checks a command's exit code.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// await FILE waits until a program in the background has made FILE.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await file")
	}
	name := ts.MkAbs(args[0])
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(name); err == nil {
			return
		}
	}
	ts.Fatalf("%s did not come", args[0])
}

// module PATH makes a module in the current folder that requires this repository.
func module(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: module path")
	}
	root := ts.Getenv("GREENGEN")
	text := "module " + args[0] + "\n\ngo 1.26.0\n\nrequire github.com/greengen/greengen v0.0.0\n\n" +
		"replace github.com/greengen/greengen => " + root + "\n"
	ts.Check(os.WriteFile(ts.MkAbs("go.mod"), []byte(text), 0o666))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("go.sum"), sum, 0o666))
}
