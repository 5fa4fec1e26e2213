package io

import (
	"io"

	"github.com/greengen/greengen/rt/green"
)

type (
	byteReader interface {
		ReadByte_green(h *green.Hub) (byte, error, *green.Frame)
	}
	runeReader interface {
		ReadRune_green(h *green.Hub) (rune, int, error, *green.Frame)
	}
)

// ReadByte is r.ReadByte(). Only from the hub's goroutine.
func ReadByte(h *green.Hub, r io.ByteReader) (byte, error, *green.Frame) {
	if g, ok := r.(byteReader); ok && !h.Blocks() {
		return g.ReadByte_green(h)
	}
	if m := methods(r); m.ReadByte != nil && !h.Blocks() {
		return m.ReadByte(h, r)
	}
	if h.Blocks() || green.PlainType(r) {
		b, err := r.ReadByte()
		return b, err, nil
	}
	if in, ok := promoted(r, "ReadByte").(io.ByteReader); ok {
		return ReadByte(h, in)
	}
	return green.Offload2(h, "ReadByte of "+typeName(r), r.ReadByte)
}

// ReadRune is r.ReadRune(). Only from the hub's goroutine.
func ReadRune(h *green.Hub, r io.RuneReader) (rune, int, error, *green.Frame) {
	if g, ok := r.(runeReader); ok && !h.Blocks() {
		return g.ReadRune_green(h)
	}
	if m := methods(r); m.ReadRune != nil && !h.Blocks() {
		return m.ReadRune(h, r)
	}
	if h.Blocks() || green.PlainType(r) {
		c, n, err := r.ReadRune()
		return c, n, err, nil
	}
	if in, ok := promoted(r, "ReadRune").(io.RuneReader); ok {
		return ReadRune(h, in)
	}
	return green.Offload3(h, "ReadRune of "+typeName(r), r.ReadRune)
}
