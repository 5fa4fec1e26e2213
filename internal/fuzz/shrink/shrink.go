package shrink

import (
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strconv"
)

const (
	// perRound is how many programs are tried at a time, if they are small.
	perRound = 40
	// perRoundBytes keeps the builds of large ones short.
	perRoundBytes = 120_000
)

// Fails reports which of the programs still fail. Nil ends the search.
type Fails func(programs [][]byte) []bool

// Shrinker makes programs smaller.
type Shrinker struct {
	conf types.Config
	fset *token.FileSet
}

// New returns a Shrinker, which reads the sources of std when it is first used.
func New() *Shrinker {
	fset := token.NewFileSet()
	return &Shrinker{fset: fset, conf: types.Config{Importer: importer.ForCompiler(fset, "source", nil), GoVersion: "go1.26"}}
}

// Shrink returns a program no larger than src that still fails, after at most
// that many rounds.
func (s *Shrinker) Shrink(src []byte, rounds int, fails Fails) []byte {
	for next := 0; rounds > 0; rounds-- {
		edits := s.edits(src)
		if next >= len(edits) {
			break
		}
		var tried []edit
		var programs [][]byte
		for ; next < len(edits) && len(tried) < min(perRound, 1+perRoundBytes/len(src)); next++ {
			if p, ok := s.apply(src, edits[next:next+1]); ok {
				tried, programs = append(tried, edits[next]), append(programs, p)
			}
		}
		var good []edit
		var smallest []byte
		verdicts := fails(programs)
		if len(verdicts) < len(programs) {
			break
		}
		for i, bad := range verdicts {
			if bad {
				good = append(good, tried[i])
				if smallest == nil || len(programs[i]) < len(smallest) {
					smallest = programs[i]
				}
			}
		}
		if smallest == nil {
			continue
		}
		src, next = s.together(src, good, smallest, fails), 0
	}
	return src
}

// together makes as many of the edits at once as keep the failure: all, or the
// larger half, or that which led to smallest.
func (s *Shrinker) together(src []byte, good []edit, smallest []byte, fails Fails) []byte {
	var programs [][]byte
	for n := len(good); n > 1; n /= 2 {
		if p, ok := s.apply(src, disjoint(good[:n])); ok && len(p) < len(smallest) {
			programs = append(programs, p)
		}
	}
	best := smallest
	if len(programs) == 0 {
		return best
	}
	for i, bad := range fails(programs) {
		if bad && len(programs[i]) < len(best) {
			best = programs[i]
		}
	}
	return best
}

// edit puts text in the place of a part of the source.
type edit struct {
	from, to int
	text     string
}

// disjoint leaves out edits that overlap earlier ones, and sorts the rest.
func disjoint(edits []edit) []edit {
	var kept []edit
	for _, e := range edits {
		if !slices.ContainsFunc(kept, func(k edit) bool { return e.from < k.to && k.from < e.to }) {
			kept = append(kept, e)
		}
	}
	sort.Slice(kept, func(i, j int) bool { return kept[i].from < kept[j].from })
	return kept
}

// apply returns the program after the edits, if it is one and smaller.
func (s *Shrinker) apply(src []byte, edits []edit) ([]byte, bool) {
	out := slices.Clone(src)
	for _, e := range slices.Backward(edits) {
		out = slices.Concat(out[:e.from], []byte(e.text), out[e.to:])
	}
	out, err := tidy(out)
	if err != nil || len(out) >= len(src) {
		return nil, false
	}
	_, _, err = s.check(out)
	return out, err == nil
}

func (s *Shrinker) check(src []byte) (*ast.File, *types.Info, error) {
	f, err := parser.ParseFile(s.fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	_, err = s.conf.Check(f.Name.Name, s.fset, []*ast.File{f}, info)
	return f, info, err
}

// tidy formats src without imports that it does not use.
func tidy(src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if x, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := x.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	for _, i := range slices.Backward(f.Imports) {
		name, _ := strconv.Unquote(i.Path.Value)
		if !used[name] && name != "" {
			src = slices.Concat(src[:at(fset, i.Pos())], src[at(fset, i.End()):])
		}
	}
	return format.Source(src)
}

func at(fset *token.FileSet, p token.Pos) int { return fset.PositionFor(p, false).Offset }
