// Package outcome runs a program, records all that can be seen of the run, and
// says whether two runs were equal.
//
// # What is compared
//
// Exit code or signal, stdout to the byte, stderr after Normal, and the trace
// (see rt/trace) at the level that the plain program itself keeps to:
//
//	order   the order of all blocks entered
//	counts  how often each block was entered
//	set     which blocks were entered at all
//	none    nothing: even that varies from run to run
//
// The level is found by running the plain program several times, with the
// scheduler disturbed if it starts goroutines. What stays the same there does
// not depend on the interleaving, so every correct run must show it.
//
// # Normal
//
// Addresses differ from run to run, and stacks of goroutines are those of
// another program after a transform. So stderr is cut where a report of a
// panic or fatal error comes to the stacks, and long hexadecimal numbers and the
// time stamps of package log lose their digits. What was printed before, the
// text of the panic, its chain of recovered panics, and the signal line stay;
// but which word near nil was touched first is the compiler's choice.
package outcome
