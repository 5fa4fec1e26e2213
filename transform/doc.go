// Package transform rewrites marked blocking functions, and what they call, into
// green twins: functions that suspend where the plain ones would block. This
// package knows the passes and their order, nothing else.
//
// # One function through all passes
//
//	//greengen:patch
//	func total(in <-chan string) (n int) {
//		for line := range in {
//			if ok(line) && size(line) > 0 { // size may block
//				n += size(line)
//			}
//		}
//		return n
//	}
//
// load finds the mark and the packages of the main module that matter; ranges
// turns ranges over functions, of which total has none, into calls. color
// finds out that total receives and calls size, and so is green; ok is plain.
//
// desugar takes statements apart until each call that may suspend stands alone:
//
//	_t1 := in
//	loop {
//		_t2, _t3 <- recv _t1                    // #1
//		if !_t3 { break }
//		line := _t2
//		_t4 := ok(line)
//		if _t4 { _t5 <- size(line); _t4 = _t5 > 0 } // #2
//		if _t4 { _t6 <- size(line); n += _t6 }      // #3
//	}
//	return n
//
// cfg makes basic blocks of it, each suspension point a terminator; live finds
// what each must save: at #1 in's copy and n, at #2 and #3 also line. These
// variables are the slots of the frame. emit writes the fast body from the
// structured form and the resume body from the blocks; render formats them.
//
// # Words
//
// A function is green or plain; a mark is where coloring starts. A suspension
// point is a call that may suspend, a resume block the code behind it. A frame
// is one suspended activation, with slots for what is live, and the pc, the
// number of its suspension point. To spill is to keep a value in a temporary;
// to hoist, to declare a variable for the whole resume body; to box, to put it
// behind a pointer, since somebody else knows it.
//
// # Order
//
// ranges comes before color, which then sees literals and calls only. desugar
// needs colors: what does not suspend is left alone. cfg needs desugar:
// a call within an expression has no place in a block. live needs cfg, emit needs
// all. Each pass states in its doc.go what holds after it; ir.Verify checks that.
//
// # Limits
//
// color/supported.go lists what has no twin yet: such a function is offloaded as
// a whole, run as plain code on a worker goroutine while its greenlet is parked.
package transform
