package ir

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unit is all that one run transforms.
type Unit struct {
	Fset     *token.FileSet
	Packages []*Package // dependencies first

	All, Torture, Preempt, Weave bool // as in transform.Config

	// Now is the function that a pass works on. If the pass fails on it, the driver
	// notes it in Failed and begins again: it is offloaded then.
	Now    *Func
	Failed map[*Func]string

	// Bound are the interface methods whose values, x.M, may have twins. Set by color.
	Bound map[*types.Func]bool
	// Registered are the method values whose code is registered. Set by color.
	Registered map[*types.Selection]bool

	// Channels are the program's own channels; nil: none. Set by channels.
	Channels *Channels

	// Runtime are the runtime's functions with twins whose values are taken. Set by
	// color.
	Runtime map[*types.Func]RuntimeTwin

	// Rules are what rule files say of functions, by rules.Rule.Key, and of packages that are
	// to be left as they are, by import path. Set by load.
	Rules   map[string]*Rule
	Skipped map[string]*Rule
	Left    map[string]*Rule // the same by folder, where the main module's packages are

	// Leaves are functions in assembly that call nothing: import path, dot, name. Set by load.
	Leaves map[string]bool

	byName map[string]*Func // of Lookup
}

// Lookup returns the function of u that obj names, nil if it is none. A package
// and its test variant have different objects for the same function.
func (u *Unit) Lookup(obj *types.Func) *Func {
	if obj == nil || obj.Pkg() == nil {
		return nil
	}
	if u.byName == nil {
		u.byName = map[string]*Func{}
		for _, p := range u.Packages {
			for o, f := range p.Twins {
				u.byName[o.FullName()] = f
			}
		}
	}
	return u.byName[obj.Origin().FullName()]
}

// Has reports whether p, or a variant of it, is one of u's packages.
func (u *Unit) Has(p *types.Package) bool {
	for _, q := range u.Packages {
		if p != nil && q.Path == p.Path() {
			return true
		}
	}
	return false
}

// Uninstantiate strips parentheses and type arguments off what a call calls. An
// index that is none is stripped too: look at what is left.
func Uninstantiate(e ast.Expr) ast.Expr {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		default:
			return e
		}
	}
}

// Forward is a twin of a method that some type has not declared itself, or
// without a twin: it does what Sel, in *Type, selects.
type Forward struct {
	Type    *types.TypeName
	Pointer bool // the receiver must be one
	Sel     *types.Selection
	Kind    Kind // CallIface: of an embedded interface; CallPlain; CallOffload
	File    *File
}

// MethodExpr is a method expression or value that is used as a func value, T.M or x.M.
type MethodExpr struct {
	Sel   *types.Selection
	Recv  types.Type       // T; of a value what the method is declared for
	Sig   *types.Signature // without the receiver
	Fn    *Func            // nil for an interface's method
	File  *File            // where it was met first
	Value bool             // x.M
}

// Hoisted is a type of a function that is declared at package level instead.
type Hoisted struct {
	Name  *types.TypeName
	As    string     // its name at package level
	Fn    *Func      // which declares it
	Type  types.Type // what it is declared as
	Alias bool
	File  *File
}

// Use returns how the source of its function writes h.
func (h *Hoisted) Use() string {
	var params []string
	for _, l := range []*types.TypeParamList{h.Fn.Sig.TypeParams(), h.Fn.Sig.RecvTypeParams()} {
		for t := range l.TypeParams() {
			params = append(params, t.Obj().Name())
		}
	}
	if params == nil {
		return h.As
	}
	return h.As + "[" + strings.Join(params, ", ") + "]"
}

// Hoist returns the type that tn is at package level; nil if tn stays where it is.
func (p *Package) Hoist(tn types.Object) *Hoisted {
	for _, h := range p.Hoisted {
		if h.Name == tn {
			return h
		}
	}
	return nil
}

// Declares reports whether name is, or will be, declared at package level.
func (p *Package) Declares(name string) bool {
	for _, h := range p.Hoisted {
		if h.As == name {
			return true
		}
	}
	return p.Types.Scope().Lookup(name) != nil
}

// Init is one expression of a package-level initialiser.
type Init struct {
	File *File
	X    ast.Expr
}

// File is one source file of a Package.
type File struct {
	Path  string
	Out   string // path of the generated file
	Ast   *ast.File
	Src   []byte
	Pkg   *Package
	Build string // its //go:build line, "" if none
}

// Offset is where p is in Src.
func (f *File) Offset(p token.Pos) int { return int(p - f.Ast.FileStart) }

// Color says how green code calls a function.
type Color uint8

const (
	Plain     Color = iota // directly: it cannot suspend
	Green                  // by its twin
	Offloaded              // on another goroutine: it may block, and has no twin
)

func (c Color) String() string { return [...]string{"plain", "green", "offloaded"}[c] }

// Func is a function, method or literal.
type Func struct {
	// Set by load.
	Name  string // as the runtime names it: main.serve, main.(*T).Serve, main.serve.func1
	Pkg   *Package
	File  *File
	Decl  *ast.FuncDecl // nil for a literal
	Lit   *ast.FuncLit  // nil for a declaration
	Obj   *types.Func   // nil for a literal
	Sig   *types.Signature
	Outer *Func   // the function around a literal; nil for one in a package-level initialiser
	Lits  []*Func // the literals directly within
	Mark  Mark
	Rule  *Rule // what decides, if not its source

	Crowded bool // a literal of an initialiser on a line with another one

	// Set by ranges, which changes Outer and Lits too.
	NewBody *ast.BlockStmt // stands for the source's if not nil; so does NewType
	NewType *ast.FuncType
	Home    *Func // of the body of a range over a function: the function that it is part of
	Ranges  int   // how many such bodies it has

	// Set by color.
	Color    Color
	Reached  bool
	Blocks   bool      // a real suspension point can be reached, torture apart
	From     []Hop     // how a mark reaches it
	Why      []Hop     // the mark's way to it, and on to what may block
	Reason   string    // why it is offloaded
	ReasonAt token.Pos // where
	Calls    map[ast.Node]*Target
	Recovers bool // recover is called directly in it
	Takes    bool // it must take the token of a deferred call, to drop it
	Dual     bool // it has a twin for dynamic calls' sake alone
	Value    bool // it is used as a func value

	// Set by desugar.
	Names   Names
	Vars    map[types.Object]*Var
	Idents  map[*ast.Ident]*Var // identifiers made by passes
	Runtime map[*ast.Ident]bool // identifiers made by passes that name functions of rt/green
	All     []*Var              // in order of declaration
	Params  []*Var              // receiver first
	Results []*Var
	Capture []*Var // variables of outer functions, as this literal holds them
	Guard   bool   // it defers: needs the guard
	Gotos   bool   // a goto leads to a flattened statement: the fast body is made of blocks too
	Body    *Block
	Labels  map[ast.Stmt]*Label // flattened statements that a branch may target; of a goto, the labelled one
	Targets map[*ast.BranchStmt]ast.Stmt
	Points  []*Call // suspension points in source order; Points[i].PC == i+1

	// Set by cfg.
	Flow  []*BasicBlock
	Jumps map[*Label][2]*BasicBlock // where a break (or goto) and a continue go

	// Set by live.
	Slots []*Var

	// Set by emit, of a literal, when it writes the function that it is in.
	Bound  bool // its func value is made
	Pooled bool // a go statement starts it; its environments are used again
}

// Names are the names of what emitted code adds to a function.
type Names struct{ Hub, Callee, Frame, Header, Defers, Env, Tok, Next, Label string }

// Syntax returns the syntax of f's body, nil if it has none.
func (f *Func) Syntax() *ast.BlockStmt {
	if f.NewBody != nil {
		return f.NewBody
	}
	if f.Lit != nil {
		return f.Lit.Body
	}
	return f.Decl.Body
}

// Type returns the syntax of f's signature.
func (f *Func) Type() *ast.FuncType {
	if f.NewType != nil {
		return f.NewType
	}
	if f.Lit != nil {
		return f.Lit.Type
	}
	return f.Decl.Type
}

// Pos is where f begins.
func (f *Func) Pos() token.Pos {
	if f.Lit != nil {
		return f.Lit.Pos()
	}
	return f.Decl.Name.Pos()
}

// Lines returns the lines that a literal stands on, as the runtime knows them,
// and the base name of their file.
func (f *Func) Lines(fset *token.FileSet) (file string, from, to int) {
	at := fset.Position(f.Lit.Pos())
	return filepath.Base(at.Filename), at.Line, fset.Position(f.Lit.End()).Line
}

// IsTest reports whether f is a test that go test runs.
func (f *Func) IsTest() bool {
	if f.Obj == nil || f.Sig.Recv() != nil || !strings.HasSuffix(f.File.Path, "_test.go") || f.Sig.TypeParams().Len() > 0 {
		return false
	}
	rest, ok := strings.CutPrefix(f.Obj.Name(), "Test")
	if r, _ := utf8.DecodeRuneInString(rest); !ok || rest != "" && unicode.IsLower(r) {
		return false
	}
	return f.Sig.Params().Len() == 1 && f.Sig.Results().Len() == 0 && f.Sig.Params().At(0).Type().String() == "*testing.T"
}

// Root returns the declaration around f, f itself if it is one.
func (f *Func) Root() *Func {
	for f.Outer != nil {
		f = f.Outer
	}
	return f
}

// Mark is what a directive asks for.
type Mark uint8

const (
	NoMark Mark = iota
	Patch
	Skip
	Offload
)

// Hop is one step of the chain that says why a function is green.
type Hop struct {
	Pos  token.Pos
	Text string
}

// Kind says how a call is made from green code.
type Kind uint8

const (
	CallPlain   Kind = iota // as it was
	CallTwin                // Func or Symbol
	CallIface               // of an interface method, found at run time
	CallValue               // of a func value, found at run time
	CallLit                 // of a literal on the spot
	CallOffload             // plain code on another goroutine
	CallHub                 // a twin that takes the hub but never suspends
	CallRecover             // recover()
	OpRecv
	OpRecv2
	OpSend
	OpSelect
	OpYield
	OpPreempt // a loop's back edge: yields if the greenlet ran for long
	OpClose   // close(ch): takes the hub but never suspends
	OpGot     // what a select received; its type is that of the call
	OpGotOk   // ... and whether it was sent
)

// Target is what a call in green code calls. Set by color.
type Target struct {
	Kind     Kind
	Fn       *Func            // CallTwin, CallLit, CallOffload: the callee if it is of this unit
	Obj      *types.Func      // the plain callee, if it has a name
	Symbol   *Symbol          // CallTwin, CallHub: a twin outside this unit
	Sig      *types.Signature // the plain signature, instantiated
	Why      string           // of an offload
	Streams  []int            // of a function that only these arguments may make block: run time looks at them
	Rule     *Rule            // what decides
	Recovers bool             // a deferred dynamic call whose callee may recover
}

// Suspends reports whether the call may suspend.
func (t *Target) Suspends() bool {
	return t != nil && t.Kind != CallPlain && t.Kind != CallHub && t.Kind != CallRecover && t.Kind != OpClose && t.Kind != OpGot && t.Kind != OpGotOk
}

// Symbol names a function of another package. For a method Recv is set: then the
// twin is a method Name of the receiver's own type if Pkg is "", else a function
// which takes the receiver as first argument.
type Symbol struct {
	Pkg, Name string
	Recv      bool
}

// RuntimeTwin is the twin of a function of the runtime.
type RuntimeTwin struct {
	Name     string
	Suspends bool // it returns a frame
}

// Ident returns an identifier for v, to be used in syntax made by a pass.
func (f *Func) Ident(v *Var) *ast.Ident {
	id := &ast.Ident{Name: v.Name}
	f.Idents[id] = v
	return id
}

// VarOf resolves an identifier of f's body: nil if it is no variable of f.
func (f *Func) VarOf(id *ast.Ident) *Var {
	if v, ok := f.Idents[id]; ok {
		return v
	}
	obj := f.Pkg.Info.Uses[id]
	if obj == nil {
		obj = f.Pkg.Info.Defs[id]
	}
	if obj == nil {
		return nil
	}
	return f.Vars[obj]
}

// GoAtLeast reports whether a version such as go1.21 or go1.21.3 has that minor;
// true if it is not known.
func GoAtLeast(v string, minor int) bool {
	n, i := 0, len("go1.")
	if len(v) < i {
		return true
	}
	for ; i < len(v) && v[i] >= '0' && v[i] <= '9'; i++ {
		n = n*10 + int(v[i]-'0')
	}
	return n >= minor
}
