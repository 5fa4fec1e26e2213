package load

import (
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"
)

// listing is the packages of the main module, being listed.
type listing struct {
	pc   packages.Config // Dir is the folder of its go.mod
	done chan struct{}
	pkgs []*packages.Package
	err  error
}

// listModule begins to list the main module, if that is needed, while others list
// patterns. Only these tell where the module is; as a rule it is where the next go.mod is.
func (cfg *Config) listModule(pc packages.Config, patterns []string) *listing {
	l := &listing{pc: pc, done: make(chan struct{})}
	l.pc.Dir = nextModule(cfg.Dir)
	if !cfg.WholeModule || l.pc.Dir == "" || cfg.all(patterns, l.pc.Dir) {
		l.pc.Dir = ""
		close(l.done)
		return l
	}
	go func() {
		defer close(l.done)
		l.load()
	}()
	return l
}

func (l *listing) load() { l.pkgs, l.err = packages.Load(&l.pc, "./...") }

// at returns the packages, now that the folder is known: none if there was an error.
func (l *listing) at(dir string) []*packages.Package {
	<-l.done
	if l.pc.Dir != dir {
		l.pc.Dir = dir
		l.load()
	}
	if l.err != nil {
		return nil
	}
	return l.pkgs
}

// nextModule returns the folder of the go.mod in dir or above it, "" if there is none.
func nextModule(dir string) string {
	dir, err := filepath.Abs(dir)
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return ""
}

// all reports whether patterns list all of the module in dir.
func (cfg *Config) all(patterns []string, dir string) bool {
	return dir == cfg.Dir && slices.Equal(patterns, []string{"./..."})
}
