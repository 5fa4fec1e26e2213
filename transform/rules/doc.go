// Package rules reads what is written down about functions whose code does not say it:
// greengen.rules, which modules ship, and the tables of std in transform/color. A line is
//
//	PACKAGE: native FUNC TWIN     FUNC has a twin that was written by hand
//	PACKAGE: plain FUNC...        it never blocks, if what it is handed does not
//	PACKAGE: blocks FUNC...       it may block
//	PACKAGE: offload FUNC...      it may block, and workers call it, whatever twin it has
//	PACKAGE: skip                 the package is left as it is
//
// PACKAGE is an import path, FUNC is F, T.M or (*T).M as the method is declared, TWIN a
// function, import/path.F, or F for one of the same package. A word that begins with #
// begins a comment. The tables have a word more behind some twins: see patched.txt.
//
// docs/rules.md is for those who write rules; transform/load finds the files, and what
// they name.
package rules
