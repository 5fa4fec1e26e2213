package weave

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Keeper remembers for a run of gen that there is nothing to generate any more.
type Keeper struct {
	entry   *entry
	started time.Time
	listed  chan inputs
	in      inputs
	dirs    map[string][]string // names in the folders of what is going to be written
}

// Kept reports whether the generated files that o names are as an earlier run left
// them, with all that they were made from, so that there is nothing to generate. If
// that is not known, the Keeper is to be told what the run writes; it is nil where
// nothing can be known.
//
// A run reads the whole module, whatever packages it is asked for.
func Kept(o Options) (bool, *Keeper, error) {
	env, err := readGoEnv(o.Dir, nil)
	if err != nil {
		return false, nil, err
	}
	mod := env.module()
	if mod == "" || env.workspace() != "" || o.files() || env.flag(o.Build, "overlay") != "" {
		return false, nil, nil
	}
	o.generates = true
	o.Patterns = append(slices.Clone(o.Patterns), filepath.Join(filepath.Dir(mod), "..."))
	key, err := keyOf(o, env, nil)
	if err != nil {
		return false, nil, err
	}
	k := &Keeper{entry: &entry{dir: filepath.Join(o.Cache, "w", key)}, started: time.Now(), listed: make(chan inputs, 1)}
	if _, ok := k.entry.load(); ok {
		return true, nil, nil
	}
	go func() {
		w := &weaver{o: o, env: env, entry: k.entry}
		k.listed <- w.inputs(nil, injection{})
	}()
	return false, k, nil
}

// Before is called when all is read, and before these files are written or removed.
func (k *Keeper) Before(paths []string) {
	if k == nil {
		return
	}
	if k.in = <-k.listed; !k.in.complete(k.started) {
		k.in = inputs{}
		return
	}
	k.dirs = map[string][]string{}
	for _, p := range paths {
		if dir := filepath.Dir(p); k.dirs[dir] == nil {
			k.dirs[dir] = listed(dir)
		}
	}
}

// After is called when that is done: the next run that finds all as it is now has
// nothing to do. The error is one of the cache.
func (k *Keeper) After(written map[string][]byte, removed []string) error {
	if k == nil || k.in.Taken == 0 {
		return nil
	}
	k.in.Files = slices.DeleteFunc(k.in.Files, func(f inputFile) bool {
		_, ours := written[f.Path]
		return ours || slices.Contains(removed, f.Path)
	})
	for p, data := range written {
		f := statInput(p)
		if f.Sum != hashOf(data) {
			return nil // somebody was faster
		}
		k.in.Files = append(k.in.Files, f)
	}
	slices.SortFunc(k.in.Files, func(a, b inputFile) int { return strings.Compare(a.Path, b.Path) })
	for i, d := range k.in.Folders {
		if names, ok := k.dirs[d.Path]; ok {
			k.in.Folders[i].Sum = hashNames(with(names, d.Path, written, removed))
		}
	}
	now := time.Now()
	k.in.Taken = now.UnixNano()
	defer trim(filepath.Dir(filepath.Dir(k.entry.dir)), now)
	return k.entry.save(&record{Inputs: k.in}, now.Add(2*grain)) // what is new is ours
}

// with is what is in a folder, by its names before, when our files have been written.
func with(names []string, dir string, written map[string][]byte, removed []string) []string {
	var out []string
	for _, n := range names {
		p := filepath.Join(dir, n)
		if _, ours := written[p]; !ours && !slices.Contains(removed, p) {
			out = append(out, n)
		}
	}
	for p := range written {
		if filepath.Dir(p) == dir {
			out = append(out, filepath.Base(p))
		}
	}
	return out
}
