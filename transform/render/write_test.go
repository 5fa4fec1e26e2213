package render_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform/render"
)

func TestCommitWritesAndRemoves(t *testing.T) {
	dir := t.TempDir()
	serve, old := filepath.Join(dir, "serve_green.go"), filepath.Join(dir, "old_green.go")
	require.NoError(t, os.WriteFile(old, []byte("old"), 0o600))

	require.NoError(t, render.Commit([]render.Output{{Path: serve, Data: []byte("new")}}, []string{old}))

	require.Equal(t, map[string]string{"serve_green.go": "new"}, tree(t, dir))
}

// A file that is as it should be keeps its time, or every build would start anew.
func TestCommitLeavesEqualFilesAlone(t *testing.T) {
	serve := filepath.Join(t.TempDir(), "serve_green.go")
	out := []render.Output{{Path: serve, Data: []byte("same")}}
	require.NoError(t, render.Commit(out, nil))
	require.NoError(t, os.Chmod(serve, 0o400))
	before, err := os.Stat(serve)
	require.NoError(t, err)

	require.NoError(t, render.Commit(out, nil))

	after, err := os.Stat(serve)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after))
	require.Equal(t, before.ModTime(), after.ModTime())
}

func TestCommitKeepsMode(t *testing.T) {
	serve := filepath.Join(t.TempDir(), "serve_green.go")
	require.NoError(t, os.WriteFile(serve, []byte("old"), 0o640))
	require.NoError(t, os.Chmod(serve, 0o640))

	require.NoError(t, render.Commit([]render.Output{{Path: serve, Data: []byte("new")}}, nil))

	info, err := os.Stat(serve)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode().Perm())
}

// Each case fails at another moment; none may leave a trace.
func TestCommitFailureChangesNothing(t *testing.T) {
	for name, bad := range map[string]struct {
		write  []string // all but the first fail
		remove []string
	}{
		"staging: no such folder":          {write: []string{"a_green.go", "gone/b_green.go"}},
		"staging: a folder in the way":     {write: []string{"a_green.go", "folder"}},
		"staging: removal of a folder":     {write: []string{"a_green.go"}, remove: []string{"folder"}},
		"staging: below a file":            {write: []string{"new_green.go", "a_green.go/b_green.go"}},
		"renaming: removal done twice":     {write: []string{"new_green.go", "a_green.go"}, remove: []string{"old_green.go", "old_green.go"}},
		"renaming: replaced while removed": {write: []string{"a_green.go"}, remove: []string{"old_green.go", "old_green.go"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "folder"), 0o700))
			for _, f := range []string{"a_green.go", "old_green.go", "folder/keep"} {
				require.NoError(t, os.WriteFile(filepath.Join(dir, f), []byte("before "+f), 0o600))
			}
			before := tree(t, dir)
			var out []render.Output
			for _, w := range bad.write {
				out = append(out, render.Output{Path: filepath.Join(dir, w), Data: []byte("after")})
			}
			var remove []string
			for _, r := range bad.remove {
				remove = append(remove, filepath.Join(dir, r))
			}

			err := render.Commit(out, remove)

			var where *render.WriteError
			require.ErrorAs(t, err, &where)
			require.Equal(t, before, tree(t, dir))
		})
	}
}

// tree reads all files below dir.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(data)
		return err
	})
	require.NoError(t, err)
	return files
}
