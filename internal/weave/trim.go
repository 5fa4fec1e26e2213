package weave

import (
	"os"
	"path/filepath"
	"time"
)

const (
	trimEvery = 24 * time.Hour
	keepFor   = 14 * 24 * time.Hour
)

// trim removes entries that were not used for keepFor, once a day. It fails
// silently: a cache that grows is no reason not to build.
func trim(cache string, now time.Time) {
	stamp := filepath.Join(cache, "trimmed")
	if info, err := os.Stat(stamp); err == nil && now.Sub(info.ModTime()) < trimEvery {
		return
	}
	if os.WriteFile(stamp, nil, 0o666) != nil {
		return
	}
	_ = os.Chtimes(stamp, now, now)
	entries, _ := os.ReadDir(filepath.Join(cache, "w"))
	for _, e := range entries {
		dir := filepath.Join(cache, "w", e.Name())
		info, err := os.Stat(filepath.Join(dir, recordName))
		if err != nil {
			info, err = os.Stat(dir) // no record: its inputs changed while it was made
		}
		if err == nil && now.Sub(info.ModTime()) > keepFor {
			_ = os.RemoveAll(dir)
		}
	}
}
