package diag

import (
	"fmt"
	"strings"
)

// Code documents one diagnostic code.
type Code struct {
	Name    string
	Summary string // lower case, no full stop
	Cause   string
	Example string // files, as txtar; "" if we know of none
	Args    string // greengen's arguments
	Output  string // what it then prints, if that does not depend on the Go release
	Remedy  string
}

// Codes lists all codes, sorted by name.
var Codes = []Code{
	{
		Name:    "conflicting-directives",
		Summary: "two directives for one declaration contradict each other",
		Cause: "A function or type is patched, skipped or offloaded. (A directive before the package clause is for all that\n" +
			"has none of its own, and contradicts nothing.)",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- photos.go --
package photos

//greengen:patch
//greengen:skip
func Download() {}
`,
		Output: `photos.go:4:1: //greengen:skip contradicts another directive [conflicting-directives]
        photos.go:3:1: //greengen:patch stands here
        hint: keep one of them
`,
		Remedy: "Remove one of the directives.",
	},
	{
		Name:    "conflicting-rules",
		Summary: "two rules for one function, or a rule and a directive, contradict each other",
		Cause: "A file has one rule for a function, and no other one than the directive in the function's doc comment. Of\n" +
			"several modules the main module's file counts, then that of the function's own module; others have to agree.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- greengen.rules --
example.com/photos: plain Download
example.com/photos: offload Download
-- photos.go --
package photos

func Download() {}
`,
		Output: `greengen.rules:2:29: a second rule for example.com/photos.Download [conflicting-rules]
        greengen.rules:1:27: this one says plain
        hint: keep one of them
`,
		Remedy: "Remove one of them, or decide it in the main module's greengen.rules.",
	},
	{
		Name:    "internal",
		Summary: "greengen itself is at fault",
		Cause: "A pass met something that it cannot be given, or made something that does not hold together. Nothing was\n" +
			"written. No program brings this about that we know of, so there is no example.",
		Remedy: "Please report it, with the function at the position and, if you can, what greengen dump -pass all prints.",
	},
	{
		Name:    "load",
		Summary: "the go command cannot find or list a package",
		Cause:   "greengen loads packages as go build does. The message has what the go command says of them.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- photos.go --
package photos
`,
		Args:   "./album",
		Remedy: "Run go list with the same pattern, and mend what it complains of.",
	},
	{
		Name:    "malformed-directive",
		Summary: "a comment was meant as a directive, and is not written as one",
		Cause: "A directive is //greengen: and its name in lower case, with no blank behind the slashes, and nothing else\n" +
			"on its line. Without this message it would be an ordinary comment.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- photos.go --
package photos

// greengen:patch
func Download() {}

//greengen:patch soon
func Upload() {}
`,
		Output: `photos.go:3:1: // greengen:patch is not read as a directive [malformed-directive]
        hint: write //greengen:patch
photos.go:6:1: //greengen:patch takes no argument [malformed-directive]
        hint: remove what follows it; a comment can stand on a line of its own
`,
		Remedy: "Write the directive as the hint says.",
	},
	{
		Name:    "malformed-rule",
		Summary: "a line of a rule file is no rule",
		Cause: "A rule is an import path with a colon, a verb, and functions as they are declared: F, T.M or (*T).M. A word\n" +
			"that begins with # begins a comment.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- greengen.rules --
plain Download
example.com/photos: offload photos.Album.Load
-- photos.go --
package photos

func Download() {}
`,
		Output: `greengen.rules:1:1: a rule begins with an import path and a colon [malformed-rule]
        hint: write it as example.com/pkg: plain Func
greengen.rules:2:29: photos.Album.Load names no function [malformed-rule]
        hint: write F, T.M or (*T).M, without the package
`,
		Remedy: "Write the rule as the hint says.",
	},
	{
		Name:    "misplaced-directive",
		Summary: "a directive stands where it has no meaning",
		Cause: "//greengen:patch, skip and offload belong to a function, a method, a type (all its methods) or a package\n" +
			"clause (all of the file). The directive has to be part of the doc comment: an empty line parts it from it.\n" +
			"An interface type has no methods that could be rewritten: those of the types that implement it are.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- photos.go --
package photos

//greengen:patch

func Download() {}
`,
		Output: `photos.go:3:1: //greengen:patch stands before no function, type or package clause [misplaced-directive]
        hint: move it to the doc comment of what it is meant for, with no empty line between
`,
		Remedy: "Move the directive to the line above the declaration.",
	},
	{
		Name:    "misplaced-rule",
		Summary: "a rule file speaks of what it cannot decide",
		Cause: "Functions of the runtime have their twins. Of std, and of the main module, only the main module's file may\n" +
			"speak. Methods of interfaces have no code that a worker could run: they are plain, or block.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- greengen.rules --
fmt: skip
-- photos.go --
package photos

func Download() {}
`,
		Output: `greengen.rules:1:6: packages of std are left as they are anyway [misplaced-rule]
        hint: remove the rule
`,
		Remedy: "Remove the rule, or move it to the main module's file.",
	},
	{
		Name:    "no-body",
		Summary: "a marked function has no body",
		Cause:   "The body of the function is in assembly or comes by linkname, so there is nothing to make a twin from.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- sum.s --
-- photos.go --
package photos

//greengen:patch
func sum(p []byte) uint32
`,
		Output: `photos.go:4:6: sum is marked, but has no body [no-body]
        hint: mark the function that calls it, or remove the directive
`,
		Remedy: "Remove the directive. A call of such a function from green code is plain, or offloaded if it may block.",
	},
	{
		Name:    "no-runtime",
		Summary: "the module cannot compile what gen would write",
		Cause: "Generated code imports github.com/greengen/greengen/rt/green, so a module for which gen writes files has to\n" +
			"require greengen. (run, build and test bring the runtime along.) In a vendored module the vendor folder\n" +
			"has to hold it, too.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- photos.go --
package photos

import "time"

//greengen:patch
func Wait() { time.Sleep(1); time.Sleep(2) }
`,
		Output: `go.mod: does not require github.com/greengen/greengen, which generated code imports [no-runtime]
        hint: go get -tool github.com/greengen/greengen/cmd/greengen
`,
		Remedy: "Add the requirement; after that, go generate can call the tool as `go tool greengen`.",
	},
	{
		Name:    "not-ours",
		Summary: "a file of the user's has the name of a generated one",
		Cause: "For photos.go greengen writes photos_green.go. It never overwrites a file that does not begin with the\n" +
			"line that its own files begin with.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26.0

require github.com/greengen/greengen v0.0.0
-- photos.go --
package photos

import "time"

//greengen:patch
func Wait() { time.Sleep(1); time.Sleep(2) }
-- photos_green.go --
package photos
`,
		Output: `photos_green.go: is in the way, and was not made by greengen [not-ours]
        hint: rename this file
`,
		Remedy: "Rename the file.",
	},
	{
		Name:    "stale",
		Summary: "a generated file does not match its source any more",
		Cause: "greengen gen -check-stale makes all files as gen would, and compares them with those on the disk. Sources\n" +
			"changed since, or another version of greengen made them.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26.0

require github.com/greengen/greengen v0.0.0
-- photos.go --
package photos

import "time"

//greengen:patch
func Wait() { time.Sleep(1); time.Sleep(2) }
`,
		Args: "gen -check-stale",
		Output: `photos_green.go: is missing [stale]
        hint: run greengen
`,
		Remedy: "Run go generate, and commit what it writes.",
	},
	{
		Name:    "type-error",
		Summary: "the package does not compile",
		Cause: "greengen takes every program that go build takes, and no other: twins need the types of all operands.\n" +
			"gen reads all packages of the module, whatever it is asked for: a mark in any of them may reach a function\n" +
			"of this one, which then needs a twin. run, build and test read what the program imports.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- photos.go --
package photos

func Download() int { return "none" }
`,
		Remedy: "Mend the package until go build takes it.",
	},
	{
		Name:    "unknown-directive",
		Summary: "a comment begins with //greengen: and names no directive",
		Cause:   "The directives are //greengen:patch, //greengen:skip and //greengen:offload.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- photos.go --
package photos

//greengen:path
func Download() {}
`,
		Output: `photos.go:3:1: unknown directive //greengen:path [unknown-directive]
        hint: the directives are patch, skip and offload
`,
		Remedy: "Correct the name.",
	},
	{
		Name:    "unknown-function",
		Summary: "a rule names a function that is not there",
		Cause: "What the main module's rules name has to be there, in each build that they are read for, also if the program\n" +
			"does not call it. Methods are named as they are declared, not by a type that has them from another one.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- greengen.rules --
example.com/photos: offload Downlaod Album.Load
-- photos.go --
package photos

type Album struct{}

func (a *Album) Load() {}
`,
		Output: `greengen.rules:1:29: example.com/photos has no function Downlaod [unknown-function]
        hint: correct the name: F, T.M or (*T).M, as it is declared
greengen.rules:1:38: example.com/photos has no function Album.Load [unknown-function]
        hint: write (*Album).Load, as it is declared
`,
		Remedy: "Correct the name, or remove the rule.",
	},
	{
		Name:    "unknown-rule",
		Summary: "a rule has a verb that is none",
		Cause:   "The verbs are native, plain, blocks, offload and skip. A newer version of greengen may know others.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- greengen.rules --
example.com/photos: green Download
-- photos.go --
package photos

func Download() {}
`,
		Output: `greengen.rules:1:21: unknown rule green [unknown-rule]
        hint: a package's rules are native, plain, blocks, offload and skip
`,
		Remedy: "Correct the verb.",
	},
	{
		Name:    "unwritable",
		Summary: "a generated file cannot be written",
		Cause: "All files are prepared before the first one is put in place, so when one cannot be written, none was\n" +
			"changed. Here a folder has the name of the file.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26.0

require github.com/greengen/greengen v0.0.0
-- photos.go --
package photos

import "time"

//greengen:patch
func Wait() { time.Sleep(1); time.Sleep(2) }
-- photos_green.go/keep --
`,
		Remedy: "Make the folder writable, or remove what is in the way.",
	},
	{
		Name:    "wrong-twin",
		Summary: "a function cannot be the twin that a rule takes it for",
		Cause: "A twin takes a *green.Hub, then the receiver if there is one, and what the plain function takes. It returns\n" +
			"what that returns, and a *green.Frame behind it if it may suspend. It is exported if it is of another package.",
		Example: `
-- go.mod --
module example.com/photos

go 1.26
-- greengen.rules --
example.com/photos: native Download Download_green
-- photos.go --
package photos

func Download(name string) error { return nil }

func Download_green(name string) error { return nil }
`,
		Output: `greengen.rules:1:28: example.com/photos.Download_green cannot stand for example.com/photos.Download [wrong-twin]
        hint: write func Download_green(h *green.Hub, name string) (error, *green.Frame)
`,
		Remedy: "Write the twin as the hint says, without the frame if it never suspends.",
	},
}

// Lookup finds a code by its name.
func Lookup(name string) (Code, bool) {
	for _, c := range Codes {
		if c.Name == name {
			return c, true
		}
	}
	return Code{}, false
}

// Text renders the code's doc.
func (c Code) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n", c.Name, c.Summary, c.Cause)
	if c.Example != "" {
		fmt.Fprintf(&b, "\nExample: %s\n\n", strings.TrimSpace("greengen "+c.Args))
		b.WriteString(quote(strings.TrimPrefix(c.Example, "\n")))
	}
	if c.Output != "" {
		b.WriteString("\nprints\n\n" + quote(c.Output))
	}
	fmt.Fprintf(&b, "\nRemedy: %s\n", c.Remedy)
	return b.String()
}

func quote(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if line != "\n" {
			b.WriteByte('\t')
		}
		b.WriteString(line)
	}
	return b.String()
}
