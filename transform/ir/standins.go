package ir

import (
	"go/types"
	"maps"
	"slices"
)

// standIns are functions of std that say something of goroutines, those of rt that say it
// of greenlets, and their type.
var standIns = map[string][2]string{
	"runtime.NumGoroutine":     {"NumGoroutine", "func() int"},
	"runtime.Stack":            {"StackInto", "func([]byte, bool) int"},
	"runtime/debug.Stack":      {"Stack", "func() []byte"},
	"runtime/debug.PrintStack": {"PrintStack", "func()"},
}

// StandIn returns the name of the function of rt that is called in the place of obj, and
// its type; "" if that is none.
func StandIn(obj types.Object) (name, typ string) {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != "runtime" && fn.Pkg().Path() != "runtime/debug" {
		return "", ""
	}
	s := standIns[fn.FullName()]
	return s[0], s[1]
}

// StandIns are those functions of rt, and their types.
func StandIns(yield func(name, typ string) bool) {
	for _, k := range slices.Sorted(maps.Keys(standIns)) {
		if !yield(standIns[k][0], standIns[k][1]) {
			return
		}
	}
}
