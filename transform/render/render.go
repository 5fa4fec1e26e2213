package render

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/layout"
)

// Bytes renders one generated file as gofmt would. One that is only compiled need not be
// read: it is not formatted.
func Bytes(f *jen.File, read bool) ([]byte, error) {
	var buf bytes.Buffer
	f.NoFormat = true // Render would do it, and take longer
	if err := f.Render(&buf); err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	if !read {
		if _, err := parser.ParseFile(token.NewFileSet(), "", buf.Bytes(), parser.SkipObjectResolution); err != nil {
			return nil, fmt.Errorf("parse: %w", err)
		}
		return buf.Bytes(), nil
	}
	out, _, err := layout.Format(buf.Bytes())
	if err != nil {
		return nil, fmt.Errorf("format: %w", err)
	}
	return out, nil
}
