// Package passtest compares what a pass makes with the goldens in
// testdata/passes.
//
// Each archive there is one idea: a first line that says what would break, a
// file input.go, and a section for each pass with its form of the code. That of
// emit is the generated file, the others are what greengen dump prints. With
// -update the section of the pass under test is written anew, the others stay.
package passtest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/ir"
)

var update = flag.Bool("update", false, "write the goldens anew; not in CI")

const (
	archives = "testdata/passes"
	input    = "input.go"
	maxLines = 25 // of an input
)

// archive is one case.
type archive struct {
	*txtar.Archive
	file string // its path from here
	name string
}

// Run checks pass on all archives. Only from a test of a package transform/*.
func Run(t *testing.T, pass string) {
	t.Helper()
	if *update && os.Getenv("CI") != "" {
		t.Fatal("-update is for people who read the diff: unset CI")
	}
	cases := read(t)
	forms := transformed(t, cases, pass)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.check(t, pass, forms[c.name]) })
	}
}

// read reads all archives.
func read(t *testing.T) []*archive {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(archives), "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives in %s: %v", archives, err)
	}
	var cases []*archive
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := &archive{a, file, strings.TrimSuffix(filepath.Base(file), ".txtar")}
		src := c.section(input)
		switch {
		case len(bytes.TrimSpace(a.Comment)) == 0:
			t.Fatalf("%s: the first line says what would break", file)
		case src == nil || bytes.Count(src.Data, []byte("\n")) > maxLines:
			t.Fatalf("%s: wants %s, of at most %d lines", file, input, maxLines)
		}
		cases = append(cases, c)
	}
	return cases
}

// transformed runs the passes up to pass on the inputs, each a package of one
// module, and returns the form of each.
func transformed(t *testing.T, cases []*archive, pass string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), []byte("module example.com\n\ngo 1.26.0\n"))
	for _, c := range cases {
		write(t, filepath.Join(dir, c.name, input), c.section(input).Data)
	}
	res, err := transform.Run(transform.Config{Dir: dir, Patterns: []string{"./..."}, Check: true,
		StopAfter: pass, Env: append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOENV=off", "PWD="+dir)})
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string][]byte{}
	if pass == "emit" {
		for _, f := range res.Files {
			forms[filepath.Base(filepath.Dir(f.Path))] = f.Data
		}
		return forms
	}
	for _, p := range res.Unit.Packages {
		var b bytes.Buffer
		for _, f := range p.Funcs {
			ir.DumpFunc(&b, res.Unit, f, pass)
		}
		forms[filepath.Base(p.Dir)] = b.Bytes()
	}
	return forms
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func (c *archive) section(name string) *txtar.File {
	for i := range c.Files {
		if c.Files[i].Name == name {
			return &c.Files[i]
		}
	}
	return nil
}

// check compares the section of pass with got, or replaces it.
func (c *archive) check(t *testing.T, pass string, got []byte) {
	t.Helper()
	if len(got) == 0 {
		t.Fatalf("%s: %s made nothing of it", c.file, pass)
	}
	golden := c.section(pass)
	if golden == nil {
		c.Files = append(c.Files, txtar.File{Name: pass})
		golden = &c.Files[len(c.Files)-1]
	}
	if bytes.Equal(golden.Data, got) {
		return
	}
	if *update {
		golden.Data = got
		c.sort()
		write(t, c.file, txtar.Format(c.Archive))
		return
	}
	t.Errorf("%s\nto accept, once you have read it: go test ./transform/%s -run 'Test.*/%s$' -update",
		diff.Diff(c.file+" want", golden.Data, "got", got), pass, c.name)
}

// sort puts the sections in the order of the passes, the input first.
func (c *archive) sort() {
	var files []txtar.File
	for _, name := range append([]string{input}, transform.Passes()...) {
		if f := c.section(name); f != nil {
			files = append(files, *f)
		}
	}
	c.Files = files
}
