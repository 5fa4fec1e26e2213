// Package chart saves what a benchmark measured: a page with its table, and bars.
package chart

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"os"
	"strings"
)

// Bar is one measurement: how many times better, below one if worse.
type Bar struct {
	Name  string
	Ratio float64
}

// Save writes the table to a Markdown file, and the bars to an SVG file of the same name.
func Save(file, title, by, table, what string, bars []Bar) error {
	md := fmt.Sprintf("# %s\n\nWritten by `%s`.\n\n```\n%s```\n", title, by, table)
	if err := os.WriteFile(file, []byte(md), 0o666); err != nil {
		return err
	}
	return os.WriteFile(strings.TrimSuffix(file, ".md")+".svg", draw(what, bars), 0o666)
}

// The measures of the chart, in pixels.
const (
	line   = 22
	letter = 7  // the width of one, about
	octave = 90 // width of a factor of two
	below  = 2  // octaves to the left of 1x
)

// draw draws the bars; those below 1x to the left of the axis. The scale is logarithmic,
// or 2x and 0.5x would not look alike.
func draw(what string, bars []Bar) []byte {
	longest, best := 0, 0.
	for _, r := range bars {
		longest, best = max(longest, len(r.Name)), max(best, r.Ratio)
	}
	left, above := 16+longest*letter, max(int(math.Ceil(math.Log2(best))), 1)
	var b bytes.Buffer
	width, height := left+(below+above)*octave+60, (len(bars)+3)*line
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/><text x="8" y="16" font-weight="bold">%s</text>`+"\n", html.EscapeString(what))
	axis := left + below*octave
	for i := -below; i <= above; i++ {
		x := axis + i*octave
		fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#ccc"/><text x="%d" y="%d" text-anchor="middle" fill="#666">%gx</text>`+"\n",
			x, line+8, x, height-line, x, height-6, math.Exp2(float64(i)))
	}
	for i, r := range bars {
		w := int(math.Round(max(math.Log2(r.Ratio), -below) * octave))
		x, fill := axis, "#2a9d5c"
		if w < 0 {
			x, w, fill = axis+w, -w, "#c65d3b"
		}
		y := (i+1)*line + 12
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text><rect x="%d" y="%d" width="%d" height="%d" fill="%s"/><text x="%d" y="%d">%.1fx</text>`+"\n",
			left-8, y+12, html.EscapeString(r.Name), x, y, w, line-6, fill, max(axis, x+w)+4, y+12, r.Ratio)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}
