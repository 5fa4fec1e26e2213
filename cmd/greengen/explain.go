package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

type explainOptions struct {
	goFlags
	json, all, parks bool
	with             patterns
}

func (a *app) explainCommand() *ffcli.Command {
	var o explainOptions
	define := func(fs *flag.FlagSet) {
		fs.BoolVar(&o.json, "json", false, "print a stream of JSON objects, one a line: docs/explain.md says what is in them")
		fs.BoolVar(&o.all, "all", false, "as if built with -all")
		fs.BoolVar(&o.parks, "parks", false, "list only the points where a greenlet may park and others of its hub run")
		o.with.define(fs)
		o.define(fs, loadFlags)
	}
	usage := "greengen explain [-json] [-parks] package | package.Func | package.Type.Method | file.go:line | code"
	c := a.command("explain", usage, define, func(args []string) error {
		if len(args) > 1 {
			return usageError("explain: one thing at a time")
		}
		return a.explain(o, orHere(args)[0])
	})
	c.ShortHelp = "Say why a function is green, where it suspends and what its frame holds."
	return c
}

// explain does `greengen explain`.
func (a *app) explain(o explainOptions, what string) error {
	if code, ok := diag.Lookup(what); ok {
		_, err := fmt.Fprint(a.out, code.Text())
		return err
	}
	dir := a.in(o.dir)
	t := parseTarget(dir, what)
	if t.file != "" && !o.given("overlay") {
		if _, err := os.Stat(t.file); err != nil {
			return fmt.Errorf("explain %s: there is no file %s", what, a.short(t.file))
		}
	}
	with, err := weave.Taken(weave.Options{Dir: dir, Patterns: []string{t.pattern}, Build: o.load, All: o.all, With: o.with})
	if err != nil {
		return err
	}
	res, err := a.run(transform.Config{
		Dir: dir, With: with, Patterns: []string{t.pattern}, BuildFlags: o.load, All: o.all, Weave: o.all || len(with) > 0,
		Preempt: o.all && o.parks,
	})
	if err != nil {
		if notOurs(err) && a.explainRule(o, t) {
			return nil
		}
		return err
	}
	e := explainer{fset: res.Unit.Fset, short: a.short, sizes: sizesOf(os.Getenv("GOARCH")), all: o.all}
	var picked []*ir.Func
	for _, p := range res.Unit.Packages {
		picked = append(picked, t.pick(p, res.Unit.Fset)...)
	}
	if len(picked) == 0 {
		if a.explainRule(o, t) {
			return nil
		}
		return fmt.Errorf("explain %s: no such function", what)
	}
	if o.parks {
		return report(a.out, o.json, picked, e.parks, (*parks).write)
	}
	return report(a.out, o.json, picked, e.explain, (*explained).write)
}

// report writes what say makes of each function.
func report[F, T any](w io.Writer, asJSON bool, picked []F, say func(F) T, write func(*T, io.Writer)) error {
	var list []T
	for _, f := range picked {
		list = append(list, say(f))
	}
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for i := range list {
			if err := enc.Encode(list[i]); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range list {
		write(&list[i], w)
	}
	return nil
}

// target is what the user wants to know about.
type target struct {
	pattern string // packages to load
	dir     string // of the package, if it was given as a folder
	name    string // Func or Type.Method, "" for all
	file    string // absolute, with line
	line    int
}

// parseTarget takes what as file.go:line, as a package, or as a package with a
// name behind it.
func parseTarget(dir, what string) target {
	if name, line, ok := fileLine(what); ok {
		file := name
		if !filepath.IsAbs(name) {
			file = filepath.Join(dir, name)
		}
		return target{pattern: filepath.Dir(file), dir: filepath.Dir(file), file: file, line: line}
	}
	local := strings.HasPrefix(what, ".") || filepath.IsAbs(what)
	slash := strings.LastIndexByte(filepath.ToSlash(what), '/') + 1
	last := what[slash:]
	if info, err := os.Stat(filepath.Join(dir, what)); err == nil && info.IsDir() && local {
		return folder(dir, what)
	}
	pkg, name, ok := strings.Cut(last, ".")
	switch {
	case last == "" || last == "..." || !ok:
		if !local && slash == 0 && token.IsIdentifier(what) {
			return target{pattern: ".", dir: dir, name: what} // of the package here
		}
		return target{pattern: what}
	case local && what[:slash]+pkg == "": // .Func
		return target{pattern: ".", dir: dir, name: name}
	case local:
		t := folder(dir, what[:slash]+pkg)
		t.name = name
		return t
	case slash == 0: // Type.Method of the package here
		return target{pattern: ".", dir: dir, name: what}
	}
	return target{pattern: what[:slash] + pkg, name: name}
}

func folder(dir, name string) target {
	if filepath.IsAbs(name) {
		return target{pattern: name, dir: filepath.Clean(name)}
	}
	return target{pattern: name, dir: filepath.Join(dir, name)}
}

// fileLine reads file.go:line and file.go:line:column.
func fileLine(s string) (file string, line int, ok bool) {
	i := strings.LastIndex(s, ".go:")
	if i < 0 {
		return "", 0, false
	}
	number, _, _ := strings.Cut(s[i+len(".go:"):], ":")
	line, err := strconv.Atoi(number)
	return s[:i+len(".go")], line, err == nil
}

// pick returns the functions of p that t names, in source order.
func (t *target) pick(p *ir.Package, fset *token.FileSet) []*ir.Func {
	if t.dir != "" && t.dir != p.Dir || t.dir == "" && !t.matches(p.Path) {
		return nil
	}
	var list []*ir.Func
	for _, f := range p.Funcs {
		switch {
		case t.file != "":
			if t.within(f, fset) {
				list = []*ir.Func{f} // the innermost one comes last
			}
		case t.name == "" || localName(f.Root()) == t.name || localName(f) == t.name:
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b *ir.Func) int {
		return cmp.Or(cmp.Compare(a.File.Path, b.File.Path), cmp.Compare(a.Pos(), b.Pos()))
	})
	return list
}

func (t *target) matches(path string) bool {
	prefix, wild := strings.CutSuffix(t.pattern, "/...")
	return path == prefix || wild && strings.HasPrefix(path, prefix+"/") || strings.HasPrefix(t.pattern, ".") ||
		t.pattern == "all" || t.pattern == "..."
}

func (t *target) within(f *ir.Func, fset *token.FileSet) bool {
	from, to := fset.PositionFor(f.Type().Pos(), false), fset.PositionFor(f.Syntax().End(), false)
	return from.Filename == t.file && from.Line <= t.line && t.line <= to.Line
}

// localName returns f's name as a user writes it: Serve, Conn.Read, serve.func1.
func localName(f *ir.Func) string {
	name := f.Name[strings.LastIndexByte(f.Name, '/')+1:]
	_, name, _ = strings.Cut(name, ".")
	return strings.NewReplacer("(*", "", ")", "").Replace(name)
}
