package diag_test

import (
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform/diag"
)

func at(file string, line, column int) token.Position {
	return token.Position{Filename: file, Line: line, Column: column}
}

func TestWrite(t *testing.T) {
	dir := filepath.FromSlash("/home/ada/photos")
	l := diag.List{{
		Pos: at(filepath.Join(dir, "echo.go"), 31, 3), Code: "suspend-under-lock", Msg: "Flush suspends while mu is held",
		Related: []diag.Related{{Pos: at(filepath.Join(dir, "lock", "mu.go"), 29, 2), Msg: "mu locked here, a sync.Mutex"}},
		Hint:    "unlock before Flush",
	}, {
		Pos: at(filepath.FromSlash("/usr/x.go"), 0, 0), Code: "unwritable", Msg: "first\nsecond\n",
	}, {
		Code: "load", Msg: "no position",
	}}
	var b strings.Builder
	require.NoError(t, l.Write(&b, dir))
	require.Equal(t, `echo.go:31:3: Flush suspends while mu is held [suspend-under-lock]
        lock/mu.go:29:2: mu locked here, a sync.Mutex
        hint: unlock before Flush
/usr/x.go: first
        second [unwritable]
no position [load]
`, filepath.ToSlash(b.String()))
}

func TestError(t *testing.T) {
	l := diag.List{{Pos: at("/a.go", 1, 2), Code: "load", Msg: "one"}, {Code: "load", Msg: "two"}}
	require.EqualError(t, l, "/a.go:1:2: one [load]\ntwo [load]")
}

func TestReporterSortsAndDropsDoubles(t *testing.T) {
	var r diag.Reporter
	for _, line := range []int{9, 2, 9} {
		r.Report(diag.Diagnostic{Pos: at("a.go", line, 1), Code: "load", Msg: "m"})
	}
	var lines []int
	for _, d := range r.List() {
		lines = append(lines, d.Pos.Line)
	}
	require.Equal(t, []int{2, 9}, lines)
	require.Len(t, r.List(), 2, "asking twice changes nothing")
	require.NotZero(t, r.List()[0])
	require.NoError(t, new(diag.Reporter).Err())
}

func TestCodes(t *testing.T) {
	require.True(t, slices.IsSortedFunc(diag.Codes, func(a, b diag.Code) int { return strings.Compare(a.Name, b.Name) }))
	for _, c := range diag.Codes {
		found, ok := diag.Lookup(c.Name)
		require.True(t, ok)
		require.Equal(t, c, found)
		require.Contains(t, c.Text(), c.Remedy)
	}
	_, ok := diag.Lookup("nonsense")
	require.False(t, ok)
}
