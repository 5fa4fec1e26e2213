// Package load turns package patterns into an ir.Unit.
//
// The packages of the main module that the patterns need, and those of other modules
// that Config.With names, are loaded as syntax with types; all others come from export
// data, or from their sources if there is an overlay. Files that greengen wrote for the
// former are replaced by empty ones, so that a second run sees what the first one saw.
//
// The go command compiles what it lists export data of, so it is asked only for that of
// packages that the former import, and these are checked here (source.go). Where anything
// is not as usual, packages.Load takes all, and words the errors.
//
// When files are to be written beside the sources, all packages of the module
// are loaded, whatever the pattern: what is green in a package depends on the
// marks of all who call it, and a run for one package must not undo what a run
// for another one wrote.
//
// # Rules
//
// Modules say in greengen.rules what becomes of functions: package rules has the form,
// docs/rules.md the meaning. The metadata of all packages that are built, which roots
// needs anyway, has the folders of their modules; in each one look for the file is all
// that programs without rules pay. Where .go files are built, and import what may have
// rules, that metadata is loaded beside the rest.
//
// The packages of twins are loaded with the unit's own, as are those that only the main
// module's rules name: what it says has to be there, and no other way finds that out.
// Packages that are skipped are dropped when all is loaded: color finds them outside of
// the unit, where functions may block if nothing says otherwise.
package load
