// Command size prints how large the generated source of packages is beside the
// source of the functions that it twins: bytes without comments and blank lines,
// which are no cost, and lines of code.
package main

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/ir"
)

// examples is measured if no packages are named, all that their main reaches.
var examples = []string{"./examples/downloader", "./examples/echo", "./examples/chat", "./examples/proxy", "./examples/portscan", "./examples/wshub"}

func main() {
	patterns := os.Args[1:]
	if len(patterns) == 0 {
		patterns = examples
	}
	fmt.Printf("%-24s %7s %9s %6s %6s %9s %6s\n", "package", "source", "generated", "ratio", "lines", "generated", "ratio")
	var all size
	for _, p := range patterns {
		s, err := measure(p)
		if err != nil {
			fmt.Fprintln(os.Stderr, "size:", err)
			os.Exit(1)
		}
		s.print(p)
		all.add(s)
	}
	all.print("all")
}

// size is of source, then of what is generated for it.
type size struct{ bytes, lines [2]int }

func (s *size) add(t size) {
	for i := range s.bytes {
		s.bytes[i] += t.bytes[i]
		s.lines[i] += t.lines[i]
	}
}

func (s *size) count(i int, code []byte) {
	for line := range strings.Lines(string(code)) {
		if line = strings.TrimSpace(line); line != "" {
			s.bytes[i] += len(line) + 1
			s.lines[i]++
		}
	}
}

func (s *size) print(name string) {
	fmt.Printf("%-24s %7d %9d %5.2fx %6d %9d %5.2fx\n", name, s.bytes[0], s.bytes[1], ratio(s.bytes), s.lines[0], s.lines[1], ratio(s.lines))
}

func ratio(n [2]int) float64 { return float64(n[1]) / float64(max(n[0], 1)) }

func measure(pattern string) (s size, err error) {
	res, err := transform.Run(transform.Config{Patterns: []string{pattern}, All: true})
	if err != nil {
		return s, err
	}
	for _, f := range roots(res.Unit) {
		var b bytes.Buffer
		if err := printer.Fprint(&b, token.NewFileSet(), f.Decl); err != nil {
			return s, err
		}
		s.count(0, b.Bytes())
	}
	sort.Slice(res.Files, func(i, j int) bool { return res.Files[i].Path < res.Files[j].Path })
	for _, f := range res.Files {
		fset := token.NewFileSet()
		x, err := parser.ParseFile(fset, filepath.Base(f.Path), f.Data, 0)
		if err != nil {
			return s, err
		}
		var b bytes.Buffer
		if err := printer.Fprint(&b, fset, x); err != nil {
			return s, err
		}
		s.count(1, b.Bytes())
	}
	return s, nil
}

// roots lists the declared functions that have twins, or whose literals have.
func roots(u *ir.Unit) []*ir.Func {
	seen := map[*ir.Func]bool{}
	var list []*ir.Func
	for _, p := range u.Packages {
		for _, f := range p.Funcs {
			r := f.Root()
			if !p.Wanted || f.Color != ir.Green || r.Decl == nil || seen[r] {
				continue
			}
			seen[r] = true
			list = append(list, r)
		}
	}
	return list
}
