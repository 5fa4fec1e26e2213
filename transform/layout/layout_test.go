package layout_test

import (
	"bytes"
	"go/format"
	"go/scanner"
	"go/token"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform/layout"
)

// checked lays out src, which must be as go/format does it, an error included, and returns
// how many declarations were left to that.
func checked(t *testing.T, src []byte) (others int, ok bool) {
	t.Helper()
	want, wrong := format.Source(src)
	got, others, err := layout.Format(src)
	if wrong != nil {
		require.Error(t, err, "%s\nis no Go: %v", src, wrong)
		return others, false
	}
	require.NoError(t, err, "%s", src)
	if !bytes.Equal(want, got) {
		require.Equal(t, string(want), string(got), "of %s", src)
	}
	return others, true
}

// generated returns the generated files of this module.
func generated(t *testing.T) (files [][]byte) {
	t.Helper()
	require.NoError(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_green.go") {
			src, err := os.ReadFile(path)
			require.NoError(t, err)
			files = append(files, src)
		}
		return err
	}))
	require.NotEmpty(t, files)
	return files
}

// place is where a token is.
type place struct{ start, end int }

// tokens lists the tokens of src, but for semicolons that are newlines.
func tokens(src []byte) (all []place) {
	var s scanner.Scanner
	f := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(f, src, nil, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		switch {
		case tok == token.EOF:
			return all
		case tok == token.SEMICOLON && text != ";":
			continue
		case text == "":
			text = tok.String()
		}
		at := f.Offset(pos)
		all = append(all, place{at, at + len(text)})
	}
}

// plain writes src with a blank between tokens, as jen does, and without indentation.
func plain(src []byte) []byte {
	var out []byte
	last := 0
	for _, p := range tokens(src) {
		if n := bytes.Count(src[last:p.start], []byte("\n")); n > 0 {
			out = append(out, strings.Repeat("\n", n)...)
		} else {
			out = append(out, ' ')
		}
		out = append(out, src[p.start:p.end]...)
		last = p.end
	}
	return append(out, '\n')
}

func TestOwnFiles(t *testing.T) {
	others, all := 0, 0
	for _, src := range generated(t) {
		n, ok := checked(t, plain(src))
		require.True(t, ok)
		others += n
		all += bytes.Count(src, []byte("\n\n"))
	}
	t.Logf("left to go/format: %d of %d declarations", others, all)
	require.Less(t, others*100, all*2)
}

func TestRandomPrograms(t *testing.T) {
	const programs, each = 300, 10
	others := 0
	for seed := range programs {
		src := program(rand.New(rand.NewSource(int64(seed))), each)
		n, ok := checked(t, []byte(src))
		if !ok {
			_, err := format.Source([]byte(src))
			require.NoError(t, err, "%s", src)
		}
		others += n
	}
	t.Logf("left to go/format: %d of %d declarations", others, programs*each)
	require.Less(t, others*100, programs*each*12)
}

// TestFaults damages what is generated: what go/format calls wrong must be found, and what it
// takes must come out as from there.
func TestFaults(t *testing.T) {
	var decls [][]byte
	for _, src := range generated(t) {
		decls = append(decls, bytes.Split(plain(src), []byte("\n\n"))[1:]...)
	}
	r := rand.New(rand.NewSource(1))
	for seed := range 100 {
		decls = append(decls, bytes.Split([]byte(program(rand.New(rand.NewSource(int64(seed))), 5)), []byte("\n\n\n"))[1:]...)
	}
	const all = 10000
	whole := 0
	for range all {
		decl := decls[r.Intn(len(decls))]
		if places := tokens(decl); len(places) > 0 {
			decl = damaged(r, decl, places)
		}
		if _, ok := checked(t, append([]byte("package p\n\n\n"), append(decl, '\n')...)); ok {
			whole++
		}
	}
	t.Logf("%d of %d were Go nevertheless", whole, all)
	require.Greater(t, whole, all/10)
	require.Less(t, whole, all*9/10)
}

// FuzzFormat is TestFaults for any text.
func FuzzFormat(f *testing.F) {
	for seed := range 20 {
		f.Add([]byte(program(rand.New(rand.NewSource(int64(seed))), 1)))
	}
	f.Fuzz(func(t *testing.T, src []byte) { checked(t, src) })
}

// damaged changes one token.
func damaged(r *rand.Rand, src []byte, places []place) []byte {
	a, b := places[r.Intn(len(places))], places[r.Intn(len(places))]
	one, other := src[a.start:a.end], src[b.start:b.end]
	var with string
	switch r.Intn(5) {
	case 0: // dropped
	case 1:
		with = string(other)
	case 2:
		with = string(other) + " " + string(one)
	case 3:
		with = "\n" + string(one)
	case 4:
		with = "(" + string(one) + ")"
	}
	return []byte(string(src[:a.start]) + with + string(src[a.end:]))
}
