package emit

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/greengen/greengen/transform/ir"
)

// body is where syntax is being written: one of the two bodies of a green
// function, or a plain literal in one.
type body struct {
	*file
	fn     *ir.Func
	resume bool
	frames bool                    // the frame is used
	flat   bool                    // blocks with gotos between them, and all variables at the top
	plain  bool                    // inside a literal that stays as it was
	raw    ast.Node                // the kept statement being written
	refs   map[*ir.BasicBlock]bool // blocks that a goto names
	seen   map[*ir.Var]bool        // variables written
	read   map[*ir.Var]bool        // variables read
	tok    bool                    // recover is called
	lhs    bool                    // writing an assignment's left side
	hasty  bool                    // inside a select with a default case
	made   bool                    // plain: the body of a range over a function, as ranges made it
}

func (b *body) exprs(es []ast.Expr) []jen.Code {
	var out []jen.Code
	for _, e := range es {
		out = append(out, b.expr(e))
	}
	return out
}

func (b *body) expr(e ast.Expr) *jen.Statement {
	if v := b.genericValue(e); v != nil {
		name := b.valueMaker(v, b.p.Info.TypeOf(e).(*types.Signature))
		return jen.Id(name).Add(b.useParams(b.fn)).Call(b.function(e))
	}
	return b.written(e)
}

// written writes an expression that is no value of a generic function.
func (b *body) written(e ast.Expr) *jen.Statement {
	switch e := e.(type) {
	case *ast.Ident:
		return b.ident(e)
	case *ast.BasicLit:
		return jen.Op(e.Value)
	case *ast.FuncLit:
		return b.literal(e)
	case *ast.CompositeLit:
		return b.composite(e)
	case *ast.ParenExpr:
		return jen.Parens(b.expr(e.X))
	case *ast.SelectorExpr:
		return b.selector(e)
	case *ast.IndexExpr:
		if b.genericValue(e.X) != nil {
			return b.function(e.X).Index(b.expr(e.Index))
		}
		return b.operand(e.X).Index(b.rvalue(e.Index))
	case *ast.IndexListExpr:
		return b.function(e.X).Index(jen.List(b.exprs(e.Indices)...))
	case *ast.SliceExpr:
		return b.slice(e)
	case *ast.TypeAssertExpr:
		if e.Type == nil {
			return b.rvalue(e.X).Assert(jen.Type())
		}
		return b.rvalue(e.X).Assert(b.expr(e.Type))
	case *ast.CallExpr:
		return b.call(e)
	case *ast.StarExpr:
		return jen.Op("*").Add(b.rvalue(e.X))
	case *ast.UnaryExpr:
		return b.unary(e)
	case *ast.BinaryExpr:
		return b.rvalue(e.X).Op(e.Op.String()).Add(b.rvalue(e.Y))
	case *ast.KeyValueExpr:
		return b.expr(e.Key).Op(":").Add(b.expr(e.Value))
	}
	return b.typeExpr(e)
}

// rvalue is expr for an operand that is read whatever surrounds it.
func (b *body) rvalue(e ast.Expr) *jen.Statement {
	saved := b.lhs
	b.lhs = false
	defer func() { b.lhs = saved }()
	return b.expr(e)
}

// operand is expr for the X of x[i] or x.f: assigning to the part uses the whole.
// A literal gets parentheses, since the call may come to stand in an if header.
func (b *body) operand(e ast.Expr) *jen.Statement {
	if _, ok := e.(*ast.CompositeLit); ok {
		return jen.Parens(b.rvalue(e))
	}
	return b.rvalue(e)
}

func (b *body) typeExpr(e ast.Expr) *jen.Statement {
	switch e := e.(type) {
	case *ast.ArrayType:
		switch n := e.Len.(type) {
		case nil:
			return jen.Index().Add(b.expr(e.Elt))
		case *ast.Ellipsis:
			return jen.Index(jen.Op("...")).Add(b.expr(e.Elt))
		default:
			return jen.Index(b.expr(n)).Add(b.expr(e.Elt))
		}
	case *ast.MapType:
		return jen.Map(b.expr(e.Key)).Add(b.expr(e.Value))
	case *ast.ChanType:
		switch e.Dir {
		case ast.SEND:
			return jen.Chan().Op("<-").Add(b.expr(e.Value))
		case ast.RECV:
			return jen.Op("<-").Chan().Add(b.expr(e.Value))
		}
		return jen.Chan().Add(b.expr(e.Value))
	case *ast.FuncType:
		return jen.Func().Add(b.funcType(e))
	case *ast.StructType:
		return jen.Struct(b.fields(e.Fields)...)
	case *ast.InterfaceType:
		return jen.Interface(b.methods(e.Methods)...)
	case *ast.Ellipsis:
		return jen.Op("...").Add(b.expr(e.Elt))
	}
	ir.Bug(e.Pos(), "emit: expression")
	return nil
}

func (b *body) funcType(t *ast.FuncType) *jen.Statement {
	s := jen.Params(b.params(t.Params)...)
	if t.Results != nil {
		s = s.Params(b.params(t.Results)...)
	}
	return s
}

func (b *body) params(fl *ast.FieldList) []jen.Code {
	var out []jen.Code
	if fl == nil {
		return nil
	}
	for _, f := range fl.List {
		if len(f.Names) == 0 {
			out = append(out, b.expr(f.Type))
		}
		for _, n := range f.Names {
			out = append(out, jen.Id(n.Name).Add(b.expr(f.Type)))
		}
	}
	return out
}

func (b *body) fields(fl *ast.FieldList) []jen.Code {
	var out []jen.Code
	for _, f := range fl.List {
		s := jen.Null()
		for i, n := range f.Names {
			if i > 0 {
				s = s.Op(",")
			}
			s = s.Id(n.Name)
		}
		s = s.Add(b.expr(f.Type))
		if f.Tag != nil {
			s = s.Op(f.Tag.Value)
		}
		out = append(out, s)
	}
	return out
}

func (b *body) methods(fl *ast.FieldList) []jen.Code {
	var out []jen.Code
	for _, f := range fl.List {
		if len(f.Names) == 0 {
			out = append(out, b.expr(f.Type))
			continue
		}
		out = append(out, jen.Id(f.Names[0].Name).Add(b.funcType(f.Type.(*ast.FuncType))))
	}
	return out
}

// ident writes a name: of a variable as it is emitted, of another package
// qualified, of a constant declared elsewhere in the function as its value.
func (b *body) ident(id *ast.Ident) *jen.Statement {
	if b.fn.Runtime[id] {
		return g(id.Name)
	}
	if m, ok := b.p.Made[id]; ok {
		return b.madeIdent(m)
	}
	if v := b.fn.VarOf(id); v != nil {
		return b.variable(v)
	}
	obj := b.object(id)
	if obj == nil || obj.Pkg() == nil {
		return jen.Id(id.Name)
	}
	if obj.Parent() == obj.Pkg().Scope() {
		if name, _ := ir.StandIn(obj); name != "" {
			return jen.Qual(rtPath, name)
		}
		if obj.Pkg() != b.p.Types {
			return jen.Qual(obj.Pkg().Path(), obj.Name())
		}
		return jen.Id(obj.Name())
	}
	if c, ok := obj.(*types.Const); ok && !b.inRaw(c) && b.p.Info.Defs[id] == nil {
		return b.constant(c)
	}
	if tn, ok := obj.(*types.TypeName); ok {
		if tp, ok := tn.Type().(*types.TypeParam); ok {
			return jen.Id(paramName(tp))
		}
		if b.p.Hoist(tn) != nil {
			return b.named(tn, nil)
		}
	}
	return jen.Id(id.Name)
}

// madeIdent writes what an identifier without object stands for.
func (b *body) madeIdent(m ir.Made) *jen.Statement {
	switch m.Kind {
	case ir.MadeType:
		return b.typ(m.Type)
	case ir.MadeDefers:
		return jen.Id(b.fn.Names.Defers)
	}
	return b.token(nil)
}

// token writes the token that a recover looks at: that of this function, or its
// home's, in a variable, for call = defer recover() in a range over a function.
func (b *body) token(call ast.Node) *jen.Statement {
	if id := b.also(call); id != nil {
		return b.expr(id)
	}
	b.tok = true
	return jen.Id(b.fn.Names.Tok)
}

// also returns what n uses of the function that the body of a range over a
// function is part of; nil where the source stands as it was.
func (b *body) also(n ast.Node) *ast.Ident {
	if b.plain && !b.made {
		return nil
	}
	return b.p.Also[n]
}

func (b *body) object(id *ast.Ident) types.Object {
	if obj := b.p.Info.Uses[id]; obj != nil {
		return obj
	}
	return b.p.Info.Defs[id]
}

func (b *body) inRaw(obj types.Object) bool {
	return b.raw != nil && b.raw.Pos().IsValid() && b.raw.Pos() <= obj.Pos() && obj.Pos() < b.raw.End()
}

// variable writes a use of v, of a boxed one what is in the box.
func (b *body) variable(v *ir.Var) *jen.Statement {
	b.note(v)
	if v.Boxed {
		return jen.Parens(jen.Op("*").Id(v.Name))
	}
	return jen.Id(v.Name)
}

// note keeps book of which variables are written and read.
func (b *body) note(v *ir.Var) {
	b.seen[v] = true
	if !b.lhs || v.Boxed {
		b.read[v] = true
	}
}

// pointer writes v's box.
func (b *body) pointer(v *ir.Var) *jen.Statement {
	b.seen[v], b.read[v] = true, true
	return jen.Id(v.Name)
}

func (b *body) selector(e *ast.SelectorExpr) *jen.Statement {
	if id, ok := e.X.(*ast.Ident); ok {
		if pn, ok := b.p.Info.Uses[id].(*types.PkgName); ok {
			if name := b.u.Channels.TimerFunc(b.p.Info.Uses[e.Sel]); name != "" {
				return jen.Qual(chansPath, name)
			}
			if name, _ := ir.StandIn(b.p.Info.Uses[e.Sel]); name != "" {
				return jen.Qual(rtPath, name)
			}
			return jen.Qual(pn.Imported().Path(), e.Sel.Name)
		}
	}
	if fn := b.boundMethod(e); fn != nil {
		return b.methodValue(e, fn)
	}
	if b.boundInterface(e) {
		return b.interfaceValue(e)
	}
	if t, ok := b.runtimeMethod(e); ok {
		return b.runtimeValue(e, t)
	}
	return b.operand(e.X).Dot(e.Sel.Name)
}

func (b *body) slice(e *ast.SliceExpr) *jen.Statement {
	part := func(x ast.Expr) *jen.Statement {
		if x == nil {
			return jen.Empty()
		}
		return b.rvalue(x)
	}
	x := b.operand(e.X)
	if e.Slice3 {
		return x.Index(part(e.Low), part(e.High), part(e.Max))
	}
	return x.Index(part(e.Low), part(e.High))
}

func (b *body) unary(e *ast.UnaryExpr) *jen.Statement {
	if e.Op == token.AND {
		if id, ok := ast.Unparen(e.X).(*ast.Ident); ok {
			if v := b.fn.VarOf(id); v != nil && v.Boxed {
				return b.pointer(v)
			}
		}
	}
	if e.Op == token.ARROW {
		return jen.Op("<-").Add(b.announced(e.X, false))
	}
	return jen.Op(e.Op.String()).Add(b.rvalue(e.X))
}

func (b *body) composite(e *ast.CompositeLit) *jen.Statement {
	s := jen.Null()
	if e.Type != nil {
		s = b.expr(e.Type)
	}
	t := b.p.Info.TypeOf(e)
	isStruct := false
	if t != nil {
		u := t.Underlying()
		if p, ok := u.(*types.Pointer); ok {
			u = p.Elem().Underlying()
		}
		_, isStruct = u.(*types.Struct)
	}
	var elts []jen.Code
	for _, x := range e.Elts {
		kv, ok := x.(*ast.KeyValueExpr)
		if ok && isStruct {
			elts = append(elts, jen.Id(kv.Key.(*ast.Ident).Name).Op(":").Add(b.rvalue(kv.Value)))
			continue
		}
		elts = append(elts, b.rvalue(x))
	}
	if len(elts) > 0 && b.lines(e.Lbrace, e.Rbrace) {
		return s.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, elts...)
	}
	return s.Values(elts...)
}

// lines reports whether two positions are on different lines.
func (b *body) lines(x, y token.Pos) bool {
	return x.IsValid() && y.IsValid() && b.u.Fset.Position(x).Line != b.u.Fset.Position(y).Line
}

// call writes a call that cannot suspend.
func (b *body) call(e *ast.CallExpr) *jen.Statement {
	if t := b.fn.Calls[e]; t != nil && !b.plain {
		switch t.Kind {
		case ir.CallRecover:
			return g("Recover").Call(b.token(nil))
		case ir.CallHub:
			return b.symbolCall(t, e.Fun, e.Args, e.Ellipsis.IsValid())
		case ir.OpClose:
			return b.closeCall(e.Args[0], b.expr(e.Args[0]))
		case ir.OpGot:
			return jen.Qual(chansPath, "Got").Types(b.typ(b.p.Info.TypeOf(e))).Call(jen.Id(b.fn.Names.Hub))
		case ir.OpGotOk:
			return jen.Qual(chansPath, "GotOk").Call(jen.Id(b.fn.Names.Hub))
		}
	}
	if s := b.channelCall(e, b.plain); s != nil {
		return s
	}
	fun := b.callee(e.Fun)
	return fun.Call(b.args(e.Args, e.Ellipsis.IsValid())...)
}

// channelCall writes the calls that concern the program's own channels: a context's
// Done, a timer's, and a close elsewhere than on the hub; nil if e is none.
func (b *body) channelCall(e *ast.CallExpr, elsewhere bool) *jen.Statement {
	if b.u.Channels == nil {
		return nil
	}
	switch x := ast.Unparen(e.Fun).(type) {
	case *ast.SelectorExpr:
		if _, ok := b.methodOf(x); ok && ir.IsDone(b.p.Info.Uses[x.Sel]) {
			return jen.Qual(chansPath, "Done").Call(b.rvalue(x.X))
		}
		if name := b.u.Channels.WakeFunc(b.p.Info.Uses[x.Sel]); name != "" && elsewhere {
			return jen.Qual(syncPath, name).Call(append([]jen.Code{b.receiver(x)}, b.args(e.Args, false)...)...)
		}
		if name := b.u.Channels.TimerMethod(b.p.Info, x); name != "" {
			return jen.Qual(chansPath, name).Call(append([]jen.Code{b.rvalue(x.X)}, b.args(e.Args, false)...)...)
		}
		if !b.plain && b.u.Channels.Now[e] && b.u.Channels.TimerFunc(b.p.Info.Uses[x.Sel]) == "After" {
			return jen.Qual(chansPath, "AfterNow").Call(append([]jen.Code{jen.Id(b.fn.Names.Hub)}, b.args(e.Args, false)...)...)
		}
	case *ast.Ident:
		if !elsewhere || x.Name != "close" || !b.p.Info.Types[x].IsBuiltin() {
			return nil
		}
		c, ok := ir.Under(b.p.Info.TypeOf(e.Args[0])).(*types.Chan)
		if ok && b.u.Channels.Announced(c.Elem(), true) {
			return jen.Qual(chansPath, "CloseOutside").Types(b.typ(c.Elem())).Call(b.rvalue(e.Args[0]))
		}
	}
	return nil
}

func (b *body) callee(fun ast.Expr) *jen.Statement {
	switch x := ast.Unparen(fun).(type) {
	case *ast.FuncLit:
		return b.literal(x)
	case *ast.SelectorExpr:
		if _, ok := b.methodOf(x); ok {
			return b.operand(x.X).Dot(x.Sel.Name)
		}
		return b.function(x)
	case *ast.Ident, *ast.IndexExpr, *ast.IndexListExpr, *ast.CallExpr:
		return b.function(x)
	}
	return jen.Parens(b.rvalue(fun))
}

// function is rvalue for what is called on the spot.
func (b *body) function(e ast.Expr) *jen.Statement {
	saved := b.lhs
	b.lhs = false
	defer func() { b.lhs = saved }()
	return b.written(e)
}

func (b *body) args(args []ast.Expr, ellipsis bool) []jen.Code {
	var out []jen.Code
	for i, a := range args {
		s := b.rvalue(a)
		if ellipsis && i == len(args)-1 {
			s = s.Op("...")
		}
		out = append(out, s)
	}
	return out
}
