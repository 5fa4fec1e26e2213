package weave

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/greengen/greengen"
)

// self is the module that holds rt.
const self = "github.com/greengen/greengen"

// runtimeMod is the go.mod of the unpacked runtime, see "The runtime in a
// module that does not know it".
const runtimeMod = "module " + self + "\n\ngo 1.20\n"

// language is the version that the files of rt are written in.
const language = "go1.26"

// unpackRuntime writes rt below cache, unless it is there, and returns its module's folder.
func unpackRuntime(cache string) (string, error) {
	files, err := runtimeFiles(greengen.Runtime)
	if err != nil {
		return "", fmt.Errorf("read the runtime: %w", err)
	}
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%s %d\n", f.name, len(f.data))
		h.Write(f.data)
	}
	parent := filepath.Join(cache, "rt")
	dir := filepath.Join(parent, hex.EncodeToString(h.Sum(nil))[:20])
	if exists(filepath.Join(dir, "go.mod")) {
		return dir, nil
	}
	if err := unpack(files, parent, dir); err != nil {
		return "", fmt.Errorf("unpack the runtime: %w", err)
	}
	return dir, nil
}

// unpack writes all files to a new folder first: dir appears whole or not at all.
func unpack(files []namedFile, parent, dir string) error {
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(parent, "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for _, f := range files {
		name := filepath.Join(tmp, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.data, 0o666); err != nil {
			return err
		}
	}
	if err = os.Rename(tmp, dir); exists(dir) {
		return nil // ours, or that of someone who was faster
	}
	return err
}

type namedFile struct {
	name string // with slashes
	data []byte
}

// runtimeFiles lists rt as a module of its own, sorted by name.
func runtimeFiles(from fs.FS) ([]namedFile, error) {
	files := []namedFile{{"go.mod", []byte(runtimeMod)}}
	err := fs.WalkDir(from, "rt", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/testdata/") {
			return err
		}
		data, err := fs.ReadFile(from, name)
		if path.Ext(name) == ".go" {
			data = raise(data)
		}
		files = append(files, namedFile{name, data})
		return err
	})
	return files, err
}

// raise adds a build constraint that sets the file's language version.
func raise(src []byte) []byte {
	lines := bytes.SplitAfter(src, []byte("\n"))
	for i, l := range lines {
		if bytes.HasPrefix(l, []byte("package ")) {
			break
		}
		if expr, ok := bytes.CutPrefix(l, []byte("//go:build ")); ok {
			lines[i] = fmt.Appendf(nil, "//go:build (%s) && %s\n", bytes.TrimSpace(expr), language)
			return bytes.Join(lines, nil)
		}
	}
	return append([]byte("//go:build "+language+"\n\n"), src...)
}
