package instrument_test

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/internal/conformance/instrument"
)

func woven(t *testing.T, src string) (*instrument.Result, string) {
	t.Helper()
	r, err := instrument.Program([]instrument.File{{Name: "main.go", Src: []byte(src)}}, "x/trace")
	require.NoError(t, err)
	out := string(r.Files[0])
	_, err = parser.ParseFile(token.NewFileSet(), "", out, parser.ParseComments)
	require.NoError(t, err, out)
	require.Equal(t, strings.Count(src, "\n"), strings.Count(out, "\n"), "lines must stay")
	require.Equal(t, len(r.Blocks), strings.Count(out, "greentrace.Block("))
	return r, out
}

func TestEveryBlock(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"function", "func f() {}", "func f() { T(1);}"},
		{"method", "func (t *T) f() { g() }", "func (t *T) f() { T(1); g() }"},
		{"no body", "func f()", "func f()"},
		{"if and else", "func f() { if a { b() } else { c() } }", "func f() { T(1); if a { T(2); b() } else { T(3); c() } }"},
		{"else if", "func f() { if a {} else if b {} else {} }", "func f() { T(1); if a { T(2);} else if b { T(3);} else { T(4);} }"},
		{"loops", "func f() { for { for range x {} } }", "func f() { T(1); for { T(2); for range x { T(3);} } }"},
		{"switch", "func f() { switch x { case 1: fallthrough; default: } }", "func f() { T(1); switch x { case 1: T(2); fallthrough; default: T(3); } }"},
		{"type switch", "func f() { switch y := x.(type) { case int: _ = y } }", "func f() { T(1); switch y := x.(type) { case int: T(2); _ = y } }"},
		{"select", "func f() { select { case <-c: default: } }", "func f() { T(1); select { case <-c: T(2); default: T(3); } }"},
		{"bare block", "func f() { { a() } }", "func f() { T(1); { T(2); a() } }"},
		{"literal at package level", "var f = func() {}", "var f = func() { T(1);}"},
		{"literal in a condition", "func f() { if func() bool { return true }() {} }", "func f() { T(1); if func() bool { T(2); return true }() { T(3);} }"},
		{"literal in a case", "func f() { switch { case func() bool { return true }(): a() } }", "func f() { T(1); switch { case func() bool { T(2); return true }(): T(3); a() } }"},
		{"comment after the brace", "func f() { // why\n}", "func f() { T(1); // why\n}"},
		{"labelled loop", "func f() { L: for { break L } }", "func f() { T(1); L: for { T(2); break L } }"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, out := woven(t, "package p\n\n"+test.in+"\n")
			_, body, _ := strings.Cut(out, "\n\n")
			require.Equal(t, test.want, strings.TrimSuffix(strings.ReplaceAll(body, "greentrace.Block(", "T("), "\n"))
		})
	}
}

func TestImportOnThePackageLine(t *testing.T) {
	_, out := woven(t, "//go:build linux\n\n// Doc.\npackage main // why\n\nimport . \"fmt\"\n\nfunc main() { Println() }\n")
	require.Contains(t, out, "\npackage main; import greentrace \"x/trace\" // why\n\nimport . \"fmt\"\n")
}

func TestNothingToTrace(t *testing.T) {
	src := "package p\n\nconst c = 1\n"
	_, out := woven(t, src)
	require.Equal(t, src, out)
}

func TestAliasIsFree(t *testing.T) {
	r, err := instrument.Program([]instrument.File{
		{Name: "a.go", Src: []byte("package p\nfunc f() {}\n")},
		{Name: "b.go", Src: []byte("package p\nvar greentrace int\n")},
	}, "x/trace")
	require.NoError(t, err)
	require.Contains(t, string(r.Files[0]), "import greentraceX ")
}

func TestNumbersGoOnAcrossFiles(t *testing.T) {
	r, err := instrument.Program([]instrument.File{
		{Name: "a/a.go", Src: []byte("package a\nfunc main() {}\nfunc g() {}\n")},
		{Name: "main.go", Src: []byte("package main\nfunc f() {}\nfunc main() {}\n")},
	}, "x/trace")
	require.NoError(t, err)
	require.Len(t, r.Blocks, 4)
	require.Equal(t, 4, r.Main, "main of package main")
	require.Equal(t, instrument.Block{File: "main.go", Line: 2, Func: 0}, r.Blocks[2])
}

func TestPlacesAreThoseOfTheNewText(t *testing.T) {
	r, out := woven(t, "package p\nvar a, b = func() {}, func() { func() {}() }\n\nfunc (t T) f(x int) { g(func() {}) }\n")
	lines := strings.Split(out, "\n")
	var names []string
	for _, f := range r.Funcs[0] {
		at := lines[f.Line-1][f.Col-1:]
		word := f.Name[strings.LastIndex(f.Name, ".")+1:]
		require.True(t, strings.HasPrefix(at, word+"("), "%s is not at %q", f.Name, at)
		names = append(names, f.Name)
	}
	require.Equal(t, []string{"func", "func", "func", "(T).f", "func"}, names)
}

func TestPlacesBelowLineDirectives(t *testing.T) {
	r, _ := woven(t, "package p\n//line other.go:100\nfunc f() {}\n")
	require.Equal(t, 3, r.Funcs[0][0].Line)
}
