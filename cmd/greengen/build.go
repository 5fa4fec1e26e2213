package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/greengen/greengen/internal/weave"
)

// weaveOptions is the command line of run, build and test.
type weaveOptions struct {
	goFlags
	every, torture, preempt, check, stats bool
	with                                  patterns
}

func (o *weaveOptions) defineOwn(fs *flag.FlagSet) {
	fs.BoolVar(&o.every, "all", o.every, "patch everything: main and Test functions count as marked")
	o.with.define(fs)
	fs.BoolVar(&o.torture, "torture", o.torture, "suspend at every call and loop back edge of each green function")
	fs.BoolVar(&o.preempt, "preempt", o.preempt, "let long loops of green functions give way to other greenlets; -all implies it")
	fs.BoolVar(&o.check, "check", o.check, "verify the invariants after each pass")
	fs.BoolVar(&o.stats, "stats", o.stats, "let each hub print greenlets, switches, suspensions and offloads at its end")
}

func (a *app) weaveCommand(verb string) *ffcli.Command {
	var o weaveOptions
	usage := map[string]string{
		"run":   "greengen run [flags] package|files.go [arguments]",
		"build": "greengen build [flags] [packages|files.go]",
		"test":  "greengen test [flags] [packages|files.go] [flags of the test binary]",
	}[verb]
	define := func(fs *flag.FlagSet) {
		o.defineOwn(fs)
		switch verb {
		case "build":
			o.define(fs, loadFlags, buildFlags, []string{"o"})
		case "test":
			o.define(fs, loadFlags, buildFlags, testFlags)
		default:
			o.define(fs, loadFlags, buildFlags)
		}
	}
	c := a.command(verb, usage, define, func(args []string) error { return a.weave(verb, o, args) })
	c.ShortHelp = map[string]string{
		"run":   "Run a program with green twins.",
		"build": "Build packages with green twins.",
		"test":  "Test packages with green twins.",
	}[verb]
	return c
}

// monitorVar switches on the monitor of hubs that are held, unless it is 0.
const monitorVar = "GREENGEN_MONITOR"

// toolexec is the hidden command that the go command calls for each of its tools.
const toolexec = "toolexec"

// weave does run, build and test.
func (a *app) weave(verb string, o weaveOptions, args []string) error {
	patterns, rest := args, []string(nil)
	switch verb {
	case "run":
		patterns, rest = splitRun(args)
		if len(patterns) == 0 {
			return usageError("run: which package or .go file?")
		}
		var err error
		if patterns, err = a.single(o, patterns); err != nil {
			return err
		}
	case "test":
		patterns, rest = splitTest(args)
		var err error
		if rest, err = o.late(rest); err != nil {
			return err
		}
	}
	if len(o.with) > 0 && len(patterns) > 0 && strings.HasSuffix(patterns[0], ".go") {
		return usageError(verb + ": -with goes with packages, not with .go files")
	}
	plan, err := a.plan(verb, o, patterns)
	if err != nil {
		return err
	}
	for _, n := range plan.Notes {
		fmt.Fprintf(a.err, "greengen: %s\n", n)
	}
	var env []string
	if o.stats && verb != "build" { // what build makes is started from elsewhere
		env = []string{"GREENGEN_STATS=1"}
	}
	if verb == "run" {
		if os.Getenv(monitorVar) == "" {
			env = append(env, monitorVar+"=1")
		}
		return plan.Run(rest, env)
	}
	return plan.Go(verb, rest, env)
}

// single replaces a pattern that may match more than one package by the one
// that it matches. If there is none, loading it says so.
func (a *app) single(o weaveOptions, patterns []string) ([]string, error) {
	if !weave.Wild(patterns[0]) {
		return patterns, nil
	}
	list, err := weave.List(a.in(o.dir), o.load, patterns[0])
	switch {
	case err != nil:
		return nil, err
	case len(list) > 1:
		return nil, usageError(fmt.Sprintf("run: takes one package, and %s matches %d, such as %s and %s",
			patterns[0], len(list), list[0], list[1]))
	case len(list) == 1:
		return list, nil
	}
	return patterns, nil
}

// patterns is a flag that can be repeated, or have commas.
type patterns []string

func (p *patterns) define(fs *flag.FlagSet) {
	fs.Var(p, "with", "patch `packages` of other modules, too; -all implies golang.org/x/sync/..., unless there is none")
}

func (p *patterns) String() string { return strings.Join(*p, ",") }

func (p *patterns) Set(s string) error {
	*p = append(*p, strings.FieldsFunc(s, func(r rune) bool { return r == ',' })...)
	return nil
}

func (a *app) plan(verb string, o weaveOptions, patterns []string) (*weave.Plan, error) {
	cache, err := cacheFolder()
	if err != nil {
		return nil, err
	}
	o.withoutDebugging(verb)
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return weave.Prepare(weave.Options{
		Dir: a.in(o.dir), Patterns: patterns, Flags: o.all, Build: o.load, Tests: verb == "test",
		Cache: cache, Toolexec: []string{self, toolexec}, All: o.every, Torture: o.torture,
		Preempt: o.every || o.preempt, Check: o.check, Stats: o.stats && verb == "build", With: o.with,
	}, a.run)
}

// withoutDebugging leaves out what only a debugger reads, where the binary is not kept: go run
// and go test do not link it, and the compiler takes a fifth less CPU if it does not make it.
func (o *weaveOptions) withoutDebugging(verb string) {
	if verb == "build" || slices.ContainsFunc(keeping, o.given) || !o.unset("exec") || !o.unset("toolexec") { // or others run it
		return
	}
	if verb == "run" && o.unset("ldflags") {
		o.add("ldflags", "-s -w") // go test does it by itself
	}
	if o.unset("gcflags") {
		o.all = append(o.all, "-gcflags=-dwarf=false") // what is loaded is all the same
	}
}

// unset reports whether neither the command line nor GOFLAGS has the flag.
func (o *weaveOptions) unset(name string) bool {
	return !o.given(name) && !strings.Contains(os.Getenv("GOFLAGS"), "-"+name)
}

// keeping lists what makes go test keep the binary.
var keeping = strings.Fields("c o blockprofile cpuprofile memprofile mutexprofile trace")

// splitRun parts the package or .go files to run from the program's arguments.
func splitRun(args []string) (patterns, rest []string) {
	n := 0
	for n < len(args) && strings.HasSuffix(args[n], ".go") {
		n++
	}
	if n == 0 && len(args) > 0 {
		n = 1
	}
	return args[:n], args[n:]
}

// splitTest parts the packages to test from the flags that may follow them.
func splitTest(args []string) (patterns, rest []string) {
	n := 0
	for n < len(args) && !strings.HasPrefix(args[n], "-") {
		n++
	}
	return args[:n], args[n:]
}

// late takes the flags that are ours or matter to loading from those that
// follow the packages of a test, and returns the others. What the go command
// does not know ends its flags, as -args does: that is for the test binary.
func (o *weaveOptions) late(args []string) ([]string, error) {
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	fs.SetOutput(os.Stderr)
	o.defineOwn(fs)
	o.define(fs, loadFlags, buildFlags, testFlags)
	for len(args) > 0 {
		name, _, _ := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
		if !strings.HasPrefix(args[0], "-") || name == "args" || fs.Lookup(name) == nil {
			return args, nil
		}
		n := 1
		if b, ok := fs.Lookup(name).Value.(interface{ IsBoolFlag() bool }); !strings.Contains(args[0], "=") &&
			!(ok && b.IsBoolFlag()) && len(args) > 1 {
			n = 2
		}
		if err := fs.Parse(args[:n]); err != nil {
			return nil, usageError("test: " + err.Error())
		}
		args = args[n:]
	}
	return nil, nil
}

// cacheFolder is where woven builds are kept.
func cacheFolder() (string, error) {
	if dir := os.Getenv("GREENGEN_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a cache folder: %w; set GREENGEN_CACHE", err)
	}
	return filepath.Join(dir, "greengen"), nil
}
