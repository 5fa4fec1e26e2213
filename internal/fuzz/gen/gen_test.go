package gen

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProgramsTypeCheck(t *testing.T) {
	fset := token.NewFileSet()
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), GoVersion: "go1.26"}
	for seed := range uint64(200) {
		src := Program("p", seed)
		f, err := parser.ParseFile(fset, fmt.Sprintf("seed%d.go", seed), src, parser.SkipObjectResolution)
		require.NoError(t, err)
		_, err = conf.Check("p", fset, []*ast.File{f}, nil)
		require.NoError(t, err, "%s", src)
	}
}

func TestSameSeedSameProgram(t *testing.T) {
	for seed := range uint64(20) {
		require.Equal(t, Program("p", seed), Program("p", seed))
	}
	require.NotEqual(t, Program("p", 1), Program("p", 2))
}
