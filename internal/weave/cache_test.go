package weave_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/diag"
)

const cached = `
-- go.mod --
module example.com/photos

go 1.21
-- main.go --
package main

import "example.com/photos/album"

func main() { println(album.Name) }
-- album/album.go --
package album

const Name = "album"
-- unused/unused.go --
package unused
`

// age makes all files older than the clock's grain.
func (p *project) age() {
	old := time.Now().Add(-time.Hour)
	require.NoError(p.t, filepath.WalkDir(p.dir, func(name string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(name, old, old)
	}))
}

func newCached(t *testing.T) *project {
	p := newProject(t, cached)
	p.twins = []string{"."}
	p.age()
	return p
}

func TestSecondPrepareIsAHit(t *testing.T) {
	p := newCached(t)
	first := p.prepare(weave.Options{})
	t.Setenv("PATH", onlyGoEnv(t))
	second := p.prepare(weave.Options{})

	require.True(t, second.Hit)
	require.Equal(t, 1, p.calls)
	require.Equal(t, first.Flags, second.Flags)
	require.Equal(t, first.Patterns, second.Patterns)
	require.Equal(t, first.Env, second.Env)
}

// onlyGoEnv makes a go command that fails at all but env.
func onlyGoEnv(t *testing.T) string {
	t.Helper()
	goRoot := os.Getenv("GOROOT")
	if goRoot == "" {
		goRoot = goEnv(t, "GOROOT")
	}
	script := "#!/bin/sh\n[ \"$1\" = env ] || { echo \"go $1 was called\" >&2; exit 1; }\nexec '" +
		filepath.Join(goRoot, "bin", "go") + "' \"$@\"\n"
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o755))
	return dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

func TestWhatMakesAMiss(t *testing.T) {
	for name, change := range map[string]func(p *project) weave.Options{
		"an edited file": func(p *project) weave.Options {
			p.write("main.go", "package main\n\nfunc main() {}\n")
			return weave.Options{}
		},
		"an edited dependency": func(p *project) weave.Options {
			p.write("album/album.go", "package album\n\nconst Name = 1 + 2\n")
			return weave.Options{}
		},
		"an edit of the same size and time": func(p *project) weave.Options {
			now := time.Now()
			set := func(data string) {
				p.write("album/album.go", data)
				require.NoError(p.t, os.Chtimes(filepath.Join(p.dir, "album/album.go"), now, now))
			}
			set("package album\n\nconst Name = 1\n")
			p.prepare(weave.Options{})
			p.calls--
			set("package album\n\nconst Name = 2\n")
			return weave.Options{}
		},
		"a new file": func(p *project) weave.Options {
			p.write("album/more.go", "package album\n")
			return weave.Options{}
		},
		"go.mod": func(p *project) weave.Options {
			p.write("go.mod", "module example.com/photos\n\ngo 1.22\n")
			return weave.Options{}
		},
		"a go.sum that was not there": func(p *project) weave.Options {
			p.write("go.sum", "")
			return weave.Options{}
		},
		"a flag": func(*project) weave.Options {
			return weave.Options{Flags: []string{"-tags=x"}, Build: []string{"-tags=x"}}
		},
		"-all":         func(*project) weave.Options { return weave.Options{All: true} },
		"-torture":     func(*project) weave.Options { return weave.Options{Torture: true} },
		"a pattern":    func(*project) weave.Options { return weave.Options{Patterns: []string{"./..."}} },
		"the platform": func(p *project) weave.Options { p.t.Setenv("GOARCH", "riscv64"); return weave.Options{} },
		"new assembly": func(p *project) weave.Options { // load looks at what it calls
			p.write("x.s", "")
			return weave.Options{}
		},
		"a lost overlay": func(p *project) weave.Options {
			for _, f := range glob(p.t, p.cache, "w/*/*/overlay.json") {
				require.NoError(p.t, os.Remove(f))
			}
			return weave.Options{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newCached(t)
			p.prepare(weave.Options{})

			require.False(t, p.prepare(change(p)).Hit)
			require.Equal(t, 2, p.calls)
		})
	}
}

func TestWhatDoesNotMakeAMiss(t *testing.T) {
	for name, change := range map[string]func(p *project) weave.Options{
		"a touched file": func(p *project) weave.Options {
			now := time.Now()
			require.NoError(p.t, os.Chtimes(filepath.Join(p.dir, "main.go"), now, now))
			return weave.Options{}
		},
		"a package that is not used": func(p *project) weave.Options {
			p.write("unused/unused.go", "package unused\n\nconst X = 1\n")
			return weave.Options{}
		},
		"a flag that does not matter to the transform": func(*project) weave.Options {
			return weave.Options{Flags: []string{"-v=true"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newCached(t)
			p.prepare(weave.Options{})

			require.True(t, p.prepare(change(p)).Hit)
		})
	}
}

// A pattern with ... may match a package that is not there yet.
func TestNewPackageIsAMissForAWildcard(t *testing.T) {
	p := newCached(t)
	all := weave.Options{Patterns: []string{"./..."}}
	p.prepare(all)
	require.True(t, p.prepare(all).Hit)

	p.write("cmd/tool/main.go", "package main\n\nfunc main() {}\n")

	require.False(t, p.prepare(all).Hit)
}

func TestProblemsAreNotCached(t *testing.T) {
	p := newCached(t)
	fail := func(transform.Config) (*transform.Result, error) {
		p.calls++
		return nil, diag.List{{Msg: "broken", Code: "type-error"}}
	}
	for range 2 {
		_, err := weave.Prepare(weave.Options{Dir: p.dir, Patterns: []string{"."}, Cache: p.cache}, fail)
		require.ErrorAs(t, err, new(diag.List))
	}
	require.Equal(t, 2, p.calls)
}

// A cache is trimmed of what nobody used for two weeks, and of nothing else.
func TestTrim(t *testing.T) {
	p := newCached(t)
	old := p.prepare(weave.Options{})
	kept := p.prepare(weave.Options{All: true})
	long := time.Now().Add(-20 * 24 * time.Hour)
	for _, f := range []string{filepath.Join(old.Folder, "record.json"), filepath.Join(p.cache, "trimmed")} {
		require.NoError(t, os.Chtimes(f, long, long))
	}

	p.prepare(weave.Options{Torture: true})

	require.NoDirExists(t, old.Folder)
	require.DirExists(t, kept.Folder)
}

// Each edit would otherwise leave a copy of all it changed.
func TestPrune(t *testing.T) {
	p := newCached(t)
	p.prepare(weave.Options{})
	left := glob(t, p.cache, "w/*/*/main_green.go")
	long := time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chtimes(filepath.Dir(left[0]), long, long))
	p.write("main.go", "package main\n\nfunc main() {}\n")
	p.age()
	p.twins = nil

	p.prepare(weave.Options{})

	require.NoFileExists(t, left[0])
}
