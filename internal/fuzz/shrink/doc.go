// Package shrink makes a program that fails smaller while it still fails.
//
// A round lists edits of the source: statements, clauses and declarations
// without which it still type-checks, statements that become their bodies,
// expressions that become operands or zero values. Those are tried many at a
// time, since a build of many programs costs little more than one of one, and
// all that keep the failure are then made together if that keeps it, too.
package shrink
