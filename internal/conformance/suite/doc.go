// Package suite knows Go's own test programs: which there are, how each is
// built and run, and how it becomes a package of a scratch module.
//
// # The programs
//
// testdata/conformance/manifest.tsv lists the programs of GOROOT/test that run.
// Its bucket says what is asked of greengen: core programs must be equal, hard
// ones lean on something that a transform may change (stack introspection,
// finalizers, allocation counts), out ones drive the toolchain itself. A core
// program is dense if it enters at least ten blocks.
//
// # Recipes
//
// The first line of a program says what to do with it. The meaning is that of
// cmd/internal/testdir, Go's own runner:
//
//	run                  build the file, run it in GOROOT/test
//	runoutput            run the file; what it prints is the program
//	rundir               each package name in x.dir is a package, the last is main;
//	                     they import each other as "./a", after a file's name
//	errorcheckandrundir  the same; with -1 the package before the last must not compile
//	runindir             x.dir is a module of that name
//	buildrun, buildrundir   like run; like runindir, with assembly
//
// A row x@gen.go is the generator x.go, taken as a program of its own.
//
// # The scratch module
//
// All programs become packages of one module, so that a hundred of them can be
// built at a time and share the build cache. Relative imports, and those of a
// runindir module, are rewritten in place. A program that looks at the import
// paths of its packages, which are test/a under Go's own runner, gets a module
// test of its own. The language version is that of the toolchain, also for the
// few recipes that ask for an older one: none of them depends on it.
package suite
