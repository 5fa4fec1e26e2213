package main

import (
	"flag"
	"fmt"
	"slices"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/ir"
)

type dumpOptions struct {
	goFlags
	pass, name            string
	all, torture, preempt bool
	with                  patterns
}

func (a *app) dumpCommand() *ffcli.Command {
	var o dumpOptions
	define := func(fs *flag.FlagSet) {
		fs.StringVar(&o.pass, "pass", "all", "`pass` after which to print, or all")
		fs.StringVar(&o.name, "func", "", "print only this `function`, as Func or Type.Method")
		fs.BoolVar(&o.all, "all", false, "as if built with -all")
		fs.BoolVar(&o.torture, "torture", false, "as if built with -torture")
		fs.BoolVar(&o.preempt, "preempt", false, "as if built with -preempt; -all implies it")
		o.with.define(fs)
		o.define(fs, loadFlags)
	}
	c := a.command("dump", "greengen dump [-pass name] [-func name] [packages]", define, func(args []string) error {
		return a.dump(o, orHere(args))
	})
	c.ShortHelp = "Print the form of the code after a pass."
	return c
}

// dump does `greengen dump`. A pass changes what the one before it made, so
// all passes means one run for each.
func (a *app) dump(o dumpOptions, patterns []string) error {
	passes := transform.Passes()
	if o.pass != "all" {
		if !slices.Contains(passes, o.pass) {
			return usageError(fmt.Sprintf("dump: no pass %q; there are %v", o.pass, passes))
		}
		passes = []string{o.pass}
	}
	with, err := weave.Taken(weave.Options{Dir: a.in(o.dir), Patterns: patterns, Build: o.load, All: o.all, With: o.with})
	if err != nil {
		return err
	}
	for _, pass := range passes {
		res, err := a.run(transform.Config{
			Dir: a.in(o.dir), Patterns: patterns, BuildFlags: o.load, StopAfter: pass,
			All: o.all, Torture: o.torture, Preempt: o.all || o.preempt, Weave: o.all || o.torture || len(with) > 0,
			With: with,
		})
		if err != nil {
			return err
		}
		if err := a.dumpPass(o, pass, res); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) dumpPass(o dumpOptions, pass string, res *transform.Result) error {
	u := named(res.Unit, o.name)
	if len(u.Packages) == 0 && o.name != "" {
		return fmt.Errorf("dump: no function %s in these packages", o.name)
	}
	if o.pass == "all" {
		fmt.Fprintf(a.out, "== %s ==\n", pass)
	}
	if len(res.Files) > 0 && o.name == "" {
		for _, f := range res.Files {
			fmt.Fprintf(a.out, "-- %s --\n%s", a.short(f.Path), f.Data)
		}
		return nil
	}
	return ir.Dump(a.out, u, pass)
}

// named returns u with those functions only that have the name, if it is not
// empty, and the packages that have any.
func named(u *ir.Unit, name string) *ir.Unit {
	some := *u
	some.Packages = nil
	for _, p := range u.Packages {
		only := *p
		only.Funcs = slices.DeleteFunc(slices.Clone(p.Funcs), func(f *ir.Func) bool {
			return name != "" && localName(f) != name && localName(f.Root()) != name
		})
		if len(only.Funcs) > 0 {
			some.Packages = append(some.Packages, &only)
		}
	}
	return &some
}
