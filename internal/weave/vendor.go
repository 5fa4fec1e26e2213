package weave

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// vendored reports whether the go command would build from the vendor folder
// of the module at root, and does not find the runtime there. Of that there are at most
// the packages that somebody imports; woven code needs others.
func (in *injector) vendored(root string) bool {
	vendor := filepath.Join(root, "vendor")
	switch in.env.flag(in.flags, "mod") {
	case "vendor":
	case "":
		if !exists(filepath.Join(vendor, "modules.txt")) {
			return false
		}
	default:
		return false
	}
	return !in.asIs || !exists(filepath.Join(vendor, filepath.FromSlash(self), "rt", "green"))
}

// unvendor makes f replace each vendored module by its folder, and returns the
// go.mod files that these folders lack. See "Vendoring".
func unvendor(f *modfile.File, vendor string) (map[string][]byte, error) {
	modules, err := vendoredModules(filepath.Join(vendor, "modules.txt"))
	if err != nil {
		return nil, err
	}
	for _, r := range append([]*modfile.Replace(nil), f.Replace...) {
		if err := f.DropReplace(r.Old.Path, r.Old.Version); err != nil {
			return nil, fmt.Errorf("replace vendored modules: %w", err)
		}
	}
	over := map[string][]byte{}
	for _, m := range modules {
		dir := filepath.Join(vendor, filepath.FromSlash(m.path))
		if err := f.AddReplace(m.path, "", dir, ""); err != nil {
			return nil, fmt.Errorf("replace vendored modules: %w", err)
		}
		text := "module " + modfile.AutoQuote(m.path) + "\n"
		if m.goLine != "" {
			text += "\ngo " + m.goLine + "\n"
		}
		over[filepath.Join(dir, "go.mod")] = []byte(text)
	}
	return over, nil
}

type vendoredModule struct{ path, goLine string }

// vendoredModules reads modules.txt:
//
//	# example.com/a v1.2.3 [=> ...]
//	## explicit; go 1.21
//	example.com/a/pkg
func vendoredModules(name string) ([]vendoredModule, error) {
	data, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // -mod=vendor without dependencies has none
		return nil, err
	}
	var list []vendoredModule
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "## ") && len(list) > 0:
			for note := range strings.SplitSeq(strings.TrimPrefix(line, "## "), ";") {
				if v, ok := strings.CutPrefix(strings.TrimSpace(note), "go "); ok {
					list[len(list)-1].goLine = v
				}
			}
		case strings.HasPrefix(line, "# "):
			path := strings.Fields(line)[1]
			if !seen[path] { // replacements of all versions come again at the end
				seen[path] = true
				list = append(list, vendoredModule{path: path})
			}
		}
	}
	return list, nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
