package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/greengen/greengen/transform/color"
)

func main() {
	w := bufio.NewWriter(os.Stdout)
	err := run(w, os.Args[1:])
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(w io.Writer, why []string) error {
	lib, err := load()
	if err != nil {
		return err
	}
	a := analyse(lib)
	if len(why) == 0 {
		a.write(w)
		return nil
	}
	for _, n := range a.names() {
		if f := a.all[n]; (slices.Contains(why, n) || why[0] == "all") && a.blocks(f) {
			fmt.Fprintln(w, a.chain(f))
		}
	}
	return nil
}

// analysis is what is known of std's functions.
type analysis struct {
	*graph
	all map[string]*ssa.Function // that programs can call, by name
}

func analyse(lib *library) *analysis {
	a := &analysis{graph: newGraph(lib), all: map[string]*ssa.Function{}}
	for _, p := range lib.packages {
		maps.Copy(a.all, functions(lib.prog, p))
	}
	for _, n := range a.names() {
		a.add(a.all[n])
	}
	a.spread()
	return a
}

// left are packages that the table says nothing of: tests end the goroutine that they
// are on, so they are not for workers, and without cgo there are no plugins.
var left = words("testing testing/quick plugin")

// tabled reports whether the table speaks of a package: of those that are not declared
// plain each function may block anyway.
func tabled(path string) bool { return color.PlainStd(path) && !left[path] }

func (a *analysis) names() []string { return slices.Sorted(maps.Keys(a.all)) }

func sortFunctions(list []*ssa.Function) {
	slices.SortFunc(list, func(a, b *ssa.Function) int { return strings.Compare(a.String(), b.String()) })
}

// goVersion is that of the go command, without its last number: a patch release adds no API.
func goVersion() string {
	parts := strings.SplitN(runtime.Version(), ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

const head = `# Which functions of std may block, in packages that are declared plain but for these.
# Made by "go run ./internal/stdcalls > transform/color/blocking.txt" from std's own code,
# for %s on linux/amd64. What a package has is listed whole: what is not may block.
`

func (a *analysis) write(w io.Writer) {
	fmt.Fprintf(w, head, goVersion())
	for _, p := range a.lib.packages {
		if !tabled(p.Pkg.Path()) {
			continue
		}
		names := map[bool][]string{}
		prefix := p.Pkg.Path() + "."
		for _, n := range a.names() {
			if f := a.all[n]; f.Pkg == p {
				names[a.blocks(f)] = append(names[a.blocks(f)], strings.TrimPrefix(n, prefix))
			}
		}
		if len(names[true]) > 0 {
			wrap(w, p.Pkg.Path()+": blocks", names[true])
			wrap(w, p.Pkg.Path()+": plain", names[false])
		}
	}
}

// width is that of the lines of the table.
const width = 120

// wrap writes names in lines that each begin with what they are.
func wrap(w io.Writer, begin string, names []string) {
	line := ""
	for _, n := range names {
		if line != "" && len(line)+1+len(n) > width {
			fmt.Fprintln(w, line)
			line = ""
		}
		if line == "" {
			line = begin
		}
		line += " " + n
	}
	if line != "" {
		fmt.Fprintln(w, line)
	}
}
