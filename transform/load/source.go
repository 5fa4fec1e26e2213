package load

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"
)

// errUnusual is no problem of the user's: packages.Load copes with it.
var errUnusual = errors.New("not only plain Go packages without errors")

// sources loads the packages of paths as packages.Load does, whose way takes them and what
// they import from one go command: that compiles all of them, since it does not know that
// only the latter's export data is looked at. For a large package, changed or with what
// was generated for it, this takes many times as long as the rest.
//
// It only takes what is as usual. All problems are left to packages.Load, which
// has words for them.
type sources struct {
	place *place
	fset  *token.FileSet
	paths map[string]*source
	deps  map[string]*packages.Package // what they import besides, by ID
	sizes types.Sizes
}

// source is one package.
type source struct {
	*packages.Package
	done chan struct{} // closed when it is checked
	err  error
}

// source loads at.paths, whose metadata roots has found.
func (at *place) source(pc packages.Config) ([]*packages.Package, error) {
	if at.late != nil || pc.Tests || len(pc.Overlay) > 0 || len(at.rules.extras()) > 0 {
		return nil, errUnusual
	}
	s := &sources{place: at, fset: pc.Fset, paths: map[string]*source{}, deps: map[string]*packages.Package{}}
	if !s.find() {
		return nil, errUnusual
	}
	var group errgroup.Group
	group.Go(func() error { return s.exported(pc) })
	group.Go(s.parse)
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return s.check()
}

// find sets paths and deps, and reports whether they are as usual.
func (s *sources) find() bool {
	for _, path := range s.place.paths {
		p := s.place.found[path]
		if p == nil || p.Module == nil {
			return false
		}
		q := *p // roots' own has neither syntax nor types
		s.paths[path] = &source{Package: &q, done: make(chan struct{})}
	}
	usual := true
	var all []*packages.Package
	for _, p := range s.paths {
		all = append(all, p.Package)
	}
	packages.Visit(all, nil, func(p *packages.Package) {
		usual = usual && len(p.Errors) == 0
		_, own := s.paths[p.ID]
		for _, q := range p.Imports {
			switch _, root := s.paths[q.ID]; {
			case root && !own: // its export data is of another package than ours
				usual = false
			case own && !root:
				s.deps[q.ID] = q
			}
		}
	})
	return usual
}

// exported loads deps from export data. These are made, if need be, while others parse.
func (s *sources) exported(pc packages.Config) error {
	pc.Mode = packages.NeedName | packages.NeedImports | packages.NeedTypes | packages.NeedTypesSizes
	patterns := []string{"unsafe"} // it always has the sizes
	for id := range s.deps {
		patterns = append(patterns, id)
	}
	slices.Sort(patterns)
	pkgs, err := packages.Load(&pc, slices.Compact(patterns)...)
	if err != nil {
		return err
	}
	for _, p := range pkgs {
		if len(p.Errors) > 0 || p.Types == nil {
			return errUnusual
		}
		if p.TypesSizes != nil {
			s.sizes = p.TypesSizes
		}
		s.deps[p.ID] = p
	}
	return nil
}

// parse parses all files.
func (s *sources) parse() error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range s.paths {
		p.Fset, p.CompiledGoFiles = s.fset, p.GoFiles
		p.Syntax = make([]*ast.File, len(p.GoFiles))
		for i, name := range p.GoFiles {
			group.Go(func() error {
				src, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				p.Syntax[i], err = s.place.parse(s.fset, name, src)
				if err == nil && usesC(p.Syntax[i]) {
					err = errUnusual // CompiledGoFiles are others
				}
				return err
			})
		}
	}
	return group.Wait()
}

// check checks the types of all packages, each when those it imports are done.
func (s *sources) check() ([]*packages.Package, error) {
	var group errgroup.Group
	cores := make(chan struct{}, runtime.GOMAXPROCS(0))
	var list []*packages.Package
	for _, path := range s.place.paths {
		p := s.paths[path]
		list = append(list, p.Package)
		group.Go(func() error {
			defer close(p.done)
			for _, q := range p.Imports {
				if q := s.paths[q.ID]; q != nil {
					<-q.done
				}
			}
			cores <- struct{}{}
			defer func() { <-cores }()
			p.err = s.types(p)
			return p.err
		})
	}
	return list, group.Wait()
}

func (s *sources) types(p *source) error {
	conf := types.Config{Importer: importer(func(path string) (*types.Package, error) { return s.imported(p, path) }), Sizes: s.sizes}
	if v := p.Module.GoVersion; v != "" {
		conf.GoVersion = "go" + v
	}
	p.Types, p.TypesSizes = types.NewPackage(p.PkgPath, p.Name), s.sizes
	p.TypesInfo = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{},
	}
	return types.NewChecker(&conf, s.fset, p.Types, p.TypesInfo).Files(p.Syntax)
}

// imported finds what a file of p imports as path.
func (s *sources) imported(p *source, path string) (*types.Package, error) {
	q := p.Imports[path]
	switch {
	case path == "unsafe":
		return types.Unsafe, nil
	case q == nil:
		return nil, errUnusual // a file has changed since
	}
	if root := s.paths[q.ID]; root != nil {
		return root.Types, root.err
	}
	return s.deps[q.ID].Types, nil
}

// importer is a function that is a types.Importer.
type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }
