package render

import (
	"bytes"
	"fmt"
	"go/format"

	"github.com/dave/jennifer/jen"
)

// Bytes renders one generated file.
func Bytes(f *jen.File) ([]byte, error) {
	var buf bytes.Buffer
	f.NoFormat = true // Render would do it, too
	if err := f.Render(&buf); err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	out, err := format.Source(buf.Bytes())
	if err != nil {
		return nil, fmt.Errorf("format: %w", err)
	}
	return out, nil
}
