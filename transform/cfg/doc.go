// Package cfg lowers a desugared body to basic blocks, for the resume body, and
// for the fast body of a function with gotos.
//
//	for i < n { x, err := read c; if err != nil { break }; s += x }
//
//	b1: if i < n goto b2 else b5
//	b2: suspend x, err = read c -> b3
//	b3: if err != nil goto b5 else b4
//	b4: s += x; goto b1
//	b5: ...
//
// A statement that was kept as it was may still jump out to a flattened
// statement: then it ends its block, and Exits lists where to.
//
// Blocks that no suspension point leads to are kept but not Alive: only the fast
// body runs them.
package cfg
