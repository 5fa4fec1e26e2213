// Package runner runs Go's own test programs plain and green, and compares.
//
//	prepare   instrument each program into a scratch module
//	plain     build and run it as it is: this says what is right, and how much of
//	          the trace is a matter of the program rather than of the scheduler
//	green     weave it as greengen run -all -torture does, build, run, compare
//	mutants   delete a statement here and there: both forms must still end alike,
//	          and the comparison must see it
//
// # Batches
//
// About a hundred programs share one go build, and one run of the transform.
// That runs in a process of its own: if it fails or dies, the batch is split
// until the program that did it is alone; that program has failed, it is not
// skipped. The same goes for a build.
//
// # Where it stops and goes on
//
// Results are appended to a file whose name is a hash of the tool's and the
// runtime's sources. A run that was stopped goes on from there; a changed tool
// begins anew. What plain programs do depends on less, and is kept for longer.
//
// # Functions
//
// A function counts as native only if the transform says that it is green, and
// no block of it was entered by plain code after main began. T is how many
// functions and literals of the programs were entered at all after main began.
// S counts suspensions of native functions alone: one for each block that they
// entered. The trace saw each of them: blocks entered green must be as many as
// were resumed with the hub's turn moved, but for those still parked when the
// program ended.
package runner
