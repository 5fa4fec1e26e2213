package weave

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"slices"

	"github.com/greengen/greengen/transform/ir"
)

// embedConfig says to the compiler which files //go:embed directives name. The go
// command makes it from the overlay: a program that embeds its own source would see
// what we made of it.
type embedConfig struct {
	Patterns map[string][]string // to names, relative to the package's folder
	Files    map[string]string   // from these to where they are
}

// userEmbeds returns the name of a config with the files that are on the disk in the
// place of those that the overlay has from the entry's folder.
func userEmbeds(name string, over overlay, entry string) (string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	var c embedConfig
	if err := json.Unmarshal(data, &c); err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	origin := map[string]string{}
	for from, s := range over {
		if s.file != "" && filepath.Dir(filepath.Dir(s.file)) == entry {
			origin[s.file] = from
		}
	}
	gone := map[string]bool{}
	for file, at := range c.Files {
		from, made := origin[at]
		if !made {
			continue
		}
		if _, err := os.Stat(from); err == nil {
			c.Files[file] = from
		} else {
			gone[file] = true
			delete(c.Files, file)
		}
	}
	for p, files := range c.Patterns {
		c.Patterns[p] = slices.DeleteFunc(files, func(f string) bool { return gone[f] })
	}
	if data, err = json.Marshal(c); err != nil {
		return "", err
	}
	name += ".greengen" // in the go command's own work folder
	return name, os.WriteFile(name, data, 0o666)
}

// embeds reports whether the source of any package has a //go:embed directive.
func embeds(u *ir.Unit) bool {
	if u == nil {
		return false
	}
	for _, p := range u.Packages {
		for _, f := range p.Files {
			if slices.ContainsFunc(f.Ast.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"embed"` }) {
				return true
			}
		}
	}
	return false
}
