package weave

import (
	"path/filepath"

	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/load"
)

// statsSource is a file of a main package that makes its hubs print their
// counters. The environment of whoever starts the program still decides: 0
// turns that off.
const statsSource = load.Header + `

package main

import greengen_os "os"

func init() {
	if greengen_os.Getenv("GREENGEN_STATS") == "" {
		greengen_os.Setenv("GREENGEN_STATS", "1")
	}
}
`

// bakeStats adds statsSource to the main packages that are built, if anything
// in them is green.
func bakeStats(res *transform.Result) {
	if len(res.Files) == 0 {
		return
	}
	for _, p := range res.Unit.Packages {
		if p.Wanted && p.Types.Name() == "main" {
			res.Files = append(res.Files, transform.File{
				Path: filepath.Join(p.Dir, "greengen_stats_green.go"), Data: []byte(statsSource)})
		}
	}
}
