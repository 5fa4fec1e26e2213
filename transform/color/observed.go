package color

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// Only an interface shows what a type is called: fmt, reflect, a panic's text, a
// failed assertion. A local type no value of which becomes an interface's, be it
// as part of another, may be declared at package level under any name.

// observer finds the local types of a function whose names may show.
type observer struct {
	info    *types.Info
	results []*types.Tuple // of the functions around
	seen    map[*types.TypeName]bool
}

// observed returns the local types of f whose names may show.
func observed(f *ir.Func) map[*types.TypeName]bool {
	o := &observer{info: f.Pkg.Info, seen: map[*types.TypeName]bool{}}
	o.function(f.Syntax(), f.Sig.Results())
	return o.seen
}

func (o *observer) function(body ast.Node, results *types.Tuple) {
	o.results = append(o.results, results)
	ast.Inspect(body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			o.function(lit.Body, o.info.TypeOf(lit).(*types.Signature).Results())
			return false
		}
		o.node(n)
		return true
	})
	o.results = o.results[:len(o.results)-1]
}

// shows notes that the names in t may show.
func (o *observer) shows(t types.Type) {
	ir.EachName(t, func(tn *types.TypeName) {
		if ir.Local(tn) {
			o.seen[tn] = true
		}
	})
}

// flows notes a value of type from that becomes one of type to.
func (o *observer) flows(from, to types.Type) {
	if from == nil || to == nil || types.IsInterface(from) || !types.IsInterface(to) {
		return
	}
	if t, ok := from.(*types.Tuple); ok {
		for v := range t.Variables() {
			o.shows(v.Type())
		}
		return
	}
	o.shows(from)
}

func (o *observer) expr(from ast.Expr, to types.Type) {
	if from != nil {
		o.flows(o.info.TypeOf(from), to)
	}
}

func (o *observer) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		o.assign(n.Lhs, n.Rhs)
	case *ast.ValueSpec:
		for _, x := range n.Values {
			if n.Type != nil {
				o.expr(x, o.info.TypeOf(n.Type))
			}
		}
	case *ast.ReturnStmt:
		o.tuple(n.Results, o.results[len(o.results)-1])
	case *ast.SendStmt:
		if c, ok := ir.Under(o.info.TypeOf(n.Chan)).(*types.Chan); ok {
			o.expr(n.Value, c.Elem())
		}
	case *ast.RangeStmt:
		o.ranged(n)
	case *ast.SwitchStmt:
		o.cases(n)
	case *ast.CaseClause: // of a type switch, if they are types
		for _, x := range n.List {
			if o.info.Types[x].IsType() {
				o.shows(o.info.TypeOf(x))
			}
		}
	case *ast.TypeSpec: // an embedded field has its type's name
		o.embedded(n.Type)
	case ast.Expr:
		o.expression(n)
	}
}

func (o *observer) assign(lhs, rhs []ast.Expr) {
	if len(lhs) == len(rhs) {
		for i := range lhs {
			o.expr(rhs[i], o.info.TypeOf(lhs[i]))
		}
		return
	}
	for _, l := range lhs {
		o.expr(rhs[0], o.info.TypeOf(l))
	}
}

// tuple notes values that become a function's results or parameters.
func (o *observer) tuple(from []ast.Expr, to *types.Tuple) {
	for i := range to.Len() {
		switch {
		case len(from) == to.Len():
			o.expr(from[i], to.At(i).Type())
		case len(from) == 1:
			o.expr(from[0], to.At(i).Type())
		}
	}
}

// ranged takes all that a range yields to go to each of its variables.
func (o *observer) ranged(n *ast.RangeStmt) {
	if n.Tok != token.ASSIGN {
		return
	}
	for _, x := range []ast.Expr{n.Key, n.Value} {
		if x != nil {
			o.expr(n.X, o.info.TypeOf(x))
		}
	}
}

func (o *observer) cases(n *ast.SwitchStmt) {
	if n.Tag == nil {
		return
	}
	for _, c := range n.Body.List {
		for _, x := range c.(*ast.CaseClause).List {
			o.compare(n.Tag, x)
		}
	}
}

func (o *observer) compare(x, y ast.Expr) {
	o.expr(x, o.info.TypeOf(y))
	o.expr(y, o.info.TypeOf(x))
}

func (o *observer) embedded(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		s, ok := n.(*ast.StructType)
		if !ok {
			return true
		}
		for _, f := range s.Fields.List {
			if f.Names == nil {
				o.shows(o.info.TypeOf(f.Type))
			}
		}
		return true
	})
}

func (o *observer) expression(n ast.Expr) {
	switch n := n.(type) {
	case *ast.Ident: // what a generic function does with a type is its own
		o.instance(n)
	case *ast.StructType:
		o.embedded(n)
	case *ast.TypeAssertExpr:
		if n.Type != nil {
			o.shows(o.info.TypeOf(n.Type))
		}
	case *ast.BinaryExpr:
		if n.Op == token.EQL || n.Op == token.NEQ {
			o.compare(n.X, n.Y)
		}
	case *ast.IndexExpr:
		if t := o.info.TypeOf(n.X); t != nil {
			if m, ok := ir.Under(t).(*types.Map); ok {
				o.expr(n.Index, m.Key())
			}
		}
	case *ast.CompositeLit:
		o.composite(n)
	case *ast.CallExpr:
		o.call(n)
	}
}

func (o *observer) instance(id *ast.Ident) {
	inst, ok := o.info.Instances[id]
	if !ok {
		return
	}
	for t := range inst.TypeArgs.Types() {
		o.shows(t)
	}
}

func (o *observer) composite(n *ast.CompositeLit) {
	t := ir.Under(o.info.TypeOf(n))
	if p, ok := t.(*types.Pointer); ok { // an elided &T
		t = ir.Under(p.Elem())
	}
	for i, x := range n.Elts {
		kv, keyed := x.(*ast.KeyValueExpr)
		if keyed {
			x = kv.Value
		}
		switch t := t.(type) {
		case *types.Struct:
			if keyed {
				o.expr(x, o.info.TypeOf(kv.Key))
			} else {
				o.expr(x, t.Field(i).Type())
			}
		case *types.Map:
			o.expr(kv.Key, t.Key())
			o.expr(x, t.Elem())
		case interface{ Elem() types.Type }:
			o.expr(x, t.Elem())
		}
	}
}

func (o *observer) call(n *ast.CallExpr) {
	fun, ok := o.info.Types[ast.Unparen(n.Fun)]
	if !ok {
		return // made by ranges
	}
	switch sig, _ := ir.Under(fun.Type).(*types.Signature); {
	case fun.IsType():
		o.expr(n.Args[0], fun.Type)
	case fun.IsBuiltin() || sig == nil:
		o.builtin(n)
	default:
		o.arguments(n, sig)
	}
}

// builtin takes all that goes into a call of a built-in to meet.
func (o *observer) builtin(n *ast.CallExpr) {
	for _, x := range n.Args {
		t := o.info.TypeOf(x)
		if t == nil {
			continue
		}
		if elem := elemOf(t); elem != nil {
			t = elem
		}
		if m, ok := ir.Under(t).(*types.Map); ok {
			t = m.Key()
		}
		for _, y := range n.Args {
			o.expr(y, t)
		}
	}
	if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && id.Name == "panic" {
		o.shows(o.info.TypeOf(n.Args[0]))
	}
}

func (o *observer) arguments(n *ast.CallExpr, sig *types.Signature) {
	for i, x := range n.Args {
		if i < sig.Params().Len() {
			o.expr(x, sig.Params().At(i).Type())
		}
		if len(n.Args) == 1 { // f(g())
			o.tuple(n.Args, sig.Params())
		}
		if sig.Variadic() {
			o.expr(x, elemOf(sig.Params().At(sig.Params().Len()-1).Type()))
		}
	}
}

func elemOf(t types.Type) types.Type {
	if s, ok := ir.Under(t).(*types.Slice); ok {
		return s.Elem()
	}
	return nil
}
