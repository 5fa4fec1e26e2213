// Package trace records which blocks of an instrumented program were entered,
// in a file that outlives the program however it ends. It serves the proof that
// a green program does what the plain one does; nobody else imports it.
//
// The instrumenter puts a call of Block at the start of each block. In a green
// build that call becomes one of Block_green, which also is a suspension point:
// it parks the greenlet, goes through the hub, and checks afterwards that the
// hub's turn moved. So a trace of a green run says what ran, and how much of it
// as green code.
//
// # The file
//
// GREENGEN_TRACE names a file that the reader made, of the size that Size says.
// It is mapped shared: what was recorded is there after os.Exit, a crash or a
// kill. Words of 64 bits in the machine's order: a header, then three words a
// block: how often it was entered before main, plain, and green. Without the
// variable nothing is recorded, but Block_green still suspends.
//
// The variable is taken out of the environment at once, so that a program which
// starts itself again does not write over its own trace.
//
// # Order
//
// The hash of the order is FNV-1a over the numbers of the blocks in the order
// in which they got hold of the lock. For a program of one goroutine that is
// the order of the program.
//
// # Jitter
//
// With Jitter set in the header, Block first gives way to other goroutines: once,
// or as often as chance will have it. A program whose order survives that does
// not leave its order to the scheduler, so every correct run must show the same.
package trace
