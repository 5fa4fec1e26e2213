package load

import (
	"cmp"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/rules"
)

// ruleFile is the rules of a module.
type ruleFile struct {
	name   string
	module string
	main   bool
	at     *token.File
	rules  []rules.Rule
}

func (f *ruleFile) pos(r rules.Rule) token.Pos { return f.at.LineStart(r.Line) + token.Pos(r.Col-1) }

// chosen is the rule that counts for a function, or for a package that is skipped.
type chosen struct {
	*ir.Rule
	from *ruleFile
}

// ruleset has the rules of all modules that packages come from.
type ruleset struct {
	fset   *token.FileSet
	r      diag.Reporter // what is wrong with them
	files  []*ruleFile
	known  map[string]*packages.Package // what is built, by import path, as metadata
	chosen map[string]chosen            // by key
	extra  map[string]chosen            // packages that are loaded for a rule's sake: the rule
}

// readRules reads the rule files of the modules that pkgs, and what they import, come
// from: one look for a file in each. It is nil if there is none.
func (cfg *Config) readRules(pkgs []*packages.Package, fset *token.FileSet) *ruleset {
	s := &ruleset{fset: fset, known: map[string]*packages.Package{}, chosen: map[string]chosen{}, extra: map[string]chosen{}}
	main := false
	seen := map[string]bool{}
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		if p.ID == p.PkgPath {
			s.known[p.PkgPath] = p
		}
		if p.Module == nil || seen[p.Module.Path] {
			return
		}
		if dir := moduleRoot(p); dir != "" {
			seen[p.Module.Path] = true
			main = main || p.Module.Main
			s.read(cfg, dir, p.Module.Path, p.Module.Main)
		}
	})
	if !main { // nothing of it is built
		if dir, path := cfg.mainModule(); dir != "" {
			s.read(cfg, dir, path, true)
		}
	}
	if len(s.files) == 0 {
		return nil
	}
	slices.SortFunc(s.files, func(a, b *ruleFile) int { return strings.Compare(a.name, b.name) })
	for _, f := range s.files {
		s.choose(f)
	}
	return s
}

// moduleRoot is where p's module is. The go command does not say it where there is a
// vendor folder.
func moduleRoot(p *packages.Package) string {
	if p.Module.Dir != "" {
		return p.Module.Dir
	}
	if len(p.GoFiles) == 0 {
		return ""
	}
	rest := filepath.FromSlash(strings.TrimPrefix(p.PkgPath, p.Module.Path))
	dir, ok := strings.CutSuffix(filepath.Dir(p.GoFiles[0]), rest)
	if !ok {
		return ""
	}
	return dir
}

// mainModule looks for the go.mod above the folder that the go command runs in.
func (cfg *Config) mainModule() (dir, path string) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return "", ""
	}
	for {
		if data, err := cfg.source(filepath.Join(dir, "go.mod")); err == nil {
			return dir, modfile.ModulePath(data)
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", ""
		}
		dir = up
	}
}

func (cfg *Config) source(name string) ([]byte, error) {
	if data, ok := cfg.Overlay[name]; ok {
		return data, nil
	}
	return os.ReadFile(name)
}

// read reads the rule file of a module, if it has one.
func (s *ruleset) read(cfg *Config, dir, module string, main bool) {
	name := filepath.Join(dir, rules.File)
	data, err := cfg.source(name)
	if err != nil {
		if !os.IsNotExist(err) {
			s.r.Report(diag.Diagnostic{Pos: token.Position{Filename: name}, Code: "malformed-rule", Msg: "cannot be read: " + err.Error()})
		}
		return
	}
	f := &ruleFile{name: name, module: module, main: main, at: s.fset.AddFile(name, -1, len(data))}
	f.at.SetLinesForContent(data)
	list, errs := rules.Parse(string(data))
	f.rules = list
	for _, e := range errs {
		code := "malformed-rule"
		if e.Unknown {
			code = "unknown-rule"
		}
		s.r.Report(diag.Diagnostic{Pos: s.fset.Position(f.pos(rules.Rule{Line: e.Line, Col: e.Col})), Code: code, Msg: e.Msg, Hint: e.Hint})
	}
	s.files = append(s.files, f)
}

// choose enters the rules of f where no other file decides.
func (s *ruleset) choose(f *ruleFile) {
	for _, rule := range f.rules {
		c := chosen{&ir.Rule{Rule: rule, Pos: f.pos(rule)}, f}
		if why, hint := s.misplaced(c); why != "" {
			s.report(c, "misplaced-rule", why, hint)
			continue
		}
		if !f.main && s.known[rule.Package] == nil {
			continue // nothing here calls it
		}
		key := keyOf(rule)
		old, ok := s.chosen[key]
		switch {
		case ok && old.from == f, ok && s.rank(old) == s.rank(c) && (old.Verb != c.Verb || old.Twin != c.Twin):
			s.conflict(c, old)
		case !ok || s.rank(c) > s.rank(old):
			s.chosen[key] = c
		}
	}
}

func keyOf(r rules.Rule) string {
	if r.Verb == rules.Skip {
		return "skip " + r.Package
	}
	return r.Key()
}

// rank orders files that speak of the same function: the main module's, that of the
// function's own module, others. In a workspace several are main, and may be its own.
func (s *ruleset) rank(c chosen) int {
	own := s.moduleOf(c.Package) == c.from.module
	switch {
	case c.from.main && !own:
		return 3
	case c.from.main:
		return 2
	case own:
		return 1
	}
	return 0
}

// moduleOf is the module of a package, "" if it is not built.
func (s *ruleset) moduleOf(pkg string) string {
	if p := s.known[pkg]; p != nil && p.Module != nil {
		return p.Module.Path
	}
	return ""
}

// misplaced says why c does not belong where it is.
func (s *ruleset) misplaced(c chosen) (why, hint string) {
	p, std := s.known[c.Package], s.inStd(c.Package)
	switch {
	case Runtime(c.Package):
		return c.Package + " is of the runtime, whose functions have their twins", "remove the rule"
	case std && c.Verb == rules.Skip:
		return "packages of std are left as they are anyway", "remove the rule"
	case std && !c.from.main:
		return "only the main module may say what becomes of std", "wrap the function, and make a rule for that"
	case p != nil && p.Module != nil && p.Module.Main && !c.from.main:
		return "no other module may say what becomes of the main module", "remove the rule"
	}
	return "", ""
}

// inStd reports whether a package is one of std's: of those that are not built, the first
// part of the path is no host, and no module that has rules.
func (s *ruleset) inStd(pkg string) bool {
	if p := s.known[pkg]; p != nil {
		return p.Module == nil
	}
	first, _, _ := strings.Cut(pkg, "/")
	return !strings.Contains(first, ".") && !slices.ContainsFunc(s.files, func(f *ruleFile) bool {
		return pkg == f.module || strings.HasPrefix(pkg, f.module+"/")
	})
}

func (s *ruleset) report(c chosen, code, msg, hint string) {
	s.r.Report(diag.Diagnostic{Pos: s.fset.Position(c.Pos), Code: code, Msg: msg, Hint: hint})
}

func (s *ruleset) conflict(c, old chosen) {
	d := diag.Diagnostic{
		Pos: s.fset.Position(c.Pos), Code: "conflicting-rules", Msg: "a second rule for " + c.Key(),
		Related: []diag.Related{{Pos: s.fset.Position(old.Pos), Msg: "this one says " + string(old.Verb)}},
		Hint:    "keep one of them",
	}
	if c.from != old.from {
		d.Msg, d.Hint = "another module says something else of "+c.Key(), "decide it by a rule in the main module's "+rules.File
	}
	s.r.Report(d)
}

// list returns the rules that count, sorted.
func (s *ruleset) list() []chosen {
	var out []chosen
	for _, c := range s.chosen {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b chosen) int { return cmp.Compare(a.Pos, b.Pos) })
	return out
}

// flush reports what is wrong with the rules, all at once.
func (s *ruleset) flush(r *diag.Reporter) {
	if s == nil {
		return
	}
	for _, d := range s.r.List() {
		r.Report(d)
	}
}

// skips returns the rule that leaves a package as it is.
func (s *ruleset) skips(pkg string) *ir.Rule {
	if s == nil {
		return nil
	}
	return s.chosen["skip "+pkg].Rule
}

// need notes what has to be loaded for the rules' sake, beside roots and what these
// import: twins, and what the main module's rules name, which has to be there.
func (s *ruleset) need(roots []string) {
	loaded := map[string]bool{}
	for _, path := range roots {
		loaded[path] = true
		if p := s.known[path]; p != nil && !slices.ContainsFunc(p.GoFiles, maybeGenerated) {
			for i := range p.Imports {
				loaded[i] = true
			}
		}
	}
	add := func(pkg string, c chosen) {
		if _, ok := s.extra[pkg]; !loaded[pkg] && !ok && pkg != argsPackage {
			s.extra[pkg] = c
		}
	}
	for _, c := range s.list() {
		if c.from.main && (c.Verb != rules.Skip || s.known[c.Package] == nil) {
			add(c.Package, c)
		}
		if c.Verb == rules.Native && (c.from.main || s.known[c.Package] != nil) {
			pkg, _ := rules.CutTwin(c.Twin)
			add(pkg, c)
		}
	}
}

// extras are the packages to load for the rules' sake.
func (s *ruleset) extras() []string {
	if s == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.extra))
}

// maybeGenerated reports whether a file has a name such as ours: its imports are not
// those of the source, which is loaded without it.
func maybeGenerated(name string) bool { return strings.Contains(filepath.Base(name), "_green") }

// argsPackage is the package that .go files are, for the go command.
const argsPackage = "command-line-arguments"

// fileRules is readRules where .go files are built, name first. What they import is not
// looked at, unless that can have rules.
func (cfg *Config) fileRules(patterns []string, name string, fset *token.FileSet) *ruleset {
	dir, module := cfg.mainModule()
	_, err := cfg.source(filepath.Join(dir, rules.File))
	some := dir != "" && err == nil
	for _, n := range patterns {
		src, err := cfg.source(filepath.Join(filepath.Dir(name), filepath.Base(n)))
		if err != nil {
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), n, src, parser.ImportsOnly); err == nil {
			for _, i := range f.Imports {
				p := strings.Trim(i.Path.Value, "\"`")
				some = some || strings.Contains(strings.Split(p, "/")[0], ".") && !Runtime(p)
			}
		}
	}
	if !some {
		return nil
	}
	pc := config(*cfg, fset)
	pc.Mode = packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedModule | packages.NeedFiles
	pkgs, err := packages.Load(pc, patterns...)
	if err != nil {
		return nil // the other load says so
	}
	s := cfg.readRules(pkgs, fset)
	if s == nil {
		return nil
	}
	if rel, err := filepath.Rel(dir, filepath.Dir(name)); err == nil && dir != "" {
		s.rename(path.Join(module, filepath.ToSlash(rel)))
	}
	return s
}

// rename gives the package of the files, own, the name that it goes by.
func (s *ruleset) rename(own string) {
	for _, c := range s.list() {
		if c.Package != own || !c.from.main || c.Verb == rules.Skip {
			continue
		}
		delete(s.chosen, c.Key())
		c.Package = argsPackage
		if path, name := rules.CutTwin(c.Twin); path == own {
			c.Twin = argsPackage + "." + name
		}
		s.chosen[c.Key()] = c
	}
}
