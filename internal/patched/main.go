package main

import (
	"bufio"
	"errors"
	"fmt"
	"go/build"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/greengen/greengen/transform/color"
)

func main() {
	w := bufio.NewWriter(os.Stdout)
	print := write
	if slices.Contains(os.Args[1:], "-names") { // for rt.Patched
		print = writeNames
	}
	err := print(w)
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// kinds are the rows of a package's table.
var kinds = []struct{ kind, title string }{
	{color.StdNative, "native"},
	{color.StdNativeArg, "native if its argument may block"},
	{color.StdOffloaded, "offloaded"},
	{color.StdOffloadArg, "offloaded if its argument may block"},
	{color.StdOffloadMet, "offloaded if a method of its argument may block"},
	{color.StdObserver, "not applicable"},
}

const head = `# What becomes of std in green code

This page is made by ` + "`go run ./internal/patched > docs/patched.md`" + ` from the tables in
transform/color, for %s on linux/amd64. It lists each exported function and method of std that may
block, as far as these know, by itself or by what it is handed. What is not listed is called as it is.

- **native**: a twin in rt runs instead, which parks the greenlet or never blocks.
- **native if its argument may block**: so it is where a stream to read from or write to, a function, or
  what an iterator yields to may block; else it is called as it is. Where a method of another argument may
  block, such as the String of an operand, a worker runs it.
- **offloaded**: a worker goroutine runs it while the greenlet is parked. The hub goes on.
- **offloaded if its argument may block**: so it is where it is handed such a stream or function, or a
  value whose methods may block; else it is called as it is.
- **offloaded if a method of its argument may block**: so it is where it is handed a value of the program
  with such a method, which it may call, as sort.Sort and fmt.Sprint do; else it is called as it is.
  sync.Pool's Get calls the pool's New.
- **not applicable**: it looks at the stack or at the heap of who calls it: a function that does so runs
  offloaded as a whole.

A method called through an interface is not listed: what the value's type is decides. Methods that one of
std's types has from another are listed with both.
`

// goVersion is that of the go command, without its last number: a patch release adds no API.
func goVersion() string {
	parts := strings.SplitN(runtime.Version(), ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

func write(w io.Writer) error {
	fmt.Fprintf(w, head, goVersion())
	return each(func(p *types.Package) { writePackage(w, p) })
}

// writeNames writes what has a twin, a line each.
func writeNames(w io.Writer) error {
	return each(func(p *types.Package) {
		for _, name := range slices.Sorted(maps.Keys(functions(p))) {
			switch kind, _ := color.Std(functions(p)[name]); kind {
			case color.StdNative, color.StdNativeArg:
				fmt.Fprintf(w, "%s.%s\n", p.Path(), name)
			}
		}
	})
}

// each calls f for all packages of std.
func each(f func(*types.Package)) error {
	paths, err := std()
	if err != nil {
		return err
	}
	build.Default.CgoEnabled = false // net has the same API without
	im := importer.ForCompiler(token.NewFileSet(), "source", nil)
	for _, path := range paths {
		p, err := im.Import(path)
		if err != nil {
			return fmt.Errorf("import %s: %w", path, err)
		}
		f(p)
	}
	return nil
}

// std lists the packages that programs may import.
func std() ([]string, error) {
	root := filepath.Join(build.Default.GOROOT, "src")
	var paths []string
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if skipped(d.Name()) {
			return fs.SkipDir
		}
		p, err := build.ImportDir(dir, 0)
		if none := (*build.NoGoError)(nil); errors.As(err, &none) {
			return nil
		}
		if err != nil || p.Name == "main" || dir == root {
			return err
		}
		rel, err := filepath.Rel(root, dir)
		paths = append(paths, filepath.ToSlash(rel))
		return err
	})
	slices.Sort(paths)
	return paths, err
}

func skipped(dir string) bool {
	switch dir {
	case "internal", "vendor", "testdata", "cmd", "builtin":
		return true
	}
	return dir[0] == '_' || dir[0] == '.'
}

func writePackage(w io.Writer, p *types.Package) {
	found := map[string][]string{}
	n := 0
	for name, fn := range functions(p) {
		n++
		kind, _ := color.Std(fn)
		found[kind] = append(found[kind], name)
	}
	if len(found[color.StdPlain]) == n {
		return
	}
	fmt.Fprintf(w, "\n## %s\n\n| | |\n|---|---|\n", p.Path())
	for _, k := range kinds {
		if names := found[k.kind]; len(names) == n && n > 3 {
			fmt.Fprintf(w, "| %s | all of its %d functions and methods |\n", k.title, n)
		} else if len(names) > 0 {
			slices.Sort(names)
			fmt.Fprintf(w, "| %s | `%s` |\n", k.title, strings.Join(names, "` `"))
		}
	}
}

// functions returns p's exported functions and methods by name.
func functions(p *types.Package) map[string]*types.Func {
	m := map[string]*types.Func{}
	for _, name := range p.Scope().Names() {
		obj := p.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			m[name] = obj
		case *types.TypeName:
			if n, ok := obj.Type().(*types.Named); ok && !obj.IsAlias() && !types.IsInterface(n) {
				methods(m, name, n)
			}
		}
	}
	return m
}

func methods(m map[string]*types.Func, name string, n *types.Named) {
	values := types.NewMethodSet(n)
	for sel := range types.NewMethodSet(types.NewPointer(n)).Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if !ok || !fn.Exported() {
			continue
		}
		recv := "(*" + name + ")"
		if values.Lookup(fn.Pkg(), fn.Name()) != nil {
			recv = name
		}
		m[recv+"."+fn.Name()] = fn
	}
}
