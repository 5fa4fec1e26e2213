package main

import (
	"fmt"
	"go/types"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/greengen/greengen/transform/color"
)

// library is std as SSA.
type library struct {
	prog     *ssa.Program
	packages []*ssa.Package // that programs may import, sorted
	pulled   map[string]string
}

// load loads all of std for linux/amd64, as docs/patched.md does: without cgo.
func load() (*library, error) {
	cfg := &packages.Config{
		Mode: packages.LoadAllSyntax,
		Env:  append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOWORK=off"),
	}
	pkgs, err := packages.Load(cfg, "std")
	if err != nil {
		return nil, fmt.Errorf("load std: %w", err)
	}
	lib := &library{pulled: map[string]string{}}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			return nil, fmt.Errorf("load std: %w", e)
		}
		lib.pull(p)
	}
	prog, built := ssautil.AllPackages(pkgs, 0)
	prog.Build()
	lib.prog = prog
	for _, p := range built {
		if importable(p.Pkg.Path()) {
			lib.packages = append(lib.packages, p)
		}
	}
	slices.SortFunc(lib.packages, func(a, b *ssa.Package) int { return strings.Compare(a.Pkg.Path(), b.Pkg.Path()) })
	return lib, nil
}

func importable(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if part == "internal" || part == "vendor" || part == "builtin" {
			return false
		}
	}
	return true
}

// pull notes functions that have no body, as //go:linkname says another has it.
func (lib *library) pull(p *packages.Package) {
	for _, f := range p.Syntax {
		for _, g := range f.Comments {
			for _, c := range g.List {
				if fs := strings.Fields(c.Text); len(fs) == 3 && fs[0] == "//go:linkname" {
					lib.pulled[p.PkgPath+"."+fs[1]] = fs[2]
				}
			}
		}
	}
}

// functions lists the functions and methods of p that other packages can call: also
// the methods of types that they cannot name, whose values they may have.
func functions(prog *ssa.Program, p *ssa.Package) map[string]*ssa.Function {
	m := map[string]*ssa.Function{}
	add := func(fn *types.Func) {
		if f := prog.FuncValue(fn); f != nil && fn.Exported() {
			m[color.StdName(fn)] = f
		}
	}
	for _, name := range p.Pkg.Scope().Names() {
		switch obj := p.Pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			add(obj)
		case *types.TypeName:
			if n, ok := obj.Type().(*types.Named); ok && !obj.IsAlias() && (obj.Exported() || !ofRuntime(p.Pkg.Path())) {
				for fn := range n.Methods() {
					add(fn)
				}
			}
		}
	}
	return m
}
