// Package render turns emitted syntax into the bytes of files.
//
// The output of jennifer is formatted once more by go/format, so that running
// gofmt over it changes nothing, and parsed, so that a fault of ours is found
// here and not by the user's compiler.
package render
