package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"io"
	"slices"

	"github.com/greengen/greengen/transform/ir"
)

// parks is what explain -parks says of one function; the JSON form is its fields.
type parks struct {
	Name, Pos, Color string
	Parks            []park
}

// park is a point where a greenlet may park, so that others of its hub run.
type park struct {
	Pos, Text string
	Waits     []place `json:",omitempty"` // where it waits then, if that is in a function called there
}

// parks lists where f may park, in source order.
func (e *explainer) parks(f *ir.Func) parks {
	p := parks{Name: f.Name, Pos: e.pos(f.Pos()), Color: f.Color.String(), Parks: []park{}}
	if f.Color != ir.Green {
		return p
	}
	for _, c := range points(f) {
		at := park{Pos: e.pos(c.at), Text: e.operation(c.target, c.node) + c.when}
		if fn := greenCallee(c.target); fn != nil {
			at.Waits = e.waits(fn, map[*ir.Func]bool{f: true}, nil)
		}
		p.Parks = append(p.Parks, at)
	}
	return p
}

// point is a suspension point of a function, or a deferred call that may suspend,
// which is none of its code.
type point struct {
	at     token.Pos
	target *ir.Target
	node   ast.Node
	when   string
}

// points returns those of f in source order.
func points(f *ir.Func) []point {
	var list []point
	for _, c := range f.Points {
		list = append(list, point{c.At, c.Target, c.Node, ""})
	}
	ast.Inspect(f.Syntax(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == f.Lit
		case *ast.DeferStmt:
			if t := f.Calls[n.Call]; t.Suspends() {
				list = append(list, point{n.Call.Pos(), t, n.Call, ", deferred to the end"})
			}
		}
		return true
	})
	slices.SortStableFunc(list, func(a, b point) int { return cmp.Compare(a.at, b.at) })
	return list
}

// greenCallee is the function whose points a call of it leads to, nil if they are
// not known.
func greenCallee(t *ir.Target) *ir.Func {
	if t == nil || t.Fn == nil || t.Fn.Color != ir.Green {
		return nil
	}
	return t.Fn
}

// waits adds the points of f, and of what it calls, that lead to no function whose
// points are known.
func (e *explainer) waits(f *ir.Func, seen map[*ir.Func]bool, list []place) []place {
	if seen[f] {
		return list
	}
	seen[f] = true
	for _, c := range points(f) {
		if fn := greenCallee(c.target); fn != nil {
			list = e.waits(fn, seen, list)
		} else {
			list = append(list, place{e.pos(c.at), e.operation(c.target, c.node) + c.when})
		}
	}
	return list
}

// mostWaits bounds the lines for one call.
const mostWaits = 5

func (p *parks) write(w io.Writer) {
	switch {
	case p.Color == ir.Offloaded.String():
		fmt.Fprintf(w, "%s: %s runs on a worker: its greenlet is parked until it returns\n", p.Pos, p.Name)
		return
	case len(p.Parks) == 0:
		fmt.Fprintf(w, "%s: %s never parks: no other greenlet of its hub runs meanwhile\n", p.Pos, p.Name)
		return
	}
	fmt.Fprintf(w, "%s: %s may park at\n", p.Pos, p.Name)
	for _, at := range p.Parks {
		fmt.Fprintf(w, "    %s: %s\n", at.Pos, at.Text)
		for i, in := range at.Waits {
			if i == mostWaits {
				fmt.Fprintf(w, "        and %d more\n", len(at.Waits)-i)
				break
			}
			fmt.Fprintf(w, "        %s: %s\n", in.Pos, in.Text)
		}
	}
}
