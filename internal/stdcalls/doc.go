// Stdcalls prints transform/color/blocking.txt: which functions of std may block, in
// the packages that transform/color declares plain but for those.
//
//	go run ./internal/stdcalls > transform/color/blocking.txt
//	go run ./internal/stdcalls os.Hostname time.LoadLocation
//
// The second form says why, call by call, down to what waits.
//
// # What waits
//
// A hub must go on, so whatever may take longer than a disk's cache does: reading and
// writing, but also opening, a stat, a rename. std says so itself: it makes system calls
// that may take time by syscall.Syscall, which tells the scheduler, and the others raw.
// traps.go believes it but for a list of numbers (quick), such as fcntl's. Beside those
// wait sends, receives and selects without a default, and the functions in primitives.
// Locks do not count: nearly all of std's are held for a moment. Package runtime is not
// looked into.
//
// # Who reaches it
//
// Callers, by static calls and defers, not by go statements. A function that is handed to
// another is called by who hands it over, as is the method of a file that becomes an
// interface for the call: sync.Once.Do and io.Copy block for some callers only. A
// func value or interface in a variable, or that a function returns, is followed to
// where it was made (values.go). What comes in as a parameter or out of a field is not
// charged: transform/color looks at each call's arguments, and at what receivers hold.
//
//	func OpenReader(name string) (*ReadCloser, error) { f, err := os.Open(name) ... }  // blocks
//	func ReadFile(fsys FS, name string) ([]byte, error) { file, err := fsys.Open(name) ... } // plain: fsys decides
//
// Some never block whatever they reach: cuts gives the reason of each. Writing to os.Stdout
// and os.Stderr is declared plain.
//
// # Invariants
//
// The table names all functions of a package where one may block, those that may not too:
// what it does not know, since another release of Go or another system has it, may block.
// TestPlainDoesNotBlock compares with what transform/color makes of it.
//
// # Limits
//
// The code is that for linux/amd64, without cgo. Calls by reflection, and of what is in
// fields, elements and channels, are not seen.
package main
