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
	old, _ := filepath.Glob(filepath.Join(cache, copies, "*"))
	entries, _ := filepath.Glob(filepath.Join(cache, "w", "*"))
	for _, dir := range append(entries, old...) {
		info, err := os.Stat(filepath.Join(dir, recordName))
		if err != nil {
			info, err = os.Stat(dir) // no record: a module, or its inputs changed while it was made
		}
		if err == nil && now.Sub(info.ModTime()) > keepFor {
			_ = os.RemoveAll(dir)
		}
	}
}
