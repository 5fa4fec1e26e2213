package layout

import (
	"bytes"
	"math"
	"unicode/utf8"
)

// cell is what stands before a column on one line.
type cell struct {
	width int
	end   int // where it ends in out: blanks to the column go there
}

// align moves what is behind the cells to one column.
func (p *printer) align(cells []cell) {
	widest, more := 0, 0
	for _, c := range cells {
		widest = max(widest, c.width)
	}
	for _, c := range cells {
		more += widest - c.width
	}
	if more == 0 {
		return
	}
	end := len(p.out)
	p.out = append(p.out, make([]byte, more)...)
	for i := len(cells) - 1; i >= 0; i-- { // from behind, for what moves must not be overwritten
		c := cells[i]
		copy(p.out[c.end+more:], p.out[c.end:end])
		gap := widest - c.width
		more -= gap
		for j := range gap {
			p.out[c.end+more+j] = ' '
		}
		end = c.end
	}
}

// single reports whether what was written from start on is one line.
func (p *printer) single(start int) bool {
	return bytes.IndexByte(p.out[start:], '\n') < 0
}

// run is what neighboring lines of a composite literal have in common: gofmt begins a new
// column where a key is much longer or shorter than those before.
type run struct {
	cells []cell
	last  int // size of the line before, 0 if it took several
	logs  float64
	n     int
}

// with reports whether a line of this size belongs to the run.
func (r *run) with(size int) bool {
	const small = 40
	switch {
	case r.last == 0 || size == 0:
		return false
	case r.n == 0 || r.last <= small && size <= small:
		return true
	}
	const most = 2.5
	ratio := float64(size) / math.Exp(r.logs/float64(r.n))
	return most*ratio > 1 && ratio < most
}

// writeLines writes each part of a literal on its own line, with columns for values.
func (p *printer) writeLines(first ref) {
	p.indent++
	var run run
	for r := first; r != 0; r = p.nodes[r].next {
		p.newLine()
		start := len(p.out)
		p.write(r, 1)
		size, c := 0, cell{}
		if p.single(start) {
			size = len(p.out) - start
			if n := p.nodes[r]; n.kind == pair {
				c = p.keyOf(n.x, start)
				size = c.end - 1 - start
			}
		}
		more := run.with(size)
		if !more || c.end == 0 { // a line without a cell ends the column, too
			c.end = p.closed(run.cells, start, c.end)
			run.cells = run.cells[:0]
		}
		if !more {
			run.logs, run.n = 0, 0
		}
		if c.end > 0 {
			run.cells = append(run.cells, c)
		}
		if size > 0 {
			run.logs += math.Log(float64(size))
			run.n++
		}
		run.last = size
		p.puts(",")
	}
	p.align(run.cells)
	p.indent--
	p.newLine()
}

// keyOf returns the cell of a pair that begins at start: the key and the colon.
func (p *printer) keyOf(key ref, start int) cell {
	end := len(p.out)
	p.write(key, 1)
	n := len(p.out) - end
	p.out = p.out[:end]
	return cell{utf8.RuneCount(p.out[start : start+n]), start + n + 1}
}

// closed aligns the cells of lines above one that begins at start, and returns where its
// own cell ends then, if it has one.
func (p *printer) closed(cells []cell, start, end int) int {
	before := len(p.out)
	tail := append([]byte(nil), p.out[start:]...)
	p.out = p.out[:start]
	p.align(cells)
	p.out = append(p.out, tail...)
	if end > 0 {
		end += len(p.out) - before
	}
	return end
}

func (p *printer) newLine() {
	const tabs = "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t"
	p.out = append(p.out, '\n')
	n := max(p.indent, 0)
	for ; n > len(tabs); n -= len(tabs) {
		p.out = append(p.out, tabs...)
	}
	p.out = append(p.out, tabs[:n]...)
}
