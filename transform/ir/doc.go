// Package ir is the one datum that the passes share: a Unit of packages, whose
// functions grow a color, a desugared body, blocks and slots as they go down
// the line. Each field says which pass sets it.
//
// # The desugared body
//
// A body is a list of Stmt. What cannot suspend stays an ast.Stmt, wrapped in
// Plain, and is printed as it was. What can is taken apart, until each call
// that may suspend is a Call of its own, with operands that cannot:
//
//	total += size(<-in)        t1 := recv in        // Call
//	                           t2 := size t1        // Call
//	                           total += t2          // Plain
//
// Syntax that a pass made refers to variables through identifiers listed in
// Func.Idents; all others are resolved by the type checker's Info.
//
// # Variables
//
// Each variable of a function that is declared outside a Plain statement, and
// each temporary, is a Var with a name that is unique in its function. A boxed
// one lives behind a pointer: it is captured by a literal or its address is
// taken, so that all who know it must share it.
package ir
