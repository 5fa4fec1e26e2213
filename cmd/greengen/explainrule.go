package main

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

// notOurs reports whether err says that there is no package to transform: it may be one of
// another module.
func notOurs(err error) bool {
	var list diag.List
	return errors.As(err, &list) && len(list) == 1 && list[0].Code == "load"
}

// explainRule says what a rule makes of a function, or of a package, that is not
// transformed, as the module here sees it. It reports false if there is none.
func (a *app) explainRule(o explainOptions, t target) bool {
	if t.file != "" {
		return false
	}
	res, err := a.run(transform.Config{Dir: a.in(o.dir), Patterns: []string{"./..."}, BuildFlags: o.load, StopAfter: "load"})
	if err != nil {
		return false
	}
	u := res.Unit
	var list []*ir.Rule
	for _, r := range u.Rules {
		name := strings.NewReplacer("(*", "", ")", "").Replace(r.Name)
		if t.dir == "" && r.Package == t.pattern && (t.name == "" || t.name == name) {
			list = append(list, r)
		}
	}
	if r := u.Skipped[t.pattern]; r != nil && t.dir == "" {
		list = append(list, r)
	} else if r := u.Left[t.dir]; r != nil {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *ir.Rule) int { return cmp.Compare(a.Pos, b.Pos) })
	e := explainer{fset: u.Fset, short: a.short}
	return len(list) > 0 && report(a.out, o.json, list, e.explainRule, (*explained).write) == nil
}

func (e *explainer) explainRule(r *ir.Rule) explained {
	x := explained{Package: r.Package, Code: codeRule, Name: r.Key(), Pos: e.pos(r.Pos), Color: string(r.Verb), Rule: &place{e.pos(r.Pos), r.Says()}}
	if r.Func != nil {
		x.Pos = e.pos(r.Func.Pos())
	}
	return x
}
