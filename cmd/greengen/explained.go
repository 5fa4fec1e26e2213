package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/rules"
)

// frameHeader is the size of green.Frame on a 64-bit machine.
const frameHeader = 16

// explained is what explain says of one function; the JSON form is its fields.
type explained struct {
	Package          string
	Name, Pos, Color string
	Code             string  // why, in a word: docs/explain.md lists them
	Reason           *place  `json:",omitempty"` // the same in a sentence
	Why              []place `json:",omitempty"` // from the mark down
	Rule             *place  `json:",omitempty"` // that decides
	Points           []place `json:",omitempty"` // suspension points
	Frame            int64   `json:",omitempty"` // bytes; without those that depend on type arguments
	Slots            []slot  `json:",omitempty"`
	Offloads         []place `json:",omitempty"` // calls that are offloaded
	Ruled            []place `json:",omitempty"` // calls that do not suspend, since a rule says so
}

type place struct{ Pos, Text string }

type slot struct {
	Name, Type string
	Size       int64 // -1 if it depends on type arguments
	Reason     string
}

type explainer struct {
	fset  *token.FileSet
	short func(string) string
	sizes types.Sizes
	all   bool // all that main reaches is to be green
}

// sizesOf returns the sizes of arch, of this machine if it is "" or unknown.
func sizesOf(arch string) types.Sizes {
	if s := types.SizesFor("gc", arch); s != nil {
		return s
	}
	return types.SizesFor("gc", runtime.GOARCH)
}

func (e *explainer) pos(p token.Pos) string {
	if !p.IsValid() {
		return ""
	}
	at := e.fset.Position(p)
	at.Filename = e.short(at.Filename)
	return at.String()
}

func (e *explainer) explain(f *ir.Func) explained {
	x := explained{Package: f.Pkg.Path, Name: f.Name, Pos: e.pos(f.Pos()), Color: f.Color.String()}
	for _, h := range f.Why {
		x.Why = append(x.Why, place{e.pos(h.Pos), h.Text})
	}
	x.Code, x.Reason = e.decision(f)
	if r := f.Rule; r != nil {
		x.Rule = &place{e.pos(r.Pos), r.Says()}
		if r.Verb == rules.Native {
			x.Color = string(rules.Native)
		}
	}
	if f.Color != ir.Green {
		return x
	}
	for _, c := range f.Points {
		x.Points = append(x.Points, place{e.pos(c.At), e.operation(c.Target, c.Node)})
	}
	x.Offloads, x.Ruled = e.offloads(f), e.ruled(f)
	x.Frame, x.Slots = e.slots(f)
	return x
}

// offloads lists the calls in f that run on another goroutine, in source order.
func (e *explainer) offloads(f *ir.Func) []place {
	var list []place
	for _, n := range calls(f, func(t *ir.Target) bool { return t.Kind == ir.CallOffload }) {
		text := e.operation(f.Calls[n], n)
		if why, r := f.Calls[n].Why, f.Calls[n].Rule; why != "" && (r == nil || why != r.Says()) {
			text += ": " + why
		}
		list = append(list, place{e.pos(n.Pos()), text})
	}
	return slices.Compact(list) // a statement and its call are two nodes
}

// ruled lists the calls in f that cannot suspend, since a rule says so.
func (e *explainer) ruled(f *ir.Func) (list []place) {
	for _, n := range calls(f, func(t *ir.Target) bool { return t.Rule != nil && !t.Suspends() }) {
		list = append(list, place{e.pos(n.Pos()), e.operation(f.Calls[n], n)})
	}
	return slices.Compact(list)
}

// calls returns what f.Calls has of a kind, in source order.
func calls(f *ir.Func, of func(*ir.Target) bool) (nodes []ast.Node) {
	for n, t := range f.Calls {
		if t != nil && of(t) {
			nodes = append(nodes, n)
		}
	}
	slices.SortFunc(nodes, func(a, b ast.Node) int { return cmp.Compare(a.Pos(), b.Pos()) })
	return nodes
}

// operation names what may suspend.
func (e *explainer) operation(t *ir.Target, node ast.Node) string {
	switch {
	case t == nil:
		return "suspends"
	case t.Kind == ir.OpYield:
		return "yields, for -torture"
	case t.Kind == ir.OpPreempt:
		return "gives way, if it ran for long"
	case t.Kind == ir.OpRecv || t.Kind == ir.OpRecv2:
		return "receives from a channel"
	case t.Kind == ir.OpSend:
		return "sends on a channel"
	case t.Kind == ir.OpSelect:
		return "selects"
	}
	text := "calls " + callee(t, node)
	switch t.Kind {
	case ir.CallIface:
		text += ", a method found at run time"
	case ir.CallValue:
		text += ", a func value"
	case ir.CallOffload:
		text += ", offloaded"
	}
	if t.Rule != nil {
		text += ": " + t.Rule.Says() + ", " + e.pos(t.Rule.Pos)
	}
	return text
}

func callee(t *ir.Target, node ast.Node) string {
	switch call, isCall := node.(*ast.CallExpr); {
	case t.Obj != nil:
		return t.Obj.FullName()
	case t.Fn != nil:
		return t.Fn.Name
	case isCall:
		return types.ExprString(call.Fun)
	}
	return "a function"
}

// slots lists f's frame, and adds up its size.
func (e *explainer) slots(f *ir.Func) (int64, []slot) {
	var fields []*types.Var
	var list []slot
	for _, v := range f.Slots {
		t, reason := v.Type, e.reason(f, v)
		if v.Boxed {
			t = types.NewPointer(t)
		}
		s := slot{Name: v.Name, Type: types.TypeString(t, types.RelativeTo(f.Pkg.Types)), Size: -1, Reason: reason}
		if !parametric(t) {
			s.Size = e.sizes.Sizeof(t)
			fields = append(fields, types.NewField(v.Pos, nil, v.Name, t, false))
		}
		list = append(list, s)
	}
	if len(f.Points) == 0 {
		return 0, list
	}
	return frameHeader + e.sizes.Sizeof(types.NewStruct(fields, nil)), list
}

// reason says where v is live and whether it is pinned.
func (e *explainer) reason(f *ir.Func, v *ir.Var) string {
	var at []string
	for _, c := range f.Points {
		if slices.Contains(c.Live, v) {
			at = append(at, fmt.Sprint(c.PC))
		}
	}
	text := "kept"
	if len(at) > 0 {
		text = "live across " + strings.Join(at, ", ")
	}
	if v.Boxed {
		text += "; pinned: captured, or its address is taken"
	}
	return text
}

// parametric reports whether t's size depends on type arguments.
func parametric(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		return parametric(t.Underlying())
	case *types.Array:
		return parametric(t.Elem())
	case *types.Struct:
		for v := range t.Fields() {
			if parametric(v.Type()) {
				return true
			}
		}
	}
	return false
}

func (x *explained) write(w io.Writer) {
	fmt.Fprintf(w, "%s: %s is %s\n", x.Pos, x.Name, x.Color)
	section(w, "why", x.Why)
	if x.Color == ir.Offloaded.String() && x.Rule == nil && x.Reason != nil {
		section(w, "offloaded, because", []place{*x.Reason})
	}
	if x.Rule != nil {
		section(w, "rule", []place{*x.Rule})
	}
	if len(x.Points) > 0 {
		fmt.Fprintln(w, "    suspension points:")
		for i, p := range x.Points {
			fmt.Fprintf(w, "        %d  %s: %s\n", i+1, p.Pos, p.Text)
		}
	}
	section(w, "offloaded calls", x.Offloads)
	section(w, "other calls that rules decide", x.Ruled)
	if x.Frame == 0 {
		return
	}
	fmt.Fprintf(w, "    frame: %d bytes, %d of them its header\n", x.Frame, frameHeader)
	for _, s := range x.Slots {
		size := fmt.Sprintf("%d bytes", s.Size)
		if s.Size < 0 {
			size = "size depends on the type arguments"
		}
		fmt.Fprintf(w, "        %s %s, %s: %s\n", s.Name, s.Type, size, s.Reason)
	}
}

func section(w io.Writer, title string, list []place) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "    %s:\n", title)
	for _, p := range list {
		if p.Pos != "" {
			p.Text = p.Pos + ": " + p.Text
		}
		fmt.Fprintf(w, "        %s\n", p.Text)
	}
}
