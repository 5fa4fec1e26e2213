package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Output is one file to be written.
type Output struct {
	Path string // absolute
	Data []byte
}

// WriteError says which file stood in the way of Commit.
type WriteError struct {
	Path string
	Err  error
}

func (e *WriteError) Error() string { return fmt.Sprintf("write %s: %v", e.Path, e.Err) }
func (e *WriteError) Unwrap() error { return e.Err }

// Commit writes files and removes others, all or nothing. A file that is
// already as it should be is not touched. The error is a *WriteError.
func Commit(files []Output, remove []string) error {
	var c commit
	for _, f := range files {
		if err := c.stage(f); err != nil {
			c.abandon()
			return &WriteError{f.Path, err}
		}
	}
	for _, path := range remove {
		if err := c.stageRemoval(path); err != nil {
			c.abandon()
			return &WriteError{path, err}
		}
	}
	for i := range c.steps {
		if err := c.steps[i].do(); err != nil {
			c.undo(i)
			c.abandon()
			return &WriteError{c.steps[i].path, err}
		}
	}
	return nil
}

// commit is what is ready to be done. Everything that may need space or
// permission is done while staging; after that there are only renames.
type commit struct{ steps []step }

type step struct {
	path  string
	temp  string // the new content, "" to remove path
	old   []byte // for undo
	isNew bool
	mode  fs.FileMode
}

func (c *commit) stage(f Output) error {
	s := step{path: f.Path, mode: 0o666}
	old, err := os.ReadFile(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.isNew = true
	case err != nil:
		return cause(err)
	case bytes.Equal(old, f.Data):
		return nil
	default:
		s.old = old
		if info, err := os.Stat(f.Path); err == nil {
			s.mode = info.Mode().Perm()
		}
	}
	s.temp, err = writeTemp(f.Path, f.Data, s.mode)
	if err != nil {
		return cause(err)
	}
	c.steps = append(c.steps, s)
	return nil
}

func (c *commit) stageRemoval(path string) error {
	old, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return cause(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return cause(err)
	}
	c.steps = append(c.steps, step{path: path, old: old, mode: info.Mode().Perm()})
	return nil
}

func (s *step) do() error {
	if s.temp == "" {
		return cause(os.Remove(s.path))
	}
	if err := os.Rename(s.temp, s.path); err != nil {
		return cause(err)
	}
	s.temp = ""
	return nil
}

// undo takes back the first n steps.
func (c *commit) undo(n int) {
	for i := n - 1; i >= 0; i-- {
		s := &c.steps[i]
		if s.isNew {
			_ = os.Remove(s.path)
			continue
		}
		if temp, err := writeTemp(s.path, s.old, s.mode); err == nil {
			_ = os.Rename(temp, s.path)
		}
	}
}

// abandon removes what was staged.
func (c *commit) abandon() {
	for _, s := range c.steps {
		if s.temp != "" {
			_ = os.Remove(s.temp)
		}
	}
}

// writeTemp writes data beside path. The name begins with a dot, so that no
// build takes it for a source file.
func writeTemp(path string, data []byte, mode fs.FileMode) (string, error) {
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".tmp")
	// Not os.CreateTemp: a new file has to get the mode that the umask leaves.
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(temp)
		return "", err
	}
	return temp, nil
}

// cause drops the name of a temporary file from err.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
