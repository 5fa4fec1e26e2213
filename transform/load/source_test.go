package load_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/load"
)

// What is transformed is not compiled first, which takes many times as long as all else;
// packages that the checker has something to say about are loaded as before.
func TestSource(t *testing.T) {
	for _, c := range []struct {
		name, a string
		funcs   []string
		problem string
	}{
		{name: "plain", a: "package a\n\nfunc F() int { return 1 }\n", funcs: []string{"example.com/m/a.F", "main.main"}},
		{name: "wrong", a: "package a\n\nfunc F() int { return \"\" }\n", problem: "cannot use \"\""},
		{name: "broken", a: "package a\n\nfunc F() int { return\n", problem: "expected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			compiled := filepath.Join(dir, "compiled")
			write(t, dir, map[string]string{
				"go.mod":  "module example.com/m\n\ngo 1.26.0\n",
				"a/a.go":  c.a,
				"main.go": "package main\n\nimport \"example.com/m/a\"\n\nfunc main() { a.F() }\n",
				"tool":    "#!/bin/sh\ntouch " + compiled + "\nexec \"$@\"\n",
			})
			var r diag.Reporter

			u, err := load.Run(load.Config{Dir: dir, Patterns: []string{"./..."}, WholeModule: true,
				BuildFlags: []string{"-toolexec=" + filepath.Join(dir, "tool")}}, &r)

			require.NoError(t, err)
			if c.problem != "" {
				require.ErrorContains(t, r.Err(), c.problem)
				return
			}
			require.NoError(t, r.Err())
			require.Equal(t, c.funcs, names(u))
			require.NoFileExists(t, compiled)
		})
	}
}

func names(u *ir.Unit) []string {
	var list []string
	for _, p := range u.Packages {
		for _, f := range p.Funcs {
			list = append(list, f.Name)
		}
	}
	return list
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o777))
	}
}
