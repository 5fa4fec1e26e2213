// Package instrument puts a numbered call at the start of every block of a Go
// program, so that a run leaves a trace of what it did.
//
//	func f(n int) {              func f(n int) { t.Block(1);
//		if n > 0 {                   if n > 0 { t.Block(2);
//			g()              =>          g()
//		}                            }
//	}                            }
//
// Most of Go's own test programs print nothing when they pass: without the
// trace a program that does nothing at all would be taken for equal.
//
// # Blocks
//
// Bodies of functions and literals, of if and else, of loops, the clauses of
// switch, type switch and select, and blocks on their own. Numbers start at 1
// and follow the order of the source, across all files of a program.
//
// # Lines stay
//
// Calls are inserted on the line of the brace or colon, as edits of bytes, so
// line numbers, directives, build constraints and comments stay what they were.
// The import goes on the line of the package clause.
//
// # Places
//
// Each function is recorded with its place in the new text, since that is what
// the transform sees: it names functions by position.
package instrument
