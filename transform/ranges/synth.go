package ranges

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"github.com/greengen/greengen/transform/ir"
)

// runtime has the type checker's objects for what rewritten code uses of
// rt/green.
type runtime struct {
	pkg            *types.Package
	loop, defers   types.Type // *green.Range, *green.Defers
	fn             map[string]*types.Func
	integer, truth types.Type
}

func newRuntime() *runtime {
	r := &runtime{pkg: types.NewPackage(ir.Runtime, "green"), fn: map[string]*types.Func{},
		integer: types.Typ[types.Int], truth: types.Typ[types.Bool]}
	pointer := func(name string) types.Type {
		tn := types.NewTypeName(token.NoPos, r.pkg, name, nil)
		types.NewNamed(tn, types.NewStruct(nil, nil), nil)
		r.pkg.Scope().Insert(tn)
		return types.NewPointer(tn.Type())
	}
	r.loop, r.defers = pointer("Range"), pointer("Defers")
	r.add("NewRange", nil, r.loop)
	r.add("RangeBegin", []types.Type{r.loop}, nil)
	r.add("RangeNext", []types.Type{r.loop}, r.truth)
	r.add("RangeBreak", []types.Type{r.loop}, r.truth)
	r.add("RangeLeave", []types.Type{r.loop, r.integer}, r.truth)
	r.add("RangeEnd", []types.Type{r.loop}, r.integer)
	return r
}

func (r *runtime) add(name string, params []types.Type, result types.Type) {
	var ps, rs []*types.Var
	for _, t := range params {
		ps = append(ps, types.NewParam(token.NoPos, r.pkg, "", t))
	}
	if result != nil {
		rs = append(rs, types.NewParam(token.NoPos, r.pkg, "", result))
	}
	sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(ps...), types.NewTuple(rs...), false)
	r.fn[name] = types.NewFunc(token.NoPos, r.pkg, name, sig)
	r.pkg.Scope().Insert(r.fn[name])
}

// synth makes syntax that the type checker's Info knows.
type synth struct {
	p     *ir.Package
	rt    *runtime
	names map[string]bool // all that occur in the package
	count map[string]int
}

// fresh returns a name that the package does not have: base1, base2, ...
func (s *synth) fresh(base string) string {
	if s.names == nil {
		s.names, s.count = map[string]bool{}, map[string]int{}
		for id := range s.p.Info.Defs {
			s.names[id.Name] = true
		}
		for id := range s.p.Info.Uses {
			s.names[id.Name] = true
		}
	}
	for {
		s.count[base]++
		if name := fmt.Sprintf("%s%d", base, s.count[base]); !s.names[name] {
			return name
		}
	}
}

// variable makes a variable, and the identifier that declares it.
func (s *synth) variable(at token.Pos, base string, t types.Type) (*types.Var, *ast.Ident) {
	v := types.NewVar(at, s.p.Types, s.fresh(base), t)
	id := &ast.Ident{NamePos: at, Name: v.Name()}
	s.p.Info.Defs[id] = v
	return v, id
}

func (s *synth) use(at token.Pos, v *types.Var) *ast.Ident {
	id := &ast.Ident{NamePos: at, Name: v.Name()}
	s.p.Info.Uses[id] = v
	s.p.Info.Types[id] = types.TypeAndValue{Type: v.Type()}
	return id
}

// made makes an identifier that has no object.
func (s *synth) made(at token.Pos, name string, m ir.Made) *ast.Ident {
	id := &ast.Ident{NamePos: at, Name: name}
	s.p.Made[id] = m
	s.p.Info.Types[id] = types.TypeAndValue{Type: m.Type}
	return id
}

// typ writes a type.
func (s *synth) typ(at token.Pos, t types.Type) *ast.Ident {
	return s.made(at, types.TypeString(t, types.RelativeTo(s.p.Types)), ir.Made{Kind: ir.MadeType, Type: t})
}

// call calls a function of rt/green.
func (s *synth) call(at token.Pos, name string, args ...ast.Expr) *ast.CallExpr {
	fn := s.rt.fn[name]
	id := &ast.Ident{NamePos: at, Name: name}
	s.p.Info.Uses[id] = fn
	s.p.Info.Types[id] = types.TypeAndValue{Type: fn.Type()}
	c := &ast.CallExpr{Fun: id, Lparen: at, Args: args, Rparen: at}
	if rs := fn.Signature().Results(); rs.Len() > 0 {
		s.p.Info.Types[c] = types.TypeAndValue{Type: rs.At(0).Type()}
	}
	return c
}

func (s *synth) define(id *ast.Ident, x ast.Expr) ast.Stmt {
	return &ast.AssignStmt{Lhs: []ast.Expr{id}, TokPos: id.NamePos, Tok: token.DEFINE, Rhs: []ast.Expr{x}}
}

func (s *synth) number(at token.Pos, n int) ast.Expr {
	return &ast.BasicLit{ValuePos: at, Kind: token.INT, Value: strconv.Itoa(n)}
}

// when makes: if v op n { then }.
func (s *synth) when(at token.Pos, v *types.Var, op token.Token, n int, then ast.Stmt) ast.Stmt {
	cond := &ast.BinaryExpr{X: s.use(at, v), OpPos: at, Op: op, Y: s.number(at, n)}
	s.p.Info.Types[cond] = types.TypeAndValue{Type: s.rt.truth}
	return &ast.IfStmt{If: at, Cond: cond, Body: &ast.BlockStmt{Lbrace: at, List: []ast.Stmt{then}, Rbrace: at}}
}

func block(at token.Pos, list ...ast.Stmt) *ast.BlockStmt {
	return &ast.BlockStmt{Lbrace: at, List: list, Rbrace: at}
}
