package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/diag"
)

const (
	exitProblem = 1
	exitUsage   = 2
)

func main() {
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "greengen:", err)
		os.Exit(exitProblem)
	}
	var ballast []byte
	if os.Getenv("GOGC") == "" {
		// It runs briefly: a quarter of its time went to the collector. What is never touched takes
		// no memory, but lets the heap grow to half a gigabyte before there is a first collection.
		debug.SetGCPercent(400)
		ballast = make([]byte, 100<<20)
	}
	a := &app{out: os.Stdout, err: os.Stderr, dir: dir, run: transform.Run}
	code := a.main(os.Args[1:])
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// app is what the commands share.
type app struct {
	out, err io.Writer
	dir      string
	run      weave.Transform
}

// main runs one command line and returns the exit code.
func (a *app) main(args []string) int {
	if len(args) > 2 && args[0] == toolexec {
		return a.report(weave.Toolexec(args[1:]))
	}
	root := a.commands()
	if err := root.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return exitUsage // the flag package has printed it
	}
	return a.report(root.Run(context.Background()))
}

// usageError is a command line that makes no sense.
type usageError string

func (e usageError) Error() string { return string(e) }

// errProblem is a problem that was printed already.
var errProblem = errors.New("a problem was found")

// report prints err for the user, and returns the exit code.
func (a *app) report(err error) int {
	var list diag.List
	var exit *weave.ExitError
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errProblem):
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &list):
		_ = list.Write(a.err, a.dir) // nobody is left to be told
	case errors.As(err, &usage):
		fmt.Fprintf(a.err, "greengen: %s\nrun greengen -h for help\n", usage)
		return exitUsage
	default:
		fmt.Fprintf(a.err, "greengen: %v\n", err)
	}
	return exitProblem
}

func (a *app) commands() *ffcli.Command {
	var gen genOptions
	root := a.command("greengen", "greengen [gen] [-d] [-v] [packages]", gen.define, func(args []string) error {
		return a.noCommand(args, a.gen(gen, args))
	})
	root.ShortHelp = "Give blocking Go functions green twins that run on an event loop."
	root.Subcommands = []*ffcli.Command{
		a.genCommand(), a.weaveCommand("run"), a.weaveCommand("build"), a.weaveCommand("test"),
		a.explainCommand(), a.dumpCommand(), a.versionCommand(),
	}
	root.Subcommands = append(root.Subcommands, a.helpCommand(root))
	return root
}

// command makes a command whose errors and help go to a.err.
func (a *app) command(name, usage string, define func(*flag.FlagSet), exec func(args []string) error) *ffcli.Command {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(a.err)
	define(fs)
	return &ffcli.Command{
		Name: name, ShortUsage: usage, FlagSet: fs, UsageFunc: help,
		Exec: func(_ context.Context, args []string) error { return exec(args) },
	}
}

// help is ffcli's help without the go command's own flags, which have no text.
func help(c *ffcli.Command) string {
	shown := *c
	shown.FlagSet = flag.NewFlagSet(c.Name, flag.ContinueOnError)
	passed := false
	c.FlagSet.VisitAll(func(f *flag.Flag) {
		if f.Usage == "" {
			passed = true
			return
		}
		shown.FlagSet.Var(f.Value, f.Name, f.Usage)
	})
	if passed {
		shown.LongHelp = strings.TrimSpace(shown.LongHelp + "\nThe go command's flags for building are passed on.")
	}
	return ffcli.DefaultUsageFunc(&shown)
}

// short returns name relative to the current folder where that is shorter.
func (a *app) short(name string) string { return diag.Short(name, a.dir) }

// in resolves the -C flag.
func (a *app) in(change string) string {
	switch {
	case change == "":
		return a.dir
	case filepath.IsAbs(change):
		return change
	}
	return filepath.Join(a.dir, change)
}
