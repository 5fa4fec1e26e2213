// Package weave builds a program together with its green twins and leaves
// nothing in the tree: generated files stand in a cache folder, and the go
// command gets them by -overlay.
//
//	go run ./srv            go build -overlay CACHE/w/KEY/overlay.json -o CACHE/w/KEY/bin/srv ./srv
//	                        exec CACHE/w/KEY/bin/srv
//
// # The runtime in a module that does not know it
//
// Generated code imports rt. A module that does not require greengen gets it by
// an overlay of its go.mod (in a workspace of its go.work), which points at a
// copy of rt that the tool carries and unpacks. A .go file outside any module
// gets a go.mod that exists in the overlay only, in the current folder.
//
// The copy says go 1.20, since a module may not require one with a later go
// line than its own, and each of its files begins with a build constraint that
// raises the language version for that file.
//
// # Vendoring
//
// vendor/modules.txt cannot be overlaid, and a requirement that is not in it is
// refused; of the runtime there is what somebody imports, at most. So a vendored module is built as one that replaces each vendored
// module by its folder under vendor, with a go.mod that exists in the overlay.
//
// # Other modules
//
// Options.With names packages of other modules that are transformed as the program's
// own are. The go command refuses overlays below the module cache. So each of their
// modules is copied to our cache, where real files suit vet and cover, without its
// tests; go.mod or go.work, in the overlay, replaces that one version of it:
//
//	replace golang.org/x/sync v0.24.0 => CACHE/m/HASH/golang.org/x/sync@v0.24.0
//
// The version that is selected stays, and go.sum needs no line for a folder. What a
// replace directive of the user's stands for is copied if it is a version; a folder, or
// one below vendor, can be overlaid where it is. Copies are named by their content, so
// that their objects stay in the build cache, and are used by all programs.
//
// A module is left out if its go line says less than 1.18, since its code cannot
// announce what it does with channels (see transform/channels): no channel of the
// program would be its own. So is one whose packages are tested: what its tests import
// is not known to be there.
//
// # The cache
//
// An entry is found by what is known without running anything but go env: the
// tool itself, folder, patterns, flags and environment. It records every file
// that the transform depended on, with size, time and hash, and the names in
// every folder where a new file could matter. If all are as they were, the
// overlay is used again, without go list and without type-checking.
//
// Files of an entry are named after their content and never change, so builds
// may run side by side; only the binary of run is guarded, by a lock that ends
// when the program takes over the process.
//
// # Limits
//
// GOPATH mode is not served, except for single files, nor is a
// workspace with a vendor folder.
//
// The cover tool reads from the disk, not from the overlay (golang/go#73802),
// so for -cover this program goes between, as -toolexec: not if the user has
// one. Twins count as code of their own in the figures.
//
// # gen
//
// Kept keeps the same inputs for a run of gen that found all generated files as they
// should be; these are among the inputs. The next run has nothing to load.
package weave
