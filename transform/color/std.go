package color

import "go/types"

// What becomes of a call of a function of std in green code.
const (
	StdPlain      = "plain"      // called: it never blocks
	StdNative     = "native"     // its twin is called
	StdNativeArg  = "native arg" // the same where what it is handed, or yields to, may block
	StdOffloaded  = "offloaded"  // run by a worker
	StdOffloadArg = "offloaded arg"
	StdObserver   = "observer" // its caller runs offloaded as a whole
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
	case !plainFunc(fn):
		return StdOffloaded, ""
	case takesWaiting(fn):
		return StdOffloadArg, ""
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

// StdName names a function as the tables do: time.Sleep, bufio.(*Reader).ReadByte.
func StdName(fn *types.Func) string { return key(fn) }
