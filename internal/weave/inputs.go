package weave

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/greengen/greengen/transform/rules"
)

// inputs is all on the disk that a transform depended on. What lies in the
// module cache or in GOROOT is not listed: go.sum and the Go version stand for it.
type inputs struct {
	Taken   int64 // when, in Unix nanoseconds
	Files   []inputFile
	Folders []inputFolder
}

type inputFile struct {
	Path string
	Size int64 // -1 if there is none
	Time int64
	Sum  string
}

// inputFolder is the names of the sources and the folders in a folder.
type inputFolder struct{ Path, Sum string }

// grain is how far the times of files may lie behind the clock.
const grain = 10 * time.Millisecond

// settled is how old a file must be for its time to be trusted: a second change
// within the clock's grain would not show.
const settled = 2 * time.Second

// inputs lists what the transform depends on. It gives the zero value, which is
// never complete, if it cannot tell.
func (w *weaver) inputs(load overlay, inj injection) inputs {
	in := inputs{Taken: time.Now().UnixNano()}
	pkgs, err := w.list(load, inj)
	if err != nil {
		return inputs{}
	}
	w.listed = pkgs
	files, folders := w.fixed()
	for _, p := range pkgs {
		if p.Standard || p.remote() || p.Dir == "" {
			continue
		}
		if p.ImportPath == "command-line-arguments" {
			continue // its files are named in the patterns
		}
		folders = append(folders, p.Dir)
		files = append(files, sources(p.Dir)...)
		if p.Module != nil {
			files = append(files, p.Module.GoMod)
			if p.Module.Dir != "" {
				files = append(files, filepath.Join(p.Module.Dir, rules.File))
			}
		}
	}
	for _, p := range w.o.Patterns {
		if strings.Contains(p, "...") {
			folders = append(folders, tree(w.treeRoot(p))...)
		}
	}
	slices.Sort(files)
	for _, f := range slices.Compact(files) {
		if f != "" {
			in.Files = append(in.Files, statInput(f))
		}
	}
	slices.Sort(folders)
	for _, f := range slices.Compact(folders) {
		in.Folders = append(in.Folders, inputFolder{f, listing(f)})
	}
	return in
}

// fixed lists the files that matter whatever the packages are.
func (w *weaver) fixed() (files, folders []string) {
	if mod := w.env.module(); mod != "" {
		files = append(files, mod, filepath.Join(filepath.Dir(mod), rules.File), filepath.Join(filepath.Dir(mod), "go.sum"),
			filepath.Join(filepath.Dir(mod), "vendor", "modules.txt"))
	} else {
		files = append(files, filepath.Join(w.o.Dir, "go.mod"))
	}
	if alt := w.env.flag(w.o.Build, "modfile"); alt != "" {
		files = append(files, absolute(w.o.Dir, alt))
	}
	if work := w.env.workspace(); work != "" {
		files = append(files, work, strings.TrimSuffix(work, ".work")+".work.sum")
	}
	if w.o.files() {
		for _, p := range w.o.Patterns {
			files = append(files, absolute(w.o.Dir, p))
		}
	}
	return files, folders
}

type listedPackage struct {
	ImportPath, Dir   string
	Imports           []string
	Standard, DepOnly bool
	Module            *listedModule
}

type listedModule struct {
	Path, Version, Dir string
	GoMod, GoVersion   string
	Main               bool
	Replace            *struct{ Version string }
}

// remote reports whether p lies in the module cache.
func (p *listedPackage) remote() bool {
	m := p.Module
	return m != nil && m.Version != "" && (m.Replace == nil || m.Replace.Version != "")
}

func (w *weaver) list(load overlay, inj injection) ([]listedPackage, error) {
	args := []string{"list", "-e", "-deps", "-json=ImportPath,Dir,Imports,Standard,DepOnly,Module"}
	if w.o.Tests {
		args = append(args, "-test")
	}
	args = append(append(args, w.o.Build...), inj.flags...)
	if len(load) > 0 {
		name, err := w.entry.overlay(load)
		if err != nil {
			return nil, err
		}
		args = append(args, "-overlay="+filepath.Join(w.entry.dir, name))
	}
	args = append(append(args, "--"), w.o.Patterns...)
	out, err := goOutput(w.o.Dir, append(os.Environ(), inj.env...), args...)
	if err != nil {
		return nil, err
	}
	var pkgs []listedPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return pkgs, nil
		case err != nil:
			return nil, err
		}
		pkgs = append(pkgs, p)
	}
}

// treeRoot returns the folder below which pattern may match packages.
func (w *weaver) treeRoot(pattern string) string {
	before, _, _ := strings.Cut(filepath.ToSlash(pattern), "...")
	if strings.HasPrefix(before, ".") || filepath.IsAbs(before) {
		return absolute(w.o.Dir, filepath.FromSlash(before[:strings.LastIndexByte(before, '/')+1]))
	}
	if mod := w.env.module(); mod != "" {
		return filepath.Dir(mod)
	}
	return w.o.Dir
}

// tree lists the folders below root in which the go command looks for packages.
func tree(root string) []string {
	var list []string
	_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil // a folder that cannot be read has no packages
		}
		if base := d.Name(); name != root &&
			(base == "testdata" || base == "vendor" || base[0] == '.' || base[0] == '_') {
			return filepath.SkipDir
		}
		list = append(list, name)
		return nil
	})
	return list
}

func sources(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var list []string
	for _, e := range entries {
		if source(e.Name()) && !e.IsDir() {
			list = append(list, filepath.Join(dir, e.Name()))
		}
	}
	return list
}

// source reports whether a file of this name may matter: load looks at assembly, too.
func source(name string) bool { return strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".s") }

// listing is the hash of what listed finds, "" for no folder.
func listing(dir string) string {
	if names := listed(dir); names != nil {
		return hashNames(names)
	}
	return ""
}

// listed lists the sources and the folders in dir; nil: there is no dir.
func listed(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	names := []string{}
	for _, e := range entries {
		if e.IsDir() || source(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

func statInput(name string) inputFile {
	f := inputFile{Path: name, Size: -1}
	info, err := os.Stat(name)
	if err != nil {
		return f
	}
	sum, err := hashFile(name)
	if err != nil {
		return f
	}
	f.Size, f.Time, f.Sum = info.Size(), info.ModTime().UnixNano(), sum
	return f
}

// complete reports whether in describes a state that lasted since started: a
// file changed meanwhile may have been read before or after.
func (in *inputs) complete(started time.Time) bool {
	if in.Taken == 0 {
		return false
	}
	for _, f := range in.Files {
		if f.Time >= started.Add(-grain).UnixNano() {
			return false
		}
	}
	return in.unchanged()
}

func (in *inputs) unchanged() bool {
	for _, f := range in.Files {
		if !in.same(f) {
			return false
		}
	}
	for _, d := range in.Folders {
		if listing(d.Path) != d.Sum {
			return false
		}
	}
	return true
}

// same reads the file only if its time says too little.
func (in *inputs) same(f inputFile) bool {
	info, err := os.Stat(f.Path)
	if err != nil {
		return f.Size < 0
	}
	if info.Size() != f.Size {
		return false
	}
	if info.ModTime().UnixNano() == f.Time && f.Time < in.Taken-int64(settled) {
		return true
	}
	sum, err := hashFile(f.Path)
	return err == nil && sum == f.Sum
}
