package weave

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// ExitError is the status of a go command or program that ended with one and
// has said why.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprint("exit status ", e.Code) }

// Go runs `go verb` with the plan, then trail, and env added to ours. Where the
// system can, the go command takes over this process, and Go does not return.
func (p *Plan) Go(verb string, trail, env []string) error {
	tool, err := exec.LookPath("go")
	if err != nil {
		return fmt.Errorf("find the go command: %w", err)
	}
	if err := os.Chdir(p.Dir); err != nil {
		return err
	}
	return become(tool, p.args(verb, nil, trail), p.environ(env))
}

// Run builds the program into the cache, and lets it take over this process:
// its exit status and signals are its own.
func (p *Plan) Run(args, env []string) error {
	bin := filepath.Join(p.Folder, binName)
	if err := os.MkdirAll(bin, 0o777); err != nil {
		return fmt.Errorf("write cache: %w", err)
	}
	// The lock lasts until the program runs: another build may replace the
	// file only then. It ends with exec, or when this process ends.
	unlock, err := lockedfile.MutexAt(filepath.Join(p.Folder, lockName)).Lock()
	if err != nil {
		return fmt.Errorf("lock cache: %w", err)
	}
	defer unlock()
	bin = filepath.Join(bin, p.program())
	cmd := exec.Command("go", p.args("build", []string{"-o=" + bin}, nil)[1:]...)
	cmd.Dir, cmd.Env = p.Dir, p.environ(nil)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := status(cmd.Run()); err != nil {
		return err
	}
	if info, err := os.Stat(bin); err == nil && info.Mode()&0o111 == 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("%s is not a main package", p.Patterns[0])
	}
	if err := os.Chdir(p.Dir); err != nil {
		return err
	}
	return become(bin, append([]string{bin}, args...), setenv(os.Environ(), env))
}

func (p *Plan) args(verb string, first, trail []string) []string {
	args := append([]string{"go", verb}, first...)
	args = append(args, p.Flags...)
	args = append(args, p.Patterns...)
	return append(args, trail...)
}

func (p *Plan) environ(more []string) []string {
	return setenv(setenv(os.Environ(), p.Env), more)
}

// setenv returns env with the variables in more, each once: of two, a program
// in place of this one would see the first.
func setenv(env, more []string) []string {
	var kept []string
	for _, v := range env {
		name, _, _ := strings.Cut(v, "=")
		if !slices.ContainsFunc(more, func(m string) bool { return strings.HasPrefix(m, name+"=") }) {
			kept = append(kept, v)
		}
	}
	return append(kept, more...)
}

// program names the binary as go run does: after the first file, or the package.
func (p *Plan) program() string {
	name := "."
	if len(p.Patterns) > 0 {
		name = p.Patterns[0]
	}
	if strings.HasPrefix(name, ".") {
		name = filepath.Join(p.Dir, name)
	}
	name = strings.TrimSuffix(filepath.Base(name), ".go")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return name
}

// status turns the status of a child that has complained itself into an ExitError.
func status(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return &ExitError{exit.ExitCode()}
	}
	return err
}
