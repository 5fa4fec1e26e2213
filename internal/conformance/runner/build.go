package runner

import (
	"bytes"
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/greengen/greengen/internal/conformance/suite"
)

// build is one go build of several programs.
type build struct {
	ctx   context.Context
	dir   string // the module
	bin   string // where binaries go
	flags []string
	env   []string
	extra []string // patterns apart from the programs
}

// run builds the programs with the given slugs and returns why some of them
// could not be built.
func (b *build) run(slugs []string) map[string]string {
	failed := map[string]string{}
	for left := slugs; len(left) > 0; {
		out, err := b.command(left)
		if err == nil {
			break
		}
		found := blame(out, left)
		if b.ctx.Err() != nil {
			return nil // the programs' runs will fail with that error
		}
		if len(found) == 0 {
			// The go command did not even begin to compile.
			if len(left) == 1 {
				failed[left[0]] = "go build: " + err.Error() + "\n" + string(out)
			} else {
				maps.Copy(failed, b.run(left[:len(left)/2]))
				maps.Copy(failed, b.run(left[len(left)/2:]))
			}
			break
		}
		maps.Copy(failed, found)
		left = slices.DeleteFunc(slices.Clone(left), func(slug string) bool {
			_, bad := found[slug]
			return bad
		})
	}
	return failed
}

func (b *build) command(slugs []string) ([]byte, error) {
	// Of a large generated function the compiler writes down where each variable is at each
	// instruction: that took it 20 GB for one of 7,000 calls.
	args := append([]string{"build", "-o", b.bin + string(filepath.Separator), "-p=1", "-gcflags=-dwarf=false", "-ldflags=-w"}, b.flags...)
	for _, slug := range slugs {
		args = append(args, "./"+slug)
	}
	if err := os.MkdirAll(b.bin, 0o777); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(b.ctx, "go", append(args, b.extra...)...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "GOENV=off", "GOFLAGS=", "GOWORK=off", "PWD="+b.dir)
	cmd.Env = append(cmd.Env, b.env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.Bytes(), err
}

var heading = regexp.MustCompile(`(?m)^# \[?(\S+?)\]?(?: .*)?$`)

// blame finds the programs that the go command's output complains about, and
// what it says of each.
func blame(out []byte, slugs []string) map[string]string {
	failed := map[string]string{}
	at := heading.FindAllSubmatchIndex(out, -1)
	for i, m := range at {
		end := len(out)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		path, ours := strings.CutPrefix(string(out[m[2]:m[3]]), suite.Module+"/")
		slug, _, _ := strings.Cut(path, "/")
		if ours && slices.Contains(slugs, slug) {
			failed[slug] += strings.TrimSpace(string(out[m[1]:end])) + "\n"
		}
	}
	return failed
}

// binary is where the program slug was built.
func (b *build) binary(slug string) string { return filepath.Join(b.bin, slug) }
