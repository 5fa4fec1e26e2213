package gen

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// checker type-checks packages of a few files.
type checker struct {
	fset *token.FileSet
	conf types.Config
}

func newChecker() *checker {
	fset := token.NewFileSet()
	return &checker{fset, types.Config{Importer: importer.ForCompiler(fset, "source", nil), GoVersion: "go1.26"}}
}

func (c *checker) check(t *testing.T, sources ...string) {
	t.Helper()
	var files []*ast.File
	for i, src := range sources {
		f, err := parser.ParseFile(c.fset, fmt.Sprintf("file%d.go", i), src, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, f)
	}
	_, err := c.conf.Check("p", c.fset, files, nil)
	require.NoError(t, err, "%s", strings.Join(sources, "\n"))
}

func TestProgramsTypeCheck(t *testing.T) {
	c := newChecker()
	for seed := range uint64(200) {
		c.check(t, Program("p", seed))
	}
}

func TestPartsTypeCheckTogether(t *testing.T) {
	sources := []string{Prelude("p")}
	for seed := range uint64(300) {
		sources = append(sources, Part("p", seed, fmt.Sprint("_", seed)))
	}
	newChecker().check(t, sources...)
}

func TestSameSeedSameProgram(t *testing.T) {
	for seed := range uint64(20) {
		require.Equal(t, Program("p", seed), Program("p", seed))
	}
	require.NotEqual(t, Program("p", 1), Program("p", 2))
}

// A fuzzer is worth what it generates.
func TestEveryConstructOccurs(t *testing.T) {
	var all strings.Builder
	for seed := range uint64(6000) {
		all.WriteString(program(seed))
	}
	for _, what := range []string{
		"\ngo ", "<-", "select {", "close(", "defer ", "panic(", "recover()", "runtime.Goexit()", "[T any]", "own[T]", "iter.Seq[int](", "iter.Pull(",
		"goto ", "break L", "continue L", "break B", "fallthrough", "default:", ".(type)", "case float64, []int", "map[string]S{", "(*S).Val", "I.Val(",
		"EI.Val(", "type T", "[2][2]int{", "complex(", "S2(", "make([]int, v(", "sync.NewCond(", "sync.Once", "RLock()", "WaitGroup", "time.After(",
		"context.WithCancel(", "os.Exit(", "const ", "&^=", "struct{ f func(int) int }", "var g0", "range func(yield",
	} {
		require.True(t, strings.Contains(all.String(), what), what)
	}
}
