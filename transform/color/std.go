package color

import "go/types"

// What becomes of a call of a function of std in green code.
const (
	StdPlain      = "plain"      // called: it never blocks
	StdNative     = "native"     // its twin is called
	StdNativeArg  = "native arg" // the same where what it is handed, or yields to, may block
	StdOffloaded  = "offloaded"  // run by a worker
	StdOffloadArg = "offloaded arg"
	StdOffloadMet = "offloaded methods" // the same where it is handed a value whose methods may block
	StdObserver   = "observer"          // its caller runs offloaded as a whole
)

// Std says what becomes of calls of fn, and which twin it has.
func Std(fn *types.Func) (kind, twin string) {
	k := key(fn)
	switch {
	case looksAtStack[k]:
		return StdObserver, ""
	case patched[k] != "" && (argOnly[k] || seqOnly[k]):
		return StdNativeArg, patched[k]
	case patched[k] != "":
		return StdNative, patched[k]
	case keepers[k]:
		return StdPlain, ""
	case !plainFunc(fn) || callsAny(fn):
		return StdOffloaded, ""
	case takesWaiting(fn):
		return StdOffloadArg, ""
	case takesMethods(fn):
		return StdOffloadMet, ""
	}
	return StdPlain, ""
}

// takesWaiting reports whether fn is handed a stream or a function.
func takesWaiting(fn *types.Func) bool {
	sig := fn.Signature()
	for i := range sig.Params().Len() {
		if streamParam(sig, i) || funcParam(sig, i) {
			return true
		}
	}
	return false
}

// takesMethods reports whether fn is handed a value that may have methods of the program's, which
// it may call: as sort.Sort does.
func takesMethods(fn *types.Func) bool {
	if key(fn) == "sync.(*Pool).Get" { // New is as good as handed
		return true
	}
	sig := fn.Origin().Signature()
	for i := range sig.Params().Len() {
		if t := sig.Params().At(i).Type(); !inert(t) && !passive(t) && open(t, map[types.Type]bool{}) {
			return true
		}
	}
	return false
}

// open reports whether a program may have values of type t with methods of its own, or whose
// elements have.
func open(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Interface:
		for i := range u.NumMethods() {
			if !u.Method(i).Exported() {
				return false
			}
		}
		return true
	case *types.Pointer:
		return open(u.Elem(), seen)
	case *types.Slice:
		return open(u.Elem(), seen)
	case *types.Array:
		return open(u.Elem(), seen)
	case *types.Map:
		return open(u.Key(), seen) || open(u.Elem(), seen)
	}
	return false
}

// StdName names a function as the tables do: time.Sleep, bufio.(*Reader).ReadByte.
func StdName(fn *types.Func) string { return key(fn) }
