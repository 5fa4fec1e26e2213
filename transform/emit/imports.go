package emit

import (
	"go/types"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// usedNames is what the names of imports of all files of a package depend on.
type usedNames struct {
	locals   map[string]bool  // names that are declared anywhere in the package
	packages []*types.Package // what it imports, directly or not, by path
	twins    []string         // packages of twins that its functions call, sorted
}

func namesOf(p *ir.Package) usedNames {
	u := usedNames{locals: map[string]bool{}, packages: imported(p.Types), twins: twinPackages(p)}
	for id, obj := range p.Info.Defs {
		if obj != nil && id.Name != "_" {
			u.locals[id.Name] = true
		}
	}
	return u
}

// imported lists what p imports, directly or not, by path.
func imported(p *types.Package) []*types.Package {
	var all []*types.Package
	seen := map[*types.Package]bool{p: true}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		for _, q := range p.Imports() {
			if !seen[q] {
				seen[q] = true
				visit(q)
				all = append(all, q)
			}
		}
	}
	visit(p)
	sort.Slice(all, func(i, j int) bool { return all[i].Path() < all[j].Path() })
	return all
}

// imports fixes the names of imports: those of the source file, but for names
// that also mean something local, which a hoisted declaration could not tell
// apart.
func (f *file) imports() {
	used := map[string]bool{}
	choose := func(path, name string) {
		want := name
		for f.used.locals[want] || used[want] || f.p.Declares(want) || jen.IsReservedWord(want) {
			want += "_"
		}
		used[want] = true
		f.aliases[path] = want
		if want == name && lastElem(path) == name {
			f.out.ImportName(path, name)
		} else {
			f.out.ImportAlias(path, want)
		}
	}
	for _, i := range f.src.Ast.Imports {
		path := strings.Trim(i.Path.Value, "\"`")
		if path == "C" || f.aliases[path] != "" {
			continue
		}
		name := lastElem(path)
		if pn := f.p.Info.PkgNameOf(i); pn != nil {
			name = pn.Imported().Name()
		}
		if i.Name != nil && i.Name.Name != "." && i.Name.Name != "_" {
			name = i.Name.Name
		}
		choose(path, name)
	}
	for _, p := range f.used.packages {
		if f.aliases[p.Path()] == "" {
			choose(p.Path(), p.Name())
		}
	}
	for _, path := range append(slices.Clone(f.used.twins), rtPath, greenPath, chansPath, syncPath, ioPath, netPath, httpPath, "unsafe") {
		if f.aliases[path] == "" {
			name := lastElem(path)
			if path != rtPath && path != greenPath && path != "unsafe" {
				name = "rt" + identifier(name) // rt/time stands beside time
			}
			choose(path, name)
		}
	}
}

// twinPackages lists the packages of twins that p's functions call.
func twinPackages(p *ir.Package) []string {
	seen := map[string]bool{}
	for _, fn := range p.Funcs {
		for _, t := range fn.Calls {
			if t.Symbol != nil && t.Symbol.Pkg != "" && t.Symbol.Pkg != t.Obj.Pkg().Path() && t.Symbol.Pkg != p.Path {
				seen[t.Symbol.Pkg] = true
			}
		}
	}
	var paths []string
	for path := range seen {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	return paths
}

func lastElem(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// identifier leaves out what no name has: of go-twins.v2, whose package may be called
// anything, it makes gotwinsv2.
func identifier(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
