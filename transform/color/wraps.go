package color

import (
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// unwrapped are packages whose types may hold a stream, and are declared plain all
// the same: they write to the program's own output, or only keep it.
var unwrapped = ir.Words(`sync sync/atomic testing log log/slog flag reflect runtime time context expvar unique weak`)

// wrapsStream reports whether fn is a method of a type that holds a stream to
// read from or write to, such as textproto.Reader: it may block as that does.
func wrapsStream(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && !unwrapped[fn.Pkg().Path()] && holdsStream(recv.Type(), map[types.Type]bool{})
}

func holdsStream(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	if plainType(t) {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		for i := range u.NumMethods() {
			m := u.Method(i)
			if _, ok := streamMethods[m.Name()]; ok && blockingMethod(m) || fileMethods[key(m)] {
				return true
			}
		}
	case *types.Pointer:
		return holdsStream(u.Elem(), seen)
	case *types.Slice:
		return holdsStream(u.Elem(), seen)
	case *types.Array:
		return holdsStream(u.Elem(), seen)
	case *types.Map:
		return holdsStream(u.Elem(), seen)
	case *types.Struct:
		for i := range u.NumFields() {
			if holdsStream(u.Field(i).Type(), seen) {
				return true
			}
		}
	}
	return false
}
