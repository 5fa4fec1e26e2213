package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplitRun(t *testing.T) {
	for name, c := range map[string]struct{ args, patterns, rest []string }{
		"nothing": {},
		"package": {[]string{".", "-all", "x.go"}, []string{"."}, []string{"-all", "x.go"}},
		"files":   {[]string{"a.go", "b.go", "x", "c.go"}, []string{"a.go", "b.go"}, []string{"x", "c.go"}},
	} {
		t.Run(name, func(t *testing.T) {
			patterns, rest := splitRun(c.args)
			require.ElementsMatch(t, c.patterns, patterns)
			require.ElementsMatch(t, c.rest, rest)
		})
	}
}

// Flags after the packages of a test: ours are taken, those of the go command
// go in front of the packages, all from the first unknown one on is the test's.
func TestLateFlags(t *testing.T) {
	for name, c := range map[string]struct {
		args, all, load, rest []string
		torture               bool
	}{
		"ours":        {args: []string{"-torture"}, torture: true},
		"with value":  {args: []string{"-run", "X", "-tags=a", "-v"}, all: []string{"-run=X", "-tags=a", "-v=true"}, load: []string{"-tags=a"}},
		"two dashes":  {args: []string{"--count", "2"}, all: []string{"-count=2"}},
		"the test's":  {args: []string{"-v", "-update", "-run", "X"}, all: []string{"-v=true"}, rest: []string{"-update", "-run", "X"}},
		"after -args": {args: []string{"-args", "-torture"}, rest: []string{"-args", "-torture"}},
	} {
		t.Run(name, func(t *testing.T) {
			var o weaveOptions
			o.every = true
			rest, err := o.late(c.args)
			require.NoError(t, err)
			require.Equal(t, c.rest, rest)
			require.Equal(t, c.all, o.goFlags.all)
			require.Equal(t, c.load, o.load)
			require.Equal(t, c.torture, o.torture)
			require.True(t, o.every, "a flag given earlier is kept")
		})
	}
}

// What a debugger reads is left out where the go command throws it away, and only there.
func TestWithoutDebugging(t *testing.T) {
	const stripped, quick = "-ldflags=-s -w", "-gcflags=-dwarf=false"
	for name, c := range map[string]struct {
		verb, goflags string
		given, all    []string
	}{
		"build":           {verb: "build"},
		"run":             {verb: "run", all: []string{stripped, quick}},
		"test":            {verb: "test", all: []string{quick}},
		"own flags":       {verb: "run", given: []string{"gcflags", "-N -l"}, all: []string{"-gcflags=-N -l", stripped}},
		"own in GOFLAGS":  {verb: "run", goflags: "-gcflags=-l", all: []string{stripped}},
		"test kept":       {verb: "test", given: []string{"c", "true"}, all: []string{"-c=true"}},
		"test profiled":   {verb: "test", given: []string{"cpuprofile", "p"}, all: []string{"-cpuprofile=p"}},
		"test by another": {verb: "test", given: []string{"exec", "dlv"}, all: []string{"-exec=dlv"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOFLAGS", c.goflags)
			var o weaveOptions
			if c.given != nil {
				o.add(c.given[0], c.given[1])
			}
			o.withoutDebugging(c.verb)
			require.Equal(t, c.all, o.goFlags.all)
			require.NotContains(t, o.load, quick)
		})
	}
}

func TestParseTarget(t *testing.T) {
	for what, want := range map[string]target{
		"./...":              {pattern: "./..."},
		".Serve":             {pattern: ".", dir: "/m", name: "Serve"},
		"Serve":              {pattern: ".", dir: "/m", name: "Serve"},
		"Conn.Read":          {pattern: ".", dir: "/m", name: "Conn.Read"},
		"./srv.Serve":        {pattern: "./srv", dir: "/m/srv", name: "Serve"},
		"./srv.Conn.Read":    {pattern: "./srv", dir: "/m/srv", name: "Conn.Read"},
		"../srv.Serve":       {pattern: "../srv", dir: "/srv", name: "Serve"},
		"example.com/a/srv":  {pattern: "example.com/a/srv"},
		"example.com/a/b.F":  {pattern: "example.com/a/b", name: "F"},
		"srv/a.go:31":        {pattern: "/m/srv", dir: "/m/srv", file: "/m/srv/a.go", line: 31},
		"/m/srv/a.go:31:4":   {pattern: "/m/srv", dir: "/m/srv", file: "/m/srv/a.go", line: 31},
		"example.com/a/srv/": {pattern: "example.com/a/srv/"},
	} {
		t.Run(what, func(t *testing.T) { require.Equal(t, want, parseTarget("/m", what)) })
	}
}
