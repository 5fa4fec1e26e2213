package ir

import (
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/rules"
)

// Rule is a line of a rule file that counts.
type Rule struct {
	rules.Rule
	Pos  token.Pos
	Func *types.Func // nil for a package
	By   *types.Func // the twin of a native one
}

// Says is how explanations quote r.
func (r *Rule) Says() string {
	if r.Verb == rules.Native {
		return "a rule says native: " + r.By.FullName() + " stands for it"
	}
	return "a rule says " + string(r.Verb)
}

// Suspends reports whether the twin of a native one returns a frame behind the results: else
// it only takes the hub.
func (r *Rule) Suspends() bool {
	return r.By.Signature().Results().Len() > r.Func.Signature().Results().Len()
}

// ReturnsFrame reports whether the last result is a *green.Frame.
func ReturnsFrame(sig *types.Signature) bool {
	r := sig.Results()
	return r.Len() > 0 && isOfRuntime(r.At(r.Len()-1).Type(), "Frame")
}

// TakesHub reports whether the first parameter is a *green.Hub.
func TakesHub(sig *types.Signature) bool {
	return sig.Params().Len() > 0 && isOfRuntime(sig.Params().At(0).Type(), "Hub")
}

func isOfRuntime(t types.Type, name string) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == Runtime
}
