package weave

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
)

// copies is the folder of the cache with modules that stand for those of the module
// cache.
const copies = "m"

// copyModule copies m to the cache, unless it is there, and returns the folder to keep
// and that of the module. The latter has the end of the name that it has in the module
// cache, as stack traces show it. The tests stay behind: what they import need not be
// there.
func copyModule(cache, from string, m foreign) (root, dir string, err error) {
	rel := strings.TrimPrefix(m.dir, filepath.Clean(from)+string(os.PathSeparator))
	files, err := moduleFiles(m)
	if err != nil {
		return "", "", fmt.Errorf("copy %s: %w", m.path, err)
	}
	h := sha256.New()
	for i, f := range files {
		files[i].name = filepath.ToSlash(filepath.Join(rel, f.name))
		fmt.Fprintf(h, "%s %d\n", files[i].name, len(f.data))
		h.Write(f.data)
	}
	parent := filepath.Join(cache, copies)
	root = filepath.Join(parent, hex.EncodeToString(h.Sum(nil))[:20])
	dir = filepath.Join(root, rel)
	if touch(root); exists(filepath.Join(dir, "go.mod")) {
		return root, dir, nil
	}
	if err := unpack(files, parent, root); err != nil {
		return "", "", fmt.Errorf("copy %s: %w", m.path, err)
	}
	return root, dir, nil
}

// moduleFiles reads a module, which gets a go.mod if it has none.
func moduleFiles(m foreign) ([]namedFile, error) {
	var files []namedFile
	err := filepath.WalkDir(m.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(m.dir, name)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(name)
		files = append(files, namedFile{filepath.ToSlash(rel), data})
		return err
	})
	if err == nil && !exists(filepath.Join(m.dir, "go.mod")) {
		files = append(files, namedFile{"go.mod", []byte("module " + modfile.AutoQuote(m.path) + "\n")})
	}
	return files, err
}

// touch keeps trim away from a folder.
func touch(dir string) {
	now := time.Now()
	_ = os.Chtimes(dir, now, now) // a cache that cannot be written still serves
}
