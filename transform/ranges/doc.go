// Package ranges turns ranges over functions into calls, so that the passes
// behind it know literals, captured variables and calls only.
//
//	for x := range seq {           _loop1 := green.NewRange()
//		if x < 0 { continue }      seq(func(x T) bool {
//		if x == 0 { break }            green.RangeBegin(_loop1)
//		if x > 9 { return x }          if x < 0 { return green.RangeNext(_loop1) }
//		use(x)                         if x == 0 { return green.RangeBreak(_loop1) }
//	}                                  if x > 9 { _r1 = x; return green.RangeLeave(_loop1, 1) }
//	                                   use(x)
//	                                   return green.RangeNext(_loop1)
//	                               })
//	                               _n1 := green.RangeEnd(_loop1)
//	                               if _n1 == 1 { return }
//
// The Range notes whether the iterator keeps to the rules: calls the body never
// again once it returned false, or panicked, or the loop ended. Those panics are
// Go's own, with its texts.
//
// # Leaving several loops
//
// A jump out of more than the innermost loop has a number. RangeLeave ends the
// innermost loop with it; what follows the call of each iterator makes the jump,
// if it leads to there, or hands the number on to the loop around.
//
// # What belongs to the function around
//
// A return sets the function's results, which get names if they have none. A
// defer pushes on its Defers, and defer recover() uses its token: variables hold
// these, and the body captures them. Package.Also says which node uses which.
//
// A recover that is called in the body is the literal's own: it gives nil, unless
// the iterator defers the call of the body. The language would have it the
// function's, but that is what gc does, 1.26 at least, and we do the same.
//
// # The syntax of the source
//
// It stays as it is: what has to change is copied, and the function gets the new
// body and signature besides (Func.NewBody, Func.NewType). Plain forms of
// literals are written from the old one. Made identifiers are resolved by the
// type checker's Info as all others, but for those in Package.Made.
package ranges
