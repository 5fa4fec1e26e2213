// Package own has tests of programs whose channels are their own, as woven ones say by an
// init function: that cannot be taken back, so they have a program for themselves.
package own
