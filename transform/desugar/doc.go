// Package desugar takes green functions apart until each call that may suspend
// stands alone.
//
//	if ok, err := check(<-in); ok && ready(c) { B }
//
// becomes
//
//	_t1 := recv in
//	ok, err := check _t1
//	_t2 := ok
//	if _t2 { _t2 = ready c }
//	if _t2 { B }
//
// # Order of evaluation
//
// Go orders calls, receives and && || left to right; when the other operands are
// read is left open, and gc reads them late, after the calls of the same
// expression. So only calls are taken out, each into a temporary, up to the last
// one that may suspend; the rest of the expression stays as it was:
//
//	x + f()       _t1 := f; x + _t1         // x is read after f, as gc does
//	g() + f()     _t1 := g(); _t2 := f; _t1 + _t2
//
// As calls count, as they do for gc, slices, assertions, && and ||, bytes and runes made
// of strings, and literals of maps, which are filled in entry by entry.
//
// # Variables
//
// Each variable that is declared outside a statement which stays as it was
// becomes a Var with a name unique in the function, since the resume body
// declares all of them side by side. It is boxed if its address is taken, or if
// a literal captures it and somebody assigns to it after its declaration: then
// each pass through the declaration makes a new box, and so does each round of a
// three-clause loop.
//
// # Goto
//
// A label that gotos name becomes a Place, a goto a Jump to it:
//
//	again:                  again:
//		n := <-in               n := recv in
//		if n < 0 {              if n < 0 { goto again }
//			goto again
//		}
//
// Going back over a declaration makes its variable anew, and a new box if it has
// one. What is taken apart has declarations where there were none, which a goto
// must not jump over: such a function is marked (Gotos), and no body of it keeps
// the structure.
//
// # Statements that stay
//
// A statement stays as it was (ir.Raw) if nothing in it suspends, defers, or
// makes a green literal that captures a variable declared in it.
package desugar
