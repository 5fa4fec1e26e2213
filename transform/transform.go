package transform

import (
	"time"

	"github.com/greengen/greengen/transform/ir"
)

// Config says what to transform and how.
type Config struct {
	Dir        string            // where patterns are resolved; "" is the current folder
	Patterns   []string          // as go list takes them, or one or more .go files
	Tests      bool              // transform test variants too
	BuildFlags []string          // for the go command, such as -tags
	Env        []string          // the go command's environment; nil means ours
	Overlay    map[string][]byte // sources that differ from those on disk, by absolute path
	All        bool              // main and Test functions count as marked
	Torture    bool              // every call and loop back edge suspends once
	Preempt    bool              // loops of green functions give way if their greenlet ran for long
	Check      bool              // verify the invariants after each pass
	Weave      bool              // for a build with -overlay: main is replaced, dependencies in the main module are generated too
	With       []string          // packages of other modules that are transformed as the main module's are, by import path
	StopAfter  string            // the name of the last pass to run; "" runs all
}

// File is one file to write, or to overlay.
type File struct {
	Path   string // absolute
	Data   []byte
	Edited bool // stands in place of a source file of the user's; only with Config.Weave
}

// Result is what a run made.
type Result struct {
	Unit  *ir.Unit
	Files []File   // sorted by path
	Stale []string // files made by greengen that this run would not make any more, absolute, sorted
	Stats Stats
}

// Stats counts what a run did.
type Stats struct {
	Marked, Green, Carriers, Offloaded, Suspends int // functions, but for Suspends: suspension points
	Total                                        int // functions and literals in the packages that were transformed
	Passes                                       []PassTime
}

// PassTime is how long a pass took.
type PassTime struct {
	Name string
	Took time.Duration
}
