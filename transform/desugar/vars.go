package desugar

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/greengen/greengen/transform/ir"
)

// usage is what a declaration and the literals in it do with a local variable.
type usage struct {
	assigned int  // beyond its declaration
	address  bool // its address is taken
	captured bool // by a literal
	used     bool // read or written by name
}

// survey is what is found out about a declaration once, for it and its literals.
type survey struct {
	root    *ir.Func
	info    *types.Info
	uses    map[*types.Var]*usage
	home    map[*types.Var]*ir.Func // the function or literal that declares it
	idents  map[string]bool         // all names that occur
	byLit   map[*ast.FuncLit]*ir.Func
	results map[*types.Var]bool
	old     bool            // loop variables are per loop, as before Go 1.22
	defs    map[string]int  // how often a name is declared
	emitted map[string]bool // names given to variables so far
}

func newSurvey(root *ir.Func) *survey {
	s := &survey{root: root, info: root.Pkg.Info, uses: map[*types.Var]*usage{}, home: map[*types.Var]*ir.Func{},
		idents: map[string]bool{}, byLit: map[*ast.FuncLit]*ir.Func{}, results: map[*types.Var]bool{}, emitted: map[string]bool{}, defs: map[string]int{}}
	var add func(f *ir.Func)
	add = func(f *ir.Func) {
		for _, l := range f.Lits {
			s.byLit[l.Lit] = l
			add(l)
		}
	}
	add(root)
	s.old = !ir.GoAtLeast(s.info.FileVersions[root.File.Ast], 22)
	s.declare(root)
	s.walk(root, root.Syntax())
	return s
}

// declare notes the parameters and results of f.
func (s *survey) declare(f *ir.Func) {
	// The body of a range over a function sets the results: what it declares
	// must not hide them. In the source they are in scopes of their own.
	counts := f.Home != nil
	note := func(fl *ast.FieldList, result bool) {
		if fl == nil {
			return
		}
		for _, field := range fl.List {
			for _, id := range field.Names {
				s.idents[id.Name] = true
				if counts {
					s.defs[id.Name]++
				}
				if v, ok := s.info.Defs[id].(*types.Var); ok {
					s.home[v] = f
					s.results[v] = result
				}
			}
		}
	}
	if f.Decl != nil {
		note(f.Decl.Recv, false)
	}
	note(f.Type().Params, false)
	note(f.Type().Results, true)
}

func (s *survey) of(v *types.Var) *usage {
	u := s.uses[v]
	if u == nil {
		u = &usage{}
		s.uses[v] = u
	}
	return u
}

func (s *survey) walk(f *ir.Func, n ast.Node) {
	f.Pkg.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if g := s.byLit[n]; g != nil {
				s.declare(g)
				s.walk(g, g.Syntax())
				return false
			}
		case *ast.Ident:
			s.ident(f, n)
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, l := range n.Lhs {
					s.assign(l)
				}
				break
			}
			for _, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); ok && s.info.Defs[id] == nil {
					s.assign(l)
				}
			}
		case *ast.CaseClause:
			if v, ok := s.info.Implicits[n].(*types.Var); ok {
				s.home[v] = f
			}
		case *ast.IncDecStmt:
			s.assign(n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN || s.old {
				s.assign(n.Key)
				s.assign(n.Value)
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				s.address(n.X)
			}
		case *ast.SliceExpr:
			if _, ok := ir.Under(s.info.TypeOf(n.X)).(*types.Array); ok {
				s.address(n.X)
			}
		case *ast.SelectorExpr:
			s.receiver(n)
		}
		return true
	})
}

func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// holds reports whether the elements of a variable of type t, which has some, may be
// part of it: t is an array, or a type parameter that may stand for one.
func holds(t types.Type) bool {
	switch ir.Under(t).(type) {
	case *types.Array:
		return true
	case *types.Interface: // types that are not alike: some may be arrays
		return true
	}
	return false
}

func (s *survey) ident(f *ir.Func, id *ast.Ident) {
	s.idents[id.Name] = true
	if def := s.info.Defs[id]; def != nil {
		s.defs[id.Name]++
		if v, ok := def.(*types.Var); ok && !v.IsField() {
			s.home[v] = f
			return
		}
	}
	if v, ok := s.info.Uses[id].(*types.Var); ok && !v.IsField() {
		u := s.of(v)
		u.used = true
		if h := s.home[v]; h != nil && h != f {
			u.captured = true
		}
	}
}

// assign notes an assignment to a whole variable or to a part of it.
func (s *survey) assign(e ast.Expr) {
	if v := s.rooted(e); v != nil {
		s.of(v).assigned++
	}
}

func (s *survey) address(e ast.Expr) {
	if v := s.rooted(e); v != nil {
		s.of(v).address = true
	}
}

// rooted returns the variable that e is, or is a part of without indirection.
func (s *survey) rooted(e ast.Expr) *types.Var {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.Ident:
			v, _ := s.info.Uses[x].(*types.Var)
			if v == nil {
				v, _ = s.info.Defs[x].(*types.Var)
			}
			return v
		case *ast.SelectorExpr:
			sel := s.info.Selections[x]
			if sel == nil || sel.Kind() != types.FieldVal || sel.Indirect() {
				return nil
			}
			e = x.X
		case *ast.IndexExpr:
			if !holds(s.info.TypeOf(x.X)) {
				return nil
			}
			e = x.X
		default:
			return nil
		}
	}
}

// receiver notes that x.M takes the address of x.
func (s *survey) receiver(x *ast.SelectorExpr) {
	sel := s.info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal {
		return
	}
	recv := sel.Obj().(*types.Func).Signature().Recv().Type()
	if _, ok := types.Unalias(recv).(*types.Pointer); !ok {
		return
	}
	if _, ok := under(sel.Recv()).(*types.Pointer); !ok {
		s.address(x.X)
	}
}

// boxed reports whether v must live behind a pointer when it is hoisted.
func (s *survey) boxed(v *types.Var) bool {
	u := s.of(v)
	return u.address || u.captured && !s.once(v)
}

// once reports whether v has one value for life, so that a literal may copy it.
func (s *survey) once(v *types.Var) bool {
	u := s.of(v)
	return u.assigned == 0 && !u.address && !s.results[v]
}

// newVar gives obj a Var of f with a name of its own.
func (d *desugarer) newVar(obj *types.Var) *ir.Var {
	if v := d.f.Vars[obj]; v != nil {
		return v
	}
	v := &ir.Var{Name: d.unique(obj.Name(), obj), Type: obj.Type(), Obj: obj, Fn: d.f, Pos: obj.Pos(),
		Boxed: d.s.boxed(obj), Once: d.s.once(obj)}
	d.f.Vars[obj] = v
	d.f.All = append(d.f.All, v)
	return v
}

// temp makes a temporary. One that is boxed is written through a pointer by rt.
func (d *desugarer) temp(t types.Type, at token.Pos) *ir.Var {
	d.temps++
	name := d.fresh(fmt.Sprintf("_t%d", d.temps))
	v := &ir.Var{Name: name, Type: types.Default(t), Fn: d.f, Pos: at}
	d.f.All = append(d.f.All, v)
	return v
}

// members are the names that frames and environments have for themselves: a variable
// is a field of both.
var members = map[string]bool{"Frame": true, "PC": true, "Flags": true, "Env": true, "Twin": true}

// unique returns name if the function can use it for a hoisted variable, else
// name_2, name_3, ...
func (d *desugarer) unique(name string, obj *types.Var) string {
	if name == "_" || name == "" {
		name = "_p"
	}
	free := func(n string) bool {
		if d.s.emitted[n] || members[n] {
			return false
		}
		return n == obj.Name() || !d.s.idents[n]
	}
	if free(name) && !d.outer(name) {
		d.s.emitted[name] = true
		return name
	}
	for i := 2; ; i++ {
		n := fmt.Sprintf("%s_%d", name, i)
		if free(n) && !d.outer(n) {
			d.s.emitted[n] = true
			return n
		}
	}
}

// outer reports whether name means something outside the function: hoisted, a
// local of that name would hide it from statements that mean the other.
func (d *desugarer) outer(name string) bool {
	if types.Universe.Lookup(name) != nil || d.f.Pkg.Declares(name) {
		return true
	}
	for _, i := range d.f.File.Ast.Imports {
		if pn := d.importName(i); pn == name {
			return true
		}
	}
	return false
}

func (d *desugarer) importName(i *ast.ImportSpec) string {
	if i.Name != nil {
		return i.Name.Name
	}
	if pn, ok := d.info.Implicits[i].(*types.PkgName); ok {
		return pn.Name()
	}
	return ""
}

// fresh returns base, with underscores before it if the function has that name.
func (d *desugarer) fresh(base string) string {
	for d.s.idents[base] || d.s.emitted[base] || d.outer(base) {
		base = "_" + base
	}
	d.s.emitted[base] = true
	return base
}

func (d *desugarer) names() ir.Names {
	free := func(base string) string {
		for d.s.idents[base] || d.outer(base) {
			base = "_" + base
		}
		d.s.idents[base] = true
		return base
	}
	n := ir.Names{Hub: free("h"), Callee: free("_c"), Frame: free("_f"), Header: free("_hd"), Defers: free("_d"),
		Env: free("_e"), Tok: free("_tok"), Next: free("_next"), Label: "L"}
	for id := range d.s.idents {
		if strings.HasPrefix(id, "L") && len(id) > 1 && strings.Trim(id[1:], "0123456789") == "" {
			n.Label = "_L"
		}
	}
	return n
}
