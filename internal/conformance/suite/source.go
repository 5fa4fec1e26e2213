package suite

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Module is the path of the scratch module.
const Module = "conformance.test"

// Source is one file of a program, where it goes below the program's folder.
type Source struct {
	Name string // with slashes: a/a.go
	Src  []byte
}

// Program is an entry with its recipe.
type Program struct {
	Entry
	Recipe Recipe
	Root   string // GOROOT/test
	Module string // Module, or one of its own, see "The scratch module"; set by Sources
}

// Key is equal for programs that can be built by one command.
func (p *Program) Key() string {
	key := p.Module
	if p.Module != Module {
		key += " " + p.Slug()
	}
	return strings.Join(slices.Concat([]string{key}, p.Recipe.Env, p.Recipe.Build), "\x00")
}

// New reads the recipe of e.
func New(e Entry, root string) (*Program, error) {
	r, err := ParseRecipe(e.Recipe)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.File, err)
	}
	return &Program{Entry: e, Recipe: r, Root: root, Module: Module}, nil
}

// file is the program's own file, dir its folder of packages.
func (p *Program) file() string {
	name := strings.Replace(p.File, "@gen.go", ".go", 1)
	return filepath.Join(p.Root, filepath.FromSlash(name))
}

func (p *Program) dir() string { return strings.TrimSuffix(p.file(), ".go") + ".dir" }

// Generated reports whether the program is what another one prints.
func (p *Program) Generated() bool {
	return p.Recipe.Action == "runoutput" && !strings.Contains(p.File, "@gen.go")
}

// Generator lists the arguments of the go run, in Root, that prints a generated
// program.
func (p *Program) Generator() []string {
	args := append([]string{"run", filepath.FromSlash(p.File)}, p.Recipe.Sources...)
	return append(args, p.Recipe.Args...)
}

// InRoot reports whether the program runs in GOROOT/test, not in a folder of its own.
func (p *Program) InRoot() bool {
	return p.Recipe.Action == "run" || p.Recipe.Action == "runoutput"
}

// Args are the program's own arguments.
func (p *Program) Args() []string {
	if p.Generated() {
		return nil
	}
	return p.Recipe.Args
}

// Expected is the output that the .out file asks for.
func (p *Program) Expected() ([]byte, error) {
	return os.ReadFile(strings.TrimSuffix(p.file(), ".go") + ".out")
}

// Sources returns the files of p, with imports as they are in the scratch
// module. output is what the generator printed, if p is generated.
func (p *Program) Sources(output []byte) ([]Source, error) {
	switch p.Recipe.Action {
	case "rundir", "errorcheckandrundir":
		return p.packages()
	case "runindir", "buildrundir":
		return p.tree()
	}
	if p.Generated() {
		return []Source{{"tmp__.go", output}}, nil
	}
	var sources []Source
	for _, name := range append([]string{p.file()}, p.Recipe.Sources...) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Root, name)
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, Source{buildable(filepath.Base(name)), src})
	}
	return completable(sources), nil
}

// tree copies the folder, assembly included. Tests are no part of what runs.
func (p *Program) tree() ([]Source, error) {
	var sources []Source
	root := p.dir()
	err := filepath.WalkDir(root, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(name, root+string(filepath.Separator)))
		if strings.HasSuffix(name, ".go") {
			src = p.rewrite(src, path.Base(filepath.ToSlash(root))+"/")
		}
		sources = append(sources, Source{rel, src})
		return nil
	})
	return sources, err
}

var packageClause = regexp.MustCompile(`(?m)^package ([\p{Lu}\p{Ll}\w]+)`)

// pkg is one package of a folder of packages.
type pkg struct {
	name, first string // first names its folder: that of its first file
	files       []Source
}

// grouped splits the folder as Go's own runner does: files with one package
// name are a package, named after the first of them, and the last is main.
func (p *Program) grouped() ([]*pkg, error) {
	names, err := filepath.Glob(filepath.Join(p.dir(), "*.go"))
	if err != nil || len(names) == 0 {
		return nil, cmp.Or(err, errors.New("no files in "+p.dir()))
	}
	var pkgs []*pkg
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		m := packageClause.FindSubmatch(src)
		if m == nil {
			return nil, fmt.Errorf("%s: no package clause", name)
		}
		i := slices.IndexFunc(pkgs, func(q *pkg) bool { return !p.Recipe.Single && q.name == string(m[1]) })
		if i < 0 {
			i = len(pkgs)
			pkgs = append(pkgs, &pkg{name: string(m[1]), first: strings.TrimSuffix(filepath.Base(name), ".go")})
		}
		pkgs[i].files = append(pkgs[i].files, Source{filepath.Base(name), src})
	}
	return pkgs, nil
}

// packages gives each package its folder; main is in the program's own.
func (p *Program) packages() ([]Source, error) {
	pkgs, err := p.grouped()
	if err != nil {
		return nil, err
	}
	above := ""
	for _, q := range pkgs {
		if slices.ContainsFunc(q.files, func(s Source) bool { return namesPackages(s.Src) }) {
			p.Module, above = testModule, "../"
		}
	}
	var sources []Source
	for i, q := range pkgs {
		if p.Recipe.SkipBefore && i == len(pkgs)-2 {
			continue
		}
		for _, f := range completable(q.files) {
			at := buildable(f.Name)
			if i < len(pkgs)-1 {
				at = above + q.first + "/" + at
			}
			sources = append(sources, Source{at, p.rewrite(f.Src, "./", "test/")})
		}
	}
	return sources, nil
}

// testModule is what Go's own runner calls the packages of a folder.
const testModule = "test"

// namesPackages reports whether a program expects to see import paths as they
// are under Go's own runner: test/a.
func namesPackages(src []byte) bool {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && strings.HasPrefix(lit.Value, `"`+testModule+"/") {
			found = true
		}
		_, im := n.(*ast.ImportSpec)
		return !im
	})
	return found
}

// rewrite gives imports with one of the prefixes their path in the scratch
// module, without moving a line.
func (p *Program) rewrite(src []byte, prefixes ...string) []byte {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.ImportsOnly)
	if err != nil {
		return src // the compiler will say it better
	}
	out := bytes.Clone(src)
	for _, im := range slices.Backward(f.Imports) {
		old, _ := strconv.Unquote(im.Path.Value)
		for _, prefix := range prefixes {
			if rest, ok := strings.CutPrefix(old, prefix); ok {
				to := p.Module + "/" + rest
				if p.Module == Module {
					to = Module + "/" + p.Slug() + "/" + rest
				}
				out = splice(fset, out, im.Path, strconv.Quote(to))
				break
			}
		}
	}
	return out
}

func splice(fset *token.FileSet, src []byte, n ast.Node, text string) []byte {
	tok := fset.File(n.Pos())
	return slices.Concat(src[:tok.Offset(n.Pos())], []byte(text), src[tok.Offset(n.End()):])
}

// buildable renames a file that go build would leave out because of its name,
// which the compiler does not look at.
func buildable(name string) string {
	base := strings.TrimSuffix(name, ".go")
	plain := !strings.HasSuffix(base, "_test") && !strings.HasPrefix(base, "_") && !strings.HasPrefix(base, ".")
	if i := strings.LastIndex(base, "_"); plain && (i < 0 || !known(base[i+1:])) {
		return name
	}
	return "x" + base + "_.go"
}

// known reports whether a file name's last part limits it to a platform.
func known(part string) bool {
	return slices.Contains(platforms, part)
}

var platforms = strings.Fields("aix android darwin dragonfly freebsd illumos ios js linux nacl netbsd openbsd plan9 solaris " +
	"wasip1 windows 386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm unix")

// completable adds an empty assembly file where a function may lack its body:
// go build would refuse it, the bare compiler does not.
func completable(files []Source) []Source {
	for _, f := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), "", f.Src, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, d := range tree.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Body == nil {
				return append(files, Source{"empty.s", nil})
			}
		}
	}
	return files
}
