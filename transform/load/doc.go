// Package load turns package patterns into an ir.Unit.
//
// The packages of the main module that the patterns need, and those of other modules
// that Config.With names, are loaded as syntax with types; all others come from export
// data, or from their sources if there is an overlay. Files that greengen wrote for the
// former are replaced by empty ones, so that a second run sees what the first one saw.
//
// When files are to be written beside the sources, all packages of the module
// are loaded, whatever the pattern: what is green in a package depends on the
// marks of all who call it, and a run for one package must not undo what a run
// for another one wrote.
package load
