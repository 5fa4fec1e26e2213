package main

import (
	"errors"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/greengen/greengen/transform/diag"
)

func noFlags(*flag.FlagSet) {}

func (a *app) helpCommand(root *ffcli.Command) *ffcli.Command {
	c := a.command("help", "greengen help [command]", noFlags, func(args []string) error {
		c := root
		if len(args) > 0 {
			if c = subcommand(root, args[0]); c == nil {
				return usageError(fmt.Sprintf("help: no command %s; the commands are %s", args[0], commandNames(root)))
			}
		}
		_, err := fmt.Fprintln(a.out, c.UsageFunc(c))
		return err
	})
	c.ShortHelp = "Print this, or the flags of a command."
	return c
}

func subcommand(root *ffcli.Command, name string) *ffcli.Command {
	for _, c := range root.Subcommands {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func commandNames(root *ffcli.Command) string {
	var names []string
	for _, c := range root.Subcommands {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

func (a *app) versionCommand() *ffcli.Command {
	c := a.command("version", "greengen version", noFlags, func(args []string) error {
		if len(args) > 0 {
			return usageError("version: takes no argument")
		}
		_, err := fmt.Fprintf(a.out, "greengen %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	})
	c.ShortHelp = "Print the version of this program, and of the Go that built it."
	return c
}

// version is the module's, which the go command also makes from the commit.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// noCommand explains err, what gen said of args, if the first of them was taken
// for a package because it is no command.
func (a *app) noCommand(args []string, err error) error {
	var list diag.List
	if len(args) == 0 || strings.ContainsAny(args[0], `./\`) || !errors.As(err, &list) {
		return err
	}
	for _, d := range list {
		if strings.HasPrefix(d.Msg, "pattern "+args[0]+" matches no package") {
			return usageError(fmt.Sprintf("%s is neither a command nor a package; the commands are %s",
				args[0], commandNames(a.commands())))
		}
	}
	return err
}
