// Package json has what stands in for methods of encoding/json's Encoder and Decoder in green
// code: they are not called while they would wait.
//
// An Encoder says each value in one Write: it is lent a Writer that keeps it, and the greenlet
// writes that. A Decoder is lent a Reader that has only what was read for it already, and else
// fails; then the greenlet reads as much as was asked for, and the call is made again, which
// looks at the value from its beginning. Of a large value a scanner finds the end first, so
// that the effort does not grow with its square.
//
// Both need fields that encoding/json does not export: where they are not what they were, with
// GOEXPERIMENT=jsonv2 for example, calls run on a worker.
//
// Not safe for use by hand: who calls these is generated code.
package json

//go:generate go run github.com/greengen/greengen/cmd/greengen
