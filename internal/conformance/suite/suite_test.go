package suite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const manifest = "../../../testdata/conformance/manifest.tsv"

func load(t *testing.T) []Entry {
	t.Helper()
	entries, err := Load(manifest)
	require.NoError(t, err)
	return entries
}

func TestManifest(t *testing.T) {
	n := map[string]int{}
	slugs := map[string]bool{}
	for _, e := range load(t) {
		n[e.Bucket]++
		if e.Bucket == Core && e.Dense() {
			n["dense"]++
		}
		_, err := ParseRecipe(e.Recipe)
		require.NoError(t, err, e.File)
		require.False(t, slugs[e.Slug()], e.File)
		slugs[e.Slug()] = true
	}
	require.Equal(t, map[string]int{Core: 1032, Hard: 117, Out: 79, "dense": 296}, n)
}

func TestSampleIsEvenlySpread(t *testing.T) {
	all := make([]Entry, 100)
	for i := range all {
		all[i].RunsSeconds = float64(i)
	}
	var at []float64
	for _, e := range Sample(all, 4) {
		at = append(at, e.RunsSeconds)
	}
	require.Equal(t, []float64{12, 37, 62, 87}, at)
	require.Len(t, Sample(all, 0), 100)
	require.Len(t, Sample(all, 101), 100)
}

func TestParseRecipe(t *testing.T) {
	tests := []struct {
		line string
		want Recipe
	}{
		{"run", Recipe{Action: "run"}},
		{"run arg1 arg2", Recipe{Action: "run", Args: []string{"arg1", "arg2"}}},
		{"run cmplxdivide1.go", Recipe{Action: "run", Sources: []string{"cmplxdivide1.go"}}},
		{"run -gcflags='all=-N -l'", Recipe{Action: "run", Build: []string{"-gcflags=all=-N -l"}}},
		{"run -gcflags -l=4", Recipe{Action: "run", Build: []string{"-gcflags=-l=4"}}},
		{"run -goexperiment fieldtrack", Recipe{Action: "run", Env: []string{"GOEXPERIMENT=fieldtrack"}}},
		{"run fake-arg", Recipe{Action: "run", Args: []string{"fake-arg"}}},
		{"runoutput ./rotate.go", Recipe{Action: "runoutput", Sources: []string{"./rotate.go"}}},
		{"runindir -gomodversion \"1.23\"", Recipe{Action: "runindir"}},
		{"rundir -l=4", Recipe{Action: "rundir", Build: []string{"-gcflags=./...=-l=4"}}},
		{"rundir -ldflags -strictdups=2 -w=0", Recipe{Action: "rundir", Build: []string{"-ldflags=-strictdups=2 -w=0"}}},
		{"errorcheckandrundir -1", Recipe{Action: "errorcheckandrundir", SkipBefore: true}},
		{"errorcheckandrundir -0 -m", Recipe{Action: "errorcheckandrundir"}},
		{"buildrun -t 10  -gcflags=-d=x", Recipe{Action: "buildrun", Build: []string{"-gcflags=-d=x"}}},
	}
	for _, test := range tests {
		got, err := ParseRecipe(test.line)
		require.NoError(t, err, test.line)
		require.Equal(t, test.want, got, test.line)
	}
	for _, line := range []string{"", "compile", `run "x`} {
		_, err := ParseRecipe(line)
		require.Error(t, err, line)
	}
}

// tree writes files below a fresh GOROOT/test and returns the program file.
func tree(t *testing.T, file, recipe string, files map[string]string) *Program {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		name = filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
	}
	p, err := New(Entry{File: file, Recipe: recipe}, root)
	require.NoError(t, err)
	return p
}

func sources(t *testing.T, p *Program, output string) map[string]string {
	t.Helper()
	list, err := p.Sources([]byte(output))
	require.NoError(t, err)
	m := map[string]string{}
	for _, s := range list {
		m[s.Name] = string(s.Src)
	}
	return m
}

func TestRundir(t *testing.T) {
	p := tree(t, "fixedbugs/x.go", "rundir", map[string]string{
		"fixedbugs/x.dir/a.go":      "package a\n",
		"fixedbugs/x.dir/a2.go":     "package a\n",
		"fixedbugs/x.dir/b_test.go": "package b\nimport _ \"./a\"\n",
		"fixedbugs/x.dir/z.go":      "package main\n\nimport (\n\t\"fmt\"\n\tq \"./a\"\n\t\"test/b_test\"\n)\n",
	})
	require.Equal(t, map[string]string{
		"a/a.go":             "package a\n",
		"a/a2.go":            "package a\n",
		"b_test/xb_test_.go": "package b\nimport _ \"conformance.test/fixedbugs-x/a\"\n",
		"z.go":               "package main\n\nimport (\n\t\"fmt\"\n\tq \"conformance.test/fixedbugs-x/a\"\n\t\"conformance.test/fixedbugs-x/b_test\"\n)\n",
	}, sources(t, p, ""))
	require.False(t, p.InRoot())
}

func TestModuleOfItsOwn(t *testing.T) {
	p := tree(t, "x.go", "rundir", map[string]string{
		"x.dir/a.go": "package a\n", "x.dir/b.go": "package main\nimport _ \"./a\"\nconst path = \"test/a\"\n",
	})
	require.Equal(t, map[string]string{
		"../a/a.go": "package a\n", "b.go": "package main\nimport _ \"test/a\"\nconst path = \"test/a\"\n",
	}, sources(t, p, ""))
	require.Equal(t, "test", p.Module)
}

func TestErrorcheckandrundirLeavesOutWhatMustFail(t *testing.T) {
	p := tree(t, "x.go", "errorcheckandrundir -1", map[string]string{
		"x.dir/a.go": "package a\n", "x.dir/b.go": "package b\nbad\n", "x.dir/c.go": "package main\n",
	})
	require.Equal(t, map[string]string{"a/a.go": "package a\n", "c.go": "package main\n"}, sources(t, p, ""))
}

func TestRunindir(t *testing.T) {
	p := tree(t, "x.go", "runindir", map[string]string{
		"x.dir/main.go":       "package main\n\nimport \"x.dir/p/q\"\n",
		"x.dir/p/q/q.go":      "package q\n",
		"x.dir/p/q/q_test.go": "package q\n",
		"x.dir/p/q/q.s":       "",
	})
	require.Equal(t, map[string]string{
		"main.go":  "package main\n\nimport \"conformance.test/x/p/q\"\n",
		"p/q/q.go": "package q\n", "p/q/q.s": "",
	}, sources(t, p, ""))
}

func TestRunoutput(t *testing.T) {
	files := map[string]string{"x.go": "package main\nfunc main() {}\n", "rotate.go": "package main\n"}
	p := tree(t, "x.go", "runoutput ./rotate.go", files)
	require.True(t, p.Generated())
	require.Equal(t, []string{"run", "x.go", "./rotate.go"}, p.Generator())
	require.Equal(t, map[string]string{"tmp__.go": "made"}, sources(t, p, "made"))
	gen := tree(t, "x@gen.go", "runoutput ./rotate.go", files)
	require.False(t, gen.Generated())
	require.Equal(t, "x.gen", gen.Slug())
	require.Equal(t, files, sources(t, gen, ""))
}

func TestFunctionsWithoutBody(t *testing.T) {
	p := tree(t, "x.go", "run", map[string]string{"x.go": "package main\nfunc f()\nfunc main() {}\n"})
	require.Contains(t, sources(t, p, ""), "empty.s")
}

func TestBuildable(t *testing.T) {
	for name, want := range map[string]string{
		"a.go": "a.go", "nilptr_aix.go": "xnilptr_aix_.go", "p_test.go": "xp_test_.go",
		"tmp__.go": "tmp__.go", "a_b.go": "a_b.go", "linux.go": "linux.go",
	} {
		require.Equal(t, want, buildable(name))
	}
}
