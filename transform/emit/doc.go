// Package emit writes the two bodies of each green function.
//
// # The fast body
//
// It is the desugared body, still structured. A suspension point becomes
//
//	n, err, _c := c.Read_green(h, buf)
//	if _c != nil { // suspended: save what is live, link, and leave
//		_f := pool_serve.New(h, resume_serve, _c)
//		_f.PC, _f.buf = 1, buf
//		return _r1, &_f.Frame
//	}
//
// A function with a goto that leaves its statement has blocks here too, with all
// variables declared at the top, as in the resume body; it still takes a frame
// only if it is suspended.
//
// # The resume body
//
// It is the blocks that can run after a suspension, with gotos between them, and
// all their variables declared at the top: what each suspension point saves is
// loaded there. The switch that follows reloads what else its point saved, takes
// the results of the call from their slot, and goes to the block behind it. A
// function with one suspension point has no switch. A block that only a branch
// leads to, and in which nothing suspends, stands in an if. Another suspension saves into
// the same frame, what has changed (see live).
//
// # Literals
//
// A green literal is lifted to the top level. What it captures is in its
// environment: boxes, and copies of variables that never change. The bind
// function makes the func value, whose code is the literal as it was, and which
// captures the environment alone; rt/green explains how the twin is found from
// it.
//
// # Dynamic and foreign calls
//
// For each, a helper is emitted that has the form of a twin: it looks for the
// callee's twin, calls a plain callee directly, and offloads an unknown one.
//
// # Deferred calls
//
// Each becomes a closure pushed on the Defers of the activation; one guard per
// body runs them. See rt/green.
//
// # What must hold
//
// No goto jumps over a variable declaration: where there are blocks, all variables
// are declared before the first goto, and what a kept statement declares is
// inside its own braces. A box is made where the variable is declared, never
// copied.
package emit
