package load

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/rules"
)

// apply finds what the rules name, checks it, and enters it in u. pkgs are what was
// loaded as roots.
func (s *ruleset) apply(u *ir.Unit, pkgs []*packages.Package) {
	u.Rules, u.Skipped = map[string]*ir.Rule{}, map[string]*ir.Rule{}
	t := newTypesOf(pkgs)
	for _, c := range s.list() {
		if p := t.failed[c.Package]; p != nil && c.from.main {
			s.report(c, "unknown-function", "package "+c.Package+" cannot be loaded: "+firstLine(p.Errors[0].Msg), "correct the import path, or remove the rule")
			continue
		}
		if c.Verb == rules.Skip {
			u.Skipped[c.Package] = c.Rule
			continue
		}
		if c.Func = s.function(c, t); c.Func == nil || c.Verb == rules.Native && !s.twin(u, c, t) {
			continue
		}
		u.Rules[c.Key()] = c.Rule
		s.mark(u, c)
	}
}

// typesOf finds packages among those that were loaded, and what they import.
type typesOf struct {
	whole  map[string]*types.Package // all of it is there
	part   map[string]*types.Package // what others mention
	failed map[string]*packages.Package
	// Those that import the runtime where the module does not require it: a build brings it
	// along, what only looks does not. Types of theirs are not known then.
	unsure map[string]bool
}

func newTypesOf(pkgs []*packages.Package) typesOf {
	t := typesOf{map[string]*types.Package{}, map[string]*types.Package{}, map[string]*packages.Package{}, map[string]bool{}}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if t.part[p.Path()] != nil {
			return
		}
		t.part[p.Path()] = p
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	for _, p := range pkgs {
		switch {
		case len(p.Errors) > 0 && p.Types != nil && !slices.ContainsFunc(p.Errors, func(e packages.Error) bool { return !strings.Contains(e.Msg, RT) }):
			t.unsure[p.PkgPath] = true
		case len(p.Errors) > 0 || p.Types == nil:
			t.failed[p.PkgPath] = p
			continue
		}
		for _, q := range p.Types.Imports() {
			if t.whole[q.Path()] == nil && q.Complete() {
				t.whole[q.Path()] = q
			}
		}
	}
	for _, p := range pkgs {
		if t.failed[p.PkgPath] == nil {
			t.whole[p.PkgPath] = p.Types
			visit(p.Types)
		}
	}
	return t
}

// function finds the function of a rule. In the main module's file it has to be there;
// what another module's names and this build does not have, nothing here calls.
func (s *ruleset) function(c chosen, t typesOf) *types.Func {
	p := t.whole[c.Package]
	if p == nil {
		p = t.part[c.Package]
	}
	if p == nil {
		return nil
	}
	fn, hint := lookup(p, c.Name)
	if fn == nil && c.from.main && t.whole[c.Package] != nil && c.Package != argsPackage { // of which some files are here
		s.report(c, "unknown-function", c.Package+" has no function "+c.Name, hint)
	}
	if fn != nil && c.Verb == rules.Offload && fn.Signature().Recv() != nil && types.IsInterface(fn.Signature().Recv().Type()) {
		s.report(c, "misplaced-rule", c.Name+" is a method of an interface, which has no code", "say blocks, or name the methods of the types that implement it")
		return nil
	}
	return fn
}

// lookup finds F, T.M or (*T).M, as it is declared, and says what may be meant if it is
// not there.
func lookup(p *types.Package, name string) (fn *types.Func, hint string) {
	hint = "correct the name: F, T.M or (*T).M, as it is declared"
	recv, method, isMethod := strings.Cut(name, ".")
	if !isMethod {
		fn, _ = p.Scope().Lookup(name).(*types.Func)
		return fn, hint
	}
	typ, pointer := strings.CutPrefix(strings.TrimSuffix(recv, ")"), "(*")
	obj, ok := p.Scope().Lookup(typ).(*types.TypeName)
	if !ok || obj.IsAlias() {
		return nil, hint
	}
	m, index, _ := types.LookupFieldOrMethod(obj.Type(), true, p, method)
	if fn, ok = m.(*types.Func); !ok {
		return nil, hint
	}
	if len(index) > 1 {
		return nil, typ + " has " + method + " from what it embeds: make a rule for " + declared(fn)
	}
	if _, is := types.Unalias(fn.Signature().Recv().Type()).(*types.Pointer); is != pointer {
		return nil, "write " + map[bool]string{true: "(*" + typ + ")", false: typ}[is] + "." + method + ", as it is declared"
	}
	return fn, hint
}

// declared names a method as a rule does.
func declared(fn *types.Func) string {
	t, name := types.Unalias(fn.Signature().Recv().Type()), "?"
	p, pointer := t.(*types.Pointer)
	if pointer {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		name = n.Obj().Name()
	}
	if pointer {
		name = "(*" + name + ")"
	}
	return name + "." + fn.Name() + " of " + fn.Pkg().Path()
}

// firstLine leaves out what the go command advises.
func firstLine(msg string) string {
	msg, _, _ = strings.Cut(msg, "\n")
	return strings.TrimSuffix(msg, "; to add it:")
}

// twin finds and checks the twin of a native rule.
func (s *ruleset) twin(u *ir.Unit, c chosen, t typesOf) bool {
	path, name := rules.CutTwin(c.Twin)
	p := t.whole[path]
	if f := t.failed[path]; f != nil {
		if !c.from.main && f.Errors[0].Kind == packages.ListError {
			return false // a vendor folder has only what plain code imports
		}
		s.report(c, "wrong-twin", "the package of "+c.Twin+" cannot be loaded: "+firstLine(f.Errors[0].Msg), "correct the import path, or make the package build")
		return false
	} else if p == nil {
		return false // of a function that is not there either
	}
	want := wanted(c)
	by, ok := p.Scope().Lookup(name).(*types.Func)
	switch {
	case !ok && (path == argsPackage || u.Has(p) && generates(p, name)):
	case !ok:
		s.report(c, "wrong-twin", path+" has no function "+name, "write "+want)
	case !by.Exported() && path != c.Package:
		s.report(c, "wrong-twin", name+" is not exported, and of another package", "give it an upper-case name")
	case !t.unsure[path] && !stands(by.Signature(), c.Func.Signature()):
		s.report(c, "wrong-twin", c.Twin+" cannot stand for "+c.Key(), "write "+want)
	default:
		c.By = by
		return true
	}
	return false
}

// generates reports whether name is the twin of a function of p. If that is patched it is
// made anew, so it is hidden: then the rule is for those only who do not patch p.
func generates(p *types.Package, name string) bool {
	of, ok := strings.CutSuffix(name, "_green")
	_, is := p.Scope().Lookup(of).(*types.Func)
	return ok && is
}

// stands reports whether a function of type twin can be the twin of one of type plain: it
// takes the hub, then the receiver if there is one, and what plain takes; it returns what
// plain returns, and a frame if it may suspend.
func stands(twin, plain *types.Signature) bool {
	targs := typeParams(plain)
	if twin.Recv() != nil || !ir.TakesHub(twin) || twin.Variadic() != plain.Variadic() || twin.TypeParams().Len() != len(targs) {
		return false
	}
	if len(targs) > 0 {
		inst, err := types.Instantiate(nil, twin, targs, true)
		if err != nil {
			return false
		}
		twin = inst.(*types.Signature)
	}
	results := vars(twin.Results())
	if ir.ReturnsFrame(twin) {
		results = results[:len(results)-1]
	}
	params := vars(plain.Params())
	if r := plain.Recv(); r != nil {
		params = append([]types.Type{r.Type()}, params...)
	}
	same := func(a, b types.Type) bool { return ir.TypeKey(a) == ir.TypeKey(b) }
	return slices.EqualFunc(vars(twin.Params())[1:], params, same) && slices.EqualFunc(results, vars(plain.Results()), same)
}

func vars(t *types.Tuple) (list []types.Type) {
	for v := range t.Variables() {
		list = append(list, v.Type())
	}
	return list
}

func typeParams(sig *types.Signature) (list []types.Type) {
	for _, l := range []*types.TypeParamList{sig.RecvTypeParams(), sig.TypeParams()} {
		for p := range l.TypeParams() {
			list = append(list, p)
		}
	}
	return list
}

// wanted writes the declaration of a twin of c's function.
func wanted(c chosen) string {
	_, name := rules.CutTwin(c.Twin)
	sig := c.Func.Signature()
	params := []*types.Var{param("h", green("Hub"))}
	if r := sig.Recv(); r != nil {
		params = append(params, param(cmp.Or(r.Name(), "x"), r.Type()))
	}
	for p := range sig.Params().Variables() {
		params = append(params, param(cmp.Or(p.Name(), "_"), p.Type()))
	}
	var results []*types.Var
	frame := ""
	for r := range sig.Results().Variables() {
		results = append(results, r)
		if r.Name() != "" {
			frame = "_"
		}
	}
	results = append(results, param(frame, green("Frame")))
	qualify := func(p *types.Package) string { return p.Name() }
	text := types.TypeString(types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), types.NewTuple(results...), sig.Variadic()), qualify)
	var generic []string
	for _, p := range typeParams(sig) {
		generic = append(generic, types.TypeString(p, qualify)+" "+types.TypeString(p.(*types.TypeParam).Constraint(), qualify))
	}
	if generic != nil {
		name += "[" + strings.Join(generic, ", ") + "]"
	}
	return "func " + name + strings.TrimPrefix(text, "func")
}

func param(name string, t types.Type) *types.Var { return types.NewParam(token.NoPos, nil, name, t) }

// green is a pointer to a type of the runtime, to be printed.
func green(name string) types.Type {
	obj := types.NewTypeName(token.NoPos, types.NewPackage(ir.Runtime, "green"), name, nil)
	return types.NewPointer(types.NewNamed(obj, types.NewStruct(nil, nil), nil))
}

// mark lets a rule decide for a function of u.
func (s *ruleset) mark(u *ir.Unit, c chosen) {
	f := u.Lookup(c.Func)
	if f == nil {
		return
	}
	mark := ir.Offload // by a worker where no call can name the twin
	if c.Verb == rules.Plain {
		mark = ir.Skip
	}
	if f.Mark != ir.NoMark && f.Mark != mark && c.from.module == s.moduleOf(strings.TrimSuffix(f.Pkg.Path, "_test")) {
		s.r.Report(diag.Diagnostic{
			Pos: s.fset.Position(c.Pos), Code: "conflicting-rules", Msg: c.Key() + " has a directive that says something else",
			Related: []diag.Related{{Pos: s.fset.Position(f.Pos()), Msg: "it is declared here"}}, Hint: "keep the directive, or the rule",
		})
		return
	}
	f.Mark, f.Rule = mark, c.Rule
}
