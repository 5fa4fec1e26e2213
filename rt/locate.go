package rt

import (
	"runtime"

	"github.com/greengen/greengen/rt/green"
)

// Before any init function of generated code: it imports this package, or one
// that does.
func init() { green.Locate = locate }

// locate is green.Locate. A frame has no Func where code was inlined.
func locate(pc uintptr) (name, file string, line int, ok bool) {
	f, _ := runtime.CallersFrames([]uintptr{pc + 1}).Next() // a return address, as of a call at pc
	return f.Function, f.File, f.Line, f.Func != nil && f.Entry == pc
}
