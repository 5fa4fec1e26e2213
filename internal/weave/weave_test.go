package weave_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
)

// project is a folder with files, and a transform that adds twin to each
// folder in twins and counts its calls.
type project struct {
	t     *testing.T
	dir   string
	cache string
	twins []string
	stale []string
	calls int
}

// twin uses the runtime as emitted code does, in a file of a package main.
const twin = `package main

import "github.com/greengen/greengen/rt/green"

func init() { println("woven", green.Blocking().Blocks()) }
`

func newProject(t *testing.T, archive string) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir(), cache: t.TempDir()}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		p.write(f.Name, string(f.Data))
	}
	return p
}

func (p *project) write(name, data string) {
	p.t.Helper()
	name = filepath.Join(p.dir, name)
	require.NoError(p.t, os.MkdirAll(filepath.Dir(name), 0o777))
	require.NoError(p.t, os.WriteFile(name, []byte(data), 0o666))
}

func (p *project) transform(c transform.Config) (*transform.Result, error) {
	p.calls++
	res := new(transform.Result)
	for _, dir := range p.twins {
		res.Files = append(res.Files, transform.File{Path: filepath.Join(p.dir, dir, "main_green.go"), Data: []byte(twin)})
	}
	for _, f := range p.stale {
		res.Stale = append(res.Stale, filepath.Join(p.dir, f))
	}
	return res, nil
}

func (p *project) prepare(o weave.Options) *weave.Plan {
	p.t.Helper()
	if o.Dir == "" {
		o.Dir = p.dir
	}
	if o.Patterns == nil {
		o.Patterns = []string{"."}
	}
	o.Cache = p.cache
	plan, err := weave.Prepare(o, p.transform)
	require.NoError(p.t, err)
	return plan
}

// output builds and runs plan as Run does, in a child.
func (p *project) output(plan *weave.Plan) string {
	p.t.Helper()
	bin := filepath.Join(p.t.TempDir(), "prog")
	args := append([]string{"build", "-o=" + bin}, plan.Flags...)
	cmd := exec.Command("go", append(args, plan.Patterns...)...)
	cmd.Dir, cmd.Env = plan.Dir, append(os.Environ(), plan.Env...)
	out, err := cmd.CombinedOutput()
	require.NoError(p.t, err, "go %s\n%s", strings.Join(cmd.Args[1:], " "), out)
	out, err = exec.Command(bin).CombinedOutput()
	require.NoError(p.t, err)
	return string(out)
}

// files lists what is in the project's folder.
func (p *project) files() string {
	var names bytes.Buffer
	_ = filepath.WalkDir(p.dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(p.dir, name)
			names.WriteString(filepath.ToSlash(rel) + "\n")
		}
		return err
	})
	return names.String()
}

const module = `
-- go.mod --
module example.com/photos

go 1.21
-- main.go --
package main

func main() { println("main") }
`

func TestModuleWithoutRuntime(t *testing.T) {
	p := newProject(t, module)
	p.twins = []string{"."}
	before := p.files()

	require.Equal(t, "woven true\nmain\n", p.output(p.prepare(weave.Options{})))
	require.Equal(t, before, p.files())
}

// A program in which nothing is green must build as go build does, whatever
// stands in the way of an injection.
func TestNothingGreen(t *testing.T) {
	plan := newProject(t, module).prepare(weave.Options{})

	require.Empty(t, plan.Flags)
	require.Empty(t, plan.Env)
}

func TestModuleWithModfileFlag(t *testing.T) {
	p := newProject(t, module+`-- other.mod --
module example.com/other

go 1.21
`)
	p.twins = []string{"."}
	flags := []string{"-modfile=other.mod"}

	require.Equal(t, "woven true\nmain\n", p.output(p.prepare(weave.Options{Flags: flags, Build: flags})))
}

func TestWorkspace(t *testing.T) {
	p := newProject(t, `
-- go.work --
go 1.21

use (
	./app
	./lib
)
-- app/go.mod --
module example.com/app

go 1.21
-- app/main.go --
package main

import "example.com/lib"

func main() { println(lib.Name) }
-- lib/go.mod --
module example.com/lib

go 1.21
-- lib/lib.go --
package lib

const Name = "lib"
`)
	p.twins = []string{"app"}

	require.Equal(t, "woven true\nlib\n", p.output(p.prepare(weave.Options{Patterns: []string{"./app"}})))
}

// vendor/modules.txt knows no runtime, and cannot be overlaid.
func TestVendored(t *testing.T) {
	p := newProject(t, `
-- go.mod --
module example.com/app

go 1.21

require (
	example.com/lib v1.2.3
	example.com/lib/sub v1.0.0
)
-- main.go --
package main

import (
	"example.com/lib"
	"example.com/lib/sub"
)

func main() { println(lib.Name, sub.Name) }
-- vendor/modules.txt --
# example.com/lib v1.2.3
## explicit; go 1.20
example.com/lib
# example.com/lib/sub v1.0.0
## explicit
example.com/lib/sub
-- vendor/example.com/lib/lib.go --
package lib

const Name = "lib"
-- vendor/example.com/lib/sub/sub.go --
package sub

const Name = "sub"
`)
	p.twins = []string{"."}

	for _, flags := range [][]string{nil, {"-mod=vendor"}} {
		require.Equal(t, "woven true\nlib sub\n", p.output(p.prepare(weave.Options{Flags: flags, Build: flags})))
	}
}

func TestFileOutsideModule(t *testing.T) {
	p := newProject(t, `
-- prog/main.go --
package main

func main() { println("main") }
-- here/keep --
`)
	p.twins = []string{"prog"}
	before := p.files()

	for _, name := range []string{filepath.Join(p.dir, "prog", "main.go"), filepath.Join("..", "prog", "main.go")} {
		plan := p.prepare(weave.Options{Dir: filepath.Join(p.dir, "here"), Patterns: []string{name}})
		require.Equal(t, "woven true\nmain\n", p.output(plan))
	}
	require.Equal(t, before, p.files())
}

func TestFileInModule(t *testing.T) {
	p := newProject(t, module)
	p.twins = []string{"."}

	require.Equal(t, "woven true\nmain\n", p.output(p.prepare(weave.Options{Patterns: []string{"main.go"}})))
}

// The user's overlay and ours have to become one: the go command takes the last.
func TestUserOverlay(t *testing.T) {
	p := newProject(t, module+`-- edited --
package main

func main() { println("edited") }
-- overlay.json --
{"Replace": {"main.go": "edited"}}
`)
	p.twins = []string{"."}
	flags := []string{"-overlay=overlay.json"}

	require.Equal(t, "woven true\nedited\n", p.output(p.prepare(weave.Options{Flags: flags, Build: flags})))
}

// What an earlier gen left behind may not be built next to what is woven.
func TestStaleFilesAreHidden(t *testing.T) {
	p := newProject(t, module+`-- old_green.go --
package main

func init() { println("old") }
`)
	p.stale = []string{"old_green.go"}

	require.Equal(t, "main\n", p.output(p.prepare(weave.Options{})))
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	return names
}
