// Package gob has what stands in for encoding/gob's Encoder and Decoder in green code.
//
// An Encoder made there writes to a sink, which keeps what it says in a call; the greenlet
// writes that. A Decoder reads from a source, which has the messages that were read, and else
// fails: then the greenlet reads one more, and the call is made again, with the types that
// the Decoder knew before. Most values are one message; the first of a type are some.
//
// Encoders and Decoders that were made elsewhere, and those where encoding/gob has other
// fields, are called on a worker.
package gob

//go:generate go run github.com/greengen/greengen/cmd/greengen
