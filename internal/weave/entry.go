package weave

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// entry is one folder of the cache.
type entry struct {
	dir  string
	made map[string]bool // folders that this process put there
}

// record is what an entry says of itself.
type record struct {
	Overlay string   // the overlay file, in the entry's folder; "" for none
	Flags   []string // for the go command
	Env     []string
	Extra   []string // files to name beside those that the user named
	Files   int
	Embeds  bool     // some package embeds files
	Modules []string // folders of the cache beside the entry's
	Notes   []string // for the user
	Inputs  inputs
}

const (
	recordName = "record.json"
	lockName   = "lock"
	binName    = "bin"
)

// keyOf hashes what selects an entry.
func keyOf(o Options, env goEnv, over overlay) (string, error) {
	tool, err := toolID()
	if err != nil {
		return "", err
	}
	contents, err := over.contents()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, part := range []any{
		"entry 3", tool, env, o.Dir, o.Patterns, o.Build, o.Tests, o.Stats, o.All, o.Torture, o.Preempt, o.Check, o.generates, o.With, contents,
	} {
		data, err := json.Marshal(part) // sorts maps
		if err != nil {
			return "", err
		}
		h.Write(append(data, '\n'))
	}
	return hex.EncodeToString(h.Sum(nil))[:24], nil
}

// toolID stands for the code of this program: reading all of it would cost more
// than all the rest of a hit.
func toolID() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	info, err := os.Stat(exe)
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	return fmt.Sprint(exe, " ", info.Size(), " ", info.ModTime().UnixNano()), nil
}

// load returns the entry's record if it still describes what is on the disk.
func (e *entry) load() (*record, bool) {
	name := filepath.Join(e.dir, recordName)
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, false
	}
	rec := new(record)
	if json.Unmarshal(data, rec) != nil || !rec.Inputs.unchanged() {
		return nil, false
	}
	if rec.Overlay != "" {
		if _, err := os.Stat(filepath.Join(e.dir, rec.Overlay)); err != nil {
			return nil, false
		}
	}
	touch(name) // trim looks at it
	for _, m := range rec.Modules {
		touch(m)
	}
	return rec, true
}

// save writes the record, if what it describes was not changed while it was made.
func (e *entry) save(rec *record, started time.Time) error {
	if !rec.Inputs.complete(started) {
		return nil
	}
	data, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(e.dir, 0o777); err != nil {
		return fmt.Errorf("write cache: %w", err)
	}
	if err := writeFile(filepath.Join(e.dir, recordName), data); err != nil {
		return fmt.Errorf("write cache: %w", err)
	}
	e.prune(started.Add(-unusedFor))
	return nil
}

// unusedFor is how long a build may go on reading what a newer one replaced.
const unusedFor = time.Hour

// prune removes what earlier states of the sources left in the entry.
func (e *entry) prune(before time.Time) {
	files, _ := os.ReadDir(e.dir)
	for _, f := range files {
		info, err := f.Info()
		if err == nil && f.IsDir() && f.Name() != binName && !e.made[f.Name()] && info.ModTime().Before(before) {
			_ = os.RemoveAll(filepath.Join(e.dir, f.Name()))
		}
	}
}

// overlay writes the overlay file and the contents it refers to, and returns its name.
func (e *entry) overlay(v overlay) (string, error) {
	file := struct{ Replace map[string]string }{map[string]string{}}
	for name, s := range v {
		if s.data != nil {
			stored, err := e.put(filepath.Base(name), s.data)
			if err != nil {
				return "", err
			}
			s.file = filepath.Join(e.dir, stored)
		}
		file.Replace[name] = s.file
	}
	data, err := json.MarshalIndent(file, "", "\t")
	if err != nil {
		return "", err
	}
	return e.put("overlay.json", data)
}

// put stores data as base in a folder named by its hash, and returns its name.
// The cover tool names files by their base, so that has to stay as it is.
func (e *entry) put(base string, data []byte) (string, error) {
	sum := sha256.Sum256(data)
	folder := hex.EncodeToString(sum[:8])
	if e.made == nil {
		e.made = map[string]bool{}
	}
	e.made[folder] = true
	stored := filepath.Join(folder, base)
	name := filepath.Join(e.dir, stored)
	if info, err := os.Stat(name); err == nil && info.Size() == int64(len(data)) {
		return stored, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return "", fmt.Errorf("write cache: %w", err)
	}
	if err := writeFile(name, data); err != nil {
		return "", fmt.Errorf("write cache: %w", err)
	}
	return stored, nil
}

// writeFile writes a file that appears whole or not at all. It does not sync:
// what a crash spoils in a cache is made again.
func writeFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	return os.Rename(f.Name(), name)
}

// hashFile returns the hash of a file's content.
func hashFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// hashNames returns the hash of a list of names, in any order.
func hashNames(names []string) string {
	slices.Sort(names)
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintln(h, n)
	}
	return hex.EncodeToString(h.Sum(nil))
}
