package ir

import "fmt"

// Verify checks what must hold after the named pass.
func Verify(u *Unit, pass string) error {
	for _, p := range u.Packages {
		for _, f := range p.Funcs {
			if f.Color != Green {
				continue
			}
			for _, c := range checks[pass] {
				if err := c(f); err != nil {
					return fmt.Errorf("after %s: %s: %w", pass, f.Name, err)
				}
			}
		}
	}
	return nil
}

var checks = map[string][]func(*Func) error{
	"color":   {checkWhy},
	"desugar": {checkPoints, checkNames},
	"cfg":     {checkTerminators, checkSuspendIsTerminator},
	"live":    {checkSlots},
}

// checkWhy: each green function has a chain, and a chain has positions.
func checkWhy(f *Func) error {
	if len(f.Why) == 0 {
		return fmt.Errorf("green for no reason")
	}
	for _, h := range f.Why {
		if !h.Pos.IsValid() {
			return fmt.Errorf("hop %q has no position", h.Text)
		}
	}
	return nil
}

// checkPoints: suspension points are numbered 1..n in order.
func checkPoints(f *Func) error {
	for i, c := range f.Points {
		if c.PC != i+1 {
			return fmt.Errorf("suspension point %d has pc %d", i+1, c.PC)
		}
		if len(c.Dst) != len(c.New) {
			return fmt.Errorf("suspension point %d: %d results, %d marks", c.PC, len(c.Dst), len(c.New))
		}
	}
	return nil
}

// checkNames: no two variables that stand side by side share a name.
func checkNames(f *Func) error {
	seen := map[string]bool{}
	for _, list := range [][]*Var{f.Capture, f.Params, f.Results, f.All} {
		for _, v := range list {
			if seen[v.Name] {
				return fmt.Errorf("two variables named %s", v.Name)
			}
			seen[v.Name] = true
		}
	}
	return nil
}

// checkTerminators: each block ends in exactly one terminator, whose successors
// are blocks of the function.
func checkTerminators(f *Func) error {
	own := map[*BasicBlock]bool{}
	for _, b := range f.Flow {
		own[b] = true
	}
	for _, b := range f.Flow {
		if b.Term == nil {
			return fmt.Errorf("block %d has no terminator", b.ID)
		}
		for _, s := range append(b.Term.Succs(), b.Exits...) {
			if !own[s] {
				return fmt.Errorf("block %d leads out of the function", b.ID)
			}
		}
	}
	return nil
}

// checkSuspendIsTerminator: a suspension point is never inside a block, and all
// are there.
func checkSuspendIsTerminator(f *Func) error {
	n := 0
	for _, b := range f.Flow {
		for _, s := range b.Stmts {
			if _, ok := s.(*Call); ok {
				return fmt.Errorf("block %d has a suspension point inside", b.ID)
			}
		}
		if _, ok := b.Term.(*Suspend); ok {
			n++
		}
	}
	if n != len(f.Points) {
		return fmt.Errorf("%d suspension points, %d in blocks", len(f.Points), n)
	}
	return nil
}

// checkSlots: what is live across a suspension point has a slot, and nothing else.
func checkSlots(f *Func) error {
	slots := map[*Var]bool{}
	for _, v := range f.Slots {
		slots[v] = true
	}
	used := map[*Var]bool{}
	for _, c := range f.Points {
		for _, v := range c.Live {
			if !slots[v] {
				return fmt.Errorf("%s is live at %d without a slot", v.Name, c.PC)
			}
			used[v] = true
		}
	}
	if !f.Guard && len(used) != len(slots) {
		return fmt.Errorf("%d slots, %d used", len(slots), len(used))
	}
	return nil
}
