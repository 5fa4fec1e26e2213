package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"os"
	"strings"
)

// save writes the table, as Markdown, and a chart of the ratios.
func save(file string, rows []row) error {
	var text bytes.Buffer
	print(&text, rows)
	chart := strings.TrimSuffix(file, ".md") + ".svg"
	md := "# Waiting and switching\n\nWritten by `make bench`.\n\n```\n" + text.String() + "```\n"
	if err := os.WriteFile(file, []byte(md), 0o666); err != nil {
		return err
	}
	return os.WriteFile(chart, draw(rows), 0o666)
}

// The measures of the chart, in pixels.
const (
	line   = 22
	left   = 190
	octave = 90 // width of a factor of two
	below  = 2  // octaves to the left of 1x
	above  = 3
)

// draw draws a bar for each row: how many times cheaper than goroutines, to the left of
// the axis if dearer. The scale is logarithmic, or 2x and 0.5x would not look alike.
func draw(rows []row) []byte {
	var b bytes.Buffer
	width, height := left+(below+above)*octave+60, (len(rows)+3)*line
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/><text x="8" y="16" font-weight="bold">CPU time of goroutines (all processors) / greengen</text>`+"\n")
	axis := left + below*octave
	for i := -below; i <= above; i++ {
		x := axis + i*octave
		fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#ccc"/><text x="%d" y="%d" text-anchor="middle" fill="#666">%gx</text>`+"\n",
			x, line+8, x, height-line, x, height-6, math.Exp2(float64(i)))
	}
	for i, r := range rows {
		ratio := r.median(1) / r.median(0)
		w := int(math.Round(min(max(math.Log2(ratio), -below), above) * octave))
		x, fill := axis, "#2a9d5c"
		if w < 0 {
			x, w, fill = axis+w, -w, "#c65d3b"
		}
		y := (i+1)*line + 12
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text><rect x="%d" y="%d" width="%d" height="%d" fill="%s"/><text x="%d" y="%d">%.1fx</text>`+"\n",
			left-8, y+12, html.EscapeString(r.kind), x, y, w, line-6, fill, max(axis, x+w)+4, y+12, ratio)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}
