package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// stdModule holds copies of those tests of std that are packages of their own, x_test.
const stdModule = "example.com/std"

// standIns replace what std's tests import and nobody else may. The allocation
// tests are off: they count those of a plain call.
var standIns = map[string]string{
	"testenv": `package testenv

import (
	"os"
	"testing"
)

func Builder() string { return "" }

func OptimizationOff() bool             { return true }
func SkipIfOptimizationOff(t testing.TB) { t.Skip("counts allocations") }
func MustHaveExec(testing.TB)           {}
func Executable(t testing.TB) string {
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return name
}
`,
	"race": "package race\n\nconst Enabled = false\n",
	"asan": "package asan\n\nconst Enabled = false\n",
	"msan": "package msan\n\nconst Enabled = false\n",
}

// fetchStd makes a module of std's external tests, and says what it left out.
func (b *bench) fetchStd(t target) (string, error) {
	dir := filepath.Join(b.dir, "std")
	if err := write(filepath.Join(dir, "go.mod"), "module "+stdModule+"\n\ngo 1.26.0\n"); err != nil {
		return "", err
	}
	for name, src := range standIns {
		if err := write(filepath.Join(dir, "internal", name, name+".go"), src); err != nil {
			return "", err
		}
	}
	root, err := b.output(dir, "go", "env", "GOROOT")
	if err != nil {
		return "", err
	}
	for _, pkg := range t.packages {
		left, err := copyTests(filepath.Join(strings.TrimSpace(string(root)), "src", pkg), filepath.Join(dir, pkg))
		if err != nil {
			return "", fmt.Errorf("std's %s: %w", pkg, err)
		}
		for _, l := range left {
			fmt.Printf("%s: left out: %s\n", path.Join(stdModule, pkg), l)
		}
	}
	return dir, nil
}

func write(name, data string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(data), 0o666))
}

// copyTests copies the external tests of a package, and returns the tests that
// cannot run outside std, with the reasons.
func copyTests(from, to string) (left []string, err error) {
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(from, "*_test.go"))
	names = slices.DeleteFunc(names, func(name string) bool { // some files of examples are programs of their own
		return strings.HasPrefix(filepath.Base(name), "example_")
	})
	if err != nil || len(names) == 0 {
		return nil, errors.Join(err, os.ErrNotExist)
	}
	files, outside, methods := map[string]*ast.File{}, map[string]string{}, map[string]string{}
	for _, name := range names {
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(f.Name.Name, "_test") {
			files[filepath.Base(name)] = f
		} else {
			hooks(f, outside, methods)
		}
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if m, ok := d.(*ast.FuncDecl); ok && m.Recv != nil {
				delete(methods, m.Name.Name) // a call does not say whose it is
			}
		}
	}
	maps.Copy(outside, methods)
	for grows := true; grows; { // what uses something that is left out is left out
		grows = false
		for _, f := range files {
			grows = prune(f, outside) || grows
		}
	}
	for _, name := range slices.Sorted(maps.Keys(outside)) {
		if strings.HasPrefix(name, "Test") {
			left = append(left, name+", "+outside[name])
		}
	}
	for name, f := range files {
		if len(f.Decls) == len(importDecls(f)) {
			continue
		}
		var s strings.Builder
		if err := format.Node(&s, fset, f); err != nil {
			return nil, err
		}
		if err := write(filepath.Join(to, name), s.String()); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// hooks notes what a file of the package itself declares for its external tests.
func hooks(f *ast.File, outside, methods map[string]string) {
	const why = "it needs %s of the package's own tests"
	for _, d := range f.Decls {
		for _, name := range declared(d) {
			outside[name] = fmt.Sprintf(why, name)
		}
		if m, ok := d.(*ast.FuncDecl); ok && m.Recv != nil {
			methods[m.Name.Name] = fmt.Sprintf(why, m.Name.Name)
		}
	}
}

// declared returns the names that a declaration adds to the package.
func declared(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			names = append(names, declares(s)...)
		}
	}
	return names
}

func declares(s ast.Spec) (names []string) {
	switch s := s.(type) {
	case *ast.TypeSpec:
		names = append(names, s.Name.Name)
	case *ast.ValueSpec:
		for _, id := range s.Names {
			names = append(names, id.Name)
		}
	}
	return names
}

// prune takes declarations out of f that use something in outside, adds them to
// it, and reports whether there were any. Imports of stand-ins are redirected.
func prune(f *ast.File, outside map[string]string) (any bool) {
	closed := redirect(f)
	drop := func(n ast.Node, names []string) bool {
		why := needs(n, closed, outside)
		if f, ok := n.(*ast.FuncDecl); ok && f.Body == nil {
			why = "it is linked to by name"
		}
		if why == "" {
			return false
		}
		any = true
		for _, name := range names {
			if name != "_" && name != "init" { // nobody uses those
				outside[name] = why
			}
		}
		return true
	}
	f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			return drop(d, declared(d))
		}
		if g.Tok == token.IMPORT {
			return false
		}
		g.Specs = slices.DeleteFunc(g.Specs, func(s ast.Spec) bool { return drop(s, declares(s)) })
		return len(g.Specs) == 0
	})
	if any {
		f.Comments = nil // they would be printed where their code was
		unimport(f)
	}
	return any
}

// redirect has f import stand-ins, and returns the names of the packages that it
// may not import, with their paths.
func redirect(f *ast.File) map[string]string {
	closed := map[string]string{}
	for _, s := range f.Imports {
		p, _ := strconv.Unquote(s.Path.Value)
		base, internal := strings.CutPrefix(p, "internal/")
		if !internal {
			continue
		}
		if standIns[base] != "" {
			s.Path.Value = strconv.Quote(stdModule + "/" + p)
			continue
		}
		name := path.Base(p)
		if s.Name != nil {
			name = s.Name.Name
		}
		closed[name] = p
	}
	return closed
}

// needs says why n cannot be taken.
func needs(n ast.Node, closed, outside map[string]string) (why string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && why == "" {
			if p := closed[id.Name]; p != "" {
				why = "it needs " + p
			} else {
				why = outside[id.Name]
			}
		}
		return why == ""
	})
	return why
}

// unimport drops the imports that nothing uses any more.
func unimport(f *ast.File) {
	used := map[string]bool{}
	for _, d := range f.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := s.X.(*ast.Ident); ok {
					used[id.Name] = true
				}
			}
			return true
		})
	}
	unused := func(s ast.Spec) bool {
		i, ok := s.(*ast.ImportSpec)
		if !ok {
			return false
		}
		p, _ := strconv.Unquote(i.Path.Value)
		name := path.Base(p)
		if i.Name != nil {
			name = i.Name.Name
		}
		return name != "." && name != "_" && !used[name]
	}
	for _, g := range importDecls(f) {
		g.Specs = slices.DeleteFunc(g.Specs, unused)
	}
	f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
		g, ok := d.(*ast.GenDecl)
		return ok && len(g.Specs) == 0
	})
	f.Imports = slices.DeleteFunc(f.Imports, func(s *ast.ImportSpec) bool { return unused(s) })
}

func importDecls(f *ast.File) (ds []*ast.GenDecl) {
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			ds = append(ds, g)
		}
	}
	return ds
}
