package color

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/rules"
)

// patchedText lists functions of std and their twins in rt.
//
//go:embed patched.txt
var patchedText string

// patched maps std's functions, as key names them, to their twins.
var patched = func() map[string]string {
	m := map[string]string{}
	for _, r := range table("patched.txt", patchedText) {
		k := r.Key()
		m[k] = r.Twin
		hubOnly[k] = r.How == "hub"
		argOnly[k] = r.How == "arg"
		seqOnly[k] = r.How == "seq"
		wrapping[k] = r.How == "wraps"
	}
	return m
}()

// table reads a table of ours.
func table(name, text string) []rules.Rule {
	list, errs := rules.Parse(text)
	if len(errs) > 0 {
		panic(name + ":" + errs[0].Error())
	}
	return list
}

// hubOnly holds the patched functions whose twins take the hub but never suspend.
var hubOnly = map[string]bool{}

// argOnly holds those whose twins serve only if a stream argument may block: else
// the plain function does.
var argOnly = map[string]bool{}

// wrapping holds those of what wraps a stream, whose twins serve only if no marshaler blocks.
var wrapping = map[string]bool{}

// seqOnly holds those that return an iterator, whose twins serve only if what it
// yields to may block.
var seqOnly = map[string]bool{}

// yieldBlocks reports whether what the iterator that s returns yields to may block.
func (c *colorer) yieldBlocks(s *site) bool {
	seq, ok := s.t.Sig.Results().At(0).Type().Underlying().(*types.Signature)
	if !ok || seq.Params().Len() == 0 {
		return false
	}
	yield, ok := seq.Params().At(0).Type().Underlying().(*types.Signature)
	if !ok {
		return false
	}
	k := c.key(yield)
	return has(c.foreign, k) || slices.ContainsFunc(lookup(c.values, k), func(f *ir.Func) bool { return f.Blocks })
}

// key names a function as patched.txt does: time.Sleep, bufio.(*Reader).ReadByte.
func key(obj *types.Func) string {
	pkg := ""
	if obj.Pkg() != nil {
		pkg = obj.Pkg().Path()
	}
	recv := obj.Signature().Recv()
	if recv == nil {
		return pkg + "." + obj.Name()
	}
	t := types.Unalias(recv.Type())
	ptr := false
	if p, ok := t.(*types.Pointer); ok {
		t, ptr = types.Unalias(p.Elem()), true
	}
	name := "?"
	if n, ok := t.(*types.Named); ok {
		name = n.Obj().Name()
	}
	if ptr {
		return pkg + ".(*" + name + ")." + obj.Name()
	}
	return pkg + "." + name + "." + obj.Name()
}

// toldSymbol finds what stands for a call of an interface method that does not block, if
// greenlets that wait are to know of it: of a lock, or for a conn of std's.
func toldSymbol(t *ir.Target) *ir.Symbol {
	if t.Obj == nil {
		return nil
	}
	switch t.Obj.FullName() {
	case "(sync.Locker).Unlock":
		return &ir.Symbol{Pkg: rtPath + "/sync", Name: "Locker_Unlocked_green", Recv: true}
	case "(net.Conn).SetDeadline", "(net.Conn).SetReadDeadline", "(net.Conn).SetWriteDeadline":
		return &ir.Symbol{Pkg: rtPath + "/net", Name: "StdConn_" + t.Obj.Name() + "_green", Recv: true}
	}
	return nil
}

// twinSymbol finds the twin of a function outside the unit.
func twinSymbol(obj *types.Func) (sym *ir.Symbol, suspends, ok bool) {
	if obj.Pkg() == nil {
		return nil, false, false
	}
	k := key(obj)
	if twin, ok := patched[k]; ok {
		i := strings.LastIndex(twin, ".")
		return &ir.Symbol{Pkg: twin[:i], Name: twin[i+1:], Recv: obj.Signature().Recv() != nil}, !hubOnly[k], true
	}
	name := obj.Name() + "_green"
	if recv := obj.Signature().Recv(); recv != nil {
		m, _, _ := types.LookupFieldOrMethod(recv.Type(), true, obj.Pkg(), name)
		if fn, ok := m.(*types.Func); ok {
			return &ir.Symbol{Name: name, Recv: true}, ir.ReturnsFrame(fn.Signature()), true
		}
		return nil, false, false
	}
	if fn, ok := obj.Pkg().Scope().Lookup(name).(*types.Func); ok {
		return &ir.Symbol{Pkg: obj.Pkg().Path(), Name: name}, ir.ReturnsFrame(fn.Signature()), true
	}
	return nil, false, false
}

// mayBlock reports whether a foreign function, called with these arguments, may block.
func (c *colorer) mayBlock(f *ir.Func, s *site) bool {
	obj := s.t.Obj
	if blocks, _ := c.ruled(obj); blocks {
		s.t.Why = c.rule(obj).Says()
		return true
	}
	if s.arg != nil && wrapping[key(obj)] {
		s.t.Why = "it calls a method that may block"
		s.other = c.marshalerBlocks()
		return true
	}
	if c.leaf(obj) || keepers[key(obj)] || obj.Pkg() != nil && ofRuntime(obj.Pkg().Path()) { // what blocks there has a twin
		return false
	}
	if x, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr); ok && key(obj) != "os.(*File).Read" && plainStream(f.Pkg.Info, x.X) {
		return false
	}
	if !c.plainFunc(obj) {
		s.t.Why = obj.FullName() + " may block and has no twin"
		return true
	}
	s.other = false
	var blocking []int
	for i, a := range s.call.Args {
		if c.argBlocks(f, s, i, a) {
			s.t.Why = obj.FullName() + " is handed something that may block"
			blocking = append(blocking, i)
			s.other = s.other || !streamParam(s.t.Sig, i) && !funcParam(s.t.Sig, i)
		}
	}
	if len(blocking) > 0 {
		if s.t.Streams = onlyStreams(f.Pkg.Info, s, blocking); s.t.Streams != nil {
			s.t.Why += ", unless run time finds that it never does"
		}
		return true
	}
	if key(obj) == "sync.(*Pool).Get" && c.valueBlocks(newOfPool) {
		s.t.Why = "the pool's New may block"
		return true
	}
	return callsAny(obj)
}

// onlyStreams returns blocking if all of these arguments are streams of which run time can
// say what they are, else nil. What a receiver holds may block as well: the functions of a
// template.
func onlyStreams(info *types.Info, s *site, blocking []int) []int {
	if s.t.Obj.Signature().Recv() != nil {
		return nil
	}
	for _, i := range blocking {
		t := info.TypeOf(s.call.Args[i])
		if i >= s.t.Sig.Params().Len() || s.t.Sig.Variadic() && i == s.t.Sig.Params().Len()-1 || !streamParam(s.t.Sig, i) || !types.IsInterface(t) {
			return nil
		}
		if _, ok := types.Unalias(t).(*types.TypeParam); ok {
			return nil
		}
	}
	return blocking
}

// callsAny reports whether obj calls a function that only run time knows, as reflect.Value.Call does.
func callsAny(obj *types.Func) bool {
	return obj.Pkg() != nil && obj.Pkg().Path() == "reflect" && obj.Signature().Recv() != nil && strings.HasPrefix(obj.Name(), "Call")
}

// marshalerBlocks reports whether a method of this unit that encoders and decoders call
// blocks.
func (c *colorer) marshalerBlocks() bool {
	for _, list := range c.methods {
		for _, f := range list {
			if f.Blocks && marshalers[f.Obj.Name()] {
				return true
			}
		}
	}
	return false
}

var marshalers = ir.Words("MarshalJSON UnmarshalJSON MarshalText UnmarshalText IsZero GobEncode GobDecode MarshalBinary UnmarshalBinary")

// argBlocks reports whether argument a may make a plain function block.
func (c *colorer) argBlocks(f *ir.Func, s *site, i int, a ast.Expr) bool {
	info := f.Pkg.Info
	t := info.TypeOf(a)
	if t == nil {
		return false
	}
	if lit, ok := ast.Unparen(a).(*ast.FuncLit); ok {
		return c.lits[lit] != nil && c.lits[lit].Blocks
	}
	if sig, ok := t.Underlying().(*types.Signature); ok {
		return c.valueBlocks(sig)
	}
	if i < s.t.Sig.Params().Len() && inert(s.t.Sig.Params().At(i).Type()) {
		return false
	}
	if s.t.Obj != nil && passive(paramType(s.t.Obj.Origin().Signature(), i)) {
		return false
	}
	if !streamParam(s.t.Sig, i) {
		if unwrapped[s.t.Obj.Pkg().Path()] { // declared plain, whatever their values hold
			return c.ownMethodBlocks(t)
		}
		return c.elementBlocks(t, map[types.Type]bool{})
	}
	return c.streamBlocks(info, a, t)
}

// valueBlocks reports whether a func value of this type may block.
func (c *colorer) valueBlocks(sig *types.Signature) bool {
	k := c.key(sig)
	if has(c.foreign, k) {
		return true
	}
	for _, g := range lookup(c.values, k) {
		if g.Blocks {
			return true
		}
	}
	return false
}

// newOfPool is the type of sync.Pool's New, which Get calls.
var newOfPool = types.NewSignatureType(nil, nil, nil, nil,
	types.NewTuple(types.NewParam(0, nil, "", types.Universe.Lookup("any").Type())), false)

// inert reports whether a value of type t has nothing that a callee could call.
func inert(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return true
	case *types.Slice:
		return inert(t.Elem())
	}
	return false
}

// paramType is the type of what argument i is for, nil: none.
func paramType(sig *types.Signature, i int) types.Type {
	if n := sig.Params().Len(); n > 0 {
		return sig.Params().At(min(i, n-1)).Type()
	}
	return nil
}

// passive reports whether a generic function of std can call nothing of a parameter of type t:
// it is made of type parameters that have no methods, as slices.Contains has.
func passive(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return t.Underlying().(*types.Interface).NumMethods() == 0
	case *types.Basic:
		return true
	case *types.Pointer:
		return passive(t.Elem())
	case *types.Slice:
		return passive(t.Elem())
	case *types.Map:
		return passive(t.Key()) && passive(t.Elem())
	}
	return false
}

// ownMethodBlocks reports whether a method of this unit on t blocks: the callee may
// call it, as fmt does String.
func (c *colorer) ownMethodBlocks(t types.Type) bool {
	ms := types.NewMethodSet(t)
	for i := range ms.Len() {
		if fn, ok := ms.At(i).Obj().(*types.Func); ok {
			if g := c.funcOf(fn.Origin()); g != nil && g.Blocks && calledByStd[fn.Name()] {
				return true
			}
		}
	}
	return false
}

var calledByStd = map[string]bool{"Error": true, "String": true, "GoString": true, "Format": true, "Less": true,
	"Len": true, "Swap": true, "Push": true, "Pop": true, "MarshalJSON": true, "UnmarshalJSON": true, "MarshalText": true,
	"UnmarshalText": true, "Set": true, "Scan": true, "Unwrap": true, "Is": true, "As": true, "Write": true, "Read": true,
	"Close": true, "Visit": true, "Value": true, "LogValue": true, "Handle": true, "Lock": true, "Unlock": true}

// streamParam reports whether parameter i is an interface to read from or write to.
func streamParam(sig *types.Signature, i int) bool {
	n := sig.Params().Len()
	if i >= n {
		i = n - 1
	}
	if i < 0 {
		return false
	}
	iface, ok := sig.Params().At(i).Type().Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for j := range iface.NumMethods() {
		if blockingMethod(iface.Method(j)) {
			return true
		}
	}
	return false
}

// funcParam reports whether parameter i is a function.
func funcParam(sig *types.Signature, i int) bool {
	if i >= sig.Params().Len() {
		return false
	}
	_, ok := sig.Params().At(i).Type().Underlying().(*types.Signature)
	return ok
}

func (c *colorer) streamBlocks(info *types.Info, a ast.Expr, t types.Type) bool {
	if plainStream(info, a) {
		return false
	}
	if types.IsInterface(t) {
		return true
	}
	if plainType(t) {
		return false
	}
	if n, ok := types.Unalias(deref(t)).(*types.Named); ok && n.Obj().Pkg() != nil && !c.inUnit(n.Obj().Pkg()) {
		return true
	}
	return c.ownMethodBlocks(t) || c.promotedBlocks(t)
}

// promotedBlocks reports whether t, a type of this unit or without a name, has a
// stream's method from outside that may block, as struct{ io.Reader } has Read.
func (c *colorer) promotedBlocks(t types.Type) bool {
	for sel := range types.NewMethodSet(t).Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if !ok || c.funcOf(fn.Origin()) != nil || streamMethods[fn.Name()] == "" || locking[fn.Name()] {
			continue
		}
		if types.IsInterface(fn.Signature().Recv().Type()) && c.ifaceBlocks(fn) || !c.plainFunc(fn) {
			return true
		}
	}
	return false
}

// locking are methods that who is handed a stream does not call.
var locking = ir.Words(`Lock RLock Wait`)

func plainStream(info *types.Info, e ast.Expr) bool {
	x, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	v, ok := info.Uses[x.Sel].(*types.Var)
	return ok && v.Pkg() != nil && plainStreams[v.Pkg().Path()+"."+v.Name()]
}

// Writing to these is declared plain (DESIGN section 5).
var plainStreams = map[string]bool{"os.Stdout": true, "os.Stderr": true, "io.Discard": true}

// plainType reports whether the methods of t never block: one of these, by package, name and
// whether it is a pointer's element.
func plainType(t types.Type) bool {
	t = types.Unalias(t)
	p, pointer := t.(*types.Pointer)
	if pointer {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != nil && plainTypes[typeName{n.Obj().Pkg().Path(), n.Obj().Name(), pointer}]
}

type typeName struct {
	pkg, name string
	pointer   bool
}

var plainTypes = map[typeName]bool{
	{"bytes", "Buffer", true}: true, {"bytes", "Reader", true}: true, {"strings", "Reader", true}: true, {"strings", "Builder", true}: true,
	{"embed", "FS", false}: true, {"hash", "Hash", false}: true, {"hash", "Hash32", false}: true, {"hash", "Hash64", false}: true,
}

// blockingMethod reports whether foreign types may implement m by code that blocks.
func blockingMethod(m *types.Func) bool {
	sig := signature(m.Signature())
	if want, ok := streamMethods[m.Name()]; ok {
		for _, w := range strings.Split(want, ";") {
			if w == sig {
				return true
			}
		}
	}
	return m.Pkg() != nil && (blockingIfaces[m.Pkg().Path()] || fileMethods[key(m)])
}

// fileMethods are those of interfaces that stand for a system's files as often as for
// some in memory.
var fileMethods = ir.Words(`io/fs.FS.Open io/fs.ReadFileFS.ReadFile io/fs.ReadDirFS.ReadDir io/fs.StatFS.Stat io/fs.GlobFS.Glob
	io/fs.ReadLinkFS.ReadLink io/fs.ReadLinkFS.Lstat io/fs.File.Stat io/fs.ReadDirFile.ReadDir io/fs.DirEntry.Info
	syscall.RawConn.Read syscall.RawConn.Write`)

// streamMethods are the methods through which std's interfaces block, wherever
// the interface at hand is declared.
var streamMethods = map[string]string{
	"Read":     "func([]uint8) (int, error)",
	"Write":    "func([]uint8) (int, error)",
	"Close":    "func() error",
	"ReadAt":   "func([]uint8, int64) (int, error)",
	"WriteAt":  "func([]uint8, int64) (int, error)",
	"ReadByte": "func() (uint8, error)", "WriteByte": "func(uint8) error", "ReadRune": "func() (int32, int, error)",
	"WriteString": "func(string) (int, error)", "Flush": "func() error;func()",
	"ReadFrom": "func(io.Reader) (int64, error);func([]uint8) (int, net.Addr, error)",
	"WriteTo":  "func(io.Writer) (int64, error);func([]uint8, net.Addr) (int, error)",
	"Accept":   "func() (net.Conn, error)",
	"Lock":     "func()", "RLock": "func()", "Wait": "func();func() error",
	"Sync": "func() error",
}

// blockingIfaces are packages whose interfaces exist to block.
var blockingIfaces = map[string]bool{"net/http": true, "database/sql/driver": true, "net/rpc": true}
