package transform_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const own = "github.com/greengen/greengen"

// passes import what they share, and never each other.
var passes = []string{"load", "ranges", "color", "desugar", "cfg", "live", "emit", "render"}

// A floor says what packages may import: "std" and "module" (another module)
// stand for all of them, the others are below this module. x/... is x and all
// below it.
type floor struct {
	packages string
	only     []string
	why      string
}

var floors = append([]floor{
	{"rt/...", []string{"std", "rt/..."}, "programs get no dependency but rt"},
	{"rt/green", []string{"unsafe", "sync/atomic"}, "twins inside io and bufio must be able to import it one day"},
	{"rt/internal/poll/...", []string{"std", "rt/internal/poll/..."}, "a backend knows no hub"},
	{"transform/diag", []string{"std"}, "the ground floor"},
	{"transform/ir", []string{"std", "transform/diag", "transform/rules"}, "the ground floor"},
	{"transform/rules", []string{"std"}, "the ground floor"},
	{"transform/layout", []string{"std"}, "the ground floor"},
	{"transform/...", []string{"std", "module", "transform/..."}, "the transform knows rt by name only"},
	{"internal/weave", []string{"std", "module", "", "transform/..."}, "it uses the driver and knows no command"},
	{"internal/fuzz/gen", []string{"std"}, "what it makes depends on nothing of ours"},
	{"internal/fuzz/shrink", []string{"std"}, "it knows Go only"},
}, passFloors()...)

func passFloors() []floor {
	var list []floor
	for _, p := range passes {
		below := []string{"std", "module", "transform/ir", "transform/diag", "transform/rules"}
		if p == "render" {
			below = append(below, "transform/layout")
		}
		list = append(list, floor{"transform/" + p, below,
			"passes do not know each other"})
	}
	return list
}

// restricted lists who may use packages that would otherwise spread.
var restricted = map[string][]string{
	"golang.org/x/tools/go/packages":    {"transform/load", "internal/stdcalls"},
	"golang.org/x/tools/go/ast/astutil": {"transform/desugar"},
	"github.com/dave/jennifer/jen":      {"transform/emit", "transform/render"},
	"github.com/peterbourgon/ff/v3":     {"cmd/..."},
	"golang.org/x/mod/modfile":          {"internal/weave", "transform/load"},
	"github.com/stretchr/testify":       {},
	"github.com/rogpeppe/go-internal":   {"cmd/...", "internal/...", "transform/internal/passtest"},
	"os/exec":                           {"rt/os/exec", "cmd/...", "internal/weave", "internal/conformance/...", "internal/fuzz", "internal/modules", "internal/waits", "internal/ops", "examples/..."},
	"flag":                              {"cmd/...", "rt/internal/soak", "internal/conformance/...", "internal/fuzz", "internal/modules", "internal/waits", "internal/ops", "internal/scale", "examples/...", "internal/bench", "transform/internal/passtest"},
	"testing":                           {"rt/testing", "rt/rttest", "rt/internal/greentest", "transform/internal/passtest"},
	"github.com/greengen/greengen":      {"internal/weave"},
	"github.com/greengen/greengen/cmd":  {},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func TestFloors(t *testing.T) {
	packages := list(t)
	for _, f := range floors {
		found := false
		for _, p := range packages {
			if !match(f.packages, local(p.ImportPath)) {
				continue
			}
			found = true
			for _, i := range p.Imports {
				require.Truef(t, allowed(f.only, i), "%s imports %s: %s", p.ImportPath, i, f.why)
			}
		}
		require.Truef(t, found, "no package %s", f.packages)
	}
}

func TestRestricted(t *testing.T) {
	for _, p := range list(t) {
		for _, i := range p.Imports {
			for pkg, users := range restricted {
				if i == pkg || i != own && pkg != own && strings.HasPrefix(i, pkg+"/") {
					require.Truef(t, anyMatch(users, local(p.ImportPath)), "%s imports %s", p.ImportPath, i)
				}
			}
		}
	}
}

func list(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	require.NoError(t, err)
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
}

// local returns an import path below this module.
func local(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, own), "/") }

func allowed(only []string, path string) bool {
	first, _, _ := strings.Cut(path, "/")
	switch {
	case path == own || strings.HasPrefix(path, own+"/"):
		return anyMatch(only, local(path))
	case strings.Contains(first, "."):
		return anyMatch(only, "module")
	}
	return anyMatch(only, "std") || anyMatch(only, path)
}

func anyMatch(patterns []string, path string) bool {
	for _, p := range patterns {
		if match(p, path) {
			return true
		}
	}
	return false
}

func match(pattern, path string) bool {
	prefix, wild := strings.CutSuffix(pattern, "/...")
	return path == prefix || wild && strings.HasPrefix(path, prefix+"/")
}
