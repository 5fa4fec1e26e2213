// Package render turns emitted syntax into the bytes of files.
//
// What is written beside sources is laid out (see layout), so that running gofmt over it
// changes nothing. What is only compiled is not. Both are parsed, so that a fault of ours is
// found here and not by the user's compiler.
package render
