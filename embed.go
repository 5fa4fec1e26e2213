// Package greengen carries the sources of the runtime, so that the tool can
// weave programs whose module does not know greengen. It has no other use:
// programs import rt, the tool is cmd/greengen.
package greengen

import "embed"

// Runtime holds the folder rt, tests included.
//
//go:embed rt
var Runtime embed.FS
