// Package live finds out which variables each suspension point must save.
//
// A variable is live where some path reads it before it is set again. What is
// live after a suspension point, but for the results of the call itself, gets a
// slot in the frame; the other variables are dead there, and their slots are
// cleared.
//
// Conservative cases: a kept statement that is more than one assignment reads
// all variables in it, and sets none; a boxed variable is read by every use, and
// set only where its box is made. A literal reads what it captures where it is
// made.
//
// The results of a function with deferred calls are always live: the guard reads
// them. Captured variables need no slots: the literal's environment has them.
package live
