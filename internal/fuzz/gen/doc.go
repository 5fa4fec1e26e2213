// Package gen makes random Go programs: type-correct, terminating, and with an
// output that the Go specification fixes.
//
// A program is a package with a function Main. It prints a trace: t(id, v) and
// its kin return v and print it, and stand everywhere, so that the order of
// evaluation shows.
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
