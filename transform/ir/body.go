package ir

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Var is a variable or temporary of a function.
type Var struct {
	Name  string // as emitted
	Type  types.Type
	Obj   *types.Var // nil for a temporary
	In    string     // of a boxed parameter or result: the name in the signature
	Boxed bool
	Once  bool // assigned only where it is declared: literals may hold a copy
	Fn    *Func
	From  *Var // of a captured variable: that of the outer function
	Pos   token.Pos
	Iter  []types.Type // of a *green.MapIter: key and element
}

// Label is a flattened statement that breaks or continues may target, or the
// place that gotos lead to.
type Label struct {
	Name  string
	Loop  bool
	Place bool // of gotos
	Named bool // some jump names it
}

// Stmt is a statement of a desugared body.
type Stmt interface{ stmt() }

type (
	// Raw is a statement in which nothing suspends.
	Raw struct {
		S    ast.Stmt
		Defs []*Var // variables it declares for the statements that follow
	}
	// Zero declares variables with their zero values.
	Zero struct{ Vars []*Var }
	// SetVar declares v with the value X, or sets it.
	SetVar struct {
		Var *Var
		X   ast.Expr
		New bool
	}
	// Rebox gives a boxed loop variable its box for the next iteration.
	Rebox struct{ Var *Var }
	// Call is a suspension point.
	Call struct {
		PC       int
		Target   *Target
		Node     ast.Node // the call, receive, ... in the source; nil for a yield
		Fun      ast.Expr // CallValue, CallIface, methods: the operand that names the callee
		Args     []ast.Expr
		Ellipsis bool
		Dst      []*Var // one a result, nil to discard
		New      []bool // Dst[i] is declared here
		Tail     bool   // its results are the function's
		Cases    []SelectCase
		Default  bool
		At       token.Pos
		Live     []*Var // set by live: what must be saved
		Kept     []*Var // set by live, for the resume body: what of Live the frame has
		Dead     []*Var // set by live, for the resume body: what the frame may have, and is not in Live
	}
	// Block is a list with a scope of its own, and perhaps a label to break out of.
	Block struct {
		List  []Stmt
		Label *Label
	}
	// If branches on a condition that cannot suspend.
	If struct {
		Cond       ast.Expr
		Then, Else *Block // Else may be nil
		At         token.Pos
	}
	// Loop repeats Body, then Post, while Cond, which may be nil, holds.
	Loop struct {
		Label *Label
		Cond  ast.Expr
		Post  *Block
		Body  *Block
		At    token.Pos
	}
	// Switch is an expression switch or type switch whose header cannot suspend.
	Switch struct {
		Label   *Label
		S       ast.Stmt   // *ast.SwitchStmt or *ast.TypeSwitchStmt: made by desugar, bodies empty
		Bind    *ast.Ident // of a type switch: the variable that the clauses copy from
		Clauses []*Clause
	}
	// Clause is one clause of a Switch.
	Clause struct {
		Body        *Block
		Var         *Var // type switch: declared here from Bind
		Fallthrough bool
		Default     bool
	}
	// Place is where gotos to Label arrive.
	Place struct{ Label *Label }
	// Jump breaks out of a flattened statement, continues a loop, or goes to a Place.
	Jump struct {
		Label    *Label
		Continue bool
		Named    bool // the source names the label, or must
		At       token.Pos
	}
	// Return leaves the function. Results is empty if the result variables are set.
	Return struct {
		Results []ast.Expr
		At      token.Pos
	}
	// Defer defers a call whose operands cannot suspend.
	Defer struct {
		Target   *Target
		On       *ast.Ident // holds the Defers that get it; nil for the function's own
		Node     *ast.CallExpr
		Fun      ast.Expr
		Args     []ast.Expr
		Ellipsis bool
	}
	// Go starts a greenlet that makes a call, whose operands cannot suspend.
	Go struct{ Defer }
)

func (*Raw) stmt()    {}
func (*Zero) stmt()   {}
func (*Rebox) stmt()  {}
func (*SetVar) stmt() {}
func (*Call) stmt()   {}
func (*Block) stmt()  {}
func (*If) stmt()     {}
func (*Loop) stmt()   {}
func (*Switch) stmt() {}
func (*Place) stmt()  {}
func (*Jump) stmt()   {}
func (*Return) stmt() {}
func (*Defer) stmt()  {}
func (*Go) stmt()     {}

// SelectCase is one case of a select that blocks.
type SelectCase struct {
	Chan, Value ast.Expr // Value is nil for a receive
	Got         bool     // what is received is wanted: OpGot gives it
}

// BasicBlock is a straight run of statements with one terminator.
type BasicBlock struct {
	ID    int
	Stmts []Stmt // Raw, Zero, Rebox, Defer
	Term  Term
	Exits []*BasicBlock // where the last statement may jump
	At    token.Pos
	Alive bool // reached after a suspension: part of the resume body
}

// Term ends a BasicBlock.
type Term interface{ Succs() []*BasicBlock }

type (
	// Goto goes on at To.
	Goto struct{ To *BasicBlock }
	// Branch goes to Then if Cond holds, else to Else.
	Branch struct {
		Cond       ast.Expr
		Then, Else *BasicBlock
	}
	// Choose goes to the clause that S, a header without bodies, picks; Else if none.
	Choose struct {
		S       *Switch
		Clauses []*BasicBlock
		Else    *BasicBlock // nil if there is a default
	}
	// Suspend makes Call, and goes on at Next with its results.
	Suspend struct {
		Call *Call
		Next *BasicBlock
	}
	// Leave returns from the function.
	Leave struct{ R *Return }
	// Stop is never reached.
	Stop struct{}
)

func (t *Goto) Succs() []*BasicBlock   { return []*BasicBlock{t.To} }
func (t *Branch) Succs() []*BasicBlock { return []*BasicBlock{t.Then, t.Else} }
func (t *Choose) Succs() []*BasicBlock {
	s := append([]*BasicBlock(nil), t.Clauses...)
	if t.Else != nil {
		s = append(s, t.Else)
	}
	return s
}
func (t *Suspend) Succs() []*BasicBlock {
	if t.Next == nil {
		return nil
	}
	return []*BasicBlock{t.Next}
}
func (t *Leave) Succs() []*BasicBlock { return nil }
func (t *Stop) Succs() []*BasicBlock  { return nil }
