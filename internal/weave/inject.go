package weave

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// injection is what lets generated code import rt where the module does not
// provide it.
type injection struct {
	overlay map[string][]byte // go.mod, go.work
	flags   []string          // for the go command
	env     []string
}

// injector knows the module that is built.
type injector struct {
	env      goEnv
	dir      string
	flags    []string
	files    bool                   // .go files are built, not packages
	over     overlay                // the user's
	unpacked func() (string, error) // the runtime's folder
	asIs     bool                   // some packages of the runtime will do, where there is a vendor folder
}

func (in *injector) run() (injection, error) {
	switch work, mod := in.env.workspace(), in.env.module(); {
	case work != "":
		return in.intoWorkspace(work)
	case mod != "":
		return in.intoModule(mod)
	case in.files:
		return in.scratch()
	default:
		return injection{}, nil // the go command says what is missing
	}
}

// HasRuntime reports whether packages in dir can import rt as they are, and
// names the go.mod or go.work that decides. It is true outside of a module.
func HasRuntime(dir string, build []string) (bool, string, error) {
	env, err := readGoEnv(dir, nil)
	if err != nil {
		return false, "", err
	}
	over, err := userOverlay(dir, env.flag(build, "overlay"))
	if err != nil {
		return false, "", err
	}
	needed := errors.New("needed")
	in := injector{env: env, dir: dir, flags: build, over: over, asIs: true,
		unpacked: func() (string, error) { return "", needed }}
	_, err = in.run()
	decides := cmp.Or(env.workspace(), env.module())
	if errors.Is(err, needed) {
		return false, decides, nil
	}
	return err == nil, decides, err
}

// intoModule adds a requirement to go.mod, if it does not have it.
func (in *injector) intoModule(mod string) (injection, error) {
	if alt := in.env.flag(in.flags, "modfile"); alt != "" {
		mod = absolute(in.dir, alt)
	}
	f, err := in.parseMod(mod)
	if err != nil {
		return injection{}, err
	}
	vendored := in.vendored(filepath.Dir(in.env.module()))
	if modulePath(f) == self || requires(f) && !vendored {
		return injection{}, nil
	}
	result := injection{overlay: map[string][]byte{}}
	if vendored {
		over, err := unvendor(f, filepath.Join(filepath.Dir(in.env.module()), "vendor"))
		if err != nil {
			return injection{}, err
		}
		maps.Copy(result.overlay, over)
		result.flags = []string{"-mod=readonly"}
	}
	if err := in.addRuntime(f); err != nil {
		return injection{}, err
	}
	result.overlay[mod], err = f.Format()
	return result, err
}

// newest is the version that the runtime is required in: none that a dependency requires is
// newer, for then go.mod would have to say so. It is never looked for: a folder replaces it.
const newest = "v1.999999.0"

func (in *injector) addRuntime(f *modfile.File) error {
	rt, err := in.unpacked()
	if err != nil {
		return err
	}
	if err := f.AddRequire(self, newest); err != nil {
		return fmt.Errorf("add the runtime to go.mod: %w", err)
	}
	if err := f.AddReplace(self, "", rt, ""); err != nil {
		return fmt.Errorf("add the runtime to go.mod: %w", err)
	}
	f.Cleanup()
	return nil
}

// intoWorkspace makes the unpacked runtime one more module of the workspace,
// unless one of its modules is greengen or requires it.
func (in *injector) intoWorkspace(work string) (injection, error) {
	data, err := in.read(work)
	if err != nil {
		return injection{}, err
	}
	f, err := modfile.ParseWork(work, data, nil)
	if err != nil {
		return injection{}, err
	}
	for _, use := range f.Use {
		mod := filepath.Join(absolute(filepath.Dir(work), filepath.FromSlash(use.Path)), "go.mod")
		if m, err := in.parseMod(mod); err == nil && (modulePath(m) == self || requires(m)) {
			return injection{}, nil
		}
	}
	rt, err := in.unpacked()
	if err != nil {
		return injection{}, err
	}
	if err := f.AddUse(rt, self); err != nil {
		return injection{}, fmt.Errorf("add the runtime to go.work: %w", err)
	}
	f.Cleanup()
	return injection{overlay: map[string][]byte{work: modfile.Format(f.Syntax)}}, nil
}

// scratch gives .go files outside any module a go.mod, in the current folder
// of the overlay.
func (in *injector) scratch() (injection, error) {
	f := new(modfile.File)
	if err := f.AddModuleStmt("command-line-arguments"); err != nil {
		return injection{}, err
	}
	version, _, _ := strings.Cut(strings.TrimPrefix(in.env["GOVERSION"], "go"), " ")
	if !modfile.GoVersionRE.MatchString(version) {
		version = strings.TrimPrefix(language, "go")
	}
	if err := f.AddGoStmt(version); err != nil {
		return injection{}, err
	}
	if err := in.addRuntime(f); err != nil {
		return injection{}, err
	}
	data, err := f.Format()
	return injection{
		overlay: map[string][]byte{filepath.Join(in.dir, "go.mod"): data},
		flags:   []string{"-mod=readonly"},
		env:     []string{"GO111MODULE=on"},
	}, err
}

func (in *injector) parseMod(mod string) (*modfile.File, error) {
	data, err := in.read(mod)
	if err != nil {
		return nil, err
	}
	return modfile.Parse(mod, data, nil)
}

func (in *injector) read(name string) ([]byte, error) {
	if s, ok := in.over[name]; ok && s.data == nil {
		name = s.file
	} else if ok {
		return s.data, nil
	}
	return os.ReadFile(name)
}

func modulePath(f *modfile.File) string {
	if f.Module == nil {
		return ""
	}
	return f.Module.Mod.Path
}

func requires(f *modfile.File) bool {
	for _, r := range f.Require {
		if r.Mod.Path == self {
			return true
		}
	}
	return false
}

func absolute(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}
