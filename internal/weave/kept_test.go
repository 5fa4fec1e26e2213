package weave

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What gen wrote is kept until anything changes that it depends on, or that it wrote.
func TestKept(t *testing.T) {
	t.Setenv("GOWORK", "off")
	dir := t.TempDir()
	write := func(name, data string) {
		t.Helper()
		name = filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, []byte(data), 0o666))
	}
	write("go.mod", "module example.com/kept\n\ngo 1.26.0\n")
	write("a.go", "package kept\n")
	write("sub/b.go", "package sub\n")
	o := Options{Dir: dir, Patterns: []string{"."}, Cache: t.TempDir()}
	kept := func(o Options) (bool, *Keeper) {
		t.Helper()
		is, k, err := Kept(o)
		require.NoError(t, err)
		return is, k
	}
	out := filepath.Join(dir, "a_green.go")
	gen := func(o Options) {
		t.Helper()
		age(t, dir)
		is, k := kept(o)
		require.False(t, is)
		k.Before([]string{out})
		write("a_green.go", "package kept // ours\n")
		require.NoError(t, k.After(map[string][]byte{out: []byte("package kept // ours\n")}, nil))
		is, _ = kept(o)
		require.True(t, is)
	}
	gen(o)
	for what, change := range map[string]func(){
		"source":            func() { write("a.go", "package kept // changed\n") },
		"generated file":    func() { write("a_green.go", "package kept // edited\n") },
		"generated removed": func() { require.NoError(t, os.Remove(out)) },
		"new file":          func() { write("c.go", "package kept\n") },
		"other package":     func() { write("sub/b.go", "package sub // changed\n") },
		"new package":       func() { write("more/d.go", "package more\n") },
		"go.mod":            func() { write("go.mod", "module example.com/kept\n\ngo 1.25.0\n") },
	} {
		change()
		is, _ := kept(o)
		require.False(t, is, what)
		gen(o)
	}
	p := o
	p.Preempt = true
	is, _ := kept(p)
	require.False(t, is)

	// A source that changes while gen runs, and a file that comes then, are not taken for what it read.
	for _, name := range []string{"a.go", "e.go"} {
		age(t, dir)
		_, k := kept(p)
		write(name, "package kept // meanwhile\n")
		k.Before([]string{out})
		require.NoError(t, k.After(nil, nil))
		is, _ = kept(p)
		require.False(t, is, name)
	}
	// One that has been removed.
	age(t, dir)
	_, k := kept(p)
	k.Before([]string{out})
	require.NoError(t, os.Remove(out))
	require.NoError(t, k.After(nil, []string{out}))
	is, _ = kept(p)
	require.True(t, is)
	write("a_green.go", "package kept\n")
	is, _ = kept(p)
	require.False(t, is)
}

// age makes the files of a folder older than the grain of their times.
func age(t *testing.T, dir string) {
	t.Helper()
	then := time.Now().Add(-time.Second)
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = os.Chtimes(path, then, then)
		}
		return err
	}))
}
