package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/diag"
)

// Each file of testdata/errors is a module and what gen prints for it.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("../../testdata/errors/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			require.NoError(t, err)
			dir, want := extract(t, archive)

			code, _, stderr := greengen(dir, "gen", "./...")

			if os.Getenv("UPDATE") != "" {
				update(t, name, archive, stderr)
				return
			}
			require.Equal(t, want, stderr)
			require.Equal(t, exitProblem, code)
		})
	}
}

// Each code's example must bring that code about, and print what its doc says.
func TestCodeExamples(t *testing.T) {
	for _, c := range diag.Codes {
		if c.Example == "" {
			require.Equal(t, "internal", c.Name, "has no example")
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			dir, _ := extract(t, txtar.Parse([]byte(c.Example)))
			link(t, dir)

			code, _, stderr := greengen(dir, strings.Fields(c.Args)...)

			require.Equal(t, exitProblem, code, stderr)
			require.Contains(t, stderr, "["+c.Name+"]")
			if c.Output != "" {
				require.Equal(t, c.Output, stderr)
			}
			require.NotEmpty(t, c.Remedy)
		})
	}
}

// greengen runs a command line in dir.
func greengen(dir string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	a := &app{out: &out, err: &err, dir: dir, run: transform.Run}
	code = a.main(args)
	return code, out.String(), err.String()
}

// extract writes an archive to a new folder, and returns what it wants on stderr.
func extract(t *testing.T, archive *txtar.Archive) (dir, stderr string) {
	t.Helper()
	dir = t.TempDir()
	for _, f := range archive.Files {
		if f.Name == "stderr" {
			stderr = string(f.Data)
			continue
		}
		name := filepath.Join(dir, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, f.Data, 0o666))
	}
	return dir, stderr
}

// link points a module that requires greengen at this repository.
func link(t *testing.T, dir string) {
	t.Helper()
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	if !bytes.Contains(mod, []byte("require")) {
		return
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	mod = append(mod, "\nreplace github.com/greengen/greengen => "+root+"\n"...)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), mod, 0o666))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o666))
}

func update(t *testing.T, name string, archive *txtar.Archive, stderr string) {
	t.Helper()
	last := len(archive.Files) - 1
	require.Equal(t, "stderr", archive.Files[last].Name)
	archive.Files[last].Data = []byte(stderr)
	require.NoError(t, os.WriteFile(name, txtar.Format(archive), 0o666))
}
