package weave

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// usual are packages of other modules that -all takes for the program's own: they are
// made to wait, and to start goroutines.
var usual = []string{"golang.org/x/sync/..."}

// None in Options.With leaves out the usual ones.
const None = "none"

// with returns the patterns of the packages to take.
func (o *Options) with() []string {
	if o.All && !slices.Contains(o.With, None) {
		return append(slices.Clone(usual), o.With...)
	}
	return slices.DeleteFunc(slices.Clone(o.With), func(p string) bool { return p == None })
}

// foreign is a module whose packages are taken.
type foreign struct {
	path, version string
	dir           string // where it is
}

// taken is what take found.
type taken struct {
	packages []string  // import paths, sorted
	modules  []foreign // of these, sorted by path
	notes    []string  // what was asked for and is not done
}

// take finds the packages of other modules that o.With names and the program needs.
func (w *weaver) take(inj injection) (taken, error) {
	patterns := w.o.with()
	if w.o.files() || len(patterns) == 0 {
		return taken{}, nil
	}
	var pkgs []listedPackage
	if len(w.o.With) > 0 || w.provided(patterns, inj) {
		var err error
		if pkgs, err = w.list(w.over.with(inj.overlay), inj); err != nil {
			return taken{}, nil // loading fails as well, and says why
		}
	}
	tested := map[string]bool{}
	for _, p := range pkgs {
		if w.o.Tests && !p.DepOnly && p.Module != nil {
			tested[p.Module.Path] = true
		}
	}
	t := taken{}
	modules, left, found := map[string]foreign{}, map[string]string{}, map[string]bool{}
	for _, p := range pkgs {
		path, _, variant := strings.Cut(p.ImportPath, " ")
		if variant || !matchesAny(patterns, path) {
			continue
		}
		found[path] = true
		switch m := p.Module; {
		case p.Standard:
			left[path] = "the standard library is left as it is"
		case m == nil || m.Main || m.Path == self: // is patched, or has its twins
		case tested[m.Path]:
			left[path] = m.Path + " is left as it is while it is tested"
		case old(m.GoVersion):
			left[path] = m.Path + " is left as it is: its go.mod says less than go 1.18"
		default:
			t.packages = append(t.packages, path)
			modules[m.Path] = foreign{m.Path, m.Version, m.Dir}
		}
	}
	t.notes = w.o.notes(left, found)
	slices.Sort(t.packages)
	t.modules = slices.SortedFunc(maps.Values(modules), func(a, b foreign) int { return cmp.Compare(a.path, b.path) })
	return t, nil
}

// notes says what becomes of the patterns that the user gave, if it is not what he
// expects.
func (o *Options) notes(left map[string]string, found map[string]bool) (notes []string) {
	for _, p := range o.With {
		if p == None {
			continue
		}
		reasons := map[string]bool{}
		some := false
		for path := range found {
			if matchesAny([]string{p}, path) {
				some = true
				if why := left[path]; why != "" {
					reasons[why] = true
				}
			}
		}
		if !some {
			reasons["nothing that is built imports such a package"] = true
		}
		for _, why := range slices.Sorted(maps.Keys(reasons)) {
			notes = append(notes, "-with "+p+": "+why)
		}
	}
	return notes
}

// old reports whether code of a module cannot be made to announce what it does with
// channels: then no channel of the program could be its own.
func old(goVersion string) bool {
	var minor int
	n, _ := fmt.Sscanf(goVersion, "1.%d", &minor)
	return goVersion == "" || n == 1 && minor < 18
}

// provided reports whether a module that the program requires may have packages that
// patterns match. What it says of modules before go 1.17, which do not list all, is
// that they may.
func (w *weaver) provided(patterns []string, inj injection) bool {
	in := w.injector(inj)
	for _, mod := range in.mods() {
		f, err := in.parseMod(mod)
		if err != nil {
			continue // the go command says so
		}
		if f.Go == nil || old(f.Go.Version) || f.Go.Version == "1.17" {
			return true
		}
		for _, r := range f.Require {
			if slices.ContainsFunc(patterns, func(p string) bool { return near(p, r.Mod.Path) }) {
				return true
			}
		}
	}
	return false
}

// near reports whether a module may have packages that pattern matches.
func near(pattern, module string) bool {
	literal, _, _ := strings.Cut(pattern, "...")
	return strings.HasPrefix(module+"/", literal) || strings.HasPrefix(literal, module+"/") || literal == module
}

// matchesAny is the go command's matching of import paths.
func matchesAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		re := strings.ReplaceAll(regexp.QuoteMeta(p), `\.\.\.`, `.*`)
		if base, ok := strings.CutSuffix(re, `/.*`); ok {
			re = base + `(/.*)?`
		}
		ok, err := regexp.MatchString(`^(`+re+`)$`, path)
		return ok && err == nil
	})
}

// replace makes a copy of each module in the module cache, which overlays cannot
// change, the one that is built: the go.mod or go.work in effect replaces it. It
// returns the copies.
func (w *weaver) replace(inj *injection, modules []foreign) (copies []string, err error) {
	in := w.injector(*inj)
	name := in.decides()
	edited := maps.Clone(inj.overlay)
	if edited == nil {
		edited = map[string][]byte{}
	}
	var edits []func(f replacer) error
	for _, m := range modules {
		if !within(m.dir, w.env["GOMODCACHE"]) {
			continue // a folder of the user's, or below vendor
		}
		root, dir, err := copyModule(w.o.Cache, w.env["GOMODCACHE"], m)
		if err != nil {
			return nil, err
		}
		copies = append(copies, root)
		edits = append(edits, func(f replacer) error { return f.AddReplace(m.path, m.version, dir, "") })
	}
	if len(copies) == 0 {
		return nil, nil
	}
	if edited[name], err = in.edit(name, edits); err != nil {
		return nil, fmt.Errorf("replace modules in %s: %w", name, err)
	}
	inj.overlay = edited
	return copies, nil
}

// replacer is a go.mod or a go.work.
type replacer interface {
	AddReplace(oldPath, oldVersion, newPath, newVersion string) error
	Cleanup()
}

// edit returns the go.mod or go.work called name with the edits made.
func (in *injector) edit(name string, edits []func(replacer) error) ([]byte, error) {
	data, err := in.read(name)
	if err != nil {
		return nil, err
	}
	var f replacer
	format := func() ([]byte, error) { return modfile.Format(f.(*modfile.WorkFile).Syntax), nil }
	if in.env.workspace() != "" {
		f, err = modfile.ParseWork(name, data, nil)
	} else {
		f, err = modfile.Parse(name, data, nil)
		format = func() ([]byte, error) { return f.(*modfile.File).Format() }
	}
	if err != nil {
		return nil, err
	}
	for _, e := range edits {
		if err := e(f); err != nil {
			return nil, err
		}
	}
	f.Cleanup()
	return format()
}

// decides names the go.mod or go.work that says which modules are built.
func (in *injector) decides() string {
	if work := in.env.workspace(); work != "" {
		return work
	}
	if alt := in.env.flag(in.flags, "modfile"); alt != "" {
		return absolute(in.dir, alt)
	}
	return in.env.module()
}

// mods lists the go.mod files of the main modules.
func (in *injector) mods() []string {
	work := in.env.workspace()
	if work == "" {
		if mod := in.decides(); mod != "" {
			return []string{mod}
		}
		return nil
	}
	data, err := in.read(work)
	if err != nil {
		return nil
	}
	f, err := modfile.ParseWork(work, data, nil)
	if err != nil {
		return nil
	}
	var list []string
	for _, use := range f.Use {
		list = append(list, filepath.Join(absolute(filepath.Dir(work), filepath.FromSlash(use.Path)), "go.mod"))
	}
	return list
}

func within(name, dir string) bool {
	return dir != "" && strings.HasPrefix(name, filepath.Clean(dir)+string(os.PathSeparator))
}

// Taken lists the packages of other modules that Prepare would transform.
func Taken(o Options) ([]string, error) {
	env, err := readGoEnv(o.Dir, nil)
	if err != nil {
		return nil, err
	}
	w := &weaver{o: o, env: env} // an overlay stays among the flags
	t, err := w.take(injection{})
	return t.packages, err
}
