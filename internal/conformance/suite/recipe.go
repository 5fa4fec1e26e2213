package suite

import (
	"fmt"
	"strings"
)

// Recipe says how a program is made and run.
type Recipe struct {
	Action     string
	Sources    []string // more files of the program, or of its generator
	Args       []string // for the program
	Build      []string // flags for go build
	Env        []string // for build and run
	Single     bool     // each file of the folder is a package of its own
	SkipBefore bool     // the package before the last does not compile
}

// ParseRecipe reads a recipe line as Go's own runner does.
func ParseRecipe(line string) (Recipe, error) {
	words, err := splitQuoted(line)
	if err != nil || len(words) == 0 {
		return Recipe{}, fmt.Errorf("recipe %q: %w", line, err)
	}
	r := Recipe{Action: words[0]}
	flags, rest := r.flags(words[1:])
	for i, a := range rest {
		if strings.HasSuffix(a, ".go") && i == len(r.Sources) {
			r.Sources = append(r.Sources, a)
		} else {
			r.Args = append(r.Args, a)
		}
	}
	switch r.Action {
	case "run", "buildrun", "runoutput", "runindir", "buildrundir":
		r.Build = append(r.Build, flags...)
	case "rundir", "errorcheckandrundir":
		r.Build = append(r.Build, compilerFlags(flags)...)
	default:
		return r, fmt.Errorf("recipe %q: action %s is not known", line, r.Action)
	}
	return r, nil
}

// flags takes the runner's own flags off the front of words; it returns those
// for the build, and what follows.
func (r *Recipe) flags(words []string) (build, rest []string) {
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		switch flag := words[0]; flag {
		case "-0", "-m":
		case "-1":
			r.SkipBefore = true
		case "-s":
			r.Single = true
		case "-t", "-gomodversion", "-goexperiment", "-godebug":
			words = words[1:]
			if len(words) > 0 && strings.HasPrefix(flag, "-goexp") {
				r.Env = append(r.Env, "GOEXPERIMENT="+words[0])
			} else if len(words) > 0 && flag == "-godebug" {
				r.Env = append(r.Env, "GODEBUG="+words[0])
			}
		case "-gcflags", "-ldflags", "-tags":
			// The value may begin with a dash and is a word of its own.
			if len(words) > 1 {
				build = append(build, flag+"="+words[1])
				words = words[1:]
			}
		default:
			build = append(build, flag)
		}
		if len(words) > 0 {
			words = words[1:]
		}
	}
	return build, words
}

// compilerFlags turns flags meant for go tool compile into those of go build.
func compilerFlags(flags []string) []string {
	var gc, build []string
	for i, f := range flags {
		if strings.HasPrefix(f, "-ldflags=") {
			ld := append([]string{strings.TrimPrefix(f, "-ldflags=")}, flags[i+1:]...)
			build = append(build, "-ldflags="+strings.Join(ld, " "))
			break
		}
		gc = append(gc, f)
	}
	if len(gc) > 0 {
		build = append(build, "-gcflags=./...="+strings.Join(gc, " "))
	}
	return build
}

// splitQuoted splits s at blanks; '…' and "…" keep theirs.
func splitQuoted(s string) ([]string, error) {
	var words []string
	var word strings.Builder
	var quote rune
	open := false
	for _, c := range s {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '"' || c == '\'':
			quote, open = c, true
		case c == ' ' || c == '\t':
			if open {
				words = append(words, word.String())
				word.Reset()
				open = false
			}
		default:
			word.WriteRune(c)
			open = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("no closing %c", quote)
	}
	if open {
		words = append(words, word.String())
	}
	return words, nil
}
