package weave

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// goEnv is what `go env` says, without what differs in every call.
type goEnv map[string]string

func readGoEnv(dir string, env []string) (goEnv, error) {
	out, err := goOutput(dir, env, "env", "-json")
	if err != nil {
		return nil, err
	}
	var e goEnv
	if err := json.Unmarshal(out, &e); err != nil {
		return nil, fmt.Errorf("read go env: %w", err)
	}
	delete(e, "GOGCCFLAGS") // names a temporary folder
	return e, nil
}

// module returns the go.mod in effect, "" outside of a module.
func (e goEnv) module() string {
	if m := e["GOMOD"]; m != os.DevNull {
		return m
	}
	return ""
}

// workspace returns the go.work in effect, "" if there is none.
func (e goEnv) workspace() string {
	if w := e["GOWORK"]; w != "off" {
		return w
	}
	return ""
}

// flag returns the value of a go flag, given or in GOFLAGS. The last one wins.
func (e goEnv) flag(flags []string, name string) string {
	value := ""
	for _, f := range append(strings.Fields(e["GOFLAGS"]), flags...) {
		f = "-" + strings.TrimLeft(f, "-")
		if v, ok := strings.CutPrefix(f, "-"+name+"="); ok {
			value = v
		}
	}
	return value
}

// Wild reports whether pattern may match more than one package.
func Wild(pattern string) bool {
	return strings.Contains(pattern, "...") || slices.Contains([]string{"all", "cmd", "std", "tool", "work"}, pattern)
}

// List returns the import paths of the packages that pattern matches.
func List(dir string, build []string, pattern string) ([]string, error) {
	args := append([]string{"list", "-e"}, build...)
	out, err := goOutput(dir, nil, append(args, "--", pattern)...)
	return strings.Fields(string(out)), err
}

// goOutput runs the go command and returns what it prints; what it complains of
// becomes the error.
func goOutput(dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = dir, env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && stderr.Len() > 0 {
			err = errors.New(strings.TrimSpace(stderr.String()))
		}
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return stdout.Bytes(), nil
}
