// Package gen makes random Go programs: type-correct, terminating, and with an
// output that the Go specification fixes.
//
// A program is a package with a function Main. It prints a trace: t(id, v) and
// its kin return v and print it, and stand everywhere, so that the order of
// evaluation shows.
//
// Many small programs find more than a few large ones, and cost less: most have
// one or two functions of a few statements. One in two hundred is a few times as
// large, and costs ten times as much.
//
// # Alone and together
//
// Program is a package of its own: a prelude of types and helpers, and what is
// random. A Part is the same program without the prelude, its names set apart by
// a suffix, so that many are files of one package and the prelude is compiled
// once.
//
// # What is fixed
//
// The order of calls is; when a variable is read beside a call is not. So a
// variable is private, which nothing but its own function's statements change:
// it may stand beside a call. Or it is shared, with closures and pointers: it
// is then read as an argument, v(x), and so is all that may panic.
//
// # It ends
//
// Each loop round and each call of a function takes fuel; without fuel loops
// end and functions return at once.
//
// # Goroutines
//
// They trace only while all others wait for them; else they compute what does
// not depend on the schedule.
package gen
