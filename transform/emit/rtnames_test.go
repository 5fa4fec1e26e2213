package emit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform/rules"
)

// exported lists the exported names that the Go files of a folder declare.
func exported(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	names := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				names[d.Name.Name] = true
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						names[s.Name.Name] = true
						fields(s, names)
					case *ast.ValueSpec:
						for _, id := range s.Names {
							names[id.Name] = true
						}
					}
				}
			}
		}
	}
	return names
}

func fields(s *ast.TypeSpec, names map[string]bool) {
	st, ok := s.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range st.Fields.List {
		for _, id := range f.Names {
			names[id.Name] = true
		}
	}
}

// Each name of the runtime that emitted code uses exists there.
func TestRuntimeNames(t *testing.T) {
	names := exported(t, "../../rt/green")
	chans, io := exported(t, "../../rt/chans"), exported(t, "../../rt/io")
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	green := regexp.MustCompile(`\bg\("(\w+)"\)`)
	other := regexp.MustCompile(`jen\.Qual\(chansPath, "(\w+)"\)`)
	op := regexp.MustCompile(`\bb\.chanOp\("(\w+)", "(\w*)"`)
	found := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, m := range green.FindAllStringSubmatch(string(src), -1) {
			require.True(t, names[m[1]], "rt/green has no %s, which %s writes", m[1], f)
			found++
		}
		for _, m := range op.FindAllStringSubmatch(string(src), -1) {
			for _, own := range []string{"", "Own"} {
				require.True(t, chans[m[1]+own+m[2]], "rt/chans has no %s, which %s writes", m[1]+own+m[2], f)
				found++
			}
		}
		for _, m := range other.FindAllStringSubmatch(string(src), -1) {
			require.True(t, chans[m[1]], "rt/chans has no %s, which %s writes", m[1], f)
			found++
		}
	}
	require.Greater(t, found, 30, "the patterns no longer match the code")
	for name := range streams {
		require.True(t, io[name], "rt/io has no %s", name)
	}
}

// Each twin in the patch table exists.
func TestPatchTable(t *testing.T) {
	data, err := os.ReadFile("../color/patched.txt")
	require.NoError(t, err)
	list, errs := rules.Parse(string(data))
	require.Empty(t, errs)
	for _, r := range list {
		pkg, name := rules.CutTwin(strings.TrimPrefix(r.Twin, rtPath))
		require.True(t, exported(t, "../../rt"+pkg)[name], "%s: no %s", r.Key(), r.Twin)
	}
	require.Greater(t, len(list), 30)
}
