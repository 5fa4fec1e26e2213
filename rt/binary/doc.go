// Package binary has what stands in for functions of encoding/binary in green code. What they
// read is read first, as much as they ask for; then std's code makes values of it. What they
// write it is handed a Writer that keeps it for.
//
// Not safe for use by hand: who calls these is generated code.
package binary

//go:generate go run github.com/greengen/greengen/cmd/greengen
