package runner

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/greengen/greengen/internal/conformance/outcome"
	"github.com/greengen/greengen/internal/weave"
	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/ir"
)

// job asks a process of its own to weave some programs.
type job struct {
	Dir   string   // the scratch module
	Slugs []string // programs
	Flags []string // of the build
	Cache string   // for overlays; lives as long as the build
	Reply string   // file to write
}

// reply is what the go command needs, and what became of each function.
type reply struct {
	Flags, Patterns, Env []string
	Funcs                []fate
}

// fate is what the transform says of one function.
type fate struct {
	File      string // below the scratch module, with slashes
	Line, Col int
	Name      string // as the runtime has it
	Color     ir.Color
	Reason    string // why it is not green
}

// Weave does the job in the file name, as greengen run -all -torture would.
func Weave(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var j job
	if err := json.Unmarshal(data, &j); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	o := weave.Options{
		Dir: j.Dir, Flags: j.Flags, Cache: j.Cache, All: true, Torture: true,
	}
	for _, slug := range j.Slugs {
		o.Patterns = append(o.Patterns, "./"+slug)
	}
	for _, f := range j.Flags {
		if strings.HasPrefix(f, "-tags=") || f == "-race" {
			o.Build = append(o.Build, f)
		}
	}
	rep := reply{}
	plan, err := weave.Prepare(o, func(c transform.Config) (*transform.Result, error) {
		res, err := transform.Run(c)
		if err == nil {
			rep.Funcs = fates(res.Unit, j.Dir)
		}
		return res, err
	})
	if err != nil {
		return err
	}
	rep.Flags, rep.Patterns, rep.Env = plan.Flags, plan.Patterns, plan.Env
	if data, err = json.Marshal(rep); err != nil {
		return err
	}
	return os.WriteFile(j.Reply, data, 0o666)
}

// fates lists the functions below dir.
func fates(u *ir.Unit, dir string) []fate {
	var all []fate
	for _, pkg := range u.Packages {
		for _, f := range pkg.Funcs {
			at := u.Fset.PositionFor(f.Pos(), false)
			rel, err := filepath.Rel(dir, at.Filename)
			if err != nil || f.Syntax() == nil {
				continue
			}
			all = append(all, fate{filepath.ToSlash(rel), at.Line, at.Column, f.Name, f.Color, f.Reason})
		}
	}
	return all
}

// woven is a group of programs that went through one run of the transform.
type woven struct {
	programs []*program
	reply    *reply
	cache    string // to be removed after the build
}

// weave transforms the programs, together if that works. It returns why those
// that could not be transformed could not.
func (r *Runner) weave(id, dir string, programs []*program) ([]woven, map[string]string, error) {
	rep, cache, problem, err := r.weaveOnce(id, dir, programs)
	switch {
	case err != nil:
		return nil, nil, err
	case problem == "":
		return []woven{{programs, rep, cache}}, nil, nil
	case len(programs) == 1:
		return nil, map[string]string{programs[0].Slug(): problem}, nil
	}
	half := len(programs) / 2
	done, failed, err := r.weave(id+"l", dir, programs[:half])
	if err != nil {
		return nil, nil, err
	}
	more, worse, err := r.weave(id+"r", dir, programs[half:])
	if failed == nil {
		failed = map[string]string{}
	}
	maps.Copy(failed, worse)
	return append(done, more...), failed, err
}

// weaveOnce runs the transform in a process of its own: it may hang or die.
func (r *Runner) weaveOnce(id, dir string, programs []*program) (rep *reply, cache, problem string, err error) {
	cache = filepath.Join(r.greenDir, "weave", id)
	if err := os.RemoveAll(cache); err != nil {
		return nil, "", "", err
	}
	j := job{Dir: dir, Flags: programs[0].Recipe.Build, Cache: cache, Reply: filepath.Join(cache, "reply.json")}
	for _, p := range programs {
		j.Slugs = append(j.Slugs, p.Slug())
	}
	data, err := json.Marshal(j)
	if err != nil {
		return nil, "", "", err
	}
	file := filepath.Join(cache, "job.json")
	if err := writeFile(file, data); err != nil {
		return nil, "", "", err
	}
	o, err := outcome.Run(r.ctx, outcome.Command{
		Path: r.self, Args: []string{"-weave", file}, Dir: dir, Scratch: cache,
		Env:     append([]string{"GOWORK=off"}, programs[0].Recipe.Env...),
		Timeout: 2*time.Minute + time.Duration(len(programs))*5*time.Second,
	})
	if err != nil {
		return nil, "", "", err
	}
	if o.Exit != "exit 0" {
		os.RemoveAll(cache)
		return nil, "", fmt.Sprintf("%s\n%s", o.Exit, o.Stderr), nil
	}
	if data, err = os.ReadFile(j.Reply); err != nil {
		return nil, "", "", err
	}
	rep = &reply{}
	return rep, cache, "", json.Unmarshal(data, rep)
}
