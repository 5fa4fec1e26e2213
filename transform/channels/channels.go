package channels

import (
	"go/ast"
	"go/types"
	"go/version"

	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/load"
)

// Run sets u.Channels, and the edits that it asks for. It must see the packages as
// they were loaded.
func Run(u *ir.Unit) {
	if !u.Weave || !u.All {
		return
	}
	f := &finder{u: u, own: &ir.Channels{Now: map[ast.Node]bool{}}}
	if !f.editable() || f.reflects() {
		return
	}
	for _, p := range u.Packages {
		f.uses(p)
	}
	f.interfaces()
	f.timers()
	f.wakers()
	u.Channels = f.own
	for _, p := range u.Packages {
		for _, file := range p.Files {
			announce(u, p, file)
		}
	}
}

type finder struct {
	u   *ir.Unit
	own *ir.Channels

	offering bool // the API of the unit is mentioned, not that of others
	chosen   bool // and has channels whose types depend on type arguments
}

// editable reports whether all code that may act on the program's channels can be made
// to announce it.
func (f *finder) editable() bool {
	for _, p := range f.u.Packages {
		if p.Fixed {
			return false
		}
		for _, file := range p.Files {
			if v := p.Info.FileVersions[file.Ast]; v == "" || version.Compare(v, "go1.18") < 0 {
				return false
			}
		}
	}
	for _, p := range f.offered() {
		if !f.offers(p) {
			return false
		}
	}
	return true
}

// others are the packages that the unit's import, at once or through others.
func (f *finder) others() map[*types.Package]bool {
	seen := map[*types.Package]bool{}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		for _, q := range p.Imports() {
			if !seen[q] && !f.u.Has(q) {
				seen[q] = true
				visit(q)
			}
		}
	}
	for _, p := range f.u.Packages {
		visit(p.Types)
	}
	return seen
}

// reflects reports whether the program acts on channels through reflect.
func (f *finder) reflects() bool {
	for _, p := range f.u.Packages {
		for _, obj := range p.Info.Uses {
			if fn, ok := obj.(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == "reflect" && onChannels[fn.Name()] {
				return true
			}
		}
	}
	return false
}

var onChannels = ir.Words("Recv Send TryRecv TrySend Close Select MakeChan Seq Seq2 Call CallSlice")

// keepers only keep values, or print them: what they mention, or are handed, nobody
// acts on.
var keepers = ir.Words(`slices maps sync sync/atomic iter cmp sort errors fmt log log/slog testing runtime unsafe
	container/list container/ring container/heap encoding/json`)

// uses makes public what p uses of other packages.
func (f *finder) uses(p *ir.Package) {
	done := map[*ast.Ident]bool{} // of calls of Done
	for _, file := range p.Files {
		ast.Inspect(file.Ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if x := doneOf(p.Info, n); x != nil {
					done[x.Sel] = true
				}
				f.arguments(p.Info, n)
			case *ast.CompositeLit:
				f.fields(p.Info, n)
			case *ast.FuncDecl:
				if n.Body == nil {
					f.mention(p.Info.Defs[n.Name].Type())
				}
			}
			return true
		})
	}
	for id, obj := range p.Info.Uses {
		if done[id] || obj.Pkg() == nil || f.u.Has(obj.Pkg()) || keepers[obj.Pkg().Path()] {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func, *types.Var:
			if inst, ok := p.Info.Instances[id]; ok {
				f.mention(inst.Type)
			} else {
				f.mention(obj.Type())
			}
		case *types.TypeName:
			if c, ok := obj.Type().Underlying().(*types.Chan); ok {
				f.mention(c)
			}
		case *types.PkgName:
			if path := obj.Imported().Path(); path == "text/template" || path == "html/template" {
				f.own.NoSends = true                       // a template may range over a channel
				f.own.NoConds, f.own.NoGroups = true, true // and call methods
			}
		}
	}
}

// doneOf returns the X.Done of a call of a context's Done, nil if n is none.
func doneOf(info *types.Info, n *ast.CallExpr) *ast.SelectorExpr {
	x, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
	if !ok || !ir.IsDone(info.Uses[x.Sel]) || info.Selections[x] == nil || info.Selections[x].Kind() != types.MethodVal {
		return nil
	}
	return x
}

// arguments makes public the channels that become values of interfaces in a call of
// other code: it may know the type, or use reflect.
func (f *finder) arguments(info *types.Info, n *ast.CallExpr) {
	var id *ast.Ident
	switch x := ir.Uninstantiate(n.Fun).(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	default:
		return
	}
	fn, ok := info.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil || f.u.Has(fn.Pkg()) || keepers[fn.Pkg().Path()] {
		return
	}
	for _, a := range n.Args {
		if t := info.TypeOf(a); t != nil {
			if _, ok := ir.Under(t).(*types.Chan); ok || isLock(t, "Cond") || isLock(t, "WaitGroup") {
				f.mention(t)
			}
		}
	}
}

// fields makes public the channels of fields that a literal without keys fills.
func (f *finder) fields(info *types.Info, n *ast.CompositeLit) {
	s, ok := ir.Under(info.TypeOf(n)).(*types.Struct)
	if !ok || len(n.Elts) == 0 {
		return
	}
	if _, keyed := n.Elts[0].(*ast.KeyValueExpr); keyed {
		return
	}
	for v := range s.Fields() {
		if v.Pkg() != nil && !f.u.Has(v.Pkg()) {
			f.mention(v.Type())
		}
	}
}

// interfaces looks at those of other packages that types of the program may implement:
// then other code gets at its channels.
func (f *finder) interfaces() {
	for p := range f.others() {
		if load.Runtime(p.Path()) {
			continue
		}
		for _, name := range p.Scope().Names() {
			t, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok || !t.Exported() {
				continue
			}
			if i, ok := t.Type().Underlying().(*types.Interface); ok {
				f.wakes(t.Type())
				for m := range i.ExplicitMethods() {
					f.method(m.Signature())
				}
			}
		}
	}
}

func (f *finder) method(sig *types.Signature) {
	if sig.Params().Len() == 0 && sig.Results().Len() == 1 {
		if c, ok := sig.Results().At(0).Type().Underlying().(*types.Chan); ok && c.Dir() == types.RecvOnly {
			f.own.Publish(c.Elem(), true)
			return
		}
	}
	f.mention(sig)
}

// mention makes public all channels that t mentions.
func (f *finder) mention(t types.Type) { f.mentions(t, map[types.Type]bool{}) }

func (f *finder) mentions(t types.Type, seen map[types.Type]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.Chan:
		f.chosen = f.chosen || ir.HasTypeParam(t.Elem())
		f.own.Publish(t.Elem(), false)
		f.mentions(t.Elem(), seen)
	case *types.Named:
		f.wakes(t)
		f.shared(t)
		f.own.NoTimers = f.own.NoTimers || f.offering && isTimer(t)
		for a := range t.TypeArgs().Types() {
			f.mentions(a, seen)
		}
		switch u := t.Underlying().(type) {
		case *types.Struct, *types.Interface: // their fields and methods are uses of their own
		default:
			f.mentions(u, seen)
		}
	case *types.TypeParam:
		_, ok := ir.Under(t).(*types.Chan)
		f.chosen = f.chosen || ok
	case *types.Pointer:
		f.mentions(t.Elem(), seen)
	case *types.Slice:
		f.mentions(t.Elem(), seen)
	case *types.Array:
		f.mentions(t.Elem(), seen)
	case *types.Map:
		f.mentions(t.Key(), seen)
		f.mentions(t.Elem(), seen)
	case *types.Struct:
		for v := range t.Fields() {
			f.mentions(v.Type(), seen)
		}
	case *types.Interface:
		f.wakes(t)
		for m := range t.Methods() {
			f.mentions(m.Signature(), seen)
		}
	case *types.Signature:
		for v := range t.Params().Variables() {
			f.mentions(v.Type(), seen)
		}
		for v := range t.Results().Variables() {
			f.mentions(v.Type(), seen)
		}
	}
}
