package emit

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// terminates reports whether the compiler will see that a list ends in a
// terminating statement, as it is written in the fast body.
func terminates(info *types.Info, l *ir.Block) bool {
	if l == nil || len(l.List) == 0 {
		return false
	}
	switch s := l.List[len(l.List)-1].(type) {
	case *ir.Return:
		return true
	case *ir.Call:
		return s.Tail
	case *ir.Block:
		return terminates(info, s)
	case *ir.If:
		return s.Else != nil && terminates(info, s.Then) && terminates(info, s.Else)
	case *ir.Loop:
		return s.Cond == nil && !breaks(s.Body, s.Label) && !rawBreaks(s.Body)
	case *ir.Raw:
		return rawTerminates(info, s.S)
	case *ir.Switch:
		return switchTerminates(info, s)
	}
	return false
}

// switchTerminates is terminates for a switch.
func switchTerminates(info *types.Info, s *ir.Switch) bool {
	otherwise := false
	for _, c := range s.Clauses {
		otherwise = otherwise || c.Default
		if !c.Fallthrough && !terminates(info, c.Body) || breaks(c.Body, s.Label) || rawBreaks(c.Body) {
			return false
		}
	}
	return otherwise
}

// breaks reports whether some jump in l breaks out of label.
func breaks(l *ir.Block, label *ir.Label) bool {
	if l == nil {
		return false
	}
	for _, s := range l.List {
		switch s := s.(type) {
		case *ir.Jump:
			if s.Label == label && !s.Continue {
				return true
			}
		case *ir.Block:
			if breaks(s, label) {
				return true
			}
		case *ir.If:
			if breaks(s.Then, label) || breaks(s.Else, label) {
				return true
			}
		case *ir.Loop:
			if breaks(s.Body, label) || breaks(s.Post, label) {
				return true
			}
		case *ir.Switch:
			for _, c := range s.Clauses {
				if breaks(c.Body, label) {
					return true
				}
			}
		}
	}
	return false
}

// rawBreaks reports whether a kept statement in l may break: then nothing is
// claimed.
func rawBreaks(l *ir.Block) bool {
	found := false
	var walk func(l *ir.Block)
	walk = func(l *ir.Block) {
		if l == nil {
			return
		}
		for _, s := range l.List {
			switch s := s.(type) {
			case *ir.Raw:
				ast.Inspect(s.S, func(n ast.Node) bool {
					if br, ok := n.(*ast.BranchStmt); ok && br.Tok == token.BREAK {
						found = true
					}
					return true
				})
			case *ir.Block:
				walk(s)
			case *ir.If:
				walk(s.Then)
				walk(s.Else)
			case *ir.Loop:
				walk(s.Body)
				walk(s.Post)
			case *ir.Switch:
				for _, c := range s.Clauses {
					walk(c.Body)
				}
			}
		}
	}
	walk(l)
	return found
}

func rawTerminates(info *types.Info, s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok == token.GOTO
	case *ast.LabeledStmt:
		return rawTerminates(info, s.Stmt)
	case *ast.BlockStmt:
		return len(s.List) > 0 && rawTerminates(info, s.List[len(s.List)-1])
	case *ast.IfStmt:
		return s.Else != nil && rawTerminates(info, s.Body) && rawTerminates(info, s.Else)
	case *ast.ExprStmt:
		if c, ok := s.X.(*ast.CallExpr); ok {
			id, ok := c.Fun.(*ast.Ident)
			if !ok || id.Name != "panic" {
				return false
			}
			_, builtin := info.Uses[id].(*types.Builtin)
			return builtin
		}
	case *ast.ForStmt:
		if s.Cond != nil {
			return false
		}
		return !rawBreaks(&ir.Block{List: []ir.Stmt{&ir.Raw{S: s.Body}}})
	}
	return false
}
