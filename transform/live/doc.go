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
// In the resume body, the frame is there, with what an earlier suspension saved. A
// suspension point need not write again what has not changed since, on whatever
// way it is reached, nor clear a slot that no suspension before it can have filled:
//
//	c.Read(buf)  // 1 saves c, buf, n
//	n++
//	c.Read(buf)  // 2 saves n alone; what 1 had besides is cleared
//
// Only changes that are in sight count: of a variable that is set only where it is
// declared, and of the pointer to a box.
//
// The results of a function with deferred calls are always live: the guard reads
// them. Captured variables need no slots: the literal's environment has them.
package live
