package runner

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/greengen/greengen/internal/conformance/instrument"
	"github.com/greengen/greengen/internal/conformance/suite"
)

const tracePkg = "github.com/greengen/greengen/rt/trace"

// program is a program of the suite, ready to be built.
type program struct {
	*suite.Program
	sources []suite.Source // as they are
	woven   []suite.Source // instrumented
	ins     *instrument.Result
	names   []string // of the Go files, as in ins
	spawns  bool     // it may run more than one goroutine
	clock   bool     // it measures time
	outside bool     // it changes files or processes
	err     error    // it could not be prepared
}

// spawning finds what may start a goroutine. Finding too much costs time only.
var spawning = regexp.MustCompile(`\bgo\s+[\w(*]|AfterFunc|SetFinalizer|AddCleanup|\bPull2?\b|signal\.|"net|exec\.`)

var measuring = regexp.MustCompile(`\btime\.(Now|Since)\b`)

// reaching finds what must not lose a statement: who knows which file it would
// then remove.
var reaching = regexp.MustCompile(`\bos\.(Remove|Rename|Create|OpenFile|WriteFile|Mkdir|Chdir|Truncate|Link|Symlink|FindProcess)|ioutil\.|syscall\.|exec\.|import "C"`)

// prepare reads and instruments e.
func (r *Runner) prepare(e suite.Entry) (*program, error) {
	sp, err := suite.New(e, r.testRoot())
	if err != nil {
		return nil, err
	}
	p := &program{Program: sp}
	var output []byte
	if p.Generated() {
		if output, err = r.generate(p); err != nil {
			return nil, err
		}
	}
	if p.sources, err = p.Sources(output); err != nil {
		return nil, fmt.Errorf("%s: %w", e.File, err)
	}
	return p, p.instrument()
}

func (p *program) instrument() error {
	var files []instrument.File
	for _, s := range p.sources {
		if strings.HasSuffix(s.Name, ".go") {
			files = append(files, instrument.File{Name: s.Name, Src: s.Src})
			p.names = append(p.names, s.Name)
			p.spawns = p.spawns || spawning.Match(s.Src)
			p.clock = p.clock || measuring.Match(s.Src)
			p.outside = p.outside || reaching.Match(s.Src)
		}
	}
	var err error
	if p.ins, err = instrument.Program(files, tracePkg); err != nil {
		return fmt.Errorf("%s: %w", p.File, err)
	}
	p.woven = append([]suite.Source(nil), p.sources...)
	i := 0
	for at, s := range p.woven {
		if strings.HasSuffix(s.Name, ".go") {
			p.woven[at].Src = p.ins.Files[i]
			i++
		}
	}
	return nil
}

// generate returns what the generator of p prints; it is run once.
func (r *Runner) generate(p *program) ([]byte, error) {
	name := filepath.Join(r.plainDir, "gen", p.Slug()+".go")
	if data, err := os.ReadFile(name); err == nil {
		return data, nil
	}
	r.logf("generating %s", p.File)
	cmd := exec.CommandContext(r.ctx, "go", p.Generator()...)
	cmd.Dir = p.Root
	cmd.Env = append(os.Environ(), "GOENV=off", "GOFLAGS=", "PWD="+p.Root)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	data, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("generate %s: %w: %s", p.File, err, stderr.Bytes())
	}
	return data, writeFile(name, data)
}

// home is the root of the module that p is built in, below dir: that of all
// programs, or one of its own.
func (r *Runner) home(dir string, p *program) string {
	if p.Module == suite.Module {
		return dir
	}
	return filepath.Join(dir, "own", p.Slug())
}

// write puts the files of p into its folder below dir, and go.mod above.
func (r *Runner) write(dir string, p *program, sources []suite.Source) error {
	language := strings.TrimPrefix(r.version, "go")
	if parts := strings.SplitN(language, ".", 3); len(parts) == 3 {
		language = parts[0] + "." + parts[1]
	}
	text := fmt.Sprintf("module %s\n\ngo %s.0\n\nrequire github.com/greengen/greengen v0.0.0\n\n"+
		"replace github.com/greengen/greengen => %s\n", p.Module, language, r.Repo)
	home := r.home(dir, p)
	if err := writeFile(filepath.Join(home, "go.mod"), []byte(text)); err != nil {
		return err
	}
	for _, s := range sources {
		if err := writeFile(filepath.Join(home, p.Slug(), filepath.FromSlash(s.Name)), s.Src); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes name and the folders above, unless it is so already.
func writeFile(name string, data []byte) error {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}
